"""Deciding again what came before, by the rules of today: after a mistake in them was put right, or for what
they were never asked about. What a person has decided stays; twice is once."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any

from intake.automation.act import Intent
from intake.automation.decide import REPLAY, decide_event, is_free
from intake.automation.known_rules import known_rules
from intake.automation.think import RULES, think, think_then
from intake.errors import Conflict, Forbidden, NotFound
from intake.model.rules import Did, Rule
from intake.wizard.undo import undo
from storage import subjects as stored
from storage.database import Database
from storage.decisions import decision_of
from storage.tables.automation import RuleDecision
from storage.tables.history import Action
from storage.tables.inquiries import Inquiry

BATCH = 1000  # events that are looked up together
REGISTERED = (Did.CREATED, Did.LINKED)
# What an interest that a rule has made is taken back for; what was declined is opened again for anything
INSTEAD = (*REGISTERED, Did.DECLINED, Did.HELD, Did.TASK)


class Left(StrEnum):
    """Why nothing was done again."""

    SAME = "same"  # the rules say what they said
    STANDS = "stands"  # a rule has registered somebody, and none would do anything else with it now
    BY_A_PERSON = "by-a-person"  # who has decided it, or taken the rule's decision back
    OPEN_ELSEWHERE = "open-elsewhere"  # somebody has it open
    USED_SINCE = "used-since"  # what the rule had made cannot be taken back any more
    NOT_ASKED = "not-asked"  # rules are not asked about such an event


@dataclass(frozen=True, slots=True)
class Replayed:
    """`before`: what the rules had done of it, empty where nothing; `did`: what they did, or would do, now.
    `left`: why it stays as it was."""

    event_id: int
    inquiry_id: int | None
    before: str
    did: Did | None = None
    left: Left | None = None


@dataclass(frozen=True, slots=True)
class _Stands:
    """How things are, before it is decided again."""

    inquiry: Inquiry
    former: RuleDecision | None
    standing: Action | None  # the decision about the inquiry
    action: Action | None  # the former decision's own


async def replay_event(database: Database, event_id: int, *, dry: bool = False) -> Replayed:
    """One event. With `dry` nothing is written. Raises NotFound("no-such-event")."""
    async with database.reading() as session:
        rules = await known_rules(database, session)
    rows = await database.ask(lambda connection: stored.events(connection, [event_id]))
    if not rows:
        raise NotFound("no-such-event", id=event_id)
    stands = await _stands(database, event_id, rows[0].inquiry_id)
    intent = await think(database, event_id, rules)
    if stands is None or intent is None:
        return Replayed(event_id, rows[0].inquiry_id, "", left=Left.NOT_ASKED)
    return await _again(database, stands, intent, rules, dry)


async def replay_span(
    database: Database, since: datetime, until: datetime, channel: str = "", *, dry: bool = False
) -> AsyncGenerator[Replayed, None]:
    """All that rules are asked about, as it came. `channel`: call, letter, form, or one of them: «form:3»."""
    for event_id in await _ids(database, since, until, channel):
        yield await replay_event(database, event_id, dry=dry)


async def _again(
    database: Database, stands: _Stands, intent: Intent, rules: Sequence[Rule], dry: bool
) -> Replayed:
    former, event_id = stands.former, intent.subject.event_id
    told = partial(Replayed, event_id, stands.inquiry.id, former.outcome if former else "")
    left = await _left(database, stands, intent, rules)
    if left is not None:
        return told(left=left)
    if dry:
        return told(did=intent.aim.did)
    if stands.standing is not None and stands.standing.id is not None:
        try:
            await undo(database, stands.standing.id, RULES)
        except (Conflict, Forbidden):
            return told(left=Left.USED_SINCE)
    return told(did=await decide_event(database, event_id, rules, REPLAY))


async def _left(database: Database, stands: _Stands, intent: Intent, rules: Sequence[Rule]) -> Left | None:
    """Why it stays as it is; None: it is to be decided again."""
    former, standing = stands.former, stands.standing
    if standing is not None:
        if former is None or standing.id != former.action_id:
            return Left.BY_A_PERSON
        if await _as_before(database, former, intent, rules):
            return Left.SAME
        nothing_else = former.outcome in REGISTERED and intent.aim.did not in INSTEAD
        return Left.STANDS if nothing_else else None
    if former is not None and _does_the_same(former, intent):
        if stands.action is None or stands.action.undone_at is None:
            return Left.SAME
        return Left.BY_A_PERSON if stands.action.undone_by is not None else None  # a replay was cut off
    return None if former is None or is_free(stands.inquiry) else Left.OPEN_ELSEWHERE


async def _as_before(database: Database, former: RuleDecision, intent: Intent, rules: Sequence[Rule]) -> bool:
    """Whether nothing else would be decided: as it is known now, or as it was known when it was heard, for by
    what was decided strangers have become known."""
    asked = [(one["rule_id"], one["version"]) for one in former.verdicts]
    if asked == [(rule.id, rule.version) for rule in rules] or _does_the_same(former, intent):
        return True
    then = await think_then(database, former.event_id, rules)
    return then is not None and _does_the_same(former, then)


def _does_the_same(former: RuleDecision, intent: Intent) -> bool:
    rule = intent.plan.rule or intent.plan.named_by
    decided = rule.id if rule else None
    same = former.outcome == intent.aim.did or (former.outcome in REGISTERED and intent.aim.did in REGISTERED)
    return same and (decided is None or former.rule_id == decided)


async def _stands(database: Database, event_id: int, inquiry_id: int | None) -> _Stands | None:
    async with database.reading() as session:
        former = await session.get(RuleDecision, event_id)
        inquiry = await session.get(Inquiry, inquiry_id) if inquiry_id is not None else None
        if inquiry is None:
            return None
        while inquiry.folded_into is not None:
            inquiry = await session.get_one(Inquiry, inquiry.folded_into)
        standing = await decision_of(session, inquiry.id or 0)
        action = await session.get(Action, former.action_id) if former and former.action_id else None
        return _Stands(inquiry, former, standing, action)


async def _ids(database: Database, since: datetime, until: datetime, channel: str) -> list[int]:
    """The oldest first."""
    first, last = await database.ask(lambda connection: stored.span_of(connection, since, until))
    found: list[int] = []
    while first <= last:
        span = (first, last)
        rows = await database.ask(
            partial(stored.events_between, since=since, until=until, ids=span, limit=BATCH)
        )
        found += [row.id for row in rows if not channel or channel in _names(row)]
        last = rows[-1].id - 1 if len(rows) == BATCH else first - 1
    return found[::-1]


def _names(row: Any) -> tuple[str, str]:
    kind = (
        "call"
        if row.kind == stored.CALL_ENDED
        else "form"
        if row.channel.startswith(stored.FORM)
        else "chat"
        if row.channel.startswith(stored.CHAT)
        else "letter"
    )
    return row.channel, kind
