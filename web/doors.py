"""Who comes in: finds out who is asking, in which language to answer, and sends strangers to sign in."""

from datetime import datetime
from urllib.parse import quote

from aiohttp import web
from aiohttp.typedefs import Handler
from aiohttp_session import get_session

from intake.errors import Forbidden
from storage.columns import now
from storage.database import Database
from storage.sessions import is_news, mark_used, token_and_user
from web.access import Viewer, check_role, is_public
from web.afterwards import AFTERWARDS
from web.i18n import preferred, speak
from web.keys import DATABASE, LIVE, LIVE_AT, VIEWER
from web.render import is_partial
from web.security import is_for_visitors
from web.session import digest
from web.times import use_zone

TOKEN_LENGTH = 200  # longer is nobody's


@web.middleware
async def greet(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Speak the stranger's language until it is known who they are (outside the error pages)."""
    speak(preferred(request.headers.get("Accept-Language", "")))
    return await handler(request)


@web.middleware
async def recognise(request: web.Request, handler: Handler) -> web.StreamResponse:
    """By cookie or, for programs under /api/, by token; then by what the handler asks for."""
    if is_for_visitors(request.match_info.handler):
        return await handler(request)
    if request.path.startswith("/api/") and "Authorization" in request.headers:
        await _by_token(request)
    elif not request.path.startswith("/static/"):
        await get_session(request)
    viewer = request.get(VIEWER)
    request[LIVE_AT] = request.app[LIVE].position
    if viewer is not None:
        speak(viewer.language)
        use_zone(viewer.zone)
    wanted = request.match_info.handler
    if is_public(wanted) or request.match_info.http_exception is not None:
        return await handler(request)
    if viewer is None:
        return _ask_to_sign_in(request)
    check_role(wanted, viewer)
    return await handler(request)


async def _by_token(request: web.Request) -> None:
    kind, _, token = request.headers["Authorization"].partition(" ")
    if kind.casefold() != "bearer" or not token or len(token) > TOKEN_LENGTH:
        return
    async with request.app[DATABASE].reading() as session:
        found = await token_and_user(session, digest(token.strip()))
    if found is None:
        return
    row, user = found
    request[VIEWER] = Viewer(user)
    if row.id is not None and is_news(row, moment := now()):
        request.app[AFTERWARDS].do(_mark_used(request.app[DATABASE], row.id, moment))


async def _mark_used(database: Database, token_id: int, moment: datetime) -> None:
    async with database.transaction() as session:
        await mark_used(session, token_id, moment)


def _ask_to_sign_in(request: web.Request) -> web.StreamResponse:
    address = f"/signin?next={quote(request.path_qs)}" if request.method == "GET" else "/signin"
    if is_partial(request):
        return web.Response(status=401, headers={"HX-Redirect": "/signin"})
    if request.path.startswith(("/api/", "/live")):
        raise Forbidden("sign-in-first")
    raise web.HTTPSeeOther(address)
