"""Writing letters down. A hot path, as of facts: its statements are made once."""

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

from sqlalchemy import insert, update
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.files import Files
from storage.insert import insert_for
from storage.letters import deflate
from storage.tables.letters import Attachment, LetterRecord, LetterReference

SMALL = 64_000  # bytes: up to here the raw letter, deflated, stands in its row; a larger one is a file

_letter = LetterRecord.__table__  # type: ignore[attr-defined]
_attachment = Attachment.__table__  # type: ignore[attr-defined]

_ATTACH = insert(_attachment)


async def add_letter(session: AsyncSession, values: dict[str, Any]) -> int | None:
    """Columns of LetterRecord; its id, or None when a letter of this fingerprint is there already."""
    statement = _add_once(session.get_bind().dialect.name)
    found = (await (await session.connection()).execute(statement, values)).scalar_one_or_none()
    return None if found is None else int(found)


async def change_letter(session: AsyncSession, letter_id: int, **values: Any) -> None:
    query = update(_letter).where(_letter.c.id == letter_id).values(**values)
    await (await session.connection()).execute(query)


async def keep_references(session: AsyncSession, letter_id: int, message_ids: Collection[str]) -> None:
    """The ids a letter names: its own, those it answers, our tokens; each as `storage.threads.key` says."""
    await keep_named(session, [(letter_id, one) for one in dict.fromkeys(message_ids) if one])


async def keep_named(session: AsyncSession, references: Sequence[tuple[int, str]]) -> None:
    """The same of several letters: each with an id that it names."""
    if references:
        rows = [{"letter_id": letter_id, "message_id": one} for letter_id, one in references]
        await (await session.connection()).execute(_refer_once(session.get_bind().dialect.name), rows)


async def keep_attachments(session: AsyncSession, letter_id: int, rows: Sequence[dict[str, Any]]) -> None:
    """Columns of Attachment; the files are kept already."""
    await attach(session, [{"letter_id": letter_id, **row} for row in rows])


async def attach(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """The same of several letters: columns of Attachment, all of them."""
    if rows:
        await (await session.connection()).execute(_ATTACH, rows)


def stored_raw(raw: bytes) -> dict[str, Any]:
    """The columns of a raw letter that stands in its row (see SMALL)."""
    return {"raw": deflate(raw), "raw_file": None, "raw_size": len(raw)}


def kept_raw(files: Files, raw: bytes) -> dict[str, Any]:
    """The columns of a raw letter, wherever it stands. Blocks: a large one is on the disk when it returns."""
    if len(raw) <= SMALL:
        return stored_raw(raw)
    return {"raw": None, "raw_file": files.keep(raw), "raw_size": len(raw)}


@cache
def _add_once(dialect: str) -> Any:
    statement = insert_for(dialect, LetterRecord)
    return statement.on_conflict_do_nothing(index_elements=["fingerprint"]).returning(_letter.c.id)


@cache
def _refer_once(dialect: str) -> Any:
    return insert_for(dialect, LetterReference).on_conflict_do_nothing()
