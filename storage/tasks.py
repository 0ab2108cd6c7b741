"""Tasks: what is to be done, by whom, until when, and about whom."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import NotFound, Rejected
from storage import interests, parties
from storage.access import Actor, within
from storage.columns import now
from storage.database import announce
from storage.edits import card_to_change
from storage.fields import CardKind
from storage.history import journal
from storage.tables.interests import Interest
from storage.tables.parties import Account, Contact, Lead
from storage.tables.people import User
from storage.tables.work import Task, TaskKind

SHOWN = 200
RECENTLY = 50  # done ones that are shown


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task with the names of what it is about; whichever there are."""

    task: Task
    responsible: str | None = None
    interest: Interest | None = None
    account: Account | None = None
    contact: Contact | None = None
    lead: Lead | None = None


async def tasks(session: AsyncSession, who: Actor, *, mine: bool, done: bool) -> list[TaskRow]:
    """Open ones by urgency, those without a date last; done ones newest first."""
    query = _rows().where(
        within(who, Task), col(Task.done_at).is_not(None) if done else col(Task.done_at).is_(None)
    )
    if mine:
        query = query.where(col(Task.responsible_id) == who.user_id)
    if done:
        query = query.order_by(col(Task.done_at).desc()).limit(RECENTLY)
    else:
        query = query.order_by(col(Task.due).is_(None), col(Task.due), col(Task.id)).limit(SHOWN)
    return [TaskRow(*row) for row in (await session.exec(query)).all()]


def _rows() -> Any:
    columns: tuple[Any, ...] = (Task, User.name, Interest, Account, Contact, Lead)
    return (
        select(*columns)
        .outerjoin(User, col(User.id) == Task.responsible_id)
        .outerjoin(Interest, col(Interest.id) == Task.interest_id)
        .outerjoin(Account, col(Account.id) == Task.account_id)
        .outerjoin(Contact, col(Contact.id) == Task.contact_id)
        .outerjoin(Lead, col(Lead.id) == Task.lead_id)
    )


async def tasks_about(session: AsyncSession, about: str, row_id: int) -> list[Task]:
    """Those that are not done, the most urgent first."""
    query = select(Task).where(getattr(Task, f"{about}_id") == row_id, col(Task.done_at).is_(None))
    return list(await session.exec(query.order_by(col(Task.due).is_(None), col(Task.due), col(Task.id))))


async def set_done(session: AsyncSession, task_id: int, done: bool, who: Actor) -> int | None:
    """The action's id, for undo; None when it was so already."""
    query = select(Task).where(Task.id == task_id, within(who, Task)).with_for_update()
    task = (await session.exec(query)).first()
    if task is None:
        raise NotFound("no-such-task", id=task_id)
    if (task.done_at is not None) == done:
        return None
    about = _about(task)
    async with journal(
        session, "task-done" if done else "task-reopened", who, about=about, title=task.title
    ) as j:
        await j.change(task, done_at=now() if done else None)
    announce(session, "task", id=task_id)
    announce(session, "record", kind=about[0], id=about[1])
    return j.action_id


def _about(task: Task) -> list[Any]:
    """The nearest thing that it is about."""
    for kind in ("interest", "contact", "lead", "account"):
        if (row_id := getattr(task, f"{kind}_id")) is not None:
            return [kind, row_id]
    return ["", 0]


async def add_task(
    session: AsyncSession, who: Actor, title: str, kind: str, due: datetime | None,
    responsible_id: int | None, about: tuple[str, int] | None,
) -> Task:  # fmt: skip
    """`about`: account, contact, lead or interest, and its id; an interest brings its client along."""
    said = parties.fit("title", " ".join(title.split()), 300)
    if not said:
        raise Rejected("name-missing", field="title")
    try:
        task_kind = TaskKind(kind)
    except ValueError:
        raise Rejected("no-such-choice", field="kind", value=kind[:40]) from None
    if responsible_id is not None:
        await interests.worker(session, responsible_id)
    owners = await _owners(session, about, who)
    async with journal(session, "add-task", who, about=list(about or ("", 0))) as j:
        task = Task(
            title=said, kind=task_kind, due=due, responsible_id=responsible_id or who.user_id,
            created_by=who.user_id, **owners,
        )  # fmt: skip
        await j.add(task)
    announce(session, "task", id=task.id)
    if about:
        announce(session, "record", kind=about[0], id=about[1])
    return task


async def _owners(session: AsyncSession, about: tuple[str, int] | None, who: Actor) -> dict[str, Any]:
    if about is None:
        return {}
    try:
        kind = CardKind(about[0])
    except ValueError:
        raise Rejected("no-such-choice", field="about", value=about[0][:40]) from None
    card = await card_to_change(session, kind, about[1], who)
    owners: dict[str, Any] = {f"{kind.value}_id": about[1]}
    if kind is CardKind.INTEREST:
        owners |= {part: getattr(card, part) for part in ("account_id", "contact_id", "lead_id")}
    if kind is CardKind.CONTACT:
        owners["account_id"] = card.account_id
    return owners
