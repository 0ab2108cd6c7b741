"""The card of an interest: what is wanted, by whom, where it stands on its path and who works on it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import Rejected
from storage import interest_edits as edits
from storage.access import Actor
from storage.cards import interest_card, note_view
from storage.choices import label_names, workers
from storage.fields import CardKind
from storage.names import names, path_of
from storage.tables.interests import StatusKind
from web.i18n import gettext, mark
from web.keys import DATABASE
from web.pages.cards import actor, card_context, timeline_of
from web.pages.cards_edit import card_id, saved
from web.pages.cards_fields import LOST_REASON
from web.pages.consents_words import asked_of
from web.render import is_partial, page

routes = web.RouteTableDef()


@routes.get("/interests/{id:\\d+}", name="interest")
async def interest(request: web.Request) -> web.Response:
    context = await _context(request)
    await note_view(request.app[DATABASE], CardKind.INTEREST, card_id(request), actor(request))
    return await page(request, "interests/card.html", **context)


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of the card: its address behind the interest's, its field of the form or of the address, what
    it does with that, and what is said of it."""

    path: str
    name: str
    field: str
    change: Callable[[AsyncSession, int, Any, Actor], Awaitable[int | None]]
    said: str

    async def value(self, request: web.Request) -> Any:
        """An id, except for labels, which are added by their name. Raises Rejected("no-such-choice")."""
        if self.field in request.match_info:
            return int(request.match_info[self.field])
        typed = str((await request.post()).get(self.field, ""))
        return typed if self.field == "label" else _number(typed)


EDITS = (
    Edit("status", "interest.status", "status", edits.change_status, mark("Moved")),
    Edit("labels", "interest.labels", "label", edits.add_label, mark("Label added")),
    Edit(
        "labels/{label:\\d+}/drop", "interest.label.drop", "label", edits.drop_label, mark("Label taken away")
    ),
    Edit("members", "interest.members", "user", edits.add_member, mark("Co-executor added")),
    Edit(
        "members/{user:\\d+}/drop", "interest.member.drop", "user", edits.drop_member,
        mark("Co-executor taken away"),
    ),
)  # fmt: skip


def _route(edit: Edit) -> None:
    async def make(request: web.Request) -> web.Response:
        """Make the change, say so with «Undo», and show the card as it is now."""
        value = await edit.value(request)
        async with request.app[DATABASE].transaction() as session:
            action = await edit.change(session, card_id(request), value, actor(request))
        saved(request, gettext(edit.said), action)
        if not is_partial(request):
            raise web.HTTPSeeOther(f"/interests/{card_id(request)}")
        return await page(request, "interests/card.html", **await _context(request))

    routes.post(f"/interests/{{id:\\d+}}/{edit.path}", name=edit.name)(make)


for each in EDITS:
    _route(each)


async def _context(request: web.Request) -> dict[str, Any]:
    interest_id = card_id(request)
    async with request.app[DATABASE].reading() as session:
        card = await interest_card(session, interest_id, actor(request))
        pipeline, path = await path_of(session, card.record.status_id)
        people = await workers(session)
        known = await names(session)
        labels = await label_names(session)
        asked = await asked_of(session, CardKind.INTEREST, interest_id)
    lost = card.status.kind is StatusKind.LOST
    return {
        "card": card,
        "name": card.record.title,
        "pipeline": pipeline,
        "path": path,
        "lost_field": LOST_REASON if lost else None,
        "label_names": labels,
        "no_members": [user for user in people if user.id not in _taken(card)],
        **asked,
        **card_context(request, CardKind.INTEREST, card.record, known, people),
        **await timeline_of(request, CardKind.INTEREST, interest_id),
    }


def _taken(card: Any) -> set[int | None]:
    return {card.record.responsible_id, *(member.id for member in card.members)}


def _number(text: Any) -> int:
    digits = str(text or "")
    if not digits.isdecimal() or len(digits) > 9:
        raise Rejected("no-such-choice", field="id", value=digits[:40])
    return int(digits)
