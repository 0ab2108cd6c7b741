"""Interests and what belongs to them, by the questions asked of them."""

from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import NotFound, Rejected
from intake.matching.names import fold
from intake.model.wizard import PartyKind
from storage.access import Actor, within
from storage.parties import fit
from storage.preferences import settings
from storage.tables.calls import CallRecord
from storage.tables.inquiries import Inquiry
from storage.tables.interests import Interest, InterestLabel, Label, Pipeline, Status
from storage.tables.people import User

MAX_LABELS = 20
MAX_LABEL = 60


async def interest_to_change(session: AsyncSession, interest_id: int, who: Actor) -> Interest:
    """An interest that `who` may see; nobody else changes it before this transaction ends."""
    query = select(Interest).where(Interest.id == interest_id, within(who, Interest)).with_for_update()
    found = (await session.exec(query.execution_options(populate_existing=True))).first()
    if found is None:
        raise NotFound("no-such-interest", id=interest_id)
    return found


async def first_status(session: AsyncSession) -> Status:
    """Where new interests begin: the first status of the pipeline that was set, else of the first one."""
    chosen = (await settings(session)).pipeline_id
    query = select(Status).join(Pipeline, col(Pipeline.id) == Status.pipeline_id)
    query = query.order_by(
        (col(Pipeline.id) == (chosen or 0)).desc(), col(Pipeline.position), col(Pipeline.id),
        col(Status.position), col(Status.id),
    )  # fmt: skip
    found = (await session.exec(query.limit(1))).first()
    if found is None:
        raise Rejected("no-pipeline")
    return found


async def status(session: AsyncSession, status_id: int | None) -> Status:
    """The status asked for, else the first one. Raises Rejected("no-such-choice")."""
    if status_id is None:
        return await first_status(session)
    found = await session.get(Status, status_id)
    if found is None:
        raise Rejected("no-such-choice", field="status", value=status_id)
    return found


async def worker(session: AsyncSession, user_id: int) -> User:
    """Somebody who works here now. Raises Rejected("no-such-choice")."""
    found = await session.get(User, user_id)
    if found is None or not found.active:
        raise Rejected("no-such-choice", field="user", value=user_id)
    return found


async def labels_named(session: AsyncSession, names: tuple[str, ...]) -> list[Label]:
    """One label a name, the stored one where there is one; new ones are not added yet."""
    wanted = {fold(name): fit("labels", name, MAX_LABEL) for name in names if fold(name)}
    if len(wanted) > MAX_LABELS or any(len(folded) > MAX_LABEL for folded in wanted):
        raise Rejected("too-long", field="labels", limit=MAX_LABEL)
    found = await session.exec(select(Label).where(col(Label.folded).in_(wanted)))
    known = {label.folded: label for label in found}
    return [known.get(folded) or Label(name=name, folded=folded) for folded, name in wanted.items()]


async def label_ids_of(session: AsyncSession, interest_id: int) -> set[int]:
    query = select(InterestLabel.label_id).where(InterestLabel.interest_id == interest_id)
    return set(await session.exec(query))


async def last_talked(
    session: AsyncSession, owner: tuple[PartyKind, int], besides: int | None = None
) -> User | None:
    """Who of us talked last with this party by telephone, if they still work here."""
    column: Any = getattr(Inquiry, f"{owner[0].value}_id")
    query = (
        select(CallRecord.answered_by)
        .join(Inquiry, col(Inquiry.id) == CallRecord.inquiry_id)
        .where(column == owner[1], col(CallRecord.answered_at).is_not(None), Inquiry.id != (besides or 0))
        .order_by(col(CallRecord.started_at).desc())
        .limit(1)
    )
    extensions = (await session.exec(query)).first()
    if not extensions:
        return None
    answered = select(User).where(User.extension == extensions[-1], col(User.active)).order_by(col(User.id))
    return (await session.exec(answered)).first()
