"""The mailboxes: how each of them is, added, changed, tried. For administrators."""

from typing import Any

from aiohttp import web

from intake.errors import IntakeError
from storage import setup
from storage.columns import now
from storage.database import announce
from storage.desk import channels
from storage.mailboxes import mailboxes
from storage.tables.letters import AfterStoring, Mailbox, MailLogin, Security
from storage.tables.people import Role
from web.access import allow
from web.i18n import gettext, pgettext
from web.keys import DATABASE, VIEWER
from web.mailboxes import MAILBOXES
from web.messages import sentence
from web.pages import settings_choices as choices
from web.pages.settings_forms import complaints
from web.pages.settings_mail_form import DAY, keeping_secrets, shown, typed_mailbox
from web.pages.settings_mail_presets import PRESETS, names
from web.pages.settings_mail_words import in_words
from web.render import fragment, page
from web.say import say
from web.times import here

PATH = "/settings/mail"
TOPIC = "mailbox"

routes = web.RouteTableDef()


@routes.get(PATH, name="settings.mail")
@allow(Role.ADMINISTRATOR)
async def overview(request: web.Request) -> web.Response:
    listed = await _listed(request)
    return await page(request, "settings/mail.html", tabs=choices.tabs(), here="settings.mail", **listed)


@routes.get(PATH + "/list", name="settings.mail.list")
@allow(Role.ADMINISTRATOR)
async def listed_anew(request: web.Request) -> web.Response:
    """A channel's health has changed: the page draws its list again."""
    return fragment(request, "settings/mail_list.html", **await _listed(request))


@routes.get(PATH + "/new", name="settings.mailbox.new")
@allow(Role.ADMINISTRATOR)
async def show_new(request: web.Request) -> web.Response:
    """Letters since today, unless somebody wants the old ones to become inquiries as well."""
    preset = PRESETS.get(request.query.get("preset", ""))
    values = {"enabled": True, "scan_from": here(now()).strftime(DAY)}
    return await _form(request, values | (preset.values() if preset else {}))


@routes.get(PATH + "/{id:\\d+}", name="settings.mailbox")
@allow(Role.ADMINISTRATOR)
async def show(request: web.Request) -> web.Response:
    return await _form(request, shown(await stored(request)))


@routes.post(PATH + "/new")
@routes.post(PATH + "/{id:\\d+}")
@allow(Role.ADMINISTRATOR)
async def keep(request: web.Request) -> web.Response:
    typed = dict(await request.post())
    values, wrong = typed_mailbox(typed)
    if wrong:
        return await _form(request, _again(typed), 422, errors=complaints(wrong))
    before = await stored(request) if "id" in request.match_info else None
    try:
        async with request.app[DATABASE].transaction() as session:
            who = request[VIEWER].actor(request.remote)
            values = keeping_secrets(values, before)
            await setup.keep(session, Mailbox, before.id if before else None, values, who)
            announce(session, TOPIC)
    except IntakeError as error:
        return await _form(request, _again(typed), 409, refusal=sentence(error))
    say(request, gettext("Saved"))
    raise web.HTTPSeeOther(PATH)


@routes.post(PATH + "/{id:\\d+}/remove", name="settings.mailbox.remove")
@allow(Role.ADMINISTRATOR)
async def remove(request: web.Request) -> web.Response:
    """The letters that came by it stay."""
    async with request.app[DATABASE].transaction() as session:
        who = request[VIEWER].actor(request.remote)
        await setup.remove(session, Mailbox, int(request.match_info["id"]), who)
        announce(session, TOPIC)
    say(request, gettext("Removed"))
    raise web.HTTPSeeOther(PATH)


@routes.post(PATH + "/{id:\\d+}/try", name="settings.mailbox.probe")
@allow(Role.ADMINISTRATOR)
async def try_connection(request: web.Request) -> web.Response:
    """«Test connection» of a mailbox as it is kept: what came of each of its servers, in its own words."""
    mailbox = await stored(request)
    tried = await request.app[MAILBOXES].try_out(mailbox)
    for server, outcome in ((mailbox.imap_host, tried.hears), (mailbox.smtp_host, tried.sends)):
        match outcome:
            case None:
                continue
            case IntakeError():
                text, kind = gettext("%(name)s: %(why)s", name=server, why=sentence(outcome)), "bad"
            case int():
                text, kind = (
                    gettext("%(name)s answers; letters there: %(count)s", name=server, count=outcome),
                    "",
                )
            case str():
                text, kind = gettext("%(name)s takes letters: %(words)s", name=server, words=outcome), ""
        say(request, text, kind=kind)
    raise web.HTTPSeeOther(PATH)


async def _listed(request: web.Request) -> dict[str, Any]:
    async with request.app[DATABASE].reading() as session:
        return {
            "mailboxes": await mailboxes(session),
            "healths": {one.health.channel: one.health for one in await channels(session)},
            "in_words": in_words,
            "after": dict(_after()),
        }


async def stored(request: web.Request) -> Mailbox:
    """The mailbox that is asked for. Raises NotFound."""
    async with request.app[DATABASE].reading() as session:
        return await setup.one(session, Mailbox, int(request.match_info["id"]))


def _again(typed: dict[str, Any]) -> dict[str, Any]:
    """What was typed, but no secret: it would stand in the page."""
    return {name: value for name, value in typed.items() if "secret" not in name}


def _security() -> choices.Pairs:
    return [
        (Security.TLS.value, pgettext("mail", "TLS from the beginning")),
        (Security.STARTTLS.value, "STARTTLS"),
        (Security.NONE.value, pgettext("mail", "none: only on the same machine")),
    ]


def _after() -> choices.Pairs:
    return [
        (AfterStoring.KEEP.value, pgettext("mail", "it stays as it is")),
        (AfterStoring.FLAG.value, pgettext("mail", "it is flagged")),
        (AfterStoring.MOVE.value, pgettext("mail", "it is moved to another folder")),
    ]


def _logins() -> choices.Pairs:
    return [
        (MailLogin.PASSWORD.value, pgettext("mail", "password")),
        (MailLogin.OAUTH2.value, "OAuth2"),
    ]


async def _form(
    request: web.Request, values: dict[str, Any], status: int = 200, **context: Any
) -> web.Response:
    preset = PRESETS.get(request.query.get("preset", ""))
    parts: dict[str, Any] = {
        "row_id": request.match_info.get("id"),
        "values": values,
        "presets": names(),
        "preset": request.query.get("preset", ""),
        "preset_hint": gettext(preset.hint) if preset else "",
        "security": _security(),
        "after": _after(),
        "logins": _logins(),
        "errors": {},
        "refusal": "",
    }
    return await page(request, "settings/mail_form.html", status=status, **(parts | context))
