"""The editor of one web form: what is typed, what is wrong with it, and what is kept. For administrators."""

import secrets
from typing import Any

from aiohttp import web
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import Conflict
from storage import setup
from storage.access import Actor
from storage.tables.forms import WebForm
from storage.tables.people import Role
from storage.tables.work import ConsentText
from storage.webforms import consent_texts, every_form, keep_form
from web.access import allow
from web.i18n import gettext
from web.keys import DATABASE, VIEWER
from web.messages import sentence
from web.pages import drawing_words as words
from web.pages.drawing_draft import YES, Draft, drawn, moved, posted
from web.pages.drawing_presets import FIELDS, begun, with_field
from web.pages.drawing_read import Read, understood
from web.pages.drawing_warnings import warnings
from web.pages.settings_letters import LANGUAGES
from web.render import fragment, page, urls_of
from web.say import say

PATH = "/settings/forms"
SAVE = "save"

routes = web.RouteTableDef()


@routes.get(PATH + "/draw", name="settings.forms.draw")
@allow(Role.ADMINISTRATOR)
async def draw_new(request: web.Request) -> web.Response:
    async with request.app[DATABASE].reading() as session:
        draft = await beginning(session, request)
        return await _editor(request, session, draft, None)


@routes.get(PATH + "/{id:\\d+}", name="settings.form")
@allow(Role.ADMINISTRATOR)
async def draw(request: web.Request) -> web.Response:
    async with request.app[DATABASE].reading() as session:
        form = await stored(session, request)
        return await _editor(request, session, drawn(form), form)


@routes.post(PATH + "/draw")
@routes.post(PATH + "/{id:\\d+}")
@allow(Role.ADMINISTRATOR)
async def keep(request: web.Request) -> web.Response:
    """«Save», or one of the buttons that change the drawing and keep nothing yet."""
    sent = await request.post()
    draft, wanted = posted(sent.items()), str(sent.get("do", SAVE))
    async with request.app[DATABASE].reading() as session:
        form = await stored(session, request) if "id" in request.match_info else None
        texts = await consent_texts(session)
        if wanted != SAVE:
            draft = _changed(draft, wanted, texts)
            return await _editor(request, session, draft, form, opened=_last_of(draft, wanted))
        read = understood(draft, wordings_of(texts))
        if read.mistakes:
            return await _editor(request, session, draft, form, 422, errors=words.complaints(read.mistakes))
    return await _kept(request, draft, read, form)


@routes.post(PATH + "/field", name="settings.forms.field")
@allow(Role.ADMINISTRATOR)
async def add_field(request: web.Request) -> web.Response:
    """One row more for the page that asks, open, at its end."""
    sent = await request.post()
    async with request.app[DATABASE].reading() as session:
        texts = await consent_texts(session)
    draft = _changed(posted(sent.items()), str(sent.get("do", "")), texts)
    if not draft.rows:
        return web.Response(status=204)
    return fragment(
        request, "drawing/row.html", row=draft.rows[-1], opened=True, errors={}, **_lists(texts, None)
    )


async def stored(session: AsyncSession, request: web.Request) -> WebForm:
    """The form that is asked for. Raises NotFound."""
    return await setup.one(session, WebForm, int(request.match_info["id"]))


async def beginning(session: AsyncSession, request: web.Request) -> Draft:
    """The draft of a new form, by ?start=."""
    taken = [form.name for form in await every_form(session)]
    return begun(request.query.get("start", ""), list(await consent_texts(session)), taken)


def wordings_of(texts: dict[str, ConsentText]) -> dict[str, str]:
    return {purpose: text.text for purpose, text in texts.items()}


def warned(read: Read) -> list[str]:
    """The sentences about what is seldom meant so."""
    values = read.values
    found = warnings(read.fields, values["accent"], values["look"])
    return [gettext(words.WARNINGS[code]) for code in found]


