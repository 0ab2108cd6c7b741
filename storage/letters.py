"""Letters, by the questions asked of them."""

import zlib
from collections import defaultdict
from collections.abc import Collection

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import NotFound
from intake.letters.about import said_of_sender
from intake.model.letters import Found, LetterKind
from storage.files import Files
from storage.tables.letters import Attachment, LetterRecord, LetterWay

INFLATED = 200_000_000  # bytes of a letter; more cannot have been stored


async def letter(session: AsyncSession, letter_id: int) -> LetterRecord:
    """Raises NotFound("no-such-letter"). Whether somebody may see it is its inquiry's business."""
    found = await session.get(LetterRecord, letter_id)
    if found is None:
        raise NotFound("no-such-letter", id=letter_id)
    return found


async def letters_of_inquiry(session: AsyncSession, inquiry_id: int) -> list[LetterRecord]:
    """The oldest first, those we sent and automatic ones among them."""
    query = select(LetterRecord).where(LetterRecord.inquiry_id == inquiry_id)
    return list(await session.exec(query.order_by(col(LetterRecord.at), col(LetterRecord.id))))


async def attachments_of(session: AsyncSession, letter_ids: Collection[int]) -> dict[int, list[Attachment]]:
    """By letter, in the letter's own order; a letter without any is not named."""
    found: dict[int, list[Attachment]] = defaultdict(list)
    query = select(Attachment).where(col(Attachment.letter_id).in_(letter_ids))
    for each in await session.exec(query.order_by(col(Attachment.letter_id), col(Attachment.position))):
        found[each.letter_id].append(each)
    return dict(found)


async def attachment(session: AsyncSession, attachment_id: int) -> Attachment:
    """Raises NotFound("no-such-attachment")."""
    found = await session.get(Attachment, attachment_id)
    if found is None:
        raise NotFound("no-such-attachment", id=attachment_id)
    return found


def found_in(record: LetterRecord) -> Found:
    """What its text and signature say of its sender; nothing of one that no person wrote to us."""
    if record.way is not LetterWay.IN or record.kind is not LetterKind.LETTER:
        return Found()
    return said_of_sender(record.text, record.html, record.subject, record.sender_why)


def raw_of(record: LetterRecord, files: Files) -> bytes:
    """As it came, byte for byte; empty for one that was never sent. Blocks where it is in a file.

    Raises FileNotFoundError when retention has removed it.
    """
    if record.raw_file is not None:
        return files.read(record.raw_file)
    if record.raw is None and record.raw_size:
        raise FileNotFoundError("removed by retention")
    return inflate(record.raw) if record.raw else b""


def deflate(raw: bytes) -> bytes:
    return zlib.compress(raw, 1)


def inflate(stored: bytes) -> bytes:
    return zlib.decompressobj().decompress(stored, INFLATED)
