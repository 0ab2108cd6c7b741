"""The one script that other sites' pages ask for."""

from aiohttp import web

from web.access import public
from web.keys import ASSETS
from web.security import for_visitors

HEADERS = {
    "Cache-Control": "public, max-age=3600",
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}

routes = web.RouteTableDef()


@routes.get("/embed.js", name="embed")
@for_visitors
@public
async def embed(request: web.Request) -> web.Response:
    response = request.app[ASSETS].serve_named(request, "embed.js")
    response.headers.update(HEADERS)
    return response
