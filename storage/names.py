"""Who and what the numbers in records stand for: one look for a page that shows many of them."""

from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables.automation import AutoRule
from storage.tables.calls import PhoneLine
from storage.tables.interests import Pipeline, Status
from storage.tables.people import User


@dataclass(frozen=True, slots=True)
class Names:
    """`phones`: whose telephone an extension is; `lines`: our numbers as people call them."""

    users: dict[int, str]
    phones: dict[str, str]
    statuses: dict[int, str]
    lines: dict[str, str]
    rules: dict[int, str]  # those that were removed, too: what they did still names them

    def of_phone(self, extension: str) -> str:
        return self.phones.get(extension, extension)


async def names(session: AsyncSession) -> Names:
    """People who left are still called by their name; their telephones are whoever has them now."""
    users = (await session.exec(select(User.id, User.name, User.extension, User.active))).all()
    statuses = await session.exec(select(Status.id, Status.name))
    lines = await session.exec(select(PhoneLine.did, PhoneLine.name))
    return Names(
        users={id_: name for id_, name, _, _ in users if id_ is not None},
        phones={extension: name for _, name, extension, active in users if extension and active},
        statuses={id_: name for id_, name in statuses if id_ is not None},
        lines=dict(lines.all()),
        rules=await rules_named(session),
    )


async def rules_named(session: AsyncSession) -> dict[int, str]:
    rules = await session.exec(select(AutoRule.id, AutoRule.name))
    return {id_: name for id_, name in rules if id_ is not None}


async def path_of(session: AsyncSession, status_id: int) -> tuple[str, list[Status]]:
    """The pipeline that a status belongs to: its name, and all its statuses in their order."""
    here = select(Status.pipeline_id).where(Status.id == status_id).scalar_subquery()
    query = select(Pipeline.name, Status).join(Status, col(Status.pipeline_id) == Pipeline.id)
    rows = (
        await session.exec(query.where(Pipeline.id == here).order_by(col(Status.position), col(Status.id)))
    ).all()
    return (rows[0][0] if rows else ""), [status for _, status in rows]
