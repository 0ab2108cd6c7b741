"""Letters as the rows of inquiries tell them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables.letters import Attachment, LetterRecord, LetterWay

SNIPPET = 240  # characters of a letter that a row may need


@dataclass(frozen=True, slots=True)
class LetterLine:
    """The last letter of an inquiry that came in. `files` are its attachments; pictures within the text are
    none. `number` counts all that came in."""

    subject: str
    snippet: str
    files: int
    number: int


async def last_letters(session: AsyncSession, inquiries: list[int]) -> dict[int, LetterLine]:
    """By inquiry; one without letters is not named."""
    if not inquiries:
        return {}
    incoming = and_(col(LetterRecord.inquiry_id).in_(inquiries), col(LetterRecord.way) == LetterWay.IN)
    by_inquiry = col(LetterRecord.inquiry_id)
    newest = (col(LetterRecord.at).desc(), col(LetterRecord.id).desc())
    numbered = (
        select(
            col(LetterRecord.id),
            func.row_number().over(partition_by=by_inquiry, order_by=newest).label("place"),
            func.count().over(partition_by=by_inquiry).label("number"),
        )
        .where(incoming)
        .subquery()
    )
    query: Any = (
        select(  # type: ignore[call-overload]
            by_inquiry, col(LetterRecord.subject), snippet_of(), files_of(), numbered.c.number
        )
        .join(numbered, numbered.c.id == LetterRecord.id)
        .where(numbered.c.place == 1)
    )
    rows = await (await session.connection()).execute(query)
    return {row[0]: LetterLine(row[1], one_line(row[2]), row[3], row[4]) for row in rows}


def one_line(text: str) -> str:
    return " ".join((text or "").split())


def snippet_of() -> Any:
    """The beginning of what is new in a letter, as a column."""
    text = func.coalesce(func.nullif(LetterRecord.reply_text, ""), LetterRecord.text)
    return func.substr(text, 1, SNIPPET)


def files_of() -> Any:
    """What is attached, without the pictures within the text."""
    return (
        select(func.count())
        .where(col(Attachment.letter_id) == col(LetterRecord.id), col(Attachment.inline).is_(False))
        .correlate(LetterRecord)
        .scalar_subquery()
    )
