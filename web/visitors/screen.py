"""All of it as one entry of the route table (web/screens.py)."""

from collections.abc import AsyncIterator

from aiohttp import web

from web.keys import DATABASE
from web.visitors import embed, sending, showing, tilda
from web.visitors.drawn import FORMS, Forms
from web.visitors.turnstile import TURNSTILE, Turnstile

routes = [*showing.routes, *sending.routes, *tilda.routes, *embed.routes]


def register(app: web.Application) -> None:
    app[FORMS] = Forms(app[DATABASE])
    app[TURNSTILE] = Turnstile()
    app.cleanup_ctx.append(_following)


async def _following(app: web.Application) -> AsyncIterator[None]:
    async with app[FORMS].followed():
        yield
