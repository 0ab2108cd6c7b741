"""One event: what was heard, what each rule said of it, what became of it; and asking the rules again."""

import json
from typing import Any

from aiohttp import web

from intake.errors import NotFound
from intake.letters.plain import storable
from intake.log import is_secret, masked
from storage.event_pages import EventTold, event_told
from storage.names import names
from storage.rule_names import rule_names
from storage.subjects import CHAT
from storage.tables.people import Role
from storage.timeline import Entry
from web.i18n import gettext
from web.keys import DATABASE, VIEWER
from web.looked import ONLOOKERS
from web.pages.cards_timeline import Item, tell
from web.pages.events import channel_names, icon_of, in_chats
from web.pages.events_told import Made, made_by, told
from web.pages.events_words import DID
from web.render import page
from web.rule_words import signed

MOST_RAW = 100_000  # characters that are shown

routes = web.RouteTableDef()


@routes.get("/events/{id:\\d+}", name="event")
async def show(request: web.Request) -> web.Response:
    """Of what belongs to an inquiry, whoever may see that; of the rest, managers."""
    return await page(request, "events/event.html", **await event_context(request))


async def event_context(request: web.Request) -> dict[str, Any]:
    viewer = request[VIEWER]
    who = viewer.actor(request.remote)
    async with request.app[DATABASE].reading() as session:
        found = await event_told(session, who, int(request.match_info["id"]))
        if found.inquiry is None and not viewer.may(Role.MANAGER):
            raise NotFound("no-such-event", id=found.event.id)
        known, rules = await names(session), await rule_names(session)
        channels = [found.event.channel, *(event.channel for _, event in found.touches)]
        context = {
            "ruled": await told(session, request.app, found.decision) if found.decision else None,
            "channel_words": await channel_names(session, rules, channels),
        }
    return {
        **context,
        **_heard(request, found),
        "may_replay": viewer.may(Role.ADMINISTRATOR),
        "done": [_done(request, deed, name, known) for deed, name in found.deeds],
        "did": DID,
        "tried": None,
    }


def _heard(request: web.Request, found: EventTold) -> dict[str, Any]:
    """The fact itself: masked but for administrators, whose look is written down."""
    viewer, event = request[VIEWER], found.event
    bare = viewer.may(Role.ADMINISTRATOR)
    if bare:
        request.app[ONLOOKERS].saw(viewer.actor(request.remote), "event", [("event", event.id or 0)])
    shown = {"raw": _raw(found, bare), "fact": _fact(found, bare), "bare": bare}
    kind_word = in_chats(event.kind, event.channel)
    icon = icon_of(event.kind, event.channel)
    return {"found": found, "event": event, "icon": icon, "kind_word": kind_word, **shown}


def _done(request: web.Request, deed: Any, name: str, known: Any) -> tuple[Item | None, str, list[Made]]:
    """What was done in words, by whom, and what it has made."""
    items = tell([Entry(deed.action.at, deed, name)], known, "", "", 1).items
    by = name or signed(deed.action.details, known.rules) or gettext("the service")
    return (items[0] if items else None), by, made_by(request.app, deed.changes)


def _raw(found: EventTold, bare: bool) -> str:
    text = found.event.raw[:MOST_RAW]
    if found.event.channel.startswith(CHAT):
        return _of_platform(text, bare)
    return text if bare else str(masked(text))


def _of_platform(text: str, bare: bool) -> str:
    """Some platforms prove themselves by a secret inside: that is shown to nobody."""
    try:
        body = json.loads(text)
        shown = _without_secrets(body) if bare else masked(body)
        return storable(json.dumps(shown, ensure_ascii=False, indent=2))[:MOST_RAW]
    except (ValueError, RecursionError):
        return text if bare else str(masked(text))


def _without_secrets(body: Any) -> Any:
    match body:
        case dict():
            return {name: "…" if is_secret(name) else _without_secrets(one) for name, one in body.items()}
        case list():
            return [_without_secrets(one) for one in body]
    return body


def _fact(found: EventTold, bare: bool) -> str:
    fact = found.event.fact if bare else masked(found.event.fact)
    return json.dumps(fact, ensure_ascii=False, indent=2, default=str)[:MOST_RAW]
