"""What led a letter to its inquiry, for whoever wonders."""

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables.letters import LetterRecord, LetterReference


async def joined_by(session: AsyncSession, letter: LetterRecord) -> tuple[LetterRecord, str] | None:
    """The nearest earlier letter of its inquiry that names an id which this one names as well, and the id;
    None for one that began its thread."""
    own = select(LetterReference.message_id).where(LetterReference.letter_id == letter.id)
    query = (
        select(LetterRecord, LetterReference.message_id)
        .join(LetterReference, col(LetterReference.letter_id) == col(LetterRecord.id))
        .where(
            LetterRecord.inquiry_id == letter.inquiry_id,
            col(LetterRecord.id) < letter.id,
            col(LetterReference.message_id).in_(own),
        )
        .order_by(col(LetterRecord.id).desc())
        .limit(1)
    )
    return (await session.exec(query)).first() if letter.inquiry_id is not None else None
