"""Files that people have sent: the outbox's job `fetch-chat`. They come piece by piece, never whole into
memory, and lie among the letters' attachments (storage/files.py)."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from datetime import timedelta
from functools import partial
from typing import Any

import structlog

from intake.channels.messengers.api import LONGEST
from intake.errors import Deferred, Rejected
from intake.service.bot_apis import Apis, adapter_of
from intake.service.bot_troubles import words_of
from storage.bots import keys_of
from storage.chat_fetching import (
    Wanted,
    file_to_fetch,
    is_too_late,
    note_kept,
    note_not_fetched,
    note_trouble,
)
from storage.chats_write import FETCH
from storage.database import Database
from storage.files import LARGEST, Draft, Files
from storage.outbox import Handler
from storage.tables.chats import FileState

TIME = timedelta(seconds=LONGEST * 1.2)  # for a file
FETCHERS = 2  # at the same time

log = structlog.get_logger()


def file_handlers(database: Database, files: Files, apis: Apis) -> Mapping[str, Handler]:
    """For outboxes of their own: give them TIME."""
    return {FETCH: partial(fetch_file, database, files, apis)}


async def fetch_file(database: Database, files: Files, apis: Apis, payload: dict[str, Any]) -> None:
    """Raises what the outbox shall try again after; what is refused for good is marked so at once."""
    async with database.reading() as session:
        wanted = await file_to_fetch(session, int(payload["file"]))
    if wanted is None:
        return
    try:
        digest, size = await _fetched(files, apis, wanted)
    except Exception as error:
        await _note(database, wanted, error)
        if _is_for_good(error, wanted):
            return
        raise
    async with database.transaction() as session:
        await note_kept(session, wanted, digest, size)


async def _fetched(files: Files, apis: Apis, wanted: Wanted) -> tuple[str, int]:
    adapter = adapter_of(wanted.bot)
    async with apis.of(wanted.bot) as api:
        pieces = adapter.fetch(api, keys_of(wanted.bot), wanted.file.ref)
        return await _kept(files, pieces)


async def _kept(files: Files, pieces: AsyncIterator[bytes]) -> tuple[str, int]:
    """Its digest and size; nothing stays of one that breaks off."""
    draft: Draft = await asyncio.to_thread(files.begin)
    try:
        size = 0
        async with aclosing(_closable(pieces)) as coming:
            async for piece in coming:
                size += len(piece)
                if size > LARGEST:
                    raise Rejected("file-too-large", limit=LARGEST)
                await asyncio.to_thread(draft.write, piece)
        return await asyncio.to_thread(draft.keep), size
    except BaseException:
        draft.drop()
        raise


async def _closable(pieces: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    async for piece in pieces:
        yield piece


def _is_for_good(error: Exception, wanted: Wanted) -> bool:
    if isinstance(error, Rejected) and error.code != "bot-token-refused":
        return True
    return is_too_late(wanted)


async def _note(database: Database, wanted: Wanted, error: Exception) -> None:
    too_large = isinstance(error, Rejected) and error.code == "file-too-large"
    state = FileState.TOO_LARGE if too_large else FileState.FAILED
    level = log.info if isinstance(error, Rejected | Deferred) else log.exception
    level("a file of a chat was not fetched", file=wanted.file.id, why=words_of(error))
    async with database.transaction() as session:
        if _is_for_good(error, wanted):
            await note_not_fetched(session, wanted, state, words_of(error))
        else:
            await note_trouble(session, wanted, words_of(error))
