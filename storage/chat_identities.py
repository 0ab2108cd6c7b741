"""Whose a messenger's account is: a contact point of one party, like a telephone. So cards that are merged,
put apart again or searched take it along."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import col
from sqlmodel import select as select_rows
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.model.wizard import Existing
from storage import parties
from storage.access import Actor
from storage.callers import (
    ACCOUNT_OF_POINT,
    MANY,
    NOBODY,
    POINTS_WITH_OWNERS,
    RESPONSIBLE_FOR_POINT,
    Caller,
    only_party,
)
from storage.chat_state import announce_dialogue, inquiry_to_change
from storage.database import announce
from storage.history import Journal, journal
from storage.inquiries import announce_inquiry
from storage.tables.chats import Dialogue
from storage.tables.inquiries import Inquiry
from storage.tables.parties import Account, Point, PointKind
from storage.tables.people import User

HOW = ("phone", "operator", "accept")  # by what somebody is linked

_point = Point.__table__  # type: ignore[attr-defined]
_account = Account.__table__  # type: ignore[attr-defined]
_user = User.__table__  # type: ignore[attr-defined]

_OWNERS = (
    select(
        _point.c.value,
        ACCOUNT_OF_POINT.label("account_id"),
        _point.c.contact_id,
        _point.c.lead_id,
        _user.c.id.label("responsible_id"),
        _account.c.responsible_id.label("of_account"),
    )
    .select_from(POINTS_WITH_OWNERS.outerjoin(_user, (_user.c.id == RESPONSIBLE_FOR_POINT) & _user.c.active))
    .where(_point.c.kind == PointKind.MESSENGER, _point.c.value.in_(bindparam("values", expanding=True)))
)


async def owner_of(session: AsyncSession, identity: str) -> Caller:
    """The one party whose account it is; nobody when it is nobody's, or several people's."""
    return (await owners_of_identities(session, [identity])).get(identity, NOBODY)


async def owners_of_identities(session: AsyncSession, identities: Collection[str]) -> dict[str, Caller]:
    """The same of many, in one statement; those that are nobody's are left out."""
    if not identities:
        return {}
    found: dict[str, list[Any]] = defaultdict(list)
    for row in await (await session.connection()).execute(_OWNERS, {"values": list(identities)}):
        found[row.value].append(row)
    owners = {value: only_party(rows) for value, rows in found.items() if len(rows) <= MANY}
    return {value: owner for value, owner in owners.items() if owner != NOBODY}


async def link(session: AsyncSession, dialogue: Dialogue, ref: Existing, who: Actor, how: str) -> int:
    """Whoever writes there is this party from now on; the id of the action, for undo. `how`: of HOW.

    The dialogue is to be locked. Raises NotFound("no-such-party") for a card that `who` may not see."""
    details = {"about": [ref.kind.value, ref.id], "dialogue": dialogue.id, "how": how}
    async with journal(session, "link-chat", who, dialogue.inquiry_id, **details) as j:
        await link_in(j, dialogue, ref, who)
    return j.action_id


async def link_in(j: Journal, dialogue: Dialogue, ref: Existing, who: Actor) -> None:
    """The same as a part of another action. Whoever it was taken for before is not them."""
    session = j.session
    same = await _same(session, dialogue)
    inquiry = await inquiry_to_change(session, dialogue.inquiry_id)
    await parties.card_to_change(session, ref, who)
    for point in await _points(session, dialogue.identity):
        if parties.owner_of(point) != ref:
            await j.delete(point)
    if not any(parties.owner_of(point) == ref for point in await _points(session, dialogue.identity)):
        await j.add(parties.give(point_of(dialogue), ref))
    for each in same:
        await j.change(each, unlinked=False)
        announce_dialogue(session, each)
    if inquiry is not None:
        await _tell(j, inquiry, await owner_of(session, dialogue.identity))
    announce(session, "record", kind=ref.kind.value, id=ref.id)


async def unlink(session: AsyncSession, dialogue: Dialogue, who: Actor) -> int:
    """It is nobody's account, and the phone does not say whose it is either; the id of the action, for undo.
    Raises NotFound("no-such-party") where it is a card's that `who` may not see."""
    async with journal(session, "unlink-chat", who, dialogue.inquiry_id, dialogue=dialogue.id) as j:
        same = await _same(session, dialogue)
        for point in await _points(session, dialogue.identity):
            ref = parties.owner_of(point)
            await parties.card_to_change(session, ref, who)
            await j.delete(point)
            announce(session, "record", kind=ref.kind.value, id=ref.id)
        for each in same:
            await j.change(each, unlinked=True)
            announce_dialogue(session, each)
    return j.action_id


async def party_with_phone(session: AsyncSession, phone: str) -> Existing | None:
    """The one card that has this number, and has it for itself alone."""
    query = select_rows(Point).where(Point.kind == PointKind.PHONE, Point.value == phone).limit(MANY)
    points = (await session.exec(query)).all()
    owners = {parties.owner_of(point) for point in points}
    return owners.pop() if len(owners) == 1 and not any(point.shared for point in points) else None


def point_of(dialogue: Dialogue) -> Point:
    """By which whoever writes there is known. Without an owner."""
    raw = f"@{dialogue.username}" if dialogue.username else dialogue.name
    return Point(kind=PointKind.MESSENGER, value=dialogue.identity, raw=raw, source="chat")


async def _points(session: AsyncSession, identity: str) -> list[Point]:
    query = select_rows(Point).where(Point.kind == PointKind.MESSENGER, Point.value == identity)
    return list(await session.exec(query.order_by(col(Point.id))))


async def _same(session: AsyncSession, dialogue: Dialogue) -> list[Dialogue]:
    """The same person may write to several bots of one platform."""
    query = select_rows(Dialogue).where(Dialogue.identity == dialogue.identity).order_by(col(Dialogue.id))
    return list(await session.exec(query.with_for_update()))


async def _tell(j: Journal, inquiry: Inquiry, owner: Caller) -> None:
    """What they have asked is of this party, where it was nobody's."""
    if owner == NOBODY or inquiry.account_id or inquiry.contact_id or inquiry.lead_id:
        return
    whose = {"account_id": owner.account_id, "contact_id": owner.contact_id, "lead_id": owner.lead_id}
    await j.change(inquiry, **whose, responsible_id=inquiry.responsible_id or owner.responsible_id)
    announce_inquiry(j.session, inquiry)
