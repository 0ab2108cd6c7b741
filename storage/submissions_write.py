"""Writing down what visitors sent. A hot path, as of facts and letters: its statements are made once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, literal, select, union_all
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables.automation import InquiryKey
from storage.tables.forms import Submission, SubmissionFile
from storage.tables.inquiries import InquiryEvent
from storage.tables.parties import Point, PointKind
from storage.tables.work import Consent

_event = InquiryEvent.__table__  # type: ignore[attr-defined]
_submission = Submission.__table__  # type: ignore[attr-defined]
_file = SubmissionFile.__table__  # type: ignore[attr-defined]
_consent = Consent.__table__  # type: ignore[attr-defined]
_point = Point.__table__  # type: ignore[attr-defined]
_key = InquiryKey.__table__  # type: ignore[attr-defined]

_HEARD = (
    select(_event.c.channel, _event.c.external_id, _event.c.at, _submission.c.id, _submission.c.inquiry_id)
    .join_from(_event, _submission, _submission.c.event_id == _event.c.id)
    .where(
        _event.c.channel.in_(bindparam("channels", expanding=True)),
        _event.c.external_id.in_(bindparam("external_ids", expanding=True)),
    )
)
_KEYS: Any = bindparam("keys", expanding=True)
_KNOWN = union_all(
    select(literal("point"), _point.c.value).where(
        _point.c.kind.in_((PointKind.PHONE, PointKind.EMAIL)), _point.c.value.in_(_KEYS)
    ),
    select(literal("touch"), _key.c.value).where(_key.c.value.in_(_KEYS)),
)
_ADD = insert(_submission).returning(_submission.c.id, sort_by_parameter_order=True)
_ADD_FILES = insert(_file)
_ADD_CONSENTS = insert(_consent)


@dataclass(frozen=True, slots=True)
class Heard:
    """A submission that is there."""

    at: datetime
    number: int
    inquiry_id: int | None


@dataclass(frozen=True, slots=True)
class Known:
    """Of numbers and addresses: those of clients, and those that some inquiry's person came with."""

    points: frozenset[str]
    touches: frozenset[str]


async def heard(session: AsyncSession, facts: Collection[tuple[str, str]]) -> dict[tuple[str, str], Heard]:
    """Those of the facts, each a channel and an external id, that are there."""
    asked = {
        "channels": list({channel for channel, _ in facts}),
        "external_ids": list({external_id for _, external_id in facts}),
    }
    rows = await (await session.connection()).execute(_HEARD, asked)
    return {(row[0], row[1]): Heard(*row[2:]) for row in rows}


async def known(session: AsyncSession, keys: Collection[str]) -> Known:
    """Which of them are worth a second look: in one statement for many."""
    found: dict[str, set[str]] = {"point": set(), "touch": set()}
    if keys:
        rows = await (await session.connection()).execute(_KNOWN, {"keys": list(keys)})
        for which, value in rows:
            found[which].add(value)
    return Known(frozenset(found["point"]), frozenset(found["touch"]))


async def add_submissions(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Columns of Submission; their ids in the same order."""
    return list((await (await session.connection()).execute(_ADD, rows)).scalars())


async def add_files(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Columns of SubmissionFile; the files are kept already."""
    if rows:
        await (await session.connection()).execute(_ADD_FILES, rows)


async def add_consents(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Columns of Consent."""
    if rows:
        await (await session.connection()).execute(_ADD_CONSENTS, rows)
