"""The rules of automatic processing, each as a sentence, in the order in which they are asked."""

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from intake.automation.bodies import rule_of
from intake.errors import NotFound
from intake.model.rules import Rule
from storage import rules as kept
from storage.database import announce
from storage.history import stored_id
from storage.reversal import undo
from storage.rule_names import last_written, rule_names
from storage.tables.automation import AutoRule
from storage.tables.history import Action
from storage.tables.people import Role
from web.access import allow
from web.i18n import gettext
from web.keys import DATABASE, VIEWER
from web.pages.events_words import DID
from web.pages.inquiries_words import CHANNELS
from web.pages.settings_choices import tabs_for
from web.render import fragment, is_partial, page, urls_of
from web.rule_words import Sentence, sentence_of
from web.say import say

PATH = "/settings/rules"
MOST_IDS = 500
UP = "up"

routes = web.RouteTableDef()


@dataclass(frozen=True, slots=True)
class Line:
    """A rule of the list. `outcomes`: what came of it (intake.model.rules.Did), its word, how often."""

    row: AutoRule
    rule: Rule
    sentence: Sentence
    channels: list[tuple[str, str]]
    outcomes: list[tuple[str, str, int]]
    decided: int
    author: str


@routes.get(PATH, name="settings.rules")
@allow(Role.MANAGER)
async def overview(request: web.Request) -> web.Response:
    return await page(request, "rules/list.html", **await _listed(request))


@routes.get(PATH + "/list", name="settings.rules.list")
@allow(Role.MANAGER)
async def listed_anew(request: web.Request) -> web.Response:
    """Somebody has changed them: the page draws its list again."""
    return fragment(request, "rules/rows.html", **await _listed(request))


@routes.post(PATH + "/{id:\\d+}/switch", name="settings.rule.switch")
@allow(Role.ADMINISTRATOR)
async def switch(request: web.Request) -> web.Response:
    on = (await request.post()).get("on") == "yes"
    who = request[VIEWER].actor(request.remote)
    async with request.app[DATABASE].transaction() as session:
        row = await kept.switch_rule(session, int(request.match_info["id"]), on, who)
    said = gettext("«%(name)s» is on") if on else gettext("«%(name)s» is off")
    say(request, said % {"name": row.name})
    return await _again(request)


@routes.post(PATH + "/{id:\\d+}/move", name="settings.rule.move")
@allow(Role.ADMINISTRATOR)
async def move(request: web.Request) -> web.Response:
    """One place up or down."""
    rule_id, way = int(request.match_info["id"]), (await request.post()).get("to")
    async with request.app[DATABASE].transaction() as session:
        await kept.rule(session, rule_id)
        ids = [stored_id(one.row) for one in await kept.every_rule(session)]
        place = ids.index(rule_id)
        there = place - 1 if way == UP else place + 1
        if 0 <= there < len(ids):
            ids[place], ids[there] = ids[there], ids[place]
            await kept.order_rules(session, ids, request[VIEWER].actor(request.remote))
    return await _again(request)


@routes.post(PATH + "/order", name="settings.rules.order")
@allow(Role.ADMINISTRATOR)
async def order(request: web.Request) -> web.Response:
    """All of them as they lie now: `ids` with commas."""
    sent = str((await request.post()).get("ids", "")).split(",")[:MOST_IDS]
    ids = [int(one) for one in sent if one.isdecimal() and len(one) < 10]
    async with request.app[DATABASE].transaction() as session:
        await kept.order_rules(session, ids, request[VIEWER].actor(request.remote))
    return await _again(request)


@routes.post(PATH + "/{id:\\d+}/remove", name="settings.rule.remove")
@allow(Role.ADMINISTRATOR)
async def remove(request: web.Request) -> web.Response:
    """What it decided still names it."""
    rule_id = int(request.match_info["id"])
    async with request.app[DATABASE].transaction() as session:
        row = await kept.rule(session, rule_id)
        action = await kept.remove_rule(session, rule_id, request[VIEWER].actor(request.remote))
    undo_at = urls_of(request.app)("settings.rules.undo", action=action)
    say(request, gettext("«%(name)s» is removed", name=row.name), undo=undo_at)
    raise web.HTTPSeeOther(PATH)


@routes.post(PATH + "/removed/{action:\\d+}/undo", name="settings.rules.undo")
@allow(Role.ADMINISTRATOR)
async def put_back(request: web.Request) -> web.Response:
    """A rule that was removed, as it was; nothing else is undone here."""
    action_id = int(request.match_info["action"])
    async with request.app[DATABASE].transaction() as session:
        action = await session.get(Action, action_id)
        if action is None or action.kind != "remove-rule":
            raise NotFound("no-such-action", id=action_id)
        await undo(session, action_id, request[VIEWER].actor(request.remote))
        announce(session, "rules")
    say(request, gettext("Undone"))
    return await _again(request)


async def _again(request: web.Request) -> web.Response:
    """Without scripts the page, with them its list."""
    if not is_partial(request):
        raise web.HTTPSeeOther(PATH)
    return fragment(request, "rules/rows.html", **await _listed(request))


async def _listed(request: web.Request) -> dict[str, Any]:
    async with request.app[DATABASE].reading() as session:
        counted = await kept.every_rule(session)
        names = await rule_names(session)
        authors = await last_written(session, [stored_id(one.row) for one in counted])
    lines = [_line(one, sentence_of(rule_of(one.row, stored_id(one.row)), names), authors) for one in counted]
    viewer = request[VIEWER]
    return {
        "lines": lines,
        "edits": viewer.may(Role.ADMINISTRATOR),
        "tabs": tabs_for(viewer),
        "here": "settings.rules",
    }


def _line(counted: kept.CountedRule, sentence: Sentence, authors: dict[int, str]) -> Line:
    rule = rule_of(counted.row, stored_id(counted.row))
    known = {channel.value: (icon, gettext(word)) for channel, (icon, word) in CHANNELS.items()}
    outcomes = [
        (did, gettext(DID[did].word).lower(), times)
        for did, times in sorted(counted.outcomes.items(), key=lambda each: -each[1])
        if did in DID
    ]
    channels = [known[one] for one in rule.channels if one in known]
    author = authors.get(rule.id, "")
    return Line(counted.row, rule, sentence, channels, outcomes, counted.decided, author)
