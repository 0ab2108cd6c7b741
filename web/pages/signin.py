"""Signing in and out."""

from aiohttp import web

from intake.errors import Rejected
from web.access import public
from web.keys import VIEWER
from web.messages import sentence, status
from web.render import fragment
from web.signing import sign_in, sign_out

routes = web.RouteTableDef()


@routes.get("/signin", name="signin")
@public
async def form(request: web.Request) -> web.Response:
    if VIEWER in request:
        raise web.HTTPSeeOther(_wanted(request.query.get("next", "")))
    return fragment(request, "signin.html", login="", wanted=request.query.get("next", ""), error="")


@routes.post("/signin")
@public
async def enter(request: web.Request) -> web.Response:
    data = await request.post()
    login, password = str(data.get("login", "")), str(data.get("password", ""))
    wanted = str(data.get("next", ""))
    try:
        await sign_in(request, login, password)
    except Rejected as error:
        return fragment(
            request, "signin.html", status=status(error), login=login, wanted=wanted, error=sentence(error)
        )
    raise web.HTTPSeeOther(_wanted(wanted))


@routes.post("/signout", name="signout")
async def leave(request: web.Request) -> web.Response:
    await sign_out(request, request[VIEWER])
    raise web.HTTPSeeOther("/signin")


def _wanted(address: str) -> str:
    """Where they were going; only to our own pages («//evil» and «/\\evil» leave the site)."""
    own = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if own else "/"
