"""The card of an interest: what is wanted, by whom, where it stands on its path and who works on it."""

from collections.abc import Awaitable, Callable
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
from web.i18n import gettext
from web.keys import DATABASE
from web.pages.cards import actor, card_context, timeline_of
from web.pages.cards_edit import back_without_scripts, card_id, saved
from web.pages.cards_fields import LOST_REASON
from web.render import page

MOST_STEPS = 12  # statuses shown side by side

routes = web.RouteTableDef()


@routes.get("/interests/{id:\\d+}", name="interest")
async def interest(request: web.Request) -> web.Response:
    context = await _context(request)
    await note_view(request.app[DATABASE], CardKind.INTEREST, card_id(request), actor(request))
    return await page(request, "interests/card.html", **context)


@routes.post("/interests/{id:\\d+}/status", name="interest.status")
async def set_status(request: web.Request) -> web.Response:
    data = await request.post()
    status, why = _number(data.get("status")), str(data.get("why", ""))
    return await _do(
        request,
        lambda session, who: edits.change_status(session, card_id(request), status, who, why),
        gettext("Moved"),
    )


@routes.post("/interests/{id:\\d+}/labels", name="interest.labels")
async def add_label(request: web.Request) -> web.Response:
    name = str((await request.post()).get("label", ""))
    return await _do(
        request,
        lambda session, who: edits.add_label(session, card_id(request), name, who),
        gettext("Label added"),
    )


@routes.post("/interests/{id:\\d+}/labels/{label:\\d+}/drop", name="interest.label.drop")
async def drop_label(request: web.Request) -> web.Response:
    label = int(request.match_info["label"])
    return await _do(
        request,
        lambda session, who: edits.drop_label(session, card_id(request), label, who),
        gettext("Label taken away"),
    )


@routes.post("/interests/{id:\\d+}/members", name="interest.members")
async def add_member(request: web.Request) -> web.Response:
    user = _number((await request.post()).get("user"))
    return await _do(
        request,
        lambda session, who: edits.add_member(session, card_id(request), user, who),
        gettext("Co-executor added"),
    )


@routes.post("/interests/{id:\\d+}/members/{user:\\d+}/drop", name="interest.member.drop")
async def drop_member(request: web.Request) -> web.Response:
    user = int(request.match_info["user"])
    return await _do(
        request,
        lambda session, who: edits.drop_member(session, card_id(request), user, who),
        gettext("Co-executor taken away"),
    )


async def _do(
    request: web.Request, edit: Callable[[AsyncSession, Actor], Awaitable[int | None]], text: str
) -> web.Response:
    """Make the change, say so with «Undo», and show the card as it is now."""
    async with request.app[DATABASE].transaction() as session:
        action = await edit(session, actor(request))
    saved(request, text, action)
    back_without_scripts(request)
    return await page(request, "interests/card.html", **await _context(request))


async def _context(request: web.Request) -> dict[str, Any]:
    interest_id = card_id(request)
    async with request.app[DATABASE].reading() as session:
        card = await interest_card(session, interest_id, actor(request))
        pipeline, path = await path_of(session, card.record.status_id)
        people = await workers(session)
        known = await names(session)
        labels = await label_names(session)
    lost = card.status.kind is StatusKind.LOST
    return {
        "card": card,
        "name": card.record.title,
        "pipeline": pipeline,
        "path": path,
        "lost_field": LOST_REASON if lost else None,
        "label_names": labels,
        "no_members": [user for user in people if user.id not in _taken(card)],
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
