"""Programs that are told what happens: set up, tried out, and what was delivered to them."""

from typing import Annotated, Any

from aiohttp import web
from pydantic import BeforeValidator, Field, HttpUrl, StringConstraints, TypeAdapter
from sqlmodel import col

from intake.errors import Conflict, Rejected
from storage import hooks, setup
from storage.columns import now
from storage.tables.outgoing import Webhook
from storage.tables.people import Role
from web.access import allow
from web.i18n import gettext, mark
from web.keys import DATABASE, VIEWER
from web.messages import sentence
from web.pages import settings_choices as choices
from web.pages.settings_forms import Form, Name, complaints, read
from web.render import page
from web.say import say

WORDS = {
    hooks.OPENED: mark("an inquiry has come"),
    "inquiry.accepted": mark("it was accepted: there is a new interest"),
    "inquiry.linked": mark("it was linked to an interest"),
    "inquiry.declined": mark("it was declined"),
    hooks.UNDONE: mark("a decision was taken back"),
    hooks.CREATED: mark("an interest was created"),
    hooks.CHANGED: mark("an interest has changed"),
    hooks.TRIED: mark("a trial message"),
}
_url = TypeAdapter(HttpUrl)

routes = web.RouteTableDef()


def _web_address(value: str) -> str:
    _url.validate_python(value)
    return value


class WebhookForm(Form):
    name: Name
    url: Annotated[str, StringConstraints(max_length=1000), BeforeValidator(_web_address)]
    enabled: bool = False
    events: list[str] = Field(default_factory=list)


@routes.get("/settings/webhooks", name="settings.webhooks")
@allow(Role.ADMINISTRATOR)
async def overview(request: web.Request) -> web.Response:
    async with request.app[DATABASE].reading() as session:
        context: dict[str, Any] = {
            "webhooks": await setup.every(session, Webhook, col(Webhook.name)),
            "counts": await hooks.counts(session),
        }
    return await page(
        request,
        "webhooks/list.html",
        tabs=choices.tabs(),
        here="settings.webhooks",
        words=_words(),
        **context,
    )


@routes.get("/settings/webhooks/new", name="webhook.new")
@routes.get("/settings/webhooks/{id:\\d+}/edit", name="webhook.edit")
@allow(Role.ADMINISTRATOR)
async def show(request: web.Request) -> web.Response:
    values: dict[str, Any] = {"enabled": True, "events": []}
    if "id" in request.match_info:
        values = (await _stored(request)).model_dump()
    return await _form(request, values)


@routes.post("/settings/webhooks/new")
@routes.post("/settings/webhooks/{id:\\d+}/edit")
@allow(Role.ADMINISTRATOR)
async def keep(request: web.Request) -> web.Response:
    sent = await request.post()
    wanted = [str(one) for one in sent.getall("events", []) if one in hooks.EVENTS]
    typed = {name: str(sent.get(name, "")) for name in ("name", "url", "enabled")} | {"events": wanted}
    values, wrong = read(WebhookForm, typed)
    if wrong:
        return await _form(request, typed, 422, errors=complaints(wrong))
    row_id = int(request.match_info["id"]) if "id" in request.match_info else None
    values |= {"updated_at": now()} if row_id else {"secret": hooks.new_secret()}
    try:
        async with request.app[DATABASE].transaction() as session:
            kept = await setup.keep(session, Webhook, row_id, values, request[VIEWER].actor(request.remote))
    except Conflict as error:
        return await _form(request, typed, 409, errors={"name": sentence(error)})
    if row_id is None:
        return await _log(request, kept, fresh_secret=values["secret"])
    say(request, gettext("Saved"))
    raise web.HTTPSeeOther(f"/settings/webhooks/{kept.id}")


@routes.get("/settings/webhooks/{id:\\d+}", name="webhook")
@allow(Role.ADMINISTRATOR)
async def log(request: web.Request) -> web.Response:
    """What was delivered, the newest first."""
    return await _log(request, await _stored(request))


@routes.post("/settings/webhooks/{id:\\d+}/secret", name="webhook.secret")
@allow(Role.ADMINISTRATOR)
async def renew(request: web.Request) -> web.Response:
    """Another secret, shown once on the page that answers, like a program's token."""
    secret = hooks.new_secret()
    async with request.app[DATABASE].transaction() as session:
        row_id, who = int(request.match_info["id"]), request[VIEWER].actor(request.remote)
        kept = await setup.keep(session, Webhook, row_id, {"secret": secret}, who)
    return await _log(request, kept, fresh_secret=secret)


async def _log(request: web.Request, webhook: Webhook, fresh_secret: str = "") -> web.Response:
    before = request.query.get("before", "")
    async with request.app[DATABASE].reading() as session:
        found = await hooks.deliveries(
            session, webhook.id or 0, int(before) if before.isdecimal() and len(before) < 10 else None
        )
    return await page(
        request, "webhooks/log.html", webhook=webhook, deliveries=found, words=_words(),
        more=len(found) == hooks.PAGE, tabs=choices.tabs(), here="settings.webhooks",
        fresh_secret=fresh_secret,
    )  # fmt: skip


@routes.post("/settings/webhooks/{id:\\d+}/test", name="webhook.test")
@allow(Role.ADMINISTRATOR)
async def send_test(request: web.Request) -> web.Response:
    webhook = await _stored(request)
    async with request.app[DATABASE].transaction() as session:
        await hooks.deliver(session, webhook, hooks.TRIED, {"by": request[VIEWER].user.name})
    say(request, gettext("A test is on its way: look below for what came of it"))
    raise web.HTTPSeeOther(f"/settings/webhooks/{webhook.id}")


@routes.post("/settings/webhooks/{id:\\d+}/again", name="webhook.again")
@allow(Role.ADMINISTRATOR)
async def again(request: web.Request) -> web.Response:
    webhook = await _stored(request)
    uid = str((await request.post()).get("uid", ""))[:40]
    async with request.app[DATABASE].transaction() as session:
        if not await hooks.send_again(session, uid):
            raise Rejected("delivery-under-way")
    raise web.HTTPSeeOther(f"/settings/webhooks/{webhook.id}")


@routes.post("/settings/webhooks/{id:\\d+}/remove", name="webhook.remove")
@allow(Role.ADMINISTRATOR)
async def remove(request: web.Request) -> web.Response:
    async with request.app[DATABASE].transaction() as session:
        who = request[VIEWER].actor(request.remote)
        await setup.remove(session, Webhook, int(request.match_info["id"]), who)
    say(request, gettext("Removed"))
    raise web.HTTPSeeOther("/settings/webhooks")


async def _stored(request: web.Request) -> Webhook:
    async with request.app[DATABASE].reading() as session:
        return await setup.one(session, Webhook, int(request.match_info["id"]))


def _words() -> dict[str, str]:
    return {event: gettext(word) for event, word in WORDS.items()}


async def _form(
    request: web.Request, values: dict[str, Any], status: int = 200, **context: Any
) -> web.Response:
    parts = {
        "row_id": request.match_info.get("id"), "values": values, "events": hooks.EVENTS, "words": _words(),
        "errors": {},
    }  # fmt: skip
    return await page(request, "webhooks/form.html", status=status, **(parts | context))
