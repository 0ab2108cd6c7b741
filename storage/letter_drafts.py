"""Answers that are being written: one a person and inquiry, or card. Nobody else sees them."""

import hashlib
from typing import Any

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.access import Actor
from storage.columns import now
from storage.insert import insert_into
from storage.tables.letters import LetterDraft, LetterRecord


async def draft_of(session: AsyncSession, about: str, who: Actor) -> LetterDraft | None:
    return await session.get(LetterDraft, (who.user_id, about))


async def keep_draft(
    session: AsyncSession,
    about: str,
    who: Actor,
    fields: dict[str, str],
    files: list[dict[str, Any]],
    token: str = "",
) -> None:
    """In place of the one that there was. Nothing is kept of a form whose letter (`token`) is queued already:
    what a browser keeps while it is typed may arrive after that."""
    if token and await _is_sent(session, token):
        return
    values = {"fields": fields, "files": files, "updated_at": now()}
    query = (
        insert_into(session, LetterDraft)
        .values(author_id=who.user_id, about=about, **values)
        .on_conflict_do_update(index_elements=["author_id", "about"], set_=values)
    )
    await (await session.connection()).execute(query)


async def drop_draft(session: AsyncSession, about: str, who: Actor) -> None:
    found = await draft_of(session, about, who)
    if found is not None:
        await session.delete(found)
        await session.flush()


def fingerprint_of(token: str) -> str:
    """Of the letter that a form with this token makes."""
    return hashlib.sha256(f"ours:{token}".encode()).hexdigest()


async def _is_sent(session: AsyncSession, token: str) -> bool:
    query = select(LetterRecord.id).where(LetterRecord.fingerprint == fingerprint_of(token))
    return (await session.exec(query)).first() is not None
