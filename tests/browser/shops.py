"""Pages that are not ours: served from another origin, with a policy as strict as somebody's can be."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.test_utils import BaseTestServer, TestServer
from playwright.async_api import Page, Route

from tests.real.chromium import Desk
from tests.site import Site
from tests.web.visiting import KEY

PAGE = """<!doctype html><html lang="ru"><head><meta charset="utf-8"><title>Магазин дверей</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>Двери</h1>{body}</main></body></html>"""
TAG = '<script async src="{ours}embed.js" data-form="{key}"></script>'


class Shop:
    """A site of somebody's with our form in it."""

    def __init__(self, site: Site, desk: Desk, server: BaseTestServer) -> None:
        self.site, self.desk, self._server = site, desk, server

    def address(self, query: str = "") -> str:
        return str(self._server.make_url("/")) + query

    async def page(self, query: str = "") -> Page:
        return await self.desk.page(self.address(query))

    async def cut_off(self, page: Page) -> None:
        """The network is gone, for what goes to us."""
        await page.route(f"{self.site.url()}f/**", _broken)

    async def connect(self, page: Page) -> None:
        await page.unroute(f"{self.site.url()}f/**", _broken)
        await page.evaluate("dispatchEvent(new Event('online'))")


async def _broken(route: Route) -> None:
    await route.abort("internetdisconnected")


@asynccontextmanager
async def shop(site: Site, desk: Desk, body: str = TAG) -> AsyncIterator[Shop]:
    """`body` may name {ours} and {key}."""
    ours = site.url()
    html = PAGE.replace("{body}", body.replace("{ours}", ours).replace("{key}", KEY))
    allowed = f"default-src 'none'; script-src {ours}; connect-src {ours}; form-action {ours}"

    async def show(request: web.Request) -> web.Response:
        return web.Response(text=html, content_type="text/html", headers={"Content-Security-Policy": allowed})

    app = web.Application()
    app.router.add_get("/", show)
    async with TestServer(app, host="localhost") as server:  # ours is 127.0.0.1: another site altogether
        yield Shop(site, desk, server)
