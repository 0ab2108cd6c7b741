"""Answers that are being written: one a person and inquiry, or card. Nobody else sees them."""

from typing import Any

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.access import Actor
from storage.columns import now
from storage.insert import insert_into
from storage.tables.letters import LetterDraft


async def draft_of(session: AsyncSession, about: str, who: Actor) -> LetterDraft | None:
    return await session.get(LetterDraft, (who.user_id, about))


async def keep_draft(
    session: AsyncSession, about: str, who: Actor, fields: dict[str, str], files: list[dict[str, Any]]
) -> None:
    """In place of the one that there was."""
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


async def drafted_files(session: AsyncSession) -> set[str]:
    """The digests of all files that wait in drafts: they are nobody's leavings."""
    return {file["digest"] for files in await session.exec(select(LetterDraft.files)) for file in files}
