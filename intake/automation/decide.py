"""What follows once an inquiry is there: the rules are asked, what they want is done, somebody gets it.

The outbox asks at least once. What is done and that it was decided are one transaction, so that a process
that dies in between has done nothing, or all of it.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.automation.acceptance import points_in
from intake.automation.act import Done, Intent, act
from intake.automation.aims import Aim
from intake.automation.assigning import assign
from intake.automation.breaker import report
from intake.automation.decisions import keep_decision
from intake.automation.known_rules import known_rules
from intake.automation.subjects import Asking, subject_of
from intake.automation.think import RULES, think
from intake.errors import Deferred, NotFound, Rejected
from intake.model.rules import Did, Known, Rule
from intake.wizard.accept import ATTEMPTS, passes
from intake.wizard.claim import inquiry_to_change
from intake.wizard.holding import is_held
from storage import hooks
from storage.columns import now
from storage.database import Database
from storage.deciding import ENDED, OPENED
from storage.history import stored_id
from storage.inquiries import announce_inquiry
from storage.keyed_locks import hold_keys
from storage.rules import taken_back
from storage.subjects import NOTHING, event_of, house
from storage.tables.automation import RuleDecision
from storage.tables.inquiries import OPEN_STATES, Channel, Inquiry

REPLAY = "replay"  # the step that decides again what was decided
REGISTERED = ("accept", "link")
KINDS = {
    Did.CREATED: REGISTERED,
    Did.LINKED: REGISTERED,
    Did.DECLINED: ("decline",),
}  # actions of the journal


async def decide(database: Database, payload: dict[str, Any]) -> None:
    """The outbox's job; may be done again: an event that was decided is left as it is."""
    inquiry_id, step, event_id = int(payload["inquiry"]), str(payload["step"]), payload.get("event")
    async with database.reading() as session:
        inquiry = await session.get(Inquiry, inquiry_id)
        rules = await known_rules(database, session)
    if inquiry is None:
        return
    if inquiry.channel is Channel.CALL and step == OPENED:  # its rules are asked when it has ended
        rules = []
    if rules and event_id is None:
        event_id = await database.ask(lambda connection: event_of(connection, inquiry_id))
    decided = await decide_event(database, int(event_id), rules, step) if rules and event_id else None
    if decided is None:
        await _without_rules(database, inquiry_id, step)


async def decide_event(database: Database, event_id: int, rules: Sequence[Rule], step: str) -> Did | None:
    """What came of it, or had come before; None for an event that rules are not asked about."""
    for attempt in range(1, ATTEMPTS + 1):
        intent = await think(database, event_id, rules)
        if intent is None:
            return None
        try:
            return await carry_out(database, intent, step)
        except _Changed:
            continue
        except DBAPIError as error:
            if attempt == ATTEMPTS or not passes(error):
                raise
    raise Deferred("changed-meanwhile")  # the outbox comes again


async def carry_out(database: Database, intent: Intent, step: str = "") -> Did:
    """What the wizard refuses is left to a person, with the reason."""
    try:
        async with database.transaction() as session:
            return await _carry_out(session, intent, step)
    except (Rejected, NotFound) as refused:
        left = replace(intent, aim=Aim(Did.WAITS, refused.code))
        async with database.transaction() as session:
            return await _carry_out(session, left, step)


class _Changed(Exception):
    """Somebody was registered meanwhile whom we were about to register as well: look again."""


async def _carry_out(session: AsyncSession, intent: Intent, step: str) -> Did:
    subject, moment = intent.subject, now()
    if intent.aim.newcomer:
        await _surely_new(session, intent)
    inquiry = await inquiry_to_change(session, subject.inquiry_id or 0, RULES)
    former = await session.get(RuleDecision, subject.event_id)
    if former is not None and (step != REPLAY or not is_free(inquiry)):
        return Did(former.outcome)
    await _begin(session, inquiry, step)
    if is_free(inquiry) and not await _refused(session, inquiry, intent):
        done = await act(session, inquiry, intent, moment)
    else:
        done = Done(Did.NONE if intent.aim.did is Did.NONE else Did.LATE)
    await report(session, intent.plan.verdicts, subject, inquiry.id)
    await keep_decision(session, intent, done, inquiry.id)
    announce_inquiry(session, inquiry)
    return done.did


def is_free(inquiry: Inquiry) -> bool:
    """Nobody has decided it, and nobody has it open."""
    return inquiry.state in OPEN_STATES and not is_held(inquiry)


async def _refused(session: AsyncSession, inquiry: Inquiry, intent: Intent) -> bool:
    """A person has undone what this rule has done with it before, at another of its events."""
    kinds, rule = KINDS.get(intent.aim.did), intent.plan.rule
    if kinds is None or rule is None:
        return False
    undone = await taken_back(session, stored_id(inquiry))
    return any((rule.id, kind) in undone for kind in kinds)


async def _surely_new(session: AsyncSession, intent: Intent) -> None:
    """Nobody else registers them before this transaction ends, and nobody has. Raises _Changed."""
    keys = [f"party:{point.text}" for point in points_in(intent.said.criteria)]
    await hold_keys(session, keys)
    connection = await session.connection()
    event_id = intent.subject.event_id
    again = await connection.run_sync(
        lambda one: subject_of(one, event_id, Asking(house(one), asked=NOTHING))
    )
    if again is None or again.known is not Known.NOBODY:
        raise _Changed


async def _without_rules(database: Database, inquiry_id: int, step: str) -> None:
    async with database.transaction() as session:
        inquiry = await inquiry_to_change(session, inquiry_id, RULES)
        await _begin(session, inquiry, step)
        at_once = step == OPENED and inquiry.channel is not Channel.CALL
        if (at_once or step == ENDED) and is_free(inquiry):
            await assign(session, inquiry, None, None, None, now())


async def _begin(session: AsyncSession, inquiry: Inquiry, step: str) -> None:
    """What follows once an inquiry is opened, whatever the rules say."""
    if step == OPENED:
        await hooks.tell(session, hooks.OPENED, inquiry_id=inquiry.id)
