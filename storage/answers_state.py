"""How a letter of ours stands: whoever changes that finds it as they think it is, and tells the screens."""

from typing import Any

from sqlmodel import col, update
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.database import announce
from storage.inquiries import announce_inquiry
from storage.tables.inquiries import Inquiry
from storage.tables.letters import LetterRecord, Sending

SEND = "send-letter"  # the job


def job_key(letter_id: int) -> str:
    return f"letter/{letter_id}"


async def changed_from(
    session: AsyncSession, letter_id: int, before: tuple[Sending, ...], **values: Any
) -> bool:
    """Compare and set: False, and nothing has changed, when the letter stood otherwise."""
    query = (
        update(LetterRecord)
        .where(col(LetterRecord.id) == letter_id, col(LetterRecord.sending).in_(before))
        .values(**values)
        .returning(col(LetterRecord.id))
    )
    return (await (await session.connection()).execute(query)).first() is not None


def announce_letter(session: AsyncSession, about: str, inquiry: Inquiry | None) -> None:
    """Tell the screens that its state has changed."""
    kind, _, row_id = about.partition("/")
    if inquiry is not None:
        announce_inquiry(session, inquiry)
    elif row_id.isdecimal() and kind != "inquiry":
        announce(session, "record", kind=kind, id=int(row_id))
