"""One timeline of everything about an inquiry, a party or an interest: calls, letters, chats,
comments, tasks, deeds."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.model.wizard import Existing, PartyKind
from storage.chat_lines import Stretch, stretches_about
from storage.consents import Agreed, consents_about
from storage.duplicates import merged_from
from storage.letter_lines import LetterTold, letters_about
from storage.submission_lines import RequestTold, requests_of
from storage.tables.calls import CallRecord
from storage.tables.history import Action, Change
from storage.tables.inquiries import Inquiry
from storage.tables.parties import Point, PointKind
from storage.tables.people import User
from storage.tables.work import Comment, Task
from storage.touched import Joined, touches_of

LONGEST = 200  # entries

ABOUT = ("inquiry", "account", "contact", "lead", "interest")


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody did, with what it changed."""

    action: Action
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """`who` is a user's name; empty for what came from outside or happened by itself."""

    at: datetime
    what: CallRecord | LetterTold | RequestTold | Stretch | Joined | Inquiry | Comment | Task | Agreed | Deed
    who: str = ""


async def timeline(session: AsyncSession, about: str, row_id: int, limit: int = LONGEST) -> list[Entry]:
    """The newest first. `about`: inquiry, account, contact, lead or interest."""
    column = f"{about}_id"
    inquiries = (
        [] if about == "inquiry" else await _with(session, Inquiry, column, row_id, "opened_at", limit)
    )
    entries = [Entry(each.opened_at, each) for each in inquiries]
    ids = [row_id] if about == "inquiry" else [each.id for each in inquiries]
    entries += [Entry(call.started_at, call) for call in await _calls(session, column, row_id, ids, limit)]
    names = await _names(session)
    for letter in await letters_about(session, column, row_id, ids, limit):
        entries.append(Entry(letter.at, letter, names.get(letter.author_id, "")))
    entries += [Entry(sent.at, sent) for sent in await requests_of(session, ids, limit)]
    entries += [Entry(one.at, one) for one in await stretches_about(session, column, row_id, ids, limit)]
    entries += [Entry(one.touch.at, one, one.by) for one in await touches_of(session, ids)]
    for comment in await _with(session, Comment, column, row_id, "created_at", limit):
        entries.append(Entry(comment.created_at, comment, names.get(comment.author_id, "")))
    for task in await _with(session, Task, column, row_id, "created_at", limit):
        entries.append(Entry(task.created_at, task, names.get(task.created_by, "")))
    for agreed in await consents_about(session, about, row_id, limit):
        entries.append(Entry(agreed.consent.at, agreed, agreed.recorded_by))
    for deed in await _deeds(session, about, row_id, limit):
        entries.append(Entry(deed.action.at, deed, names.get(deed.action.user_id, "")))
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:limit]


async def _with(
    session: AsyncSession, table: Any, column: str, row_id: int, newest_by: str, limit: int
) -> list[Any]:
    query = select(table).where(getattr(table, column) == row_id)
    return list(await session.exec(query.order_by(getattr(table, newest_by).desc()).limit(limit)))


async def _calls(
    session: AsyncSession, column: str, row_id: int, inquiries: Iterable[int | None], limit: int
) -> list[CallRecord]:
    """Of these inquiries; and from and to the numbers of a party, however they came."""
    ours: ColumnElement[bool] = col(CallRecord.inquiry_id).in_(list(inquiries))
    if column in ("account_id", "contact_id", "lead_id"):
        numbers = select(Point.value).where(getattr(Point, column) == row_id, Point.kind == PointKind.PHONE)
        ours = or_(ours, col(CallRecord.number).in_(numbers.where(~col(Point.shared))))
    query = select(CallRecord).where(ours, col(CallRecord.merged_into).is_(None))
    return list(await session.exec(query.order_by(col(CallRecord.started_at).desc()).limit(limit)))


async def _deeds(session: AsyncSession, about: str, row_id: int, limit: int) -> list[Deed]:
    rows = [str(row_id)]
    if about in set(PartyKind):  # what was done with the cards that were merged into it is its own past
        rows += [str(gone) for gone in await merged_from(session, Existing(PartyKind(about), row_id))]
    changed = select(Change.action_id).where(col(Change.row).in_(rows), Change.table == about)
    mine: ColumnElement[bool] = col(Action.id).in_(changed)
    if about == "inquiry":
        mine = or_(mine, col(Action.inquiry_id) == row_id)
    actions = list(
        await session.exec(select(Action).where(mine).order_by(col(Action.at).desc()).limit(limit))
    )
    query = select(Change).where(col(Change.action_id).in_([action.id for action in actions]))
    changes: dict[int | None, list[Change]] = defaultdict(list)
    for change in await session.exec(query.order_by(col(Change.id))):
        changes[change.action_id].append(change)
    return [Deed(action, tuple(changes[action.id])) for action in actions]


async def _names(session: AsyncSession) -> dict[int | None, str]:
    return dict((await session.exec(select(User.id, User.name))).all())
