"""Toasts: short sentences about what has just been done, with «Undo» where it can be undone.

    say(request, gettext("Accepted"), undo=url("inquiry.undo", id=5))

They reach htmx by a header, and the page after a redirect by the session.
"""

import json
from typing import TypedDict

from aiohttp import web
from aiohttp.typedefs import Handler
from aiohttp_session import get_session

from web.keys import VIEWER
from web.render import is_partial


class Toast(TypedDict):
    text: str
    undo: str  # address to POST to; empty when there is no way back
    kind: str  # «», «bad»
    href: str  # where it may be looked at


TOASTS = web.RequestKey("toasts", list[Toast])
EVENTS = web.RequestKey("events", dict[str, object])
MOST = 5  # kept for the next page


def say(request: web.Request, text: str, undo: str = "", kind: str = "", href: str = "") -> None:
    request.setdefault(TOASTS, []).append(Toast(text=text, undo=undo, kind=kind, href=href))


def tell_page(request: web.Request, event: str, **detail: object) -> None:
    """Fire a DOM event on the page that htmx asked from: tell_page(request, "inquiry-changed", id=5)."""
    request.setdefault(EVENTS, {})[event] = detail


async def waiting_toasts(request: web.Request) -> list[Toast]:
    """What was said before a redirect; asking for it clears it."""
    if VIEWER not in request:
        return []
    session = await get_session(request)
    return list(session.pop("toasts")) if "toasts" in session else []


@web.middleware
async def deliver_toasts(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        response = await handler(request)
    except web.HTTPException as moved:
        await _deliver(request, moved)
        raise
    await _deliver(request, response)
    return response


async def _deliver(request: web.Request, response: web.StreamResponse) -> None:
    said, events = request.get(TOASTS, []), request.get(EVENTS, {})
    if is_partial(request) and "HX-Redirect" not in response.headers:
        if said or events:
            # toasts first: what the events do may take away the very element that they are fired on
            toasts: dict[str, object] = {"toasts": {"list": said}} if said else {}
            response.headers["HX-Trigger"] = json.dumps(toasts | events)
    elif said and VIEWER in request:
        session = await get_session(request)
        session["toasts"] = [*session.get("toasts", []), *said][-MOST:]
