"""Letters in and out as a timeline tells them, without their texts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.model.letters import LetterKind
from storage.letter_rows import files_of, snippet_of
from storage.tables.letters import LetterRecord, LetterWay, Sending
from storage.tables.parties import Point, PointKind

PARTIES = ("account_id", "contact_id", "lead_id")


@dataclass(frozen=True, slots=True)
class LetterTold:
    """`name` and `email` are the other side's; `files` its attachments, without pictures in the text."""

    id: int
    inquiry_id: int | None
    way: LetterWay
    at: datetime
    kind: LetterKind
    sending: Sending | None
    author_id: int | None
    name: str
    email: str
    subject: str
    snippet: str
    files: int


async def letters_about(
    session: AsyncSession, column: str, row_id: int, inquiries: Iterable[int | None], limit: int
) -> list[LetterTold]:
    """Of these inquiries; and from and to the addresses of a party, however they came. The newest first."""
    ours: ColumnElement[bool] = col(LetterRecord.inquiry_id).in_(list(inquiries))
    if column in PARTIES:
        addresses = select(Point.value).where(getattr(Point, column) == row_id, Point.kind == PointKind.EMAIL)
        ours = or_(ours, col(LetterRecord.sender_email).in_(addresses.where(~col(Point.shared))))
    query: Any = (
        select(  # type: ignore[call-overload]
            col(LetterRecord.id), col(LetterRecord.inquiry_id), col(LetterRecord.way), col(LetterRecord.at),
            col(LetterRecord.kind), col(LetterRecord.sending), col(LetterRecord.author_id),
            col(LetterRecord.sender_name), col(LetterRecord.sender_email), col(LetterRecord.subject),
            snippet_of(), files_of(),
        )
        .where(ours)
        .order_by(col(LetterRecord.at).desc(), col(LetterRecord.id).desc())
        .limit(limit)
    )  # fmt: skip
    rows = await (await session.connection()).execute(query)
    return [LetterTold(*row) for row in rows]
