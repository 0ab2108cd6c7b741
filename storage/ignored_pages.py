"""The ignore list as a page shows it: who is on it, and what each entry has kept away."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import now
from storage.ignoring import is_live
from storage.subjects import CHAT
from storage.tables.automation import IgnoreEntry
from storage.tables.calls import CallRecord
from storage.tables.chats import ChatMessage
from storage.tables.forms import Submission
from storage.tables.inquiries import InquiryEvent
from storage.tables.letters import LetterRecord
from storage.tables.people import User

PAGE = 50  # entries, and events of one entry


@dataclass(frozen=True, slots=True)
class Line:
    """An entry; `times`: how often it kept somebody away, `last`: when it did so."""

    entry: IgnoreEntry
    author: str = ""
    times: int = 0
    last: datetime | None = None
    live: bool = True


@dataclass(frozen=True, slots=True)
class KeptAway:
    """A call, letter, submission or message of a chat that made no work."""

    event_id: int
    kind: str  # call, letter, form, chat
    at: datetime
    sender: str
    about: str  # a subject, how the call ended
    letter_id: int | None = None
    submission_id: int | None = None
    dialogue_id: int | None = None


async def lines(session: AsyncSession, text: str = "", page: int = 1) -> tuple[list[Line], int]:
    """Up to PAGE of them that hold the text, those that came last first, and how many there are in all."""
    moment = now()
    wanted = _named(text)
    total = (await session.exec(select(func.count()).select_from(IgnoreEntry).where(*wanted))).one()
    query = _with_hits(moment).where(*wanted).order_by(col(IgnoreEntry.id).desc())
    rows = (await session.exec(query.offset((page - 1) * PAGE).limit(PAGE))).all()
    return [Line(*row) for row in rows], total


async def line(session: AsyncSession, entry_id: int) -> Line | None:
    """One of them, unless it was removed."""
    query = _with_hits(now()).where(IgnoreEntry.id == entry_id, col(IgnoreEntry.removed_at).is_(None))
    row = (await session.exec(query)).first()
    return Line(*row) if row is not None else None


async def lately(session: AsyncSession, since: datetime) -> int:
    """How often the list kept somebody away since then."""
    query = select(func.count()).where(col(InquiryEvent.ignored_by).is_not(None), InquiryEvent.at >= since)
    return (await session.exec(query)).one()


async def kept_away(session: AsyncSession, entry_id: int) -> list[KeptAway]:
    """The last PAGE of them, the newest first."""
    query = select(InquiryEvent).where(InquiryEvent.ignored_by == entry_id)
    events = (await session.exec(query.order_by(col(InquiryEvent.at).desc()).limit(PAGE))).all()
    prints = [one.fact["fingerprint"] for one in events if one.kind == "letter"]
    letters = {one.fingerprint: one for one in await _among(session, LetterRecord, "fingerprint", prints)}
    calls = [one.fact["linkedid"] for one in events if one.kind.startswith("call")]
    rang = {(one.channel, one.linkedid): one for one in await _among(session, CallRecord, "linkedid", calls)}
    ids = [one.id for one in events if one.kind == "form"]
    sent = {one.event_id: one for one in await _among(session, Submission, "event_id", ids)}
    told = [one.id for one in events if one.channel.startswith(CHAT)]
    chats = {one.event_id: one for one in await _among(session, ChatMessage, "event_id", told)}
    return [
        _written(one, chats.get(one.id)) if one.id in told else _kept(one, letters, rang, sent)
        for one in events
    ]


def _with_hits(moment: datetime) -> Any:
    hits = (
        select(
            col(InquiryEvent.ignored_by).label("entry"),
            func.count().label("times"),
            func.max(InquiryEvent.at).label("last"),
        )
        .where(col(InquiryEvent.ignored_by).is_not(None))
        .group_by(col(InquiryEvent.ignored_by))
        .subquery()
    )
    author = func.coalesce(User.name, "")
    return (
        select(IgnoreEntry, author, func.coalesce(hits.c.times, 0), hits.c.last, is_live(moment))  # type: ignore[call-overload]
        .outerjoin(hits, hits.c.entry == IgnoreEntry.id)
        .outerjoin(User, col(User.id) == IgnoreEntry.created_by)
    )


def _named(text: str) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [col(IgnoreEntry.removed_at).is_(None)]
    if text:
        pattern = col(IgnoreEntry.pattern).contains(text.lower(), autoescape=True)
        conditions.append(or_(pattern, col(IgnoreEntry.note).contains(text, autoescape=True)))
    return conditions


async def _among(session: AsyncSession, table: Any, column: str, values: list[Any]) -> list[Any]:
    if not values:
        return []
    return list(await session.exec(select(table).where(getattr(table, column).in_(values))))


def _written(event: InquiryEvent, message: ChatMessage | None) -> KeptAway:
    about = " ".join(message.text.split())[:200] if message else ""
    dialogue = message.dialogue_id if message else None
    sender = str(event.fact.get("identity", ""))
    return KeptAway(event.id or 0, "chat", event.at, sender, about, dialogue_id=dialogue)


def _kept(event: InquiryEvent, letters: Any, rang: Any, sent: Any) -> KeptAway:
    at = event.at
    if event.kind == "letter":
        letter = letters.get(event.fact["fingerprint"])
        told = (letter.sender_email, letter.subject, letter.id) if letter else ("", "", None)
        return KeptAway(event.id or 0, "letter", at, *told)
    if event.kind.startswith("call"):
        call = rang.get((event.channel, event.fact["linkedid"]))
        outcome = call.outcome.value if call and call.outcome else ""
        return KeptAway(event.id or 0, "call", at, str(event.fact.get("number", "")), outcome)
    submission = sent.get(event.id)
    said = submission.said if submission else {}
    who, wanted = said.get("phone") or said.get("email") or "", said.get("wanted", "")
    number = submission.id if submission else None
    return KeptAway(event.id or 0, "form", at, str(who), str(wanted)[:200], submission_id=number)
