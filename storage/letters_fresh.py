"""Letters that have to do with nothing that is stored: a statement for all of them, where one has five."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, insert, literal, select, union_all
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.database import announce
from storage.events import Fact
from storage.tables.inquiries import Inquiry, InquiryEvent, InquiryState
from storage.tables.letters import Attachment, BlockedSender, LetterRecord, LetterReference
from storage.tables.parties import Point, PointKind

_event = InquiryEvent.__table__  # type: ignore[attr-defined]
_letter = LetterRecord.__table__  # type: ignore[attr-defined]
_reference = LetterReference.__table__  # type: ignore[attr-defined]
_attachment = Attachment.__table__  # type: ignore[attr-defined]
_blocked = BlockedSender.__table__  # type: ignore[attr-defined]
_inquiry = Inquiry.__table__  # type: ignore[attr-defined]
_point = Point.__table__  # type: ignore[attr-defined]


class Keys(NamedTuple):
    """What letters may be known by; or what of that is stored."""

    facts: frozenset[str]  # external ids
    fingerprints: frozenset[str]
    message_ids: frozenset[str]  # as `storage.threads.key` gives them
    blocking: frozenset[str]  # as `storage.blocked.blocking` gives them
    emails: frozenset[str]  # of clients


def _among(column: Any, name: str) -> Any:
    which = select(literal(Keys._fields.index(name)), column)
    return which.where(column.in_(bindparam(name, expanding=True)))


_STORED = union_all(
    _among(_event.c.external_id, "facts").where(_event.c.channel.in_(bindparam("channels", expanding=True))),
    _among(_letter.c.fingerprint, "fingerprints"),
    _among(_reference.c.message_id, "message_ids").distinct(),
    _among(_blocked.c.address, "blocking"),
    _among(_point.c.value, "emails").where(_point.c.kind == PointKind.EMAIL),
)
_OPEN = insert(_inquiry).returning(_inquiry.c.id, sort_by_parameter_order=True)
_ADD = insert(_letter).returning(_letter.c.id, sort_by_parameter_order=True)
_RECORD, _REFER, _ATTACH = insert(_event), insert(_reference), insert(_attachment)


async def stored_of(session: AsyncSession, channels: Collection[str], keys: Keys) -> Keys:
    """Of any of these channels, as facts are concerned."""
    asked = {name: list(values) for name, values in keys._asdict().items()}
    rows = (await (await session.connection()).execute(_STORED, {"channels": list(channels), **asked})).all()
    found: list[set[str]] = [set() for _ in Keys._fields]
    for which, value in rows:
        found[which].add(value)
    return Keys(*map(frozenset, found))


async def open_inquiries(session: AsyncSession, rows: Sequence[tuple[datetime, dict[str, Any]]]) -> list[int]:
    """As `storage.openings.open_inquiry`, in the same order."""
    if not rows:
        return []
    values = [
        {"state": InquiryState.NEW, "opened_at": at, "touched_at": at, **columns} for at, columns in rows
    ]
    found = (await (await session.connection()).execute(_OPEN, values)).scalars().all()
    for one in found:
        announce(session, "inquiry", inquiry=one, state=InquiryState.NEW.value)
    return list(found)


async def record_all(session: AsyncSession, facts: Sequence[Fact]) -> None:
    """Raises IntegrityError when one is there already."""
    await (await session.connection()).execute(_RECORD, [asdict(one) for one in facts])


async def add_letters(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Columns of LetterRecord; their ids in the same order. Raises IntegrityError when one is there."""
    return list((await (await session.connection()).execute(_ADD, rows)).scalars())


async def keep_named(session: AsyncSession, references: Sequence[tuple[int, str]]) -> None:
    """The ids that each letter names, none of them twice."""
    if references:
        rows = [{"letter_id": letter_id, "message_id": one} for letter_id, one in references]
        await (await session.connection()).execute(_REFER, rows)


async def attach(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Columns of Attachment; the files are kept already."""
    if rows:
        await (await session.connection()).execute(_ATTACH, rows)
