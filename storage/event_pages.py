"""Events as pages show them: the list of what came, and all that became of one."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, tuple_, union
from sqlalchemy.orm import defer
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import NotFound
from storage.access import Actor, within
from storage.chats import dialogue_within
from storage.subjects import CALL_ENDED, CHAT, FORM, LETTER
from storage.tables.automation import AutoRule, IgnoreEntry, RuleDecision, RuleVersion, Touch
from storage.tables.chats import Dialogue
from storage.tables.forms import Submission
from storage.tables.history import Action, Change
from storage.tables.inquiries import Inquiry, InquiryEvent
from storage.tables.letters import LetterRecord
from storage.tables.outgoing import Delivery, Webhook
from storage.tables.people import User
from storage.timeline import Deed

PAGE = 50  # rows
MOST_DEEDS = 100  # of one inquiry
MOST_DELIVERIES = 50
ANY_CALL = "call-%"

_KINDS = {
    "call": col(InquiryEvent.kind) == CALL_ENDED,
    "step": col(InquiryEvent.kind).like(ANY_CALL) & (col(InquiryEvent.kind) != CALL_ENDED),
    "letter": col(InquiryEvent.kind) == LETTER,
    "form": col(InquiryEvent.channel).like(f"{FORM}%"),
    "chat": col(InquiryEvent.channel).like(f"{CHAT}%"),
}
KINDS = tuple(_KINDS)
"""Of events: what rules are asked about, and the steps of calls before their end."""

Place = tuple[datetime, int]
"""Where a row stands: a page begins after one."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events; everything that is given must hold. Without `kind`: all but the steps of calls."""

    kind: str = ""
    channel: str = ""
    since: datetime | None = None
    until: datetime | None = None
    outcome: str = ""  # intake.model.rules.Did
    rule: int | None = None
    ignored: bool = False


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event of the list: without its fact and its raw text."""

    event: InquiryEvent
    inquiry: Inquiry | None
    decision: RuleDecision | None
    rule: str  # name of the one that decided


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[EventRow]
    after: Place | None  # the next page begins here; None: this was the last one


@dataclass(frozen=True, slots=True)
class EventTold:
    """All that became of one event. `deeds`: of its inquiry, the oldest first, with who did them."""

    event: InquiryEvent
    inquiry: Inquiry | None
    decision: RuleDecision | None
    ignored: IgnoreEntry | None
    submission_id: int | None
    letter_id: int | None
    dialogue_id: int | None
    deeds: list[tuple[Deed, str]]
    touches: list[tuple[Touch, InquiryEvent]]
    deliveries: list[tuple[Delivery, str]]


async def events_page(session: AsyncSession, who: Actor, wanted: Wanted, after: Place | None = None) -> Page:
    """The newest first, up to PAGE rows that `who` may see."""
    place = tuple_(col(InquiryEvent.at), col(InquiryEvent.id))
    query = _rows().options(defer(InquiryEvent.fact), defer(InquiryEvent.raw))  # type: ignore[arg-type]
    query = query.where(*_matches(wanted), _seen_by(who))
    query = query.where(place < after) if after else query
    query = query.order_by(col(InquiryEvent.at).desc(), col(InquiryEvent.id).desc()).limit(PAGE + 1)
    found = (await session.exec(query)).all()
    rows = [EventRow(event, inquiry, decision, name or "") for event, inquiry, decision, name in found]
    if len(rows) <= PAGE:
        return Page(rows, None)
    last = rows[PAGE - 1].event
    return Page(rows[:PAGE], (last.at, last.id or 0))


async def event_told(session: AsyncSession, who: Actor, event_id: int) -> EventTold:
    """Raises NotFound("no-such-event"), also for what `who` may not see."""
    query = _rows().where(col(InquiryEvent.id) == event_id, _seen_by(who))
    row = (await session.exec(query)).first()
    if row is None:
        raise NotFound("no-such-event", id=event_id)
    event, inquiry, decision, _ = row
    ignored = await session.get(IgnoreEntry, event.ignored_by) if event.ignored_by else None
    return EventTold(
        event,
        inquiry,
        decision,
        ignored,
        submission_id=await _one(session, select(Submission.id).where(Submission.event_id == event_id)),
        letter_id=await _letter_of(session, event),
        dialogue_id=await _dialogue_of(session, event, who),
        deeds=await _deeds(session, event, decision),
        touches=await _touches(session, event),
        deliveries=await _deliveries(session, event),
    )


async def decision_about(session: AsyncSession, inquiry_id: int) -> RuleDecision | None:
    """The newest that the rules have made about an inquiry."""
    query = select(RuleDecision).where(RuleDecision.inquiry_id == inquiry_id)
    query = query.order_by(col(RuleDecision.at).desc(), col(RuleDecision.event_id).desc()).limit(1)
    return (await session.exec(query)).first()


async def event_about(session: AsyncSession, inquiry_id: int) -> int | None:
    """The event that an inquiry began with, of a call its end: where «how was it decided» leads without a
    decision."""
    query = select(InquiryEvent.id).where(InquiryEvent.inquiry_id == inquiry_id)
    ended_first = (col(InquiryEvent.kind) == CALL_ENDED).desc()
    return (await session.exec(query.order_by(ended_first, col(InquiryEvent.id)).limit(1))).first()


async def channels_heard(session: AsyncSession) -> list[str]:
    """The channels that anything ever came by: index skips, not a look through the table."""
    found: list[str] = []
    while True:
        query = select(InquiryEvent.channel).order_by(col(InquiryEvent.channel)).limit(1)
        query = query.where(col(InquiryEvent.channel) > found[-1]) if found else query
        channel = await _one(session, query)
        if channel is None or len(found) >= PAGE:
            return found
        found.append(channel)


def _rows() -> Any:
    query: Any = select(InquiryEvent, Inquiry, RuleDecision, AutoRule.name)
    query = query.outerjoin(Inquiry, col(Inquiry.id) == InquiryEvent.inquiry_id)
    query = query.outerjoin(RuleDecision, col(RuleDecision.event_id) == InquiryEvent.id)
    return query.outerjoin(AutoRule, col(AutoRule.id) == RuleDecision.rule_id)


def _matches(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions = [_KINDS[wanted.kind] if wanted.kind in _KINDS else ~_KINDS["step"]]
    if wanted.channel:
        conditions.append(col(InquiryEvent.channel) == wanted.channel)
    if wanted.since is not None:
        conditions.append(col(InquiryEvent.at) >= wanted.since)
    if wanted.until is not None:
        conditions.append(col(InquiryEvent.at) < wanted.until)
    if wanted.outcome:
        conditions.append(col(RuleDecision.outcome) == wanted.outcome)
    if wanted.rule is not None:
        conditions.append(col(RuleDecision.rule_id) == wanted.rule)
    if wanted.ignored:
        conditions.append(col(InquiryEvent.ignored_by).is_not(None))
    return conditions


def _seen_by(who: Actor) -> ColumnElement[bool]:
    """What belongs to no inquiry is everybody's, as are inquiries of nobody."""
    return or_(col(InquiryEvent.inquiry_id).is_(None), within(who, Inquiry))


