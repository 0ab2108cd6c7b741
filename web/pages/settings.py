"""The settings that one page each shows: telephony, people, work, access. For administrators."""

import hashlib
import secrets
from typing import Any

from aiohttp import web
from sqlmodel import col

from intake.errors import Rejected
from storage import setup
from storage.columns import now
from storage.desk import channels
from storage.history import journal
from storage.mailboxes import mailboxes
from storage.names import rules_named
from storage.preferences import Settings, change_settings
from storage.preferences import settings as house_settings
from storage.tables.calls import NumberRule, Pbx, PhoneLine
from storage.tables.interests import Pipeline, Status
from storage.tables.people import ApiToken, Role, Team, User
from storage.tables.work import ConsentText
from web.access import allow
from web.i18n import gettext
from web.keys import DATABASE, VIEWER
from web.messages import sentence
from web.pages import settings_choices as choices
from web.pages.channel_words import in_words
from web.pages.settings_forms import ConsentForm, TokenForm, complaints, read
from web.render import page
from web.rule_words import signed
from web.say import say

ACTIONS_SHOWN = 100
MAY_BE_NONE = ("pipeline_id", "notify_mailbox_id", "calendar_id", "default_responsible_id")

routes = web.RouteTableDef()


@routes.get("/settings", name="settings")
@allow(Role.ADMINISTRATOR)
async def telephony(request: web.Request) -> web.Response:
    async with request.app[DATABASE].reading() as session:
        context: dict[str, Any] = {
            "pbxs": await setup.every(session, Pbx, col(Pbx.id)),
            "lines": await setup.every(session, PhoneLine, col(PhoneLine.did)),
            "rules": await setup.every(session, NumberRule, col(NumberRule.position), col(NumberRule.id)),
            "in_words": in_words,
            "healths": {one.health.channel: one.health for one in await channels(session)},
        }
    return await _page(request, "settings", "settings/telephony.html", **context)


@routes.get("/settings/people", name="settings.people")
@allow(Role.ADMINISTRATOR)
async def people(request: web.Request) -> web.Response:
    async with request.app[DATABASE].reading() as session:
        context: dict[str, Any] = {
            "users": await setup.every(session, User, col(User.active).desc(), col(User.name)),
            "teams": await setup.every(session, Team, col(Team.name)),
        }
    context["team_names"] = {team.id: team.name for team in context["teams"]}
    return await _page(request, "settings.people", "settings/people.html", roles=choices.roles(), **context)


@routes.get("/settings/work", name="settings.work")
@allow(Role.ADMINISTRATOR)
async def work(request: web.Request) -> web.Response:
    return await _work(request)


@routes.post("/settings/general", name="settings.general")
@allow(Role.ADMINISTRATOR)
async def change_general(request: web.Request) -> web.Response:
    sent = await request.post()
    typed = {name: str(value) for name, value in sent.items() if name in Settings.model_fields}
    typed |= {name: typed.get(name) or None for name in MAY_BE_NONE if name in typed}  # type: ignore[misc]
    try:
        async with request.app[DATABASE].transaction() as session:
            await change_settings(session, request[VIEWER].actor(request.remote), **typed)
    except Rejected as error:
        wrong = complaints(error.params.get("fields", ()))  # type: ignore[arg-type]
        return await _work(request, status=422, errors=wrong)
    say(request, gettext("Saved"))
    raise web.HTTPSeeOther("/settings/work")


@routes.post("/settings/consents", name="settings.consents")
@allow(Role.ADMINISTRATOR)
async def add_consent(request: web.Request) -> web.Response:
    values, wrong = read(ConsentForm, dict(await request.post()))
    if wrong:
        return await _work(request, status=422, errors=complaints(wrong))
    async with request.app[DATABASE].transaction() as session:
        await setup.new_consent(
            session, values["purpose"], values["text"], request[VIEWER].actor(request.remote)
        )
    say(request, gettext("Saved"))
    raise web.HTTPSeeOther("/settings/work")


@routes.get("/settings/access", name="settings.access")
@allow(Role.ADMINISTRATOR)
async def access(request: web.Request) -> web.Response:
    return await _access(request)


@routes.post("/settings/tokens", name="settings.tokens")
@allow(Role.ADMINISTRATOR)
async def add_token(request: web.Request) -> web.Response:
    """The token is shown once, on the page that answers; only its hash is kept."""
    values, wrong = read(TokenForm, dict(await request.post()))
    if wrong:
        return await _access(request, status=422, errors=complaints(wrong))
    token = secrets.token_urlsafe(32)
    made = ApiToken(**values, hash=hashlib.sha256(token.encode()).hexdigest())
    async with request.app[DATABASE].transaction() as session:
        await setup.one(session, User, values["user_id"])
        async with journal(session, "add-token", request[VIEWER].actor(request.remote)) as log:
            await log.add(made)
    return await _access(request, fresh_token=token)


@routes.post("/settings/tokens/{id:\\d+}/revoke", name="settings.revoke")
@allow(Role.ADMINISTRATOR)
async def revoke_token(request: web.Request) -> web.Response:
    async with request.app[DATABASE].transaction() as session:
        token = await setup.one(session, ApiToken, int(request.match_info["id"]))
        async with journal(session, "revoke-token", request[VIEWER].actor(request.remote)) as log:
            await log.change(token, revoked_at=now())
    say(request, gettext("Revoked"))
    raise web.HTTPSeeOther("/settings/access")


async def _work(request: web.Request, status: int = 200, **context: Any) -> web.Response:
    async with request.app[DATABASE].reading() as session:
        context = {
            "pipelines": await setup.every(session, Pipeline, col(Pipeline.position), col(Pipeline.id)),
            "statuses": await setup.every(session, Status, col(Status.position), col(Status.id)),
            "texts": await setup.every(session, ConsentText, col(ConsentText.id).desc()),
            "house": await house_settings(session),
            "boxes": [box for box in await mailboxes(session) if box.smtp_host],
            "means": dict(choices.meanings()),
            "errors": {},
        } | context
    context["choices"] = choices.general(context["pipelines"], context["boxes"])  # type: ignore[arg-type]
    return await _page(request, "settings.work", "settings/work.html", status, **context)


async def _access(request: web.Request, status: int = 200, **context: Any) -> web.Response:
    before = request.query.get("before", "")
    async with request.app[DATABASE].reading() as session:
        context = {
            "tokens": await setup.tokens(session),
            "names": await setup.names(session),
            "rules": await rules_named(session),
            "signed": signed,
            "actions": await setup.recent_actions(
                session, int(before) if before.isdecimal() and len(before) < 10 else None, ACTIONS_SHOWN
            ),
            "errors": {},
            "fresh_token": "",
        } | context
    return await _page(request, "settings.access", "settings/access.html", status, **context)


async def _page(
    request: web.Request, here: str, template: str, status: int = 200, **context: Any
) -> web.Response:
    return await page(
        request, template, status=status, tabs=choices.tabs(), here=here, sentence=sentence, **context
    )
