"""Templates of letters, and the signatures of mailboxes. For administrators."""

from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import Field, StringConstraints

from intake.errors import Conflict
from intake.letters.templates import unknown
from storage import setup
from storage.letter_templates import templates
from storage.mailboxes import mailboxes
from storage.tables.letters import LetterTemplate, Mailbox
from storage.tables.people import Role
from web.access import allow
from web.i18n import gettext, mark
from web.keys import DATABASE, VIEWER
from web.messages import sentence
from web.pages import settings_choices as choices
from web.pages.settings_forms import Form, Name, complaints, read
from web.render import page
from web.say import say

LONGEST = 20_000  # characters of a template's text
LONGEST_SIGNATURE = 2_000
LANGUAGES = (("ru", mark("Russian")), ("en", mark("English")))

routes = web.RouteTableDef()


class TemplateForm(Form):
    name: Name
    language: Literal["ru", "en"] = "ru"
    subject: Annotated[str, StringConstraints(max_length=250, pattern=r"^[^\r\n]*$")] = ""
    text: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST)]
    position: int = Field(0, ge=0, le=1000)


class SignatureForm(Form):
    from_name: Annotated[str, StringConstraints(max_length=120, pattern=r"^[^\r\n]*$")] = ""
    signature_ru: Annotated[str, StringConstraints(max_length=LONGEST_SIGNATURE)] = ""
    signature_en: Annotated[str, StringConstraints(max_length=LONGEST_SIGNATURE)] = ""


@routes.get("/settings/letters", name="settings.letters")
@allow(Role.ADMINISTRATOR)
async def overview(request: web.Request) -> web.Response:
    async with request.app[DATABASE].reading() as session:
        context: dict[str, Any] = {
            "templates": await templates(session),
            "mailboxes": await mailboxes(session),
        }
    return await page(
        request, "settings/letters.html", tabs=choices.tabs(), here="settings.letters",
        languages={code: gettext(word) for code, word in LANGUAGES}, unknown=unknown, **context,
    )  # fmt: skip


@routes.get("/settings/letters/new", name="settings.template.new")
@routes.get("/settings/letters/{id:\\d+}", name="settings.template")
@allow(Role.ADMINISTRATOR)
async def show_template(request: web.Request) -> web.Response:
    values: dict[str, Any] = {"language": "ru", "position": 0}
    if "id" in request.match_info:
        values = (await _stored(request, LetterTemplate)).model_dump()
    return await _template(request, values)


@routes.post("/settings/letters/new")
@routes.post("/settings/letters/{id:\\d+}")
@allow(Role.ADMINISTRATOR)
async def keep_template(request: web.Request) -> web.Response:
    typed = dict(await request.post())
    values, wrong = read(TemplateForm, typed)
    if wrong:
        return await _template(request, typed, 422, errors=complaints(wrong))
    row_id = int(request.match_info["id"]) if "id" in request.match_info else None
    try:
        async with request.app[DATABASE].transaction() as session:
            who = request[VIEWER].actor(request.remote)
            await setup.keep(session, LetterTemplate, row_id, _with_lines(values), who)
    except Conflict as error:
        return await _template(request, typed, 409, refusal=sentence(error))
    say(request, gettext("Saved"))
    raise web.HTTPSeeOther("/settings/letters")


@routes.post("/settings/letters/{id:\\d+}/remove", name="settings.template.remove")
@allow(Role.ADMINISTRATOR)
async def remove_template(request: web.Request) -> web.Response:
    async with request.app[DATABASE].transaction() as session:
        who = request[VIEWER].actor(request.remote)
        await setup.remove(session, LetterTemplate, int(request.match_info["id"]), who)
    say(request, gettext("Removed"))
    raise web.HTTPSeeOther("/settings/letters")


@routes.get("/settings/signatures/{id:\\d+}", name="settings.signature")
@allow(Role.ADMINISTRATOR)
async def show_signature(request: web.Request) -> web.Response:
    return await _signature(request, (await _stored(request, Mailbox)).model_dump())


@routes.post("/settings/signatures/{id:\\d+}")
@allow(Role.ADMINISTRATOR)
async def keep_signature(request: web.Request) -> web.Response:
    typed = dict(await request.post())
    values, wrong = read(SignatureForm, typed)
    if wrong:
        return await _signature(request, typed, 422, errors=complaints(wrong))
    async with request.app[DATABASE].transaction() as session:
        who = request[VIEWER].actor(request.remote)
        await setup.keep(session, Mailbox, int(request.match_info["id"]), _with_lines(values), who)
    say(request, gettext("Saved"))
    raise web.HTTPSeeOther("/settings/letters")


async def _stored(request: web.Request, table: Any) -> Any:
    async with request.app[DATABASE].reading() as session:
        return await setup.one(session, table, int(request.match_info["id"]))


async def _template(
    request: web.Request, values: dict[str, Any], status: int = 200, **context: Any
) -> web.Response:
    parts: dict[str, Any] = {
        "values": values,
        "row_id": request.match_info.get("id"),
        "languages": [(code, gettext(word)) for code, word in LANGUAGES],
        "errors": {},
        "refusal": "",
    }
    return await page(request, "settings/letter_template.html", status=status, **(parts | context))


async def _signature(
    request: web.Request, values: dict[str, Any], status: int = 200, **context: Any
) -> web.Response:
    parts: dict[str, Any] = {"values": values, "row_id": request.match_info["id"], "errors": {}}
    return await page(request, "settings/signature.html", status=status, **(parts | context))


def _with_lines(values: dict[str, Any]) -> dict[str, Any]:
    """Browsers end lines with CRLF."""
    return {
        name: value.replace("\r\n", "\n") if isinstance(value, str) else value
        for name, value in values.items()
    }
