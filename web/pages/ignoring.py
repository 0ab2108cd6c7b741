"""The ignore list: who is on it and what it kept away; adding, changing, taking off; asking whom it fits."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from aiohttp import web

from intake.errors import Conflict, NotFound, Rejected
from intake.matching.emails import read_email
from intake.matching.ignoring import IgnoreList
from intake.matching.phones import read_phone
from intake.model.chats import is_identity
from storage.columns import now
from storage.history import journal
from storage.ignored_pages import PAGE, Line, kept_away, lately, line, lines
from storage.ignoring import Wanted, change_entry, ignore_entry, live_entries, put_on_list, take_off
from storage.tables.people import Role
from web.access import allow
from web.i18n import gettext, ngettext
from web.keys import DATABASE, VIEWER
from web.looked import ONLOOKERS
from web.messages import sentence
from web.pages import ignoring_words as words
from web.pages.cards import actor
from web.pages.cards_edit import card_id
from web.pages.ignoring_form import Typed, pasted, typed_of, wanted_of
from web.pages.settings_choices import tabs_for
from web.render import has_route, page, urls_of
from web.say import say
from web.show import phone as phone_shown

PATH = "/settings/ignored"
MOST_PAGES = 10_000
LATELY = timedelta(days=30)

routes = web.RouteTableDef()


@routes.get(PATH, name="settings.ignored")
@allow(Role.MANAGER)
async def overview(request: web.Request) -> web.Response:
    text, asked = request.query.get("q", "").strip()[:100], request.query.get("try", "").strip()[:320]
    number = _number(request.query.get("page", ""))
    async with request.app[DATABASE].reading() as session:
        shown, total = await lines(session, text, number)
        context: dict[str, Any] = {
            "lines": shown,
            "total": total,
            "lately": await lately(session, now() - LATELY),
            "answer": await _asked(session, asked) if asked else None,
        }
    places: dict[str, Any] = {
        "number": number,
        "most": max(1, -(-total // PAGE)),
        "text": text,
        "asked": asked,
    }
    return await _page(request, "ignoring/list.html", **context, **places)


@routes.get(PATH + "/new", name="settings.ignored.new")
@allow(Role.MANAGER)
async def begin(request: web.Request) -> web.Response:
    return await _edit(request, typed_of(request.query))


@routes.post(PATH + "/new")
@allow(Role.MANAGER)
async def add(request: web.Request) -> web.Response:
    typed = typed_of(await request.post())
    try:
        wanted = wanted_of(typed, actor(request).user_id)
    except Rejected as error:
        return await _edit(request, typed, error)
    who = actor(request)
    async with (
        request.app[DATABASE].transaction() as session,
        journal(session, "ignore", who, pattern=wanted.pattern) as j,
    ):
        await put_on_list(session, j, wanted)
    return _done(request, gettext("On the ignore list"), j.action_id)


@routes.get(PATH + "/paste", name="settings.ignored.paste")
@allow(Role.MANAGER)
async def begin_paste(request: web.Request) -> web.Response:
    return await _paste_page(request)


@routes.post(PATH + "/paste")
@allow(Role.MANAGER)
async def paste(request: web.Request) -> web.Response:
    """A line each. What makes no sense stays in the field, with the reason; the rest is on the list."""
    text = str((await request.post()).get("text", ""))
    try:
        wanted, wrong = pasted(text, actor(request).user_id)
    except Rejected as error:
        return await _paste_page(request, 422, text=text, refusal=sentence(error))
    action = await _put_all(request, wanted) if wanted else None
    said = ngettext("%(num)s entry is on the list", "%(num)s entries are on the list", len(wanted))
    if wrong:
        reasons = [(one.line, one.text, sentence(one.error)) for one in wrong]
        left = "\n".join(one.text for one in wrong)
        notice = said if wanted else ""
        return await _paste_page(request, 422, text=left, wrong=reasons, notice=notice)
    return _done(request, said, action)


async def _put_all(request: web.Request, wanted: Sequence[Wanted]) -> int:
    """In one order, so that nobody waits crosswise; taken off together by one undo."""
    who = actor(request)
    async with (
        request.app[DATABASE].transaction() as session,
        journal(session, "ignore", who, entries=len(wanted)) as j,
    ):
        for one in sorted(wanted, key=lambda each: (each.how, each.pattern)):
            await put_on_list(session, j, one)
    return j.action_id


@routes.get(PATH + "/{id:\\d+}", name="settings.ignored.one")
@allow(Role.MANAGER)
async def show(request: web.Request) -> web.Response:
    """The entry, and what it has kept away."""
    found = await _line(request)
    return await _edit(request, typed_of(found.entry), found=found)


@routes.post(PATH + "/{id:\\d+}")
@allow(Role.MANAGER)
async def change(request: web.Request) -> web.Response:
    typed = typed_of(await request.post())
    try:
        wanted = wanted_of(typed, actor(request).user_id)
        async with request.app[DATABASE].transaction() as session:
            action = await change_entry(session, card_id(request), wanted, actor(request))
    except (Rejected, Conflict) as error:
        return await _edit(request, typed, error, await _line(request))
    return _done(request, gettext("Saved"), action)


@routes.post(PATH + "/{id:\\d+}/remove", name="settings.ignored.remove")
@allow(Role.MANAGER)
async def remove(request: web.Request) -> web.Response:
    async with request.app[DATABASE].transaction() as session:
        entry = await ignore_entry(session, card_id(request))
        async with journal(session, "stop-ignoring", actor(request), pattern=entry.pattern) as j:
            await take_off(session, j, [entry])
    return _done(request, gettext("Off the list: they make work again"), j.action_id)


async def _asked(session: Any, text: str) -> dict[str, Any]:
    """Which entry fits a number or address, on which channels."""
    phone, email = read_phone(text), read_email(text) if "@" in text else None
    key = email.address if email else phone.e164 if phone and not is_identity(text) else text
    listed = IgnoreList(await live_entries(session))
    fitting = {channel: listed.entry_for(channel.value, [key]) for channel in words.CHANNELS}
    found = {id_: await line(session, id_) for id_ in fitting.values() if id_ is not None}
    of = [(found[id_], [one for one in fitting if fitting[one] == id_]) for id_ in found]
    shown = phone_shown(key) if key.startswith("+") else key
    return {"shown": shown, "fits": [(one, channels) for one, channels in of if one is not None]}


async def _line(request: web.Request) -> Line:
    async with request.app[DATABASE].reading() as session:
        found = await line(session, card_id(request))
    if found is None:
        raise NotFound("no-such-entry", id=card_id(request))
    return found


async def _edit(
    request: web.Request, typed: Typed, error: Rejected | Conflict | None = None, found: Line | None = None
) -> web.Response:
    status = 200 if error is None else 422 if isinstance(error, Rejected) else 409
    kept = []
    if found is not None:
        async with request.app[DATABASE].reading() as session:
            kept = await kept_away(session, found.entry.id or 0)
        request.app[ONLOOKERS].saw(actor(request), "ignored", [("ignore_entry", found.entry.id or 0)])
    refusal = sentence(error) if error is not None else ""
    return await _page(
        request, "ignoring/entry.html", status, typed=typed, refusal=refusal, line=found, kept=kept
    )


async def _paste_page(request: web.Request, status: int = 200, **context: Any) -> web.Response:
    parts: dict[str, Any] = {"text": "", "wrong": [], "refusal": "", "notice": ""}
    return await _page(request, "ignoring/paste.html", status, **(parts | context))


async def _page(request: web.Request, template: str, status: int = 200, **context: Any) -> web.Response:
    parts = {
        "tabs": tabs_for(request[VIEWER]),
        "here": "settings.ignored",
        "words": words,
        "has_route": lambda name: has_route(request.app, name),
    }
    return await page(request, template, status=status, **parts, **context)


def _done(request: web.Request, text: str, action: int | None) -> web.Response:
    undo = urls_of(request.app)("action.undo", id=action) if action is not None else ""
    say(request, text, undo=undo)
    raise web.HTTPSeeOther(PATH)


def _number(text: str) -> int:
    return min(max(1, int(text)), MOST_PAGES) if text.isdecimal() and len(text) < 9 else 1
