"""What a visitor will get of a form that is being drawn: the same templates, where nothing runs."""

from dataclasses import replace
from typing import Any

from aiohttp import web
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables.people import Role
from storage.webforms import consent_texts
from web.access import allow
from web.i18n import speaking
from web.keys import DATABASE
from web.pages.drawing import PATH, beginning, stored, warned, wordings_of
from web.pages.drawing_draft import Draft, drawn, posted
from web.pages.drawing_read import Read, understood
from web.render import fragment, is_partial
from web.visitors.look import look_of
from web.visitors.words import thanks

CSP = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data:;"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-same-origin"
)
EXAMPLE = 1024  # a number as visitors get it

routes = web.RouteTableDef()


@routes.post(PATH + "/preview", name="settings.forms.preview")
@allow(Role.ADMINISTRATOR)
async def preview_drawn(request: web.Request) -> web.Response:
    """Of what is typed right now, be it right or wrong."""
    sent = await request.post()
    how = {name: str(sent.get(name, "")) for name in ("shown", "shown_look")}
    async with request.app[DATABASE].reading() as session:
        return await _shown(request, session, posted(sent.items()), how)


@routes.get(PATH + "/preview")
@allow(Role.ADMINISTRATOR)
async def preview_begun(request: web.Request) -> web.Response:
    async with request.app[DATABASE].reading() as session:
        return await _shown(request, session, await beginning(session, request), {})


@routes.get(PATH + "/{id:\\d+}/preview", name="settings.form.preview")
@allow(Role.ADMINISTRATOR)
async def preview_kept(request: web.Request) -> web.Response:
    async with request.app[DATABASE].reading() as session:
        return await _shown(request, session, drawn(await stored(session, request)), {})


async def _shown(
    request: web.Request, session: AsyncSession, draft: Draft, how: dict[str, str]
) -> web.Response:
    wordings = wordings_of(await consent_texts(session))
    read = understood(draft, wordings)
    sentences = warned(read)
    shown_look = "dark" if how.get("shown_look") == "dark" else "light"
    with speaking(read.values["language"]):
        response = fragment(
            request,
            "drawing/preview.html",
            "body" if is_partial(request) else None,
            **_parts(read, wordings),
            shown=how.get("shown") or "form",
            thanks=thanks(read.values["thanks"], EXAMPLE),
            example=EXAMPLE,
            shown_look=shown_look,
            look=shown_look if read.values["look"] == "auto" else read.values["look"],
            warned=sentences,
        )
    response.headers["Content-Security-Policy"] = CSP
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _parts(read: Read, wordings: dict[str, str]) -> dict[str, Any]:
    consents = {purpose: (0, text) for purpose, text in (wordings | read.wordings).items()}
    return {
        "form": read.values,
        "fields": [replace(each, label=each.label or "…") for each in read.fields],
        "consents": consents,
        "values": {},
        "errors": {},
        "css": look_of(read.values).css,
    }
