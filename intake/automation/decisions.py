"""What was decided of an event, as it is kept and read again."""

from dataclasses import asdict, replace
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.automation.act import Done, Intent
from intake.model.rules import Did, Said, Verdict
from storage.columns import now
from storage.database import announce
from storage.tables.automation import RuleDecision

MOST_FORMER = 20  # decisions of one event that are remembered


async def keep_decision(session: AsyncSession, intent: Intent, done: Done, inquiry_id: int | None) -> None:
    """Written once an event; a former one that said something else is kept in `before`."""
    former = await session.get(RuleDecision, intent.subject.event_id)
    values = _values(intent, done, inquiry_id)
    if former is None:
        session.add(RuleDecision(event_id=intent.subject.event_id, **values))
    elif any(getattr(former, name) != value for name, value in values.items() if name != "at"):
        values["before"] = [*former.before, _as_former(former)][-MOST_FORMER:]
        for name, value in values.items():
            setattr(former, name, value)
        session.add(former)
    await session.flush()
    announce(session, "decision", event=intent.subject.event_id, inquiry=inquiry_id, outcome=done.did.value)


def _values(intent: Intent, done: Done, inquiry_id: int | None) -> dict[str, Any]:
    plan = intent.plan
    rule = plan.rule or plan.named_by
    decided = rule.id if rule else _first_that_fits(plan.verdicts)
    verdicts = [_with_why(one, plan.rule.id if plan.rule else 0, done) for one in plan.verdicts]
    waits = done.did is Did.WAITS
    return {
        "inquiry_id": inquiry_id,
        "at": now(),
        "rule_id": decided,
        "rule_version": next((one.version for one in plan.verdicts if one.rule_id == decided), None),
        "outcome": done.did.value,
        "verdicts": [verdict_body(one) for one in verdicts],
        "candidates": [asdict(one) for one in intent.candidates] if waits else [],
        "action_id": done.action_id,
    }


def verdict_body(verdict: Verdict) -> dict[str, Any]:
    """As JSON."""
    return {
        "rule_id": verdict.rule_id,
        "version": verdict.version,
        "name": verdict.name,
        "said": verdict.said.value,
        "seen": [asdict(one) for one in verdict.seen],
        "why": verdict.why,
    }


def _with_why(verdict: Verdict, decider: int, done: Done) -> Verdict:
    """Why it waits stands with the rule that would have done something."""
    return replace(verdict, why=done.why) if verdict.rule_id == decider and done.why else verdict


def _first_that_fits(verdicts: tuple[Verdict, ...]) -> int | None:
    return next((one.rule_id for one in verdicts if one.said is Said.YES), None)


def _as_former(row: RuleDecision) -> dict[str, Any]:
    return {
        "at": row.at.isoformat(),
        "rule_id": row.rule_id,
        "rule_version": row.rule_version,
        "outcome": row.outcome,
        "action_id": row.action_id,
        "verdicts": row.verdicts,
    }
