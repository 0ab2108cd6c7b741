"""What came: every fact that rules are asked about, with what became of it. For managers."""

from datetime import datetime, timedelta
from typing import Any

from aiohttp import web
from sqlmodel import col

from intake.model.rules import Did
from storage import setup
from storage.columns import now
from storage.event_pages import KINDS, EventRow, Page, Place, Wanted, channels_heard, events_page
from storage.names import rules_named
from storage.rule_names import RuleNames, rule_names
from storage.subjects import CHAT
from storage.tables.calls import Pbx
from storage.tables.people import Role
from web.access import allow
from web.i18n import gettext, mark, pgettext
from web.keys import DATABASE, VIEWER
from web.looked import ONLOOKERS
from web.pages.events_words import DID, IN_CHATS
from web.render import page
from web.times import from_input

MOST_DAYS = 3660
KIND_WORDS = {
    "call": ("phone", mark("Calls that ended")),
    "letter": ("mail", mark("Letters")),
    "form": ("file-text", mark("Web forms")),
    "chat": ("message-circle", mark("Chats")),
    "step": ("activity", mark("Steps of calls")),
}
FILTERS = ("kind", "channel", "day", "days", "outcome", "rule", "ignored")

routes = web.RouteTableDef()


@routes.get("/events", name="events")
@allow(Role.MANAGER)
async def listed(request: web.Request) -> web.Response:
    """?kind=form&channel=form:3&day=2026-11-20&outcome=created&rule=5&ignored=yes; ?days=30."""
    asked = {name: request.query[name][:80] for name in FILTERS if request.query.get(name)}
    who = request[VIEWER].actor(request.remote)
    async with request.app[DATABASE].reading() as session:
        found = await events_page(session, who, wanted_of(asked), _place(request.query.get("after", "")))
        names, rules = await rule_names(session), await rules_named(session)
        heard = await channels_heard(session)
        places = await channel_names(session, names, heard)
    request.app[ONLOOKERS].saw(who, "events", _shown(found))
    context: dict[str, Any] = {
        "rows": found.rows,
        "asked": asked,
        "after": f"{found.after[0].isoformat()},{found.after[1]}" if found.after else "",
        "channel_words": places,
        "icon_of": icon_of,
        "in_chats": in_chats,
        "did": DID,
        "kinds": [("", gettext("Everything")), *((kind, gettext(KIND_WORDS[kind][1])) for kind in KINDS)],
        "heard": [("", gettext("Any channel")), *((one, places[one]) for one in heard)],
        "outcomes": [("", gettext("Any outcome")), *((did.value, gettext(DID[did].word)) for did in Did)],
        "rules": [
            ("", gettext("Any rule")),
            *sorted(((str(id_), name) for id_, name in rules.items()), key=_name),
        ],
    }
    return await page(request, "events/list.html", **context)


def wanted_of(asked: dict[str, str]) -> Wanted:
    """What makes no sense in an address is not asked for."""
    since, until = _span(asked)
    rule = asked.get("rule", "")
    return Wanted(
        kind=asked.get("kind", ""),
        channel=asked.get("channel", ""),
        since=since,
        until=until,
        outcome=asked.get("outcome", ""),
        rule=int(rule) if rule.isdecimal() and len(rule) < 10 else None,
        ignored=asked.get("ignored") == "yes",
    )


async def channel_names(session: Any, names: RuleNames, channels: list[str]) -> dict[str, str]:
    """«asterisk:1» as people call it."""
    pbxs = {f"asterisk:{one.id}": one.name for one in await setup.every(session, Pbx, col(Pbx.id))}
    fixed = {"smtp": gettext("SMTP receiver"), "manual": pgettext("channel", "by hand")}
    known = names.sources | pbxs | fixed
    return {one: known.get(one, one) for one in channels}


def in_chats(kind: str, channel: str) -> str:
    """What happened in a chat; nothing for other channels."""
    return gettext(IN_CHATS[kind]) if channel.startswith(CHAT) and kind in IN_CHATS else ""


def icon_of(kind: str, channel: str) -> str:
    if kind.startswith("call"):
        return "phone"
    if kind == "letter":
        return "mail"
    return "file-text" if channel.startswith("form:") else "message-circle"


def _span(asked: dict[str, str]) -> tuple[datetime | None, datetime | None]:
    """One day of the viewer's, or the last so many."""
    day = from_input(f"{asked['day']}T00:00") if asked.get("day") else None
    if day is not None:
        return day, day + timedelta(days=1)
    days = asked.get("days", "")
    last = int(days) if days.isdecimal() and len(days) < 5 else 0
    return (now() - timedelta(days=min(last, MOST_DAYS)), None) if last else (None, None)


def _place(text: str) -> Place | None:
    at, _, id_ = text.partition(",")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return None
    return (moment, int(id_)) if moment.tzinfo and id_.isdecimal() and len(id_) < 10 else None


def _shown(found: Page) -> list[tuple[str, int]]:
    return [("inquiry", row.inquiry.id or 0) for row in found.rows if _has_sender(row) and row.inquiry]


def _has_sender(row: EventRow) -> bool:
    return row.inquiry is not None and bool(row.inquiry.sender)


def _name(pair: tuple[str, str]) -> str:
    return pair[1].casefold()
