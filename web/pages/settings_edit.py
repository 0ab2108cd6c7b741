"""One form for everything the administrator adds and changes, described by data."""

import re
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from sqlmodel import SQLModel, col
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import IntakeError, Rejected
from storage import setup
from storage.database import announce
from storage.tables.calls import NumberRule, Pbx, PhoneLine
from storage.tables.interests import Pipeline, Status
from storage.tables.people import Role, Team, User
from web.access import allow
from web.i18n import gettext, mark
from web.keys import DATABASE, PASSWORDS, VIEWER
from web.messages import sentence
from web.pages import settings_choices as choices
from web.pages import settings_forms as forms
from web.render import page
from web.say import say
from web.telephony import TELEPHONY

routes = web.RouteTableDef()


@dataclass(frozen=True, slots=True)
class Kind:
    """A table that is set up by a form. `parent`: the column that says what a row belongs to."""

    table: type[SQLModel]
    form: type[forms.Form]
    back: str
    title: str
    parent: str = ""
    topic: str = "settings"


KINDS = {
    "pbx": Kind(Pbx, forms.PbxForm, "/settings", mark("PBX"), topic="pbx"),
    "line": Kind(PhoneLine, forms.LineForm, "/settings", mark("Line"), "pbx_id", "pbx"),
    "rule": Kind(NumberRule, forms.RuleForm, "/settings", mark("Number correction"), "pbx_id", "pbx"),
    "user": Kind(User, forms.UserForm, "/settings/people", mark("User"), topic="user"),
    "team": Kind(Team, forms.TeamForm, "/settings/people", mark("Team")),
    "pipeline": Kind(Pipeline, forms.PipelineForm, "/settings/work", mark("Pipeline")),
    "status": Kind(Status, forms.StatusForm, "/settings/work", mark("Status"), "pipeline_id"),
}
PATH = "/settings/{kind:" + "|".join(KINDS) + "}"
URL_PASSWORD = re.compile(r"(://[^:/@]*:).*(@)")
MOST_DIGITS = 9  # of an id
TRUE_ON_NEW = {"enabled", "active"}


@routes.get(PATH + "/new", name="settings.new")
@routes.get(PATH + "/{id:\\d+}", name="settings.edit")
@allow(Role.ADMINISTRATOR)
async def show(request: web.Request) -> web.Response:
    kind, row_id = _asked(request)
    values: dict[str, Any] = dict.fromkeys(TRUE_ON_NEW & kind.form.model_fields.keys(), True)
    if row_id is not None:
        async with request.app[DATABASE].reading() as session:
            values = (await setup.one(session, kind.table, row_id)).model_dump()
        values["cdr"] = veiled(values.get("cdr") or "")
    return await _form(request, values)


@routes.post(PATH + "/new")
@routes.post(PATH + "/{id:\\d+}")
@allow(Role.ADMINISTRATOR)
async def keep(request: web.Request) -> web.Response:
    kind, row_id = _asked(request)
    typed = dict(await request.post())
    values, wrong = forms.read(kind.form, typed)
    if "password" in values:
        wrong |= await _hash(request, values, row_id)
    if wrong:
        return await _form(request, typed, 422, errors=forms.complaints(wrong))
    if kind.parent and row_id is None:
        values[kind.parent] = _parent(typed)
    try:
        await _store(request, kind, row_id, values)
    except IntakeError as error:
        return await _form(request, typed, 409, refusal=sentence(error))
    say(request, gettext("Saved"))
    raise web.HTTPSeeOther(kind.back)


@routes.post(PATH + "/{id:\\d+}/remove", name="settings.remove")
@allow(Role.ADMINISTRATOR)
async def remove(request: web.Request) -> web.Response:
    kind, row_id = _asked(request)
    async with request.app[DATABASE].transaction() as session:
        await setup.remove(session, kind.table, row_id or 0, request[VIEWER].actor(request.remote))
        announce(session, kind.topic, id=row_id)
    say(request, gettext("Removed"))
    raise web.HTTPSeeOther(kind.back)


