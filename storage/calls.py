"""Calls, by the questions asked of them. The hot path: Core, a statement a question."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update
from sqlmodel import col
from sqlmodel import select as select_record
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.model.calls import Call, Transfer
from storage.tables.calls import CallRecord, ChannelHealth
from storage.tables.inquiries import InquiryEvent

COLUMNS = {"started": "started_at", "answered": "answered_at", "ended": "ended_at", "channel": "pbx_channel"}
LISTS = ("ringing", "rang", "talking", "answered_by")

_call = CallRecord.__table__  # type: ignore[attr-defined]
_event = InquiryEvent.__table__  # type: ignore[attr-defined]

# Made once: to put a statement together costs as much as to run it
_KNOWN_CALL = (
    select(_call)
    .where(_call.c.channel == bindparam("channel"), _call.c.linkedid == bindparam("linkedid"))
    .with_for_update()
)
_ABSORBED = (
    select(_call.c.inquiry_id)
    .where(_call.c.channel == bindparam("channel"), _call.c.merged_into == bindparam("into"))
    .where(_call.c.inquiry_id.is_not(None))
    .limit(1)
)
_ADD_CALL = insert(_call).returning(_call.c.id)
_KEEP_CALL = update(_call).where(_call.c.id == bindparam("key"))


@dataclass(frozen=True, slots=True)
class KnownCall:
    """A call as it is kept: the last snapshot, how fresh that is, and the inquiry it belongs to."""

    id: int
    channel: str
    inquiry_id: int | None
    as_of: datetime
    call: Call
    ignored_by: int | None = None  # the entry of the ignore list


async def known_call(session: AsyncSession, channel: str, linkedid: str) -> KnownCall | None:
    """Nobody else changes it before this transaction ends."""
    keys = {"channel": channel, "linkedid": linkedid}
    row = (await (await session.connection()).execute(_KNOWN_CALL, keys)).one_or_none()
    return _known(row) if row is not None else None


async def add_call(
    session: AsyncSession, channel: str, call: Call, as_of: datetime, **columns: int | None
) -> int:
    """Its id; `columns`: inquiry_id, ignored_by. Raises IntegrityError when it was added meanwhile: look
    again."""
    values = _values(call) | {"channel": channel, "as_of": as_of, **columns}
    return int((await (await session.connection()).execute(_ADD_CALL, values)).scalar_one())


async def keep_call(session: AsyncSession, call_id: int, **changes: Any) -> None:
    """`call` is a snapshot, anything else a column."""
    call = changes.pop("call", None)
    values = changes | (_values(call) if call else {})
    await (await session.connection()).execute(_KEEP_CALL, values | {"key": call_id})


async def absorbed_inquiry(session: AsyncSession, channel: str, linkedid: str) -> int | None:
    """The inquiry of a call that has become part of this one before this one was heard of."""
    keys = {"channel": channel, "into": linkedid}
    return (await (await session.connection()).execute(_ABSORBED, keys)).scalar_one_or_none()


async def talked_after(session: AsyncSession, number: str, at: datetime) -> bool:
    """Whether anybody has begun to talk with this number at or after a time, either way round."""
    query = select(_call.c.id).where(_call.c.number == number, _call.c.answered_at >= at).limit(1)
    return (await (await session.connection()).execute(query)).first() is not None


async def open_calls(session: AsyncSession, channel: str) -> list[Call]:
    """The calls of a channel that have not ended as far as we know, the oldest first."""
    query = (
        select(_call)
        .where(_call.c.channel == channel, _call.c.ended_at.is_(None), _call.c.merged_into.is_(None))
        .order_by(_call.c.started_at, _call.c.id)
    )
    return [_known(row).call for row in await (await session.connection()).execute(query)]


async def last_heard(session: AsyncSession, channel: str) -> datetime | None:
    """When anything was last heard on a channel; None when it never was."""
    event = select(_event.c.at).where(_event.c.channel == channel).order_by(_event.c.at.desc()).limit(1)
    at = (await (await session.connection()).execute(event)).scalar_one_or_none()
    health = await session.get(ChannelHealth, channel)
    return max((time for time in (at, health and health.heard_at) if time), default=None)


async def calls_of_inquiry(session: AsyncSession, inquiry_id: int) -> list[CallRecord]:
    """The newest first."""
    query = select_record(CallRecord).where(CallRecord.inquiry_id == inquiry_id)
    return list(
        await session.exec(query.order_by(col(CallRecord.started_at).desc(), col(CallRecord.id).desc()))
    )


def _values(call: Call) -> dict[str, Any]:
    values = {COLUMNS.get(field.name, field.name): getattr(call, field.name) for field in fields(Call)}
    for name in LISTS:
        values[name] = list(values[name])
    values["transfers"] = [asdict(transfer) for transfer in call.transfers]
    if call.started is None:
        del values["started_at"]  # the column's own default: now
    return values


def _known(row: Row[Any]) -> KnownCall:
    stored = row._mapping
    values = {field.name: stored[COLUMNS.get(field.name, field.name)] for field in fields(Call)}
    for name in LISTS:
        values[name] = tuple(values[name])
    values["transfers"] = tuple(Transfer(**transfer) for transfer in values["transfers"])
    return KnownCall(
        stored["id"],
        stored["channel"],
        stored["inquiry_id"],
        stored["as_of"],
        Call(**values),
        stored["ignored_by"],
    )
