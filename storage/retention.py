"""What of letters, forms and chats is not kept for ever: old files, by the administrator's setting, and files
nobody names.

Text, names and sizes stay; what was attached or sent along, and the letter as it came, are gone.
"""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col, delete, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.model.chats import ChatStatus
from storage.columns import now
from storage.database import Database
from storage.files import Files
from storage.preferences import settings
from storage.tables.chats import ChatAhead, ChatDraft, ChatFile, ChatMessage
from storage.tables.forms import Submission, SubmissionFile
from storage.tables.letters import Attachment, LetterDraft, LetterRecord, Sending
from storage.trouble import is_trouble

EVERY = 6 * 3600.0  # seconds between two rounds
YOUNG = 24 * 3600.0  # seconds; a file so young may belong to a transaction that goes on, or to a form
FORGOTTEN = timedelta(days=7)  # what is told of a message that never comes
SOME = 200  # letters or files looked at together: writers wait no longer for us than for a call

log = structlog.get_logger()


async def keep_tidying(database: Database, files: Files) -> None:
    """Until cancelled; a database or disk that is away for a while is tried again at the next round."""
    while True:
        await asyncio.sleep(EVERY)
        try:
            await tidy(database, files)
        except Exception as error:
            if not is_trouble(error) and not isinstance(error, OSError):
                raise
            log.warning("old files were not removed", error=type(error).__name__)


async def tidy(database: Database, files: Files) -> int:
    """A round; how many files it has removed."""
    async with database.reading() as session:
        days = (await settings(session)).letter_file_days
    if days:
        await forget(database, now() - timedelta(days=days))
        await forget_sent(database, now() - timedelta(days=days))
        await forget_said(database, now() - timedelta(days=days))
    await forget_ahead(database, now() - FORGOTTEN)
    return await sweep(database, files)


async def forget(database: Database, before: datetime) -> int:
    """No letter from before this time names a file any more; how many letters that were. What is still to be
    sent is not touched."""
    letters = 0
    while True:
        async with database.transaction() as session:
            some = list(await session.exec(select(LetterRecord.id).where(_old(before)).limit(SOME)))
            if not some:
                return letters
            mine = col(Attachment.letter_id).in_(some)
            gone = update(Attachment).where(mine, col(Attachment.removed_at).is_(None))
            await session.exec(gone.values(removed_at=now()))
            bare = update(LetterRecord).where(col(LetterRecord.id).in_(some))
            await session.exec(bare.values(raw=None, raw_file=None))
        letters += len(some)


async def forget_sent(database: Database, before: datetime) -> int:
    """The same of requests by forms; how many files that were."""
    files = 0
    while True:
        async with database.transaction() as session:
            some = list(await session.exec(_old_sent(before).limit(SOME)))
            if not some:
                return files
            gone = update(SubmissionFile).where(col(SubmissionFile.id).in_(some))
            await session.exec(gone.values(removed_at=now()))
        files += len(some)


async def forget_said(database: Database, before: datetime) -> int:
    """The same of chats, whoever sent them; how many files that were. What is still to be sent is not
    touched."""
    files = 0
    while True:
        async with database.transaction() as session:
            some = list(await session.exec(_old_said(before).limit(SOME)))
            if not some:
                return files
            gone = update(ChatFile).where(col(ChatFile.id).in_(some))
            await session.exec(gone.values(removed_at=now()))
        files += len(some)


async def forget_ahead(database: Database, before: datetime) -> None:
    """What was told of messages that never came: of somebody else's, who uses the same bot."""
    async with database.transaction() as session:
        await session.exec(delete(ChatAhead).where(col(ChatAhead.at) < before))


async def sweep(database: Database, files: Files, older_than: float = YOUNG) -> int:
    """Remove the files that nothing names, unless they were kept lately; how many."""
    removed = 0
    found = files.digests(older_than)
    while some := await asyncio.to_thread(lambda: [one for one, _ in zip(found, range(SOME), strict=False)]):
        async with database.reading() as session:
            named = await _named(session, some)
        for digest in set(some) - named:
            removed += await asyncio.to_thread(files.remove, digest, older_than)
    return removed


def _old(before: datetime) -> ColumnElement[bool]:
    files = select(Attachment.id).where(
        col(Attachment.letter_id) == col(LetterRecord.id), col(Attachment.removed_at).is_(None)
    )
    on_its_way = col(LetterRecord.sending).in_((Sending.QUEUED, Sending.SENDING))
    return and_(
        col(LetterRecord.at) < before,
        or_(col(LetterRecord.sending).is_(None), ~on_its_way),
        or_(col(LetterRecord.raw).is_not(None), col(LetterRecord.raw_file).is_not(None), files.exists()),
    )


def _old_sent(before: datetime) -> Any:
    query = select(SubmissionFile.id).join(Submission, col(Submission.id) == SubmissionFile.submission_id)
    return query.where(col(Submission.at) < before, col(SubmissionFile.removed_at).is_(None))


def _old_said(before: datetime) -> Any:
    query = select(ChatFile.id).join(ChatMessage, col(ChatMessage.id) == ChatFile.message_id)
    on_its_way = col(ChatMessage.status).in_((ChatStatus.QUEUED, ChatStatus.SENDING))
    return query.where(
        col(ChatMessage.at) < before,
        col(ChatFile.digest) != "",
        col(ChatFile.removed_at).is_(None),
        or_(col(ChatMessage.status).is_(None), ~on_its_way),
    )


async def _named(session: AsyncSession, digests: list[str]) -> set[str]:
    attached = select(Attachment.digest).where(
        col(Attachment.digest).in_(digests), col(Attachment.removed_at).is_(None)
    )
    sent = select(SubmissionFile.digest).where(
        col(SubmissionFile.digest).in_(digests), col(SubmissionFile.removed_at).is_(None)
    )
    whole = select(LetterRecord.raw_file).where(col(LetterRecord.raw_file).in_(digests))
    said = select(ChatFile.digest).where(
        col(ChatFile.digest).in_(digests), col(ChatFile.removed_at).is_(None)
    )
    named = {*await session.exec(attached), *await session.exec(sent), *await session.exec(said)}
    named |= {one for one in await session.exec(whole) if one}
    for drafts in (select(LetterDraft.files), select(ChatDraft.files)):
        for each in await session.exec(drafts):
            named |= {str(file.get("digest")) for file in each}
    return named
