"""What came by mail and waits for nobody: so that nothing is lost and nothing disturbs. And who may see a
letter."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, case, func, literal, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import NotFound
from intake.model.letters import LetterKind
from storage.access import Actor
from storage.inquiries import inquiry_row
from storage.letter_rows import files_of, one_line, snippet_of
from storage.letters import letter
from storage.tables.letters import LetterRecord, LetterWay
from storage.tables.people import Scope

PAGE = 50  # rows


class Aside(StrEnum):
    """Why a letter waits for nobody."""

    AUTO_REPLY = "auto-reply"
    BOUNCE = "bounce"
    LIST = "list"
    CALENDAR = "calendar"
    OWN = "own"
    SPAM = "spam"
    BLOCKED = "blocked"
    QUARANTINE = "quarantine"


@dataclass(frozen=True, slots=True)
class AsideRow:
    """A letter that is no inquiry, without its text."""

    id: int
    at: datetime
    why: Aside
    sender: str
    sender_name: str
    subject: str
    snippet: str
    kind_reason: str
    files: int


AsidePlace = tuple[datetime, int]


async def letter_seen_by(session: AsyncSession, who: Actor, letter_id: int) -> LetterRecord:
    """Raises NotFound for a letter of an inquiry that `who` may not see. What came in and is no inquiry is
    everybody's, as everything of nobody's is; what was sent without one is its author's."""
    found = await letter(session, letter_id)
    if found.inquiry_id is not None:
        await inquiry_row(session, who, found.inquiry_id)
    elif found.way is LetterWay.OUT and who.scope is not Scope.ALL and found.author_id != who.user_id:
        raise NotFound("no-such-letter", id=letter_id)
    return found


async def aside_page(
    session: AsyncSession, why: Aside | None = None, after: AsidePlace | None = None
) -> tuple[list[AsideRow], AsidePlace | None]:
    """Up to PAGE letters, the newest first, and where the next page begins."""
    query = _rows().where(_is_aside())
    if why is not None:
        query = query.where(_why() == why.value)
    if after is not None:
        query = query.where(_after(*after))
    query = query.order_by(col(LetterRecord.at).desc(), col(LetterRecord.id).desc()).limit(PAGE + 1)
    found = [_row(row) for row in (await (await session.connection()).execute(query)).mappings()]
    if len(found) <= PAGE:
        return found, None
    return found[:PAGE], (found[PAGE - 1].at, found[PAGE - 1].id)


async def aside_counts(session: AsyncSession) -> dict[Aside, int]:
    """How many there are of each kind; a kind without any is not named."""
    named = select(_why().label("why")).where(_is_aside()).subquery()
    query = select(named.c.why, func.count()).group_by(named.c.why)
    return {Aside(each): number for each, number in await (await session.connection()).execute(query)}


async def unread_count(session: AsyncSession) -> int:
    """How many letters could not be read: an administrator should look."""
    query = select(func.count()).where(col(LetterRecord.quarantined), _is_aside())
    return int((await session.exec(query)).one())


def why_aside(record: LetterRecord) -> Aside | None:
    """The same for one letter; None for one that belongs to an inquiry or went out."""
    if record.inquiry_id is not None or record.way is LetterWay.OUT:
        return None
    if record.quarantined:
        return Aside.QUARANTINE
    if record.spam:
        return Aside.SPAM
    return Aside.BLOCKED if record.kind is LetterKind.LETTER else Aside(record.kind.value)


def _rows() -> Any:
    """By the names that AsideRow gives them."""
    return select(  # type: ignore[call-overload]
        col(LetterRecord.id), col(LetterRecord.at), _why().label("why"),
        col(LetterRecord.sender_email).label("sender"), col(LetterRecord.sender_name),
        col(LetterRecord.subject), snippet_of().label("snippet"), col(LetterRecord.kind_reason),
        files_of().label("files"),
    )  # fmt: skip


def _row(found: RowMapping) -> AsideRow:
    told = {"why": Aside(found["why"]), "snippet": one_line(found["snippet"])}
    return AsideRow(**{**found, **told})


def _after(at: datetime, row_id: int) -> ColumnElement[bool]:
    same = and_(col(LetterRecord.at) == at, col(LetterRecord.id) < row_id)
    return or_(col(LetterRecord.at) < at, same)


def _is_aside() -> ColumnElement[bool]:
    return and_(col(LetterRecord.inquiry_id).is_(None), col(LetterRecord.way) == LetterWay.IN)


def _why() -> ColumnElement[str]:
    """As `why_aside` says it."""
    return case(
        (col(LetterRecord.quarantined), literal(Aside.QUARANTINE.value)),
        (col(LetterRecord.spam) != "", literal(Aside.SPAM.value)),
        *(
            (col(LetterRecord.kind) == one, literal(one.value))
            for one in LetterKind
            if one is not LetterKind.LETTER
        ),
        else_=literal(Aside.BLOCKED.value),
    )
