"""Cards changed by hand: fields, ways to reach somebody, comments. Each is one action that can be undone.

Every function returns the action's id, or None when nothing differed. Screens hear «record» with the card's
kind and id.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import Conflict, NotFound, Rejected
from intake.matching.names import fold
from intake.model.chats import is_identity
from intake.model.wizard import Existing, NewPoint, PartyKind
from storage import interests, parties, reversal
from storage.access import Actor, within
from storage.chat_state import announce_dialogue
from storage.columns import now
from storage.database import announce
from storage.fields import MAX_TEXT, CardKind, read_field
from storage.former import keep_former
from storage.history import Journal, journal
from storage.tables.chats import Dialogue
from storage.tables.history import Action
from storage.tables.inquiries import Inquiry
from storage.tables.parties import Contact, Point, PointKind
from storage.tables.work import Comment

PERSON = ("last_name", "first_name", "middle_name")
MAX_POINTS = 50  # on one card
# What is taken back by its number. The administrator's changes are not: a manager may undo what others did.
TAKEN_BACK = frozenset(
    {f"{verb}-{kind.value}" for verb in ("add", "change") for kind in CardKind}
    | {f"{verb}-point" for verb in ("add", "change", "main", "drop")}
    | {f"{verb}-{what}" for verb in ("add", "drop") for what in ("label", "member")}
    | {"change-status", "comment", "add-task", "task-done", "task-reopened"}
    | {"block-sender", "unblock-sender", "take-up", "take-up-chat"}
    | {"link-chat", "unlink-chat"}
    | {"ignore", "change-ignore", "stop-ignoring"}
    | {f"{verb}-custom" for verb in ("add", "change", "drop")}
    | {"withdraw"}
)


async def card_to_change(session: AsyncSession, kind: CardKind, row_id: int, who: Actor) -> Any:
    """The record itself; nobody else changes it before this transaction ends. Raises NotFound."""
    if kind is CardKind.INTEREST:
        return await interests.interest_to_change(session, row_id, who)
    return await parties.card_to_change(session, Existing(PartyKind(kind.value), row_id), who)


async def change_field(
    session: AsyncSession, kind: CardKind, row_id: int, field: str, text: str, who: Actor
) -> int | None:
    """Raises Rejected for a text that makes no sense there."""
    card = await card_to_change(session, kind, row_id, who)
    value = read_field(kind, field, text)
    if field == "responsible_id" and value is not None:
        await interests.worker(session, value)
    if getattr(card, field) == value:
        return None
    _keep_named(card, field, value)
    values = {field: value}
    if kind is CardKind.INTEREST and field == "title":
        values["folded"] = fold(value)[:300]
    return await _change(session, kind, card, who, values)


def _keep_named(card: Any, field: str, value: Any) -> None:
    """A person keeps at least one name."""
    if not isinstance(card, Contact) or field not in PERSON or value:
        return
    if not any(getattr(card, part) for part in PERSON if part != field):
        raise Rejected("name-missing", field=field)


async def _change(
    session: AsyncSession, kind: CardKind, card: Any, who: Actor, values: dict[str, Any]
) -> int:
    async with journal(session, f"change-{kind}", who, about=[kind.value, card.id]) as j:
        await j.change(card, **values)
    announce(session, "record", kind=kind.value, id=card.id)
    return j.action_id


async def keep_point(
    session: AsyncSession, owner: Existing, given: NewPoint, who: Actor, point_id: int | None = None
) -> int:
    """Add a way to reach them, or change the one given. Two phones in one text are two.

    Raises Rejected("bad-point") for what cannot be read, Conflict("same-point") for what is there already.
    """
    card, mine = await _card_and_points(session, owner, who)
    old = _among(mine, point_id) if point_id else None
    if old is not None and is_identity(old.value):  # the messenger's own key: nobody can know another
        raise Rejected("bad-point", kind=given.kind, text=given.text[:60])
    points = [parties.read_point(one) for one in parties.each_point(given)]
    others = {_key(one) for one in mine if one is not old}
    if len(mine) - (old is not None) + len(points) > MAX_POINTS:
        raise Rejected("too-many", limit=MAX_POINTS)
    if any(_key(point) in others for point in points):
        raise Conflict("same-point", text=given.text[:60])
    async with _changing_points(session, card, owner, "change-point" if old else "add-point", who) as j:
        if old is not None:
            first = points.pop(0)
            values = ("value", "tail", "extension", "raw", "note", "shared")
            await keep_former(j, old, first.value)
            await j.change(old, **{name: getattr(first, name) for name in values})
        for point in points:
            point.main = not any(one.kind == point.kind for one in mine)
            point.source = "card"
            mine.append(await j.add(parties.give(point, owner)))
    return j.action_id


def _key(point: Point) -> tuple[PointKind, str, str | None]:
    return point.kind, point.value, point.extension


async def drop_point(session: AsyncSession, owner: Existing, point_id: int, who: Actor) -> int:
    card, mine = await _card_and_points(session, owner, who)
    point = _among(mine, point_id)
    async with _changing_points(session, card, owner, "drop-point", who) as j:
        await keep_former(j, point)
        await j.delete(point)
        await _unlink(j, point.value)
    return j.action_id


async def _unlink(j: Journal, value: str) -> None:
    """Of a messenger's account: the phone that it shares does not say whose it is either."""
    query = select(Dialogue).where(Dialogue.identity == value).with_for_update()
    for dialogue in (await j.session.exec(query)).all() if is_identity(value) else ():
        await j.change(dialogue, unlinked=True)
        announce(j.session, "dialogue", dialogue=dialogue.id, inquiry=dialogue.inquiry_id, message=None)


