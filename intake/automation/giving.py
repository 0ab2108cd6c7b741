"""Writing down that an inquiry is somebody's, and until when they are to take it."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.model.notices import Kind
from intake.model.rules import Responsible
from intake.model.worktime import WorkHours
from storage.access import Actor
from storage.alarms import raise_alarm
from storage.assignments import ESCALATED, end_assignment
from storage.history import journal, stored_id
from storage.inquiries import announce_inquiry
from storage.notifications import notify
from storage.outbox import add_job
from storage.tables.inquiries import Inquiry
from storage.tables.people import Role, Team, User
from storage.tables.routing import Assignment, Because

ESCALATE = "escalate"  # the outbox's kind
NOBODY_THERE, NOT_TAKEN = "nobody-there", "not-taken"  # kinds of alarms


@dataclass(frozen=True, slots=True)
class Assigned:
    assignment_id: int
    user_id: int
    because: Because
    team_id: int | None = None
    take_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody who is there, and why it is they."""

    user_id: int
    because: Because


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for, when, when they work, and by which version of which rule."""

    asked: Responsible
    at: datetime
    hours: WorkHours
    rule: tuple[int, int | None] | None = None

    @property
    def begins(self) -> datetime:
        """When somebody would begin: now, or when the house opens."""
        return self.hours.opens(self.at) or self.at

    @property
    def is_open(self) -> bool:
        return self.hours.is_open(self.at)

    @property
    def actor(self) -> Actor:
        """In whose name it is written down."""
        rule = f"{self.rule[0]}.{self.rule[1]}" if self.rule else ""
        return Actor(None, "", Role.ADMINISTRATOR, via="rule", rule=rule)


async def give(
    session: AsyncSession, inquiry: Inquiry, found: Found, order: Order, kind: str = "assign"
) -> Assigned:
    """`inquiry` is locked. Whoever had it until now has it no more."""
    asked = order.asked
    rule_id, version = order.rule or (None, None)
    take_by = order.hours.after(order.at, asked.take_minutes) if asked.take_minutes else None
    assignment = Assignment(
        inquiry_id=stored_id(inquiry), user_id=found.user_id, team_id=asked.team_id, rule_id=rule_id,
        rule_version=version, because=found.because, by=asked.by, at=order.at, take_by=take_by,
        then=asked.then if take_by else "",
    )  # fmt: skip
    user = await session.get_one(User, found.user_id)
    told = {"because": found.because.value, "name": user.name}
    async with journal(session, kind, order.actor, inquiry.id, **told) as j:
        await end_assignment(j, inquiry, ESCALATED)
        await j.add(assignment)
        await j.change(inquiry, responsible_id=found.user_id)
    announce_inquiry(session, inquiry)
    given = Assigned(stored_id(assignment), found.user_id, found.because, asked.team_id, take_by)
    notice = Kind.ESCALATED if found.because is Because.ESCALATED else Kind.ASSIGNED
    key = f"assignment:{given.assignment_id}"
    await notify(session, found.user_id, notice, key, inquiry_id=inquiry.id)
    if take_by is not None:
        await look_at(session, given.assignment_id, take_by)
    return given


async def look_at(session: AsyncSession, assignment_id: int, due_at: datetime) -> None:
    """Ask that somebody looks then whether it was taken."""
    key = f"{ESCALATE}:{assignment_id}:{due_at.isoformat()}"
    await add_job(session, ESCALATE, {"assignment": assignment_id}, key=key, due_at=due_at)


async def alarm(session: AsyncSession, kind: str, key: str, inquiry: Inquiry, order: Order) -> None:
    """Somebody must see that nobody is there, or that nobody takes it."""
    team_id = order.asked.team_id
    team = await session.get(Team, team_id) if team_id is not None else None
    name = team.name if team else ""
    rule_id = order.rule[0] if order.rule else None
    await raise_alarm(session, kind, f"{kind}:{key}", inquiry_id=inquiry.id, rule_id=rule_id, team=name)
