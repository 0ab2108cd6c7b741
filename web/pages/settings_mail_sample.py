"""Which lines of a contact form's letters mean what: learned from a letter that is pasted."""

from typing import Any

from aiohttp import web

from intake.letters.form_labels import UTM
from intake.letters.forms import learn
from storage import setup
from storage.database import announce
from storage.tables.letters import Mailbox
from storage.tables.people import Role
from web.access import allow
from web.i18n import gettext, pgettext
from web.keys import DATABASE, VIEWER
from web.pages.settings_choices import Pairs
from web.pages.settings_mail import PATH, TOPIC, stored
from web.render import page
from web.say import say

MOST_LABELS = 60
LONGEST_LABEL = 100
LONGEST_SAMPLE = 50_000

routes = web.RouteTableDef()


@routes.get(PATH + "/{id:\\d+}/form", name="settings.mailbox.form")
@allow(Role.ADMINISTRATOR)
async def show(request: web.Request) -> web.Response:
    mailbox = await stored(request)
    return await _shown(request, mailbox, dict(mailbox.form_labels))


@routes.post(PATH + "/{id:\\d+}/form/learn", name="settings.mailbox.learn")
@allow(Role.ADMINISTRATOR)
async def learned(request: web.Request) -> web.Response:
    """What the letter seems to say, to be looked over; nothing is kept yet."""
    mailbox = await stored(request)
    sample = str((await request.post()).get("sample", ""))[:LONGEST_SAMPLE]
    found = learn(sample)
    nothing = gettext("There are no lines «label: value» in it.") if not found else ""
    return await _shown(request, mailbox, dict(mailbox.form_labels) | found, sample=sample, nothing=nothing)


@routes.post(PATH + "/{id:\\d+}/form")
@allow(Role.ADMINISTRATOR)
async def keep(request: web.Request) -> web.Response:
    mailbox = await stored(request)
    sent = await request.post()
    pairs = zip(sent.getall("label", []), sent.getall("meaning", []), strict=False)
    labels = {
        str(label).strip()[:LONGEST_LABEL]: str(meaning)
        for label, meaning in list(pairs)[:MOST_LABELS]
        if str(label).strip() and _is_known(str(meaning))
    }
    async with request.app[DATABASE].transaction() as session:
        who = request[VIEWER].actor(request.remote)
        await setup.keep(session, Mailbox, mailbox.id, {"form_labels": labels}, who)
        announce(session, TOPIC)
    say(request, gettext("Saved"))
    raise web.HTTPSeeOther(PATH)


def _is_known(meaning: str) -> bool:
    return meaning in dict(_meanings()) or UTM.fullmatch(meaning) is not None


def _meanings() -> Pairs:
    """The fields that a label may stand for (intake/letters/form_labels.py)."""
    return [
        ("", pgettext("form label", "nothing")),
        ("name", pgettext("form label", "name")),
        ("surname", pgettext("form label", "surname")),
        ("patronymic", pgettext("form label", "patronymic")),
        ("phone", pgettext("form label", "phone")),
        ("email", pgettext("form label", "e-mail")),
        ("company", pgettext("form label", "company")),
        ("inn", pgettext("form label", "INN")),
        ("position", pgettext("form label", "position")),
        ("city", pgettext("form label", "city")),
        ("address", pgettext("form label", "address")),
        ("subject", pgettext("form label", "subject")),
        ("message", pgettext("form label", "what is wanted")),
        ("site", pgettext("form label", "site")),
        ("form", pgettext("form label", "form")),
        ("page", pgettext("form label", "page")),
    ]


async def _shown(
    request: web.Request, mailbox: Mailbox, labels: dict[str, Any], sample: str = "", nothing: str = ""
) -> web.Response:
    return await page(
        request, "settings/mail_sample.html", mailbox=mailbox, labels=list(labels.items())[:MOST_LABELS],
        meanings=_meanings(), sample=sample, nothing=nothing,
    )  # fmt: skip