@routes.post(PATH + "/{id:\\d+}/try", name="settings.probe")
@allow(Role.ADMINISTRATOR)
async def try_connection(request: web.Request) -> web.Response:
    """«Test connection» of a PBX as it is kept."""
    async with request.app[DATABASE].reading() as session:
        pbx = await setup.one(session, Pbx, int(request.match_info["id"]))
    try:
        channels = await request.app[TELEPHONY].try_out(pbx)
    except IntakeError as error:
        say(request, gettext("%(name)s: %(why)s", name=pbx.name, why=sentence(error)), kind="bad")
    else:
        say(request, gettext("%(name)s answers; channels going on: %(count)s", name=pbx.name, count=channels))
    raise web.HTTPSeeOther("/settings")


async def _store(request: web.Request, kind: Kind, row_id: int | None, values: dict[str, Any]) -> None:
    who = request[VIEWER].actor(request.remote)
    async with request.app[DATABASE].transaction() as session:
        if kind.table is User:
            await setup.keep_user(session, row_id, values | {"login": values["login"].casefold()}, who)
        else:
            if kind.table is Pbx:
                await _keep_secret(session, row_id, values)
            await setup.keep(session, kind.table, row_id, values, who)
        announce(session, kind.topic)


async def _keep_secret(session: AsyncSession, row_id: int | None, values: dict[str, Any]) -> None:
    """A secret is never shown, so an empty one means «as it is»; so does a veil over a URL's password."""
    if row_id is None:
        return
    stored = await setup.one(session, Pbx, row_id)
    values["secret"] = values["secret"] or stored.secret
    if values["cdr"] == veiled(stored.cdr):
        values["cdr"] = stored.cdr


def veiled(url: str) -> str:
    """A URL with its password hidden."""
    return URL_PASSWORD.sub(r"\1***\2", url)


def _parent(typed: dict[str, Any]) -> int:
    """What the new row belongs to: the form carries it along."""
    text = str(typed.get("parent", ""))
    if not text.isdecimal() or len(text) > MOST_DIGITS:
        raise Rejected("no-such-choice", field="parent", value=text[:40])
    return int(text)


async def _hash(request: web.Request, values: dict[str, Any], row_id: int | None) -> set[str]:
    """Puts the password's hash in its place; returns the name of the field if it is too short or missing."""
    password = values.pop("password")
    if not password and row_id is not None:
        return set()
    if len(password) < forms.SHORTEST_PASSWORD:
        return {"password"}
    values["password_hash"] = await request.app[PASSWORDS].hash(password)
    return set()


async def _form(
    request: web.Request, values: dict[str, Any], status: int = 200, **context: Any
) -> web.Response:
    kind, row_id = _asked(request)
    async with request.app[DATABASE].reading() as session:
        teams = await setup.every(session, Team, col(Team.name))
    options: dict[str, Any] = {
        "role": list(choices.roles().items()),
        "scope": choices.scopes(),
        "kind": choices.meanings(),
        "technology": [("PJSIP", "PJSIP"), ("SIP", "SIP"), ("Local", "Local")],
        "team_id": [("", "—"), *((team.id, team.name) for team in teams)],
    }
    parts = {
        "kind": request.match_info["kind"],
        "row_id": row_id,
        "title": gettext(kind.title),
        "fields": kind.form.model_fields,
        "values": values,
        "options": options,
        "parent": request.query.get("parent") or values.get("parent", ""),
        "back": kind.back,
        "bool_type": bool,
        "errors": {},
        "refusal": "",
    }
    return await page(request, "settings/form.html", status=status, **(parts | context))


def _asked(request: web.Request) -> tuple[Kind, int | None]:
    row_id = request.match_info.get("id")
    return KINDS[request.match_info["kind"]], int(row_id) if row_id else None
