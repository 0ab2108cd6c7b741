"""What all visitors' addresses have in common: which form is meant, who may ask from where, what goes wrong.

They know no sessions and set no cookies: nothing here can be done in anybody's name, so that other sites'
pages may ask as well.
"""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

import structlog
from aiohttp import web

from intake.errors import Deferred
from storage.trouble import ANYBODYS, is_trouble
from web.access import public
from web.i18n import gettext, speak
from web.keys import TEMPLATES
from web.readable import reads_itself
from web.render import urls_of
from web.security import for_visitors
from web.visitors import words
from web.visitors.drawn import FORMS, Drawn
from web.visitors.reading import is_json

JSON = "application/json"
RETRY_AFTER = "60"
LONG_BODY = 64 * 1024  # bytes that are not read only to keep a connection
STATUSES = {
    404: words.GONE,
    408: words.TOO_SLOW,
    410: words.CLOSED,
    413: words.TOO_LARGE,
    429: words.TOO_OFTEN,
}

Answer = Callable[[web.Request, Drawn], Awaitable[web.Response]]
DRAWN = web.RequestKey("drawn", Drawn)

log = structlog.get_logger()


def visitors(handler: Answer) -> Callable[[web.Request], Awaitable[web.Response]]:
    """The form of the address, in its language; errors are told to visitors in their own way."""

    @wraps(handler)
    async def answer(request: web.Request) -> web.Response:
        try:
            response = await _answer(request, handler)
        except web.HTTPException as error:
            response = told(request, error.status)
        except TimeoutError:
            response = told(request, 408)
        except Exception as error:
            if not isinstance(error, Deferred) and not is_trouble(error):
                if isinstance(error, ANYBODYS):  # the visitor left
                    raise
                log.exception("a visitor's request failed", path=request.path)
            response = told(request, 503)
        return allowed(request, response)

    reads_itself(answer)
    return for_visitors(public(answer))


async def _answer(request: web.Request, handler: Answer) -> web.Response:
    known = await request.app[FORMS].now()
    drawn = known.forms.get(request.match_info["key"])
    if drawn is None:
        raise web.HTTPNotFound
    speak(drawn.form.language)
    request[DRAWN] = drawn
    if not drawn.form.enabled:
        raise web.HTTPGone
    return await handler(request, drawn)


def told(request: web.Request, status: int, text: str = "") -> web.Response:
    """A sentence, as a page or as JSON; in a storm without a page around it. A long body that was not read
    to its end is not waited for."""
    text = text or gettext(STATUSES.get(status, words.LATER))
    if wants_json(request):
        response = web.json_response({"errors": {"": text}}, status=status)
    elif status == 429:
        response = web.Response(text=text, status=status)
    else:
        response = page(request, "visitors/told.html", status, text=text)
    if status in (429, 503):
        response.headers["Retry-After"] = RETRY_AFTER
    if request.can_read_body and (request.content_length or LONG_BODY) >= LONG_BODY:
        response.force_close()
    return response


def page(request: web.Request, template: str, status: int = 200, **context: Any) -> web.Response:
    """A page of its own; whoever may send from their pages may also show it in a frame there."""
    drawn = request.get(DRAWN)
    html = (
        request.app[TEMPLATES].get_template(template).render(drawn=drawn, url=urls_of(request.app), **context)
    )
    response = web.Response(text=html, status=status, content_type="text/html")
    response.headers["Content-Security-Policy"] = _policy(drawn)
    response.headers["Vary"] = "Accept"
    return response


def _policy(drawn: Drawn | None) -> str:
    frames = " ".join(drawn.form.origins) or "*" if drawn else "'none'"
    styles = f"'self' '{drawn.look.digest}'" if drawn else "'self'"
    rest = "img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'"
    return f"default-src 'self'; style-src {styles}; frame-ancestors {frames}; {rest}"


def wants_json(request: web.Request) -> bool:
    """A program asks: it says so, or has sent JSON itself."""
    accepted = request.headers.get("Accept", "")
    return JSON in accepted or (is_json(request) and "text/html" not in accepted)


def origin_of(request: web.Request) -> str:
    return request.headers.get("Origin", "").strip().casefold()


def may_ask(origin: str, drawn: Drawn) -> bool:
    """Whether scripts of pages from there may read our answers; without a list they may from anywhere."""
    return not drawn.form.origins or origin in {
        one.strip().rstrip("/").casefold() for one in drawn.form.origins
    }


def allowed(request: web.Request, response: web.Response) -> web.Response:
    """CORS, without credentials: there are none."""
    drawn, origin = request.get(DRAWN), origin_of(request)
    response.headers["Vary"] = ", ".join(filter(None, [response.headers.get("Vary"), "Origin"]))
    if origin and (drawn is None or may_ask(origin, drawn)):
        response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
        response.headers["Access-Control-Expose-Headers"] = "Retry-After"
    return response