async def _letter_of(session: AsyncSession, event: InquiryEvent) -> int | None:
    mark = event.fact.get("fingerprint") if event.kind == LETTER else None
    return (
        await _one(session, select(LetterRecord.id).where(LetterRecord.fingerprint == mark)) if mark else None
    )


async def _dialogue_of(session: AsyncSession, event: InquiryEvent, who: Actor) -> int | None:
    """Where it happened, as far as `who` may see that."""
    chat = event.fact.get("chat") if event.channel.startswith(CHAT) else None
    bot = event.channel.removeprefix(CHAT)
    if not isinstance(chat, str) or not bot.isdecimal():
        return None
    query = select(Dialogue.id).where(Dialogue.bot_id == int(bot), Dialogue.chat_id == chat)
    found: int | None = await _one(session, query.where(dialogue_within(who)))
    return found


async def _deeds(
    session: AsyncSession, event: InquiryEvent, decision: RuleDecision | None
) -> list[tuple[Deed, str]]:
    """Of its inquiry, and what the rules did besides."""
    mine = [col(Action.id) == decision.action_id] if decision and decision.action_id else []
    about = [col(Action.inquiry_id) == event.inquiry_id] if event.inquiry_id else []
    if not (mine or about):
        return []
    ids = union(*(select(col(Action.id)).where(one) for one in (*mine, *about)))
    query = select(Action, User.name).outerjoin(User, col(User.id) == Action.user_id)
    query = query.where(col(Action.id).in_(ids)).order_by(col(Action.id)).limit(MOST_DEEDS)
    actions = [(action, name or "") for action, name in await session.exec(query)]
    changes = await _changes(session, [action.id for action, _ in actions])
    return [(Deed(action, tuple(changes[action.id])), name) for action, name in actions]


async def _changes(session: AsyncSession, ids: Sequence[int | None]) -> dict[int | None, list[Change]]:
    query = select(Change).where(col(Change.action_id).in_(ids)).order_by(col(Change.id))
    changes: dict[int | None, list[Change]] = defaultdict(list)
    for change in await session.exec(query):
        changes[change.action_id].append(change)
    return changes


async def _touches(session: AsyncSession, event: InquiryEvent) -> list[tuple[Touch, InquiryEvent]]:
    """Further contacts that were joined to its inquiry, and this one if it is such."""
    if event.inquiry_id is None:
        return []
    query = select(Touch, InquiryEvent).join(InquiryEvent, col(InquiryEvent.id) == Touch.event_id)
    query = query.where(Touch.inquiry_id == event.inquiry_id).order_by(col(Touch.at)).limit(PAGE)
    return [(touch, came) for touch, came in await session.exec(query)]


async def _deliveries(session: AsyncSession, event: InquiryEvent) -> list[tuple[Delivery, str]]:
    """What programs were told of its inquiry."""
    if event.inquiry_id is None:
        return []
    about = col(Delivery.payload)["data"]["inquiry"]["id"].as_integer() == event.inquiry_id
    query = select(Delivery, Webhook.name).join(Webhook, col(Webhook.id) == Delivery.webhook_id)
    query = query.where(about).order_by(col(Delivery.id)).limit(MOST_DELIVERIES)
    return [(delivery, name) for delivery, name in await session.exec(query)]


async def _one(session: AsyncSession, query: Any) -> Any:
    return (await session.exec(query.limit(1))).first()


async def wordings(
    session: AsyncSession, asked: Iterable[tuple[int, int]]
) -> dict[tuple[int, int], RuleVersion]:
    """Rules as they were worded: by their id and version."""
    pairs = list(dict.fromkeys(asked))
    found = tuple_(col(RuleVersion.rule_id), col(RuleVersion.version)).in_(pairs)
    if not pairs:
        return {}
    return {(row.rule_id, row.version): row for row in await session.exec(select(RuleVersion).where(found))}
