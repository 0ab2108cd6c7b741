"""Doing what the rules want, by the wizard's own functions, in one transaction with the decision."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.automation.acceptance import Given, acceptance_of
from intake.automation.aims import Aim
from intake.automation.assigning import assign
from intake.errors import Rejected
from intake.model.prefill import Said
from intake.model.rules import Candidate, Did, Outcome, Plan, Subject
from intake.wizard.accept import accept_in
from intake.wizard.decline import decline_in
from storage.access import Actor
from storage.history import journal, stored_id
from storage.inquiries import announce_inquiry
from storage.tables.inquiries import DeclineReason, Inquiry
from storage.tables.people import Role
from storage.tables.work import Task, TaskKind
from storage.worktime import hours


@dataclass(frozen=True, slots=True)
class Intent:
    """All that was thought out before anything is locked."""

    subject: Subject
    plan: Plan
    aim: Aim
    said: Said
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """`why`: a code, where it waits; `action_id`: what can be undone."""

    did: Did
    why: str = ""
    action_id: int | None = None


def actor_of(plan: Plan) -> Actor:
    """In the name of the version of the rule that decides."""
    rule = plan.rule or plan.named_by
    signed = f"{rule.id}.{rule.version}" if rule else ""
    return Actor(None, rule.name if rule else "", Role.ADMINISTRATOR, via="rule", rule=signed)


async def act(session: AsyncSession, inquiry: Inquiry, intent: Intent, at: datetime) -> Done:
    """`inquiry` is locked and undecided. Raises Rejected or NotFound for what the wizard refuses; nothing
    may be committed then."""
    match intent.aim.did:
        case Did.DECLINED:
            return await _decline(session, inquiry, intent)
        case Did.LINKED:
            return await _accept(session, inquiry, intent, None, at)
        case Did.CREATED:
            return await _accept(session, inquiry, intent, await _assign(session, inquiry, intent, at), at)
        case did:
            await _assign(session, inquiry, intent, at)
            await _keep_labels(session, inquiry, intent.plan)
            action_id = await _tasks(session, inquiry, intent.plan, intent.plan.tasks, at)
            return Done(did, intent.aim.why, action_id)


async def _assign(session: AsyncSession, inquiry: Inquiry, intent: Intent, at: datetime) -> int | None:
    plan, party = intent.plan, intent.subject.party
    given = await assign(session, inquiry, plan.responsible, party, plan.named_by, at)
    return given.user_id if given else inquiry.responsible_id


async def _accept(
    session: AsyncSession, inquiry: Inquiry, intent: Intent, responsible_id: int | None, at: datetime
) -> Done:
    plan, first = intent.plan, intent.plan.tasks[:1]
    due = (await hours(session)).after(at, first[0].task_minutes) if first else None
    given = Given(intent.said, responsible_id, due)
    acceptance = acceptance_of(plan, intent.aim, intent.subject, given)
    accepted = await accept_in(session, stored_id(inquiry), acceptance, actor_of(plan))
    await _tasks(session, inquiry, plan, plan.tasks[1:], at)
    return Done(intent.aim.did, intent.aim.why, accepted.action_id)


async def _decline(session: AsyncSession, inquiry: Inquiry, intent: Intent) -> Done:
    who, outcome = actor_of(intent.plan), intent.plan.outcome
    try:
        reason = DeclineReason(outcome.reason)
    except ValueError:
        raise Rejected("no-such-choice", field="reason", value=outcome.reason[:40]) from None
    details = {"reason": reason.value, "was": inquiry.responsible_id}
    async with journal(session, "decline", who, inquiry.id, **details) as j:
        await decline_in(j, inquiry, reason, outcome.note)
    announce_inquiry(session, inquiry)
    return Done(Did.DECLINED, action_id=j.action_id)


async def _tasks(
    session: AsyncSession, inquiry: Inquiry, plan: Plan, tasks: tuple[Outcome, ...], at: datetime
) -> int | None:
    """What somebody shall do about it, whoever has it now. They hang on the inquiry alone: on a card that was
    made just now they would keep the acceptance from being undone."""
    if not tasks:
        return None
    worked = await hours(session)
    async with journal(session, "add-task", actor_of(plan), inquiry.id) as j:
        for one in tasks:
            await j.add(
                Task(
                    kind=TaskKind(one.task_kind),
                    title=one.task_title,
                    due=worked.after(at, one.task_minutes),
                    responsible_id=inquiry.responsible_id,
                    inquiry_id=inquiry.id,
                )
            )
    return j.action_id


async def _keep_labels(session: AsyncSession, inquiry: Inquiry, plan: Plan) -> None:
    """Interests wear labels: whoever accepts it finds them on the wizard's second page."""
    if plan.labels and "labels" not in inquiry.draft:
        inquiry.draft = {**inquiry.draft, "labels": ", ".join(plan.labels)}
        session.add(inquiry)
