"""Errors become what the asker can read: a page, a toast for htmx, JSON for programs."""

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from intake.errors import Deferred, IntakeError, NotFound, Rejected
from storage.trouble import ANYBODYS, is_trouble
from web.i18n import gettext
from web.keys import REQUEST_ID, TEMPLATES, VIEWER
from web.messages import FAULT, sentence, status
from web.render import is_partial, urls_of

log = structlog.get_logger()


@web.middleware
async def answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        response = answer(request, error.status, *_of_http(error))
        if isinstance(error, web.HTTPMethodNotAllowed):
            response.headers["Allow"] = error.headers["Allow"]
        return response
    except IntakeError as error:
        return answer(request, status(error), error.code, sentence(error))
    except web.RequestPayloadError:  # a body that is not packed as it says
        return answer(request, 400, "unreadable", sentence(Rejected("unreadable")))
    except Exception as error:
        if is_trouble(error):  # without a traceback: there will be many, and it is none of our lines
            log.error("database in trouble", why=str(error)[:300], path=request.path)
            return answer(request, 503, "database-busy", sentence(Deferred("database-busy")))
        if isinstance(error, ANYBODYS):  # the browser left, or aiohttp's own patience ended
            raise
        log.exception("request failed", method=request.method, path=request.path)
        return answer(request, 500, "fault", gettext(FAULT))


def answer(request: web.Request, code: int, name: str, text: str) -> web.Response:
    """`name` is the stable word for programs, `text` the sentence for people."""
    if request.path.startswith("/api/"):
        body = {"error": {"code": name, "message": text, "request": request[REQUEST_ID]}}
        return web.json_response(body, status=code)
    if is_partial(request):
        return _toast(request, code, text)
    return _page(request, code, text)


def _of_http(error: web.HTTPException) -> tuple[str, str]:
    if error.status in (404, 405):
        return "no-such-page", sentence(NotFound("no-such-page"))
    if error.status == web.HTTPRequestEntityTooLarge.status_code:
        return "too-large", sentence(Rejected("too-large"))
    return error.reason.casefold().replace(" ", "-"), sentence(Rejected("unreadable"))


def _toast(request: web.Request, code: int, text: str) -> web.Response:
    """htmx puts it among the toasts, wherever the request was meant to change something."""
    html = request.app[TEMPLATES].get_template("toast.html").render(text=text, kind="bad", undo="")
    headers = {"HX-Retarget": "#toasts", "HX-Reswap": "beforeend"}
    return web.Response(text=html, status=code, content_type="text/html", headers=headers)


def _page(request: web.Request, code: int, text: str) -> web.Response:
    context = {
        "text": text,
        "status": code,
        "viewer": request.get(VIEWER),
        "url": urls_of(request.app),
        "request_id": request[REQUEST_ID],
    }
    html = request.app[TEMPLATES].get_template("error.html").render(**context)
    return web.Response(text=html, status=code, content_type="text/html")
