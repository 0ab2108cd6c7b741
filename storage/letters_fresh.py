"""Letters that have to do with nothing that is stored: a statement for all of them, where one has five."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, and_, bindparam, insert, literal, or_, select, union_all
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables.automation import InquiryKey
from storage.tables.inquiries import Channel, Inquiry, InquiryEvent
from storage.tables.letters import LetterRecord, LetterReference
from storage.tables.parties import Point, PointKind

_event = InquiryEvent.__table__  # type: ignore[attr-defined]
_letter = LetterRecord.__table__  # type: ignore[attr-defined]
_reference = LetterReference.__table__  # type: ignore[attr-defined]
_point = Point.__table__  # type: ignore[attr-defined]
_key = InquiryKey.__table__  # type: ignore[attr-defined]
_inquiry = Inquiry.__table__  # type: ignore[attr-defined]


class Keys(NamedTuple):
    """What letters may be known by; or what of that is stored."""

    facts: frozenset[str]  # external ids
    fingerprints: frozenset[str]
    message_ids: frozenset[str]  # as `storage.threads.key` gives them
    emails: frozenset[str]  # of clients
    touches: frozenset[str]  # keys of people who came by another way within the window


def _recently() -> Any:
    since: BindParameter[Any] = bindparam("since")
    begun = _inquiry.c.opened_at <= bindparam("until")
    return and_(begun, or_(_inquiry.c.touched_at >= since, _inquiry.c.closed_at >= since))


def _among(column: Any, name: str) -> Any:
    which = select(literal(Keys._fields.index(name)), column)
    return which.where(column.in_(bindparam(name, expanding=True)))


_STORED = union_all(
    _among(_event.c.external_id, "facts").where(_event.c.channel.in_(bindparam("channels", expanding=True))),
    _among(_letter.c.fingerprint, "fingerprints"),
    _among(_reference.c.message_id, "message_ids").distinct(),
    _among(_point.c.value, "emails").where(_point.c.kind == PointKind.EMAIL),
    _among(_key.c.value, "touches")
    .join_from(_key, _inquiry, _inquiry.c.id == _key.c.inquiry_id)
    .where(_inquiry.c.channel != Channel.LETTER, _recently())
    .distinct(),
)
_ADD = insert(_letter).returning(_letter.c.id, sort_by_parameter_order=True)


async def stored_of(
    session: AsyncSession, channels: Collection[str], keys: Keys, since: datetime, until: datetime
) -> Keys:
    """Of any of these channels, as facts are concerned; of touches those between two times."""
    asked: dict[str, Any] = {name: list(values) for name, values in keys._asdict().items()}
    asked |= {"channels": list(channels), "since": since, "until": until}
    rows = (await (await session.connection()).execute(_STORED, asked)).all()
    found: list[set[str]] = [set() for _ in Keys._fields]
    for which, value in rows:
        found[which].add(value)
    return Keys(*map(frozenset, found))


async def add_letters(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Columns of LetterRecord; their ids in the same order. Raises IntegrityError when one is there."""
    return list((await (await session.connection()).execute(_ADD, rows)).scalars())