def _changed(draft: Draft, wanted: str, texts: dict[str, ConsentText]) -> Draft:
    what, _, which = wanted.partition(".")
    if what == "add":
        return with_field(draft, which, list(texts))
    if what in ("up", "down") and which.isdecimal():
        return moved(draft, int(which[:4]), -1 if what == "up" else 1)
    return draft


def _last_of(draft: Draft, wanted: str) -> int:
    return draft.rows[-1].token if draft.rows and wanted.startswith("add.") else 0


async def _kept(request: web.Request, draft: Draft, read: Read, form: WebForm | None) -> web.Response:
    who = request[VIEWER].actor(request.remote)
    columns = read.columns() | {"tilda_secret": _tilda_secret(draft, form)}
    try:
        async with request.app[DATABASE].transaction() as session:
            await _write_down(session, read, who)
            kept = await keep_form(session, form.id if form else None, columns, who, draft["seen"])
    except Conflict as error:
        async with request.app[DATABASE].reading() as session:
            return await _refused(request, session, draft, error)
    say(request, gettext("Saved"))
    route = "settings.form" if form else "settings.form.install"
    raise web.HTTPSeeOther(urls_of(request.app)(route, id=kept.id))


async def _write_down(session: AsyncSession, read: Read, who: Actor) -> None:
    """A consent's new wording is its next version."""
    for purpose, text in read.wordings.items():
        await setup.new_consent(session, purpose, text, who)


def _tilda_secret(draft: Draft, form: WebForm | None) -> str:
    if draft["tilda"] != YES:
        return ""
    return (form.tilda_secret if form else "") or secrets.token_hex(16)


async def _refused(
    request: web.Request, session: AsyncSession, draft: Draft, error: Conflict
) -> web.Response:
    """Saving once more keeps what is on the page: whoever does it has been told."""
    form = await stored(session, request) if "id" in request.match_info else None
    if error.code == "name-taken":
        errors = {"name": sentence(error)}
        return await _editor(request, session, draft, form, 409, errors=errors)
    seen = {"seen": form.updated_at.isoformat()} if form else {}
    again = Draft(draft.typed | seen, draft.rows)
    return await _editor(request, session, again, form, 409, refusal=sentence(error))


async def _editor(
    request: web.Request,
    session: AsyncSession,
    draft: Draft,
    form: WebForm | None,
    status: int = 200,
    opened: int = 0,
    **context: Any,
) -> web.Response:
    texts = await consent_texts(session)
    url = urls_of(request.app)
    parts: dict[str, Any] = {
        "draft": draft,
        "form": form,
        "here": "settings.form",
        "address": url("settings.form", id=form.id) if form else url("settings.forms.draw"),
        "preview": _first_preview(request, form),
        "languages": [(code, gettext(word)) for code, word in LANGUAGES],
        "looks": words.looks(),
        "radii": words.radii(draft["radius"]),
        "additions": [(key, words.ICONS[each.kind], gettext(each.label)) for key, each in FIELDS.items()],
        "opened_row": opened,
        "warned": warned(understood(draft, wordings_of(texts))),
        "errors": {},
        "refusal": "",
        **_lists(texts, form),
    }
    return await page(request, "drawing/edit.html", status=status, **(parts | context))


def _first_preview(request: web.Request, form: WebForm | None) -> str:
    """What the right half shows until the script follows the drawing."""
    url = urls_of(request.app)
    if form:
        return url("settings.form.preview", id=form.id)
    start = request.query.get("start", "")
    return url("settings.forms.preview", {"start": start})


def _lists(texts: dict[str, ConsentText], form: WebForm | None) -> dict[str, Any]:
    """What a row lets choose from."""
    return {
        "texts": texts,
        "kinds": words.kinds(),
        "targets": words.targets(),
        "target_word": words.target_word,
        "icons": {kind.value: icon for kind, icon in words.ICONS.items()},
        "kept": {each["name"] for each in form.fields} if form else set(),
    }
