"""Who gets the work: the first of the ways that leads to somebody who is there."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.automation.giving import NOBODY_THERE, Assigned, Found, Order, alarm, give
from intake.model.rules import Party, Responsible, Rule, Way
from intake.model.wizard import PartyKind
from storage.absences import stand_in
from storage.assignments import open_assignment
from storage.decisions import last_action
from storage.history import journal, stored_id
from storage.inquiries import announce_inquiry
from storage.interests import last_talked
from storage.preferences import settings
from storage.seats import least_loaded, next_in_turn
from storage.tables.inquiries import OPEN_STATES, Channel, Inquiry
from storage.tables.people import Team
from storage.tables.routing import Because
from storage.worktime import hours

BY_DEFAULT = Responsible()
WRITTEN = (Channel.LETTER, Channel.FORM, Channel.CHAT)  # given to somebody even when no rule says to whom
LOAD = "load"
BY_PEOPLE = ("hand-over", "pass-on")  # a person has said whose it is


async def assign(
    session: AsyncSession,
    inquiry: Inquiry,
    responsible: Responsible | None,
    party: Party | None,
    rule: Rule | None,
    at: datetime,
) -> Assigned | None:
    """Give an undecided inquiry to somebody, in the caller's transaction.

    Nothing is done, and None answered, when it was given or handed over before, is decided, or when no rule
    names anybody and nobody has written it. None as well when nobody is there: then it is everybody's, and
    there is an alarm if somebody was meant to be.
    """
    await session.flush()
    await session.refresh(inquiry, with_for_update=True)
    if not await _is_free(session, inquiry, responsible):
        return None
    asked = responsible or BY_DEFAULT
    signed = (rule.id, rule.version) if rule else None
    order = Order(asked, at, await hours(session, asked.team_id), signed)
    for way in asked.ways:
        found = await _by(session, way, inquiry, party, order)
        if found is not None:
            return await give(session, inquiry, found, order)
    await _nobody(session, inquiry, order, meant=responsible is not None)
    return None


async def next_of_team(session: AsyncSession, order: Order, without: Collection[int] = ()) -> Found | None:
    """By turn or by load. While the house is closed it does not matter who is on a break."""
    team_id = order.asked.team_id
    if team_id is None or await session.get(Team, team_id) is None:
        return None
    by, because = (least_loaded, Because.LOAD) if order.asked.by == LOAD else (next_in_turn, Because.TURN)
    found = await by(session, team_id, order.begins, without=without, at_their_desks=order.is_open)
    if found is None:
        return None
    return Found(found.user_id, Because.SUBSTITUTE if found.instead_of else because)


async def person(session: AsyncSession, user_id: int | None, because: Because, order: Order) -> Found | None:
    """They, or who stands in for them."""
    user = await stand_in(session, user_id, order.begins) if user_id is not None else None
    if user is None:
        return None
    return Found(stored_id(user), because if user.id == user_id else Because.SUBSTITUTE)


async def _is_free(session: AsyncSession, inquiry: Inquiry, responsible: Responsible | None) -> bool:
    if inquiry.state not in OPEN_STATES or inquiry.folded_into is not None:
        return False
    if responsible is None and inquiry.channel not in WRITTEN:
        return False
    inquiry_id = stored_id(inquiry)
    if await open_assignment(session, inquiry_id) is not None:
        return False
    return await last_action(session, inquiry_id, BY_PEOPLE) is None


async def _by(
    session: AsyncSession, way: Way, inquiry: Inquiry, party: Party | None, order: Order
) -> Found | None:
    match way:
        case Way.OWN:
            own = party.responsible_id if party and party.responsible_id else inquiry.responsible_id
            return await person(session, own, Because.OWN, order)
        case Way.LAST:
            return await person(session, await _talked(session, inquiry, party), Because.LAST, order)
        case Way.TEAM:
            return await next_of_team(session, order)
        case Way.USER:
            return await person(session, order.asked.user_id, Because.NAMED, order)
        case Way.DEFAULT:
            chosen = (await settings(session)).default_responsible_id
            return await person(session, chosen, Because.DEFAULT, order)


async def _talked(session: AsyncSession, inquiry: Inquiry, party: Party | None) -> int | None:
    """Who talked last with whom it is by exact keys."""
    for kind in (PartyKind.CONTACT, PartyKind.ACCOUNT, PartyKind.LEAD):
        party_id = getattr(party or inquiry, f"{kind.value}_id")
        user = await last_talked(session, (kind, party_id), inquiry.id) if party_id is not None else None
        if user is not None:
            return user.id
    return None


async def _nobody(session: AsyncSession, inquiry: Inquiry, order: Order, meant: bool) -> None:
    """It is everybody's: whoever was guessed to have it is away, and others must see it. One alarm a team,
    which counts the inquiries."""
    if inquiry.responsible_id is not None:
        async with journal(session, "unassign", order.actor, inquiry.id) as j:
            await j.change(inquiry, responsible_id=None)
        announce_inquiry(session, inquiry)
    if meant or (await settings(session)).default_responsible_id is not None:
        await alarm(session, NOBODY_THERE, str(order.asked.team_id or 0), inquiry, order)