async def make_main(session: AsyncSession, owner: Existing, point_id: int, who: Actor) -> int:
    """It stands first of its kind from now on."""
    card, mine = await _card_and_points(session, owner, who)
    point = _among(mine, point_id)
    async with _changing_points(session, card, owner, "main-point", who) as j:
        for one in mine:
            if one.kind == point.kind:
                await j.change(one, main=one is point)
    return j.action_id


async def _card_and_points(session: AsyncSession, owner: Existing, who: Actor) -> tuple[Any, list[Point]]:
    card = await parties.card_to_change(session, owner, who)
    return card, await parties.points_of(session, [owner])


def _among(points: list[Point], point_id: int | None) -> Point:
    found = next((one for one in points if one.id == point_id), None)
    if found is None:
        raise NotFound("no-such-point", id=point_id)
    return found


@asynccontextmanager
async def _changing_points(
    session: AsyncSession, card: Any, owner: Existing, kind: str, who: Actor
) -> AsyncIterator[Journal]:
    """The card itself is touched, so that its timeline tells of it."""
    async with journal(session, kind, who, about=[owner.kind.value, owner.id]) as j:
        yield j
        await j.change(card, updated_at=now())
    announce(session, "record", kind=owner.kind.value, id=owner.id)


async def add_comment(session: AsyncSession, about: str, row_id: int, text: str, who: Actor) -> int:
    """`about`: account, contact, lead, interest, inquiry. One on an inquiry stands on
    the client's card too."""
    said = parties.fit("text", text, MAX_TEXT)
    if not said:
        raise Rejected("text-missing", field="text")
    owners = await _owners(session, about, row_id, who)
    inquiry_id = owners.get("inquiry_id")
    async with journal(session, "comment", who, inquiry_id, about=[about, row_id]) as j:
        await j.add(Comment(text=said, author_id=who.user_id, **owners))
    announce(session, "record", kind=about, id=row_id)
    return j.action_id


async def _owners(session: AsyncSession, about: str, row_id: int, who: Actor) -> dict[str, Any]:
    if about == "inquiry":
        query = select(Inquiry).where(Inquiry.id == row_id, within(who, Inquiry))
        inquiry = (await session.exec(query)).first()
        if inquiry is None:
            raise NotFound("no-such-inquiry", id=row_id)
        parts = ("account_id", "contact_id", "lead_id", "interest_id")
        return {"inquiry_id": row_id} | {part: getattr(inquiry, part) for part in parts}
    try:
        kind = CardKind(about)
    except ValueError:
        raise Rejected("no-such-choice", field="about", value=about[:40]) from None
    card = await card_to_change(session, kind, row_id, who)
    owners: dict[str, Any] = {f"{kind.value}_id": row_id}
    if kind is CardKind.INTEREST:
        owners |= {part: getattr(card, part) for part in ("account_id", "contact_id", "lead_id")}
    return owners


async def take_back(session: AsyncSession, action_id: int, who: Actor) -> None:
    """Undo one of TAKEN_BACK. Raises as `reversal.undo` does."""
    there = await session.get(Action, action_id)
    if there is None or there.kind not in TAKEN_BACK:
        raise NotFound("no-such-action", id=action_id)
    action = await reversal.undo(session, action_id, who)
    kind, row_id = action.details.get("about") or ("", 0)
    announce(session, "record", kind=kind, id=row_id)
    if "task" in action.kind:
        announce(session, "task", id=0)
    if (dialogue := await session.get(Dialogue, action.details.get("dialogue") or 0)) is not None:
        announce_dialogue(session, dialogue)
