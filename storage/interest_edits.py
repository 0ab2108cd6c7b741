"""An interest changed by hand: where it stands on its path, its labels, its co-executors.

Like storage/edits.py: the action's id, or None when nothing differed.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import NotFound, Rejected
from storage import interests, parties
from storage.access import Actor
from storage.columns import now
from storage.database import announce
from storage.history import Journal, journal
from storage.tables.interests import Interest, InterestLabel, InterestMember, Label, StatusKind


@asynccontextmanager
async def _changing(
    session: AsyncSession, interest: Interest, kind: str, who: Actor, **details: Any
) -> AsyncIterator[Journal]:
    """One action on an interest: it is in the interest's timeline even when the change is beside it."""
    about = ["interest", interest.id]
    async with journal(session, kind, who, about=about, **details) as j:
        yield j
        await j.change(interest, updated_at=now())
    announce(session, "record", kind="interest", id=interest.id)


async def change_status(
    session: AsyncSession, interest_id: int, status_id: int, who: Actor, why: str = ""
) -> int | None:
    """One step along the path, or any number; `why` is kept when it ends as lost."""
    interest = await interests.interest_to_change(session, interest_id, who)
    status = await interests.status(session, status_id)
    if interest.status_id == status.id:
        return None
    lost = status.kind is StatusKind.LOST
    said = parties.fit("lost_reason", why, 200) or interest.lost_reason
    async with _changing(session, interest, "change-status", who) as j:
        await j.change(
            interest,
            status_id=status.id,
            closed_at=None if status.kind is StatusKind.OPEN else (interest.closed_at or now()),
            lost_reason=said if lost else None,
        )
    return j.action_id


async def add_label(session: AsyncSession, interest_id: int, name: str, who: Actor) -> int | None:
    interest = await interests.interest_to_change(session, interest_id, who)
    labels = await interests.labels_named(session, (name,))
    if not labels:
        raise Rejected("name-missing", field="label")
    mine = await interests.label_ids_of(session, interest_id)
    if labels[0].id in mine:
        return None
    if len(mine) >= interests.MAX_LABELS:
        raise Rejected("too-many", limit=interests.MAX_LABELS)
    async with _changing(session, interest, "add-label", who, name=labels[0].name) as j:
        label = labels[0] if labels[0].id else await j.add(labels[0])
        await j.add(InterestLabel(interest_id=interest_id, label_id=label.id or 0))
    return j.action_id


async def drop_label(session: AsyncSession, interest_id: int, label_id: int, who: Actor) -> int:
    interest = await interests.interest_to_change(session, interest_id, who)
    row = await session.get(InterestLabel, (interest_id, label_id))
    label = await session.get(Label, label_id)
    if row is None or label is None:
        raise NotFound("no-such-label", id=label_id)
    async with _changing(session, interest, "drop-label", who, name=label.name) as j:
        await j.delete(row)
    return j.action_id


async def add_member(session: AsyncSession, interest_id: int, user_id: int, who: Actor) -> int | None:
    """A co-executor: sees the interest from now on."""
    interest = await interests.interest_to_change(session, interest_id, who)
    user = await interests.worker(session, user_id)
    there = await session.get(InterestMember, (interest_id, user_id))
    if there is not None or interest.responsible_id == user_id:
        return None
    async with _changing(session, interest, "add-member", who, name=user.name) as j:
        await j.add(InterestMember(interest_id=interest_id, user_id=user_id))
    return j.action_id


async def drop_member(session: AsyncSession, interest_id: int, user_id: int, who: Actor) -> int:
    interest = await interests.interest_to_change(session, interest_id, who)
    row = await session.get(InterestMember, (interest_id, user_id))
    if row is None:
        raise NotFound("no-such-member", id=user_id)
    async with _changing(session, interest, "drop-member", who) as j:
        await j.delete(row)
    return j.action_id
