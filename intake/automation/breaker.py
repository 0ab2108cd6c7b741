"""A rule that goes round in circles is stopped: two machines that answer one another never tire."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.automation.walk import OWN
from intake.model.rules import Plan, Said, Subject, Verdict
from storage.alarms import raise_alarm
from storage.columns import now
from storage.rules import decided_for

MOST_FITS = 20  # decisions of one rule for one sender …
WITHIN = timedelta(hours=1)  # … within so long; a person does not ask so often
RULE_LOOP = "rule-loop"  # the alarm's kind


async def tired(session: AsyncSession, plan: Plan, subject: Subject) -> Collection[int]:
    """The rules of those that fit which have decided too often for this sender by now."""
    fitting = {one.rule_id for one in plan.verdicts if one.said is Said.YES}
    if not subject.sender or not fitting:
        return ()
    counts = await decided_for(session, subject.sender, subject.event_id, now() - WITHIN)
    return {rule_id for rule_id in fitting if counts.get(rule_id, 0) >= MOST_FITS}


async def report(
    session: AsyncSession, verdicts: Sequence[Verdict], subject: Subject, inquiry_id: int | None
) -> None:
    """Somebody must see which rule was stopped, and for whom. It is told once, then only counted."""
    stopped = next((one for one in verdicts if one.said is Said.LOOPING), None)
    if stopped is None:
        return
    key = f"{RULE_LOOP}:{stopped.rule_id}:{subject.sender or subject.source}"[:120]
    await raise_alarm(
        session,
        RULE_LOOP,
        key,
        inquiry_id=inquiry_id,
        rule_id=stopped.rule_id or None,
        rule=stopped.name,
        sender=subject.sender or subject.source,
        why=stopped.why or OWN,
    )
