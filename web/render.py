"""From a template and its context to a response. One environment for the whole application."""

from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from storage.tables.people import Presence, Role
from web import i18n, platforms, show, times
from web.access import Viewer, public
from web.assets import assets
from web.keys import ASSETS, TEMPLATES, VIEWER
from web.letter_text import linked

TEMPLATE_FOLDER = Path(__file__).parent / "templates"

Frame = Callable[[web.Request], Awaitable[dict[str, Any]]]
FRAME: web.AppKey[Frame] = web.AppKey("frame")

FILTERS = {
    "when": times.when,
    "day": times.day,
    "clock": times.clock,
    "clock_seconds": times.clock_seconds,
    "exactly": times.exactly,
    "ago": times.ago,
    "waiting": times.waiting,
    "length_of_time": times.length,
    "timer": times.timer,
    "warms": times.warms,
    "warmth": times.warmth,
    "iso": times.iso,
    "for_input": times.for_input,
    "phone": show.phone,
    "sender": platforms.sender,
    "region": show.place,
    "money": show.money,
    "number": show.number,
    "size": show.size,
    "linked": linked,
    "initials": show.initials,
    "tied": show.tied,
}


@cache
def environment() -> Environment:
    """The one environment: it depends on nothing but files."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATE_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # else every partial is looked for on the disk each time
    )
    made.install_gettext_callables(  # type: ignore[attr-defined]
        i18n.gettext, i18n.ngettext, newstyle=True, pgettext=i18n.pgettext, npgettext=i18n.npgettext
    )
    made.filters.update(FILTERS)
    made.globals.update(
        static_url=assets().url, language=i18n.language, Role=Role, Presence=Presence, now=times.now
    )
    return made


def is_partial(request: web.Request) -> bool:
    """htmx asks for a piece, not for a whole page (also not when Back restores one)."""
    return request.headers.get("HX-Request") == "true" and "HX-History-Restore-Request" not in request.headers


async def page(request: web.Request, template: str, /, status: int = 200, **context: Any) -> web.Response:
    """The template as a whole page; for htmx only its block «main», to put into a sheet, drawer or pane.

    Every template gets `viewer`, `request`, `layout` (to extend) and `url(name, **parts)`.
    """
    partial = is_partial(request)
    surroundings = {} if partial else await request.app[FRAME](request)
    return fragment(
        request,
        template,
        status=status,
        layout="bare.html" if partial else "layout.html",
        **(surroundings | context),
    )


def fragment(
    request: web.Request,
    template: str,
    /,
    block: str | None = None,
    status: int = 200,
    **context: Any,
) -> web.Response:
    """A template of its own, or one block of a page's template."""
    everything = {
        "viewer": request.get(VIEWER),
        "request": request,
        "url": urls_of(request.app),
        "layout": "bare.html",
    }
    html = render(request.app, template, block, **(everything | context))
    return web.Response(text=html, status=status, content_type="text/html", headers={"Vary": "HX-Request"})


def render(app: web.Application, template: str, block: str | None = None, /, **context: Any) -> str:
    """The bare HTML, also outside any request (live updates): set language and zone around it."""
    loaded = app[TEMPLATES].get_template(template)
    if block is None:
        return loaded.render(**context)
    return "".join(loaded.blocks[block](loaded.new_context(context)))


def live_context(app: web.Application, viewer: Viewer) -> dict[str, Any]:
    """What a live fragment needs besides its own values."""
    return {"viewer": viewer, "url": urls_of(app)}


def urls_of(app: web.Application) -> Callable[..., str]:
    def url(name: str, query: dict[str, str] | None = None, /, **parts: object) -> str:
        """The address of a route by its name: url('inquiry', id=5), url('inquiries', {'state': 'new'})."""
        made = app.router[name].url_for(**{key: str(value) for key, value in parts.items()})
        return str(made.with_query(query) if query else made)

    return url


def has_route(app: web.Application, name: str) -> bool:
    return name in app.router


@public
async def static_file(request: web.Request) -> web.Response:
    return await request.app[ASSETS].serve(request)
