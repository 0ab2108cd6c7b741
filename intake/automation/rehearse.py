"""A draft of a rule, tried on the past without writing anything.

Each event is asked as it was known when it was heard: who was registered since then counts as a stranger. The
wizard's search is asked for one chosen event only; for many a newcomer is one «if nobody alike is found».
"""

import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection

from intake.automation.aims import ALIKE, SEVERAL_PARTIES, Aim, aim_of
from intake.automation.known_rules import known_rules
from intake.automation.match import alike
from intake.automation.rehearsal import Beside, Rehearsal, Rehearsed, Totals
from intake.automation.subjects import Asking, subjects_of, wanted_by
from intake.automation.think import RULES
from intake.automation.walk import Fits, fits, made_ready, walk
from intake.errors import NotFound
from intake.model.rules import Did, Plan, Rule, Said, Subject, Verdict
from intake.wizard.said import said
from storage import subjects as stored
from storage.database import Database
from storage.read_only import ask_only
from storage.rehearsed import Named, Wanted, names_of
from storage.subjects import house
from storage.tables.inquiries import Inquiry, InquiryState
from storage.worktime import hours

BATCH = 1000  # events that are asked together
SHOWN = 300  # rows of a page
_DECIDED = {
    Did.CREATED: InquiryState.ACCEPTED, Did.LINKED: InquiryState.LINKED, Did.DECLINED: InquiryState.DECLINED,
}  # fmt: skip
_OPEN = (InquiryState.NEW, InquiryState.IN_WORK, InquiryState.CLOSED)

Progress = Callable[[int], None]
"""Told how many events were asked so far."""


@dataclass(frozen=True, slots=True)
class _Tried:
    """One event with what would come of it."""

    row: Any  # storage/subjects.py's
    subject: Subject
    plan: Plan
    aim: Aim
    verdict: Verdict | None

    @property
    def shown(self) -> bool:
        """The rehearsed rule fits, or with none any rule would do something."""
        if self.verdict is None:
            return self.aim.did is not Did.NONE
        return self.verdict.said in (Said.YES, Said.OVERRULED, Said.LOOPING)


@dataclass(frozen=True, slots=True)
class _Trial:
    """What is the same for all events of a rehearsal."""

    rules: list[Rule]
    fits: Fits
    tried: int | None  # the rehearsed rule's id
    asking: Asking


async def rehearse(
    database: Database,
    rule: Rule | None,
    since: datetime,
    until: datetime,
    limit: int = SHOWN,
    progress: Progress | None = None,
    after: int | None = None,
) -> Rehearsal:
    """The draft among the enabled rules: in place of the one with its id, else behind them. Without a draft
    the enabled rules as they are. `after`: rows below this event; all is counted from there."""
    began = time.monotonic()
    trial = await _trial(database, rule)
    totals, shown = Totals(), list[_Tried]()
    async with aclosing(_past(database, trial, since, until, after)) as past:
        async for tried in past:
            for one in tried:
                _count(totals, one)
            shown += [one for one in tried if one.shown][: limit + 1 - len(shown)]
            if progress is not None:
                progress(totals.events)
    rows = await _rows(database, [_looked_at(one, trial) for one in shown[:limit]])
    more = rows[-1].event_id if len(shown) > limit and rows else None
    return Rehearsal(totals, tuple(rows), more, time.monotonic() - began)


async def rehearse_event(database: Database, rule: Rule | None, event_id: int) -> Rehearsed:
    """One event with every rule's verdict; whoever is alike is looked for. Raises NotFound("no-such-event")
    for what is none that rules are asked about."""
    trial = await _trial(database, rule)
    tried = await ask_only(database, lambda one: _try(one, stored.events(one, [event_id]), trial))
    if not tried:
        raise NotFound("no-such-event", id=event_id)
    (row,) = await _rows(database, tried)
    aim = tried[0].aim
    row = replace(row, verdicts=walk(trial.rules, tried[0].subject).verdicts)
    if not (aim.newcomer or aim.why == SEVERAL_PARTIES) or row.inquiry_id is None:
        return row
    async with database.reading() as session:
        told = await said(session, await session.get_one(Inquiry, row.inquiry_id), RULES)
    found = await alike(database, told, RULES) if told else ()
    waits = {"did": Did.WAITS, "why": ALIKE, "newcomer": False} if found and aim.newcomer else {}
    return replace(row, candidates=found, **waits)  # type: ignore[arg-type]


async def _trial(database: Database, rule: Rule | None) -> _Trial:
    async with database.reading() as session:
        rules = await known_rules(database, session)
        worked = await hours(session)
    if rule is not None:
        there = any(one.id == rule.id for one in rules)
        rules = [rule if one.id == rule.id else one for one in rules] if there else [*rules, rule]
    ours = await ask_only(database, house)
    asking = Asking(ours, worked, wanted_by(rules), then=True)
    return _Trial(rules, made_ready(rules), None if rule is None else rule.id, asking)


