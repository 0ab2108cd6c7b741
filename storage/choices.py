"""What page 2 of the wizard lets one choose from: people, statuses, sources, labels, consent texts."""

from collections.abc import Sequence

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables.interests import Interest, Label, Pipeline, Status
from storage.tables.people import User
from storage.tables.work import ConsentText

MOST = 40  # sources and labels that are proposed


async def workers(session: AsyncSession) -> Sequence[User]:
    """Who works here now, by name."""
    return (await session.exec(select(User).where(col(User.active)).order_by(col(User.name)))).all()


async def pipelines(session: AsyncSession) -> list[tuple[str, list[Status]]]:
    """Each pipeline's name with its statuses, in their order."""
    query = select(Pipeline, Status).join(Status, col(Status.pipeline_id) == Pipeline.id)
    query = query.order_by(col(Pipeline.position), col(Pipeline.id), col(Status.position), col(Status.id))
    found: dict[str, list[Status]] = {}
    for pipeline, status in await session.exec(query):
        found.setdefault(pipeline.name, []).append(status)
    return list(found.items())


async def sources(session: AsyncSession) -> list[str]:
    """Where interests came from so far, the most frequent first."""
    query = select(Interest.source).where(col(Interest.source).is_not(None)).group_by(col(Interest.source))
    rows = await session.exec(query.order_by(func.count().desc()).limit(MOST))
    return [source for source in rows if source]


async def label_names(session: AsyncSession) -> Sequence[str]:
    return (await session.exec(select(Label.name).order_by(col(Label.name)).limit(MOST))).all()


async def consent_text(session: AsyncSession, text_id: int | None) -> ConsentText | None:
    return await session.get(ConsentText, text_id) if text_id is not None else None
