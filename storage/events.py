"""Facts as they were heard. The hottest path of all: its statements are made once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, insert, update
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.insert import insert_for
from storage.tables.inquiries import InquiryEvent

_event = InquiryEvent.__table__  # type: ignore[attr-defined]

_RECORD = insert(_event)
_RECORD_EACH = insert(_event).returning(_event.c.id, sort_by_parameter_order=True)
_FILE_UNDER = update(_event).where(_event.c.id == bindparam("key")).values(inquiry_id=bindparam("inquiry_id"))


@dataclass(frozen=True, slots=True)
class Fact:
    """As InquiryEvent keeps it: `fact` is the parsed form, `raw` what the other side really said."""

    channel: str
    external_id: str
    kind: str
    at: datetime
    fact: dict[str, Any]
    raw: str
    inquiry_id: int | None = None
    ignored_by: int | None = None  # the entry of the ignore list that kept it from making work


async def record(session: AsyncSession, fact: Fact) -> int | None:
    """Write a fact down; its id, or None for one that we had already: nothing may be committed then
    that was made of it."""
    statement = _record_once(session.get_bind().dialect.name)
    found = (await (await session.connection()).execute(statement, _columns(fact))).scalar_one_or_none()
    return None if found is None else int(found)


async def record_all(session: AsyncSession, facts: Sequence[Fact]) -> None:
    """The same of facts that are new. Raises IntegrityError when one is there already."""
    await (await session.connection()).execute(_RECORD, [_columns(fact) for fact in facts])


async def record_each(session: AsyncSession, facts: Sequence[Fact]) -> list[int]:
    """The same, and their ids in the same order."""
    found = await (await session.connection()).execute(_RECORD_EACH, [_columns(fact) for fact in facts])
    return list(found.scalars())


async def file_under(session: AsyncSession, event_id: int, inquiry_id: int) -> None:
    """The inquiry that a fact has opened or joined."""
    values = {"key": event_id, "inquiry_id": inquiry_id}
    await (await session.connection()).execute(_FILE_UNDER, values)


def _columns(fact: Fact) -> dict[str, Any]:
    return {name: getattr(fact, name) for name in Fact.__slots__}


@cache
def _record_once(dialect: str) -> Any:
    statement = insert_for(dialect, InquiryEvent)
    return statement.on_conflict_do_nothing(index_elements=["channel", "external_id"]).returning(_event.c.id)
