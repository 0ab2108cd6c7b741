"""The screen-pop: a card for whoever's telephone rings, gone for the rest when one answers."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web
from markupsafe import Markup

from storage.callcards import CallCard, call_card, cards_of, names_of
from storage.database import Database
from storage.desk import channels, unheard
from storage.live import Announcement
from storage.tables.people import Presence
from web.access import Viewer
from web.i18n import gettext
from web.keys import DATABASE, LIVE, VIEWER
from web.render import has_route, live_context, render

TAKES_AWAY = {"answered", "stopped", "transferred", "merged", "ended"}  # steps after which a card may go

routes = web.RouteTableDef()


@routes.get("/pops", name="pops")
async def pops(request: web.Request) -> web.Response:
    """All cards of whoever asks, for a page that has just been opened."""
    viewer = request[VIEWER]
    async with request.app[DATABASE].reading() as session:
        cards = await cards_of(session, viewer.user.extension) if viewer.user.extension else []
        silent = unheard(await channels(session)) if cards else {}
    shown = [card for card in cards if concerns(card, viewer)]
    html = "".join(card_html(request.app, card, viewer, silent.get(card.channel)) for card in shown)
    return web.Response(text=html, content_type="text/html")


@dataclass(slots=True)
class Latest:
    """The card of the announcement at hand: one look into the database, however many phones ring."""

    database: Database
    announcement: Announcement | None = None
    card: CallCard | None = None
    names: list[str] = field(default_factory=list)

    async def of(self, announcement: Announcement) -> CallCard | None:
        if self.announcement is not announcement:
            self.announcement = announcement
            async with self.database.reading() as session:
                self.card = await call_card(session, announcement.data["call"])
                self.names = await names_of(session, self.card.talking) if self.card else []
        return self.card


def register(app: web.Application) -> None:
    latest = Latest(app[DATABASE])

    async def card(announcement: Announcement, viewer: Viewer) -> str | None:
        """Only people with a telephone have cards; everybody's desk hears of the call all the same."""
        if viewer.user.extension is None:
            return None
        rings = viewer.user.extension in announcement.data["ringing"]
        talks = viewer.user.extension in announcement.data["talking"]
        if not (talks or (rings and viewer.presence is not Presence.DO_NOT_DISTURB)):
            if announcement.data["step"] not in TAKES_AWAY:
                return None
            return gone(announcement, latest.names if await latest.of(announcement) else [])
        found = await latest.of(announcement)
        return card_html(app, found, viewer) if found and not found.ended_at else gone(announcement, [])

    app[LIVE].register("call", card)


def concerns(card: CallCard, viewer: Viewer) -> bool:
    """Whoever does not want to be disturbed sees only the call they are on."""
    return viewer.user.extension in card.talking or viewer.presence is not Presence.DO_NOT_DISTURB


def gone(announcement: Announcement, answered_by: list[str]) -> Markup:
    """Takes a card away from a screen that may have it, saying who answered."""
    why = gettext("%(names)s answers", names=", ".join(answered_by)) if answered_by else ""
    call = announcement.data["call"]
    return Markup('<article id="pop-{}" data-gone data-why="{}"></article>').format(call, why)


def card_html(app: web.Application, card: CallCard, viewer: Viewer, until: datetime | None = None) -> str:
    """`until`: its PBX is not heard since then."""
    talks = viewer.user.extension in card.talking
    context: dict[str, Any] = {
        "card": card,
        "until": until,
        "state": "talking" if talks else "ringing",
        "has_route": lambda name: has_route(app, name),
    }
    return render(app, "pops/card.html", **live_context(app, viewer), **context)
