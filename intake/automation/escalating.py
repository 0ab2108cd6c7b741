"""What nobody takes in time goes on: to the next of the team, up to its leader, and else there is an alarm.
What somebody gives back goes on at once."""

from datetime import timedelta
from typing import Any

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.automation.assigning import next_of_team, person
from intake.automation.giving import NOBODY_THERE, NOT_TAKEN, Found, Order, alarm, give, look_at
from intake.errors import Conflict
from intake.model.rules import Responsible
from intake.wizard.claim import claim
from intake.wizard.holding import is_held
from storage.access import Actor
from storage.assignments import ANSWERED, CLOSED, PASSED_ON, end_assignment, had_it, open_assignment
from storage.columns import now
from storage.database import Database
from storage.history import journal, stored_id
from storage.inquiries import announce_inquiry
from storage.tables.inquiries import OPEN_STATES, Inquiry, InquiryState
from storage.tables.people import Team, User
from storage.tables.routing import Assignment, Because
from storage.worktime import hours

LOOK_AGAIN = timedelta(minutes=5)  # while somebody has it open
NEXT = "next"


async def escalate(database: Database, payload: dict[str, Any]) -> None:
    """The job: has it been taken? Harmless when it is done again, or late."""
    async with database.transaction() as session:
        found = await _still_open(session, payload["assignment"])
        if found is None:
            return
        inquiry, assignment = found
        if is_held(inquiry):
            await look_at(session, stored_id(assignment), now() + LOOK_AGAIN)
        elif ended := _taken(inquiry, assignment):
            assignment.ended_at, assignment.ended = now(), ended
        else:
            await _go_on(session, inquiry, assignment)


async def pass_on(database: Database, inquiry_id: int, who: Actor) -> int | None:
    """«Not mine»: whoever has it gives it back, and it goes on at once. Whose it is now; None: everybody's.
    Raises Conflict("not-given") when it is somebody else's."""
    async with database.transaction() as session:
        inquiry = await claim(session, inquiry_id, who)
        if inquiry.responsible_id is None or inquiry.responsible_id != who.user_id:
            raise Conflict("not-given")
        assignment = await open_assignment(session, inquiry_id)
        await _give_back(session, inquiry, who)
        if assignment is None:
            return None
        order = await _order(session, assignment)
        found = await _onward(session, inquiry, order, NEXT)
        if found is not None:
            return (await give(session, inquiry, found, order)).user_id
        await alarm(session, NOBODY_THERE, str(order.asked.team_id or 0), inquiry, order)
        return None


async def _still_open(session: AsyncSession, assignment_id: int) -> tuple[Inquiry, Assignment] | None:
    """The inquiry, locked, while this is still the assignment that stands."""
    asked = await session.get(Assignment, assignment_id)
    if asked is None:
        return None
    query = select(Inquiry).where(Inquiry.id == asked.inquiry_id).with_for_update()
    inquiry = (await session.exec(query.execution_options(populate_existing=True))).one()
    standing = await open_assignment(session, asked.inquiry_id)
    return (inquiry, standing) if standing is not None and standing.id == assignment_id else None


def _taken(inquiry: Inquiry, assignment: Assignment) -> str:
    """How it has ended without anybody saying so; empty: it waits."""
    if inquiry.state not in OPEN_STATES or inquiry.folded_into is not None:
        return CLOSED
    answered = inquiry.answered_at
    return ANSWERED if answered is not None and answered >= assignment.at else ""


async def _go_on(session: AsyncSession, inquiry: Inquiry, assignment: Assignment) -> None:
    """Whoever it stays with when there is nobody else, somebody will see it."""
    order = await _order(session, assignment)
    found = await _onward(session, inquiry, order, assignment.then)
    if found is None:
        await alarm(session, NOT_TAKEN, str(inquiry.id), inquiry, order)
    else:
        await give(session, inquiry, found, order, "escalate")


async def _onward(session: AsyncSession, inquiry: Inquiry, order: Order, then: str) -> Found | None:
    """The next of the team who has not had it, else its leader."""
    had = await had_it(session, stored_id(inquiry))
    found = await next_of_team(session, order, without=had) if then == NEXT else None
    if found is None:
        team = await session.get(Team, order.asked.team_id) if order.asked.team_id is not None else None
        leader = await person(session, team.leader_id if team else None, Because.ESCALATED, order)
        found = leader if leader is not None and leader.user_id not in had else None
    return Found(found.user_id, Because.ESCALATED) if found is not None else None


async def _order(session: AsyncSession, assignment: Assignment) -> Order:
    """As it was given, from now on; in their own team when none was named."""
    user = await session.get_one(User, assignment.user_id)
    team_id = assignment.team_id or user.team_id
    work = await hours(session, team_id)
    given = await hours(session, assignment.team_id)
    minutes = given.between(assignment.at, assignment.take_by) if assignment.take_by else timedelta()
    asked = Responsible(
        team_id=team_id, by=assignment.by, take_minutes=round(minutes / timedelta(minutes=1)),
        then=assignment.then or NEXT,
    )  # fmt: skip
    rule = (assignment.rule_id, assignment.rule_version) if assignment.rule_id is not None else None
    return Order(asked, now(), work, rule)


async def _give_back(session: AsyncSession, inquiry: Inquiry, who: Actor) -> None:
    state = InquiryState.NEW if inquiry.state is InquiryState.IN_WORK else inquiry.state
    async with journal(session, "pass-on", who, inquiry.id) as j:
        await end_assignment(j, inquiry, PASSED_ON)
        await j.change(inquiry, responsible_id=None, holder_id=None, held_at=None, state=state)
    announce_inquiry(session, inquiry)