async def _past(
    database: Database, trial: _Trial, since: datetime, until: datetime, after: int | None
) -> AsyncGenerator[list[_Tried], None]:
    """All events of a time that lie below one, the newest first."""
    first, last = await ask_only(database, lambda connection: stored.span_of(connection, since, until))
    last = min(last, after - 1) if after is not None else last
    while first <= last:
        tried, lowest = await ask_only(database, partial(_some, trial, since, until, (first, last)))
        yield tried
        last = lowest - 1


def _some(
    trial: _Trial, since: datetime, until: datetime, ids: tuple[int, int], connection: Connection
) -> tuple[list[_Tried], int]:
    """What would come of the newest of these, and down to which event was looked."""
    rows = stored.events_between(connection, since, until, ids, BATCH)
    return _try(connection, rows, trial), (rows[-1].id if len(rows) == BATCH else ids[0])


def _try(connection: Connection, rows: Sequence[Any], trial: _Trial) -> list[_Tried]:
    by_id = {row.id: row for row in rows}
    found = subjects_of(connection, list(rows), trial.asking)
    return [_tried(by_id[subject.event_id], subject, trial) for subject in found]


def _tried(row: Any, subject: Subject, trial: _Trial) -> _Tried:
    plan = walk(trial.rules, subject, asking=trial.fits)
    verdict = next((one for one in plan.verdicts if one.rule_id == trial.tried), None)
    return _Tried(row, subject, plan, aim_of(plan, subject), verdict)


def _looked_at(one: _Tried, trial: _Trial) -> _Tried:
    """With what the rehearsed rule's conditions saw, for a row that is shown."""
    rule = next((rule for rule in trial.rules if rule.id == trial.tried), None)
    if rule is None or one.verdict is None:
        return one
    return replace(one, verdict=replace(one.verdict, seen=fits(rule, one.subject)[1]))


def _count(totals: Totals, one: _Tried) -> None:
    totals.events += 1
    if one.verdict is not None and one.verdict.said is Said.BROKEN:
        totals.broken = one.verdict.why
    if not one.shown:
        return
    did, beside = one.aim.did, _beside(one)
    totals.fits += 1
    totals.decides += one.verdict is None or one.verdict.said is Said.YES
    totals.loops += one.verdict is not None and one.verdict.said is Said.LOOPING
    totals.outcomes[did] = totals.outcomes.get(did, 0) + 1
    totals.beside[beside] = totals.beside.get(beside, 0) + 1
    pair = (did, _state(one.row))
    totals.happened[pair] = totals.happened.get(pair, 0) + 1


def _beside(one: _Tried) -> Beside:
    would, happened = _DECIDED.get(one.aim.did), one.row.state
    if would is None:
        return Beside.LEFT
    if happened is None or happened in _OPEN:
        return Beside.SPARED
    same_interest = one.aim.interest_id is None or one.aim.interest_id == one.row.interest_id
    return Beside.SAME if would == happened and same_interest else Beside.OTHER


def _state(row: Any) -> str:
    return row.state.value if row.state is not None else ""


async def _rows(database: Database, tried: Sequence[_Tried]) -> list[Rehearsed]:
    wanted = Wanted(
        accounts=_ids(tried, "account_id"),
        contacts=_ids(tried, "contact_id"),
        leads=_ids(tried, "lead_id"),
        users=[one.row.responsible_id for one in tried if one.row.responsible_id is not None],
        interests=[id_ for one in tried for id_ in (one.aim.interest_id, one.row.interest_id) if id_],
        events=[one.subject.event_id for one in tried],
    )
    named = await ask_only(database, lambda connection: names_of(connection, wanted))
    return [_row(one, named) for one in tried]


def _ids(tried: Sequence[_Tried], name: str) -> list[int]:
    parties = [one.subject.party for one in tried if one.subject.party is not None]
    return [id_ for party in parties if (id_ := getattr(party, name)) is not None]


def _row(one: _Tried, named: Named) -> Rehearsed:
    subject, row, aim = one.subject, one.row, one.aim
    rule = one.plan.rule or one.plan.named_by
    return Rehearsed(
        event_id=subject.event_id, inquiry_id=subject.inquiry_id, at=subject.at, channel=subject.channel,
        sender=subject.sender, sender_name=subject.sender_name, subject=subject.subject,
        did=aim.did, why=aim.why, rule_id=rule.id if rule else None, rule=rule.name if rule else "",
        verdict=one.verdict, newcomer=aim.newcomer, whom=_whom(subject, named),
        interest_id=aim.interest_id, interest=named.interests.get(aim.interest_id or 0, ""),
        beside=_beside(one), happened=_state(row),
        decline_reason=row.decline_reason.value if row.decline_reason else "",
        responsible=named.users.get(row.responsible_id or 0, ""),
        happened_interest_id=row.interest_id, happened_interest=named.interests.get(row.interest_id or 0, ""),
        decided=named.decided.get(subject.event_id, ""),
    )  # fmt: skip


def _whom(subject: Subject, named: Named) -> str:
    party = subject.party
    if party is None:
        return ""
    names = (
        named.contacts.get(party.contact_id or 0, ""),
        named.accounts.get(party.account_id or 0, ""),
        named.leads.get(party.lead_id or 0, ""),
    )
    return ", ".join(name for name in names if name)
