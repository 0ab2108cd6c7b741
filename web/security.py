"""What every answer tells the browser to forbid, and which requests are refused as coming from elsewhere."""

from typing import TypeVar

from aiohttp import web
from aiohttp.typedefs import Handler

from intake.errors import Forbidden
from web.keys import REQUEST_ID

CSP = "; ".join(
    [
        "default-src 'self'",
        "img-src 'self' data:",  # the little arrow of <select>
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
HSTS = "max-age=31536000"
SAFE = {"GET", "HEAD", "OPTIONS"}

Asked = TypeVar("Asked")


async def add_security_headers(request: web.Request, response: web.StreamResponse) -> None:
    """A signal, not a middleware, so that streams and errors have them as well."""
    response.headers.setdefault("X-Request-Id", request.get(REQUEST_ID, ""))
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.secure:
        response.headers.setdefault("Strict-Transport-Security", HSTS)
    if not request.path.startswith("/static/"):
        response.headers.setdefault("Cache-Control", "no-store")


@web.middleware
async def refuse_cross_site(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Changing something is for our own pages and for programs, never for other sites' pages.

    The browser says where a request comes from (Sec-Fetch-Site); old ones at least send Origin; what sends
    neither is no browser and holds no cookie of ours.
    """
    if is_for_visitors(request.match_info.handler):
        return await handler(request)
    if request.method not in SAFE and not is_same_origin(request):
        raise Forbidden("cross-site")
    return await handler(request)


def for_visitors(handler: Asked) -> Asked:
    """Open to other sites' pages: it knows no session, so that nothing is done in anybody's name."""
    handler.for_visitors = True  # type: ignore[attr-defined]
    return handler


def is_for_visitors(handler: object) -> bool:
    return bool(getattr(handler, "for_visitors", False))


def is_same_origin(request: web.Request) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or origin.partition("://")[2] == request.host
