"""Letters that have to do with nothing that is stored: a statement for all of them, where one has five."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, insert, literal, select, union_all
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables.inquiries import InquiryEvent
from storage.tables.letters import BlockedSender, LetterRecord, LetterReference
from storage.tables.parties import Point, PointKind

_event = InquiryEvent.__table__  # type: ignore[attr-defined]
_letter = LetterRecord.__table__  # type: ignore[attr-defined]
_reference = LetterReference.__table__  # type: ignore[attr-defined]
_blocked = BlockedSender.__table__  # type: ignore[attr-defined]
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
_ADD = insert(_letter).returning(_letter.c.id, sort_by_parameter_order=True)


async def stored_of(session: AsyncSession, channels: Collection[str], keys: Keys) -> Keys:
    """Of any of these channels, as facts are concerned."""
    asked = {name: list(values) for name, values in keys._asdict().items()}
    rows = (await (await session.connection()).execute(_STORED, {"channels": list(channels), **asked})).all()
    found: list[set[str]] = [set() for _ in Keys._fields]
    for which, value in rows:
        found[which].add(value)
    return Keys(*map(frozenset, found))


async def add_letters(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Columns of LetterRecord; their ids in the same order. Raises IntegrityError when one is there."""
    return list((await (await session.connection()).execute(_ADD, rows)).scalars())
