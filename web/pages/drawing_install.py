"""How a form gets onto a page: one line of HTML, a link, plain HTML, a program, Tilda. For administrators."""

import json
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from intake.model.forms import FieldKind, FormField
from storage.tables.forms import WebForm
from storage.tables.people import Role
from storage.tables.work import ConsentText
from storage.webforms import consent_texts, fields_of
from web.access import allow
from web.i18n import speaking
from web.keys import DATABASE, SETTINGS
from web.pages.drawing import PATH, stored, wordings_of
from web.render import page, render

EXAMPLES = {
    FieldKind.PHONE: "+7 916 123-45-67",
    FieldKind.EMAIL: "ivan@firm.example",
    FieldKind.NUMBER: "100",
    FieldKind.DATE: "2026-12-31",
}
EXAMPLE = "…"

routes = web.RouteTableDef()


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where visitors' browsers and programs find a form."""

    script: str
    page: str
    tilda: str


@routes.get(PATH + "/{id:\\d+}/install", name="settings.form.install")
@allow(Role.ADMINISTRATOR)
async def install(request: web.Request) -> web.Response:
    async with request.app[DATABASE].reading() as session:
        form = await stored(session, request)
        texts = await consent_texts(session)
    fields = fields_of(form)
    where = addresses(request, form)
    return await page(
        request,
        "drawing/install.html",
        form=form,
        here="settings.form.install",
        where=where,
        plain=plain_html(request.app, form, where, texts),
        program=program(fields, where, ticks_of(texts)),
        with_files=any(field.kind is FieldKind.FILE for field in fields),
    )


def addresses(request: web.Request, form: WebForm) -> Addresses:
    base = (request.app[SETTINGS].public_url or str(request.url.origin())).rstrip("/")
    own = f"{base}/f/{form.key}"
    return Addresses(f"{base}/embed.js", own, f"{own}/tilda")


def ticks_of(texts: dict[str, ConsentText]) -> dict[str, str]:
    """What a tick sends: which wording stood beside it."""
    return {purpose: f"text-{text.id}" for purpose, text in texts.items()}


def plain_html(app: web.Application, form: WebForm, where: Addresses, texts: dict[str, ConsentText]) -> str:
    """A form that any page can hold: no script, no style of ours. In the form's language."""
    fields = fields_of(form)
    parts: dict[str, Any] = {
        "form": form,
        "fields": fields,
        "where": where,
        "ticks": ticks_of(texts),
        "wordings": wordings_of(texts),
        "with_files": any(field.kind is FieldKind.FILE for field in fields),
    }
    with speaking(form.language):
        html = render(app, "drawing/plain.html", **parts)
    return "\n".join(line for line in html.splitlines() if line.strip())


def program(fields: tuple[FormField, ...], where: Addresses, ticks: dict[str, str]) -> str:
    """What a program sends, for a shell."""
    said = {field.name: _example(field, ticks) for field in fields if field.kind is not FieldKind.FILE}
    body = json.dumps(said, ensure_ascii=False, indent=2)
    shell = body.replace("'", "'\\''")
    headers = "-H 'Content-Type: application/json' -H 'Idempotency-Key: order-1024'"
    return f"curl {where.page} \\\n  {headers} \\\n  -d '{shell}'"


def _example(field: FormField, ticks: dict[str, str]) -> object:
    if field.kind is FieldKind.CONSENT:
        return ticks.get(field.purpose, "")
    chosen = field.default or (field.options[0] if field.options else EXAMPLES.get(field.kind, EXAMPLE))
    return [chosen] if field.kind is FieldKind.CHOICES else chosen
