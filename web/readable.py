"""What cannot be text or a number of ours is refused at the door, so that no database has to choke on it:
NUL (PostgreSQL keeps none), half characters (nothing encodes them), ids longer than any column."""

import re

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Handler

from intake.errors import NotFound, Rejected
from web.security import is_for_visitors

LARGEST_ID = 2**31 - 1
NO_IDS = ("digest", "name")  # parts of addresses that are not numbers even if they look so
UNREADABLE = re.compile("[\0\ud800-\udfff]")
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


@web.middleware
async def refuse_unreadable_address(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Address, query and headers. Raises Rejected("unreadable") and NotFound("no-such-page"). What visitors
    send is cleaned instead: nothing of theirs may be lost."""
    if is_for_visitors(request.match_info.handler):
        return await handler(request)
    parts = request.match_info
    ids = [part for name, part in parts.items() if part.isdecimal() and name not in NO_IDS]
    if any(int(part[:20]) > LARGEST_ID for part in ids):
        raise NotFound("no-such-page")
    query = [text for pair in request.query.items() for text in pair]
    if not all(map(is_text, [*parts.values(), *query, *request.headers.values()])):
        raise Rejected("unreadable")
    return await handler(request)


def reads_itself(handler: Handler) -> Handler:
    """The handler takes its form apart as it comes: a file too large for memory is in it."""
    handler.reads_itself = True  # type: ignore[attr-defined]
    return handler


@web.middleware
async def refuse_unreadable_form(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Innermost, so that strangers make us read nothing. Raises Rejected("unreadable")."""
    mine = not getattr(request.match_info.handler, "reads_itself", False)
    if mine and request.method == "POST" and request.content_type in FORMS:
        try:
            form = await request.post()
        except (ValueError, LookupError, HttpProcessingError) as error:  # bytes, charset or parts of nonsense
            raise Rejected("unreadable") from error
        if not all(is_text(name) and is_text(value) for name, value in form.items()):
            raise Rejected("unreadable")
    return await handler(request)


def is_text(value: object) -> bool:
    """Whether it can be kept; what is no text at all (a file) is not looked into."""
    return not isinstance(value, str) or UNREADABLE.search(value) is None
