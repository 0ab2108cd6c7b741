"""The repeat-touch window: the same person by a form and by telephone within some minutes is one inquiry.

Known by exact keys alone (InquiryKey: numbers and addresses as intake.matching.touching gives them, accounts
with messengers), and by those only that speak of one person. Two letters are of one inquiry by their thread,
two calls by the call-back item, what is said in one dialogue by that; two forms, and whatever came by
different ways, by this.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, bindparam, exists, or_, select, union_all
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.matching.inn import clean_inn
from storage import callbacks
from storage.asking_again import FINAL, ask_again
from storage.callers import NOBODY, Caller
from storage.inquiries import announce_inquiry
from storage.insert import insert_for
from storage.keyed_locks import hold_keys
from storage.tables.automation import InquiryKey, Touch
from storage.tables.forms import Submission
from storage.tables.inquiries import OPEN_STATES, Channel, Inquiry
from storage.tables.parties import Account, Point
from storage.tables.people import User

AGAIN = frozenset({Channel.FORM, Channel.CHAT})  # two of these are of one inquiry, too
MOST = 10  # inquiries that are looked at, the newest

_key = InquiryKey.__table__  # type: ignore[attr-defined]
_inquiry = Inquiry.__table__  # type: ignore[attr-defined]
_touch = Touch.__table__  # type: ignore[attr-defined]
_point = Point.__table__  # type: ignore[attr-defined]
_user = User.__table__  # type: ignore[attr-defined]
_submission = Submission.__table__  # type: ignore[attr-defined]

_KEYS: BindParameter[Any] = bindparam("keys", expanding=True)
_SAID_NO = exists().where(  # a person has said that this key is not one person's
    _touch.c.by_key == _key.c.value,
    _touch.c.separated_at.is_not(None),
    or_(_touch.c.inquiry_id == _inquiry.c.id, _touch.c.separated_to == _inquiry.c.id),
)
_RECENT = (
    select(_key.c.value, _inquiry.c.id)
    .join_from(_key, _inquiry, _inquiry.c.id == _key.c.inquiry_id)
    .where(
        _key.c.value.in_(_KEYS),
        _inquiry.c.folded_into.is_(None),
        _inquiry.c.channel.not_in(bindparam("not_with", expanding=True)),
        or_(_inquiry.c.touched_at >= bindparam("since"), _inquiry.c.closed_at >= bindparam("since")),
        _inquiry.c.opened_at <= bindparam("until"),
        or_(_inquiry.c.decline_reason.is_(None), _inquiry.c.decline_reason.not_in(FINAL)),
        ~_SAID_NO,
    )
    .order_by(_inquiry.c.state.in_(OPEN_STATES).desc(), _inquiry.c.touched_at.desc(), _inquiry.c.id.desc())
    .limit(MOST)
)
_NOBODYS = union_all(  # keys of several people, and of our own
    select(_point.c.value).where(_point.c.value.in_(_KEYS), _point.c.shared),
    select(_user.c.mobile).where(_user.c.mobile.in_(_KEYS)),
    select(_user.c.email).where(_user.c.email.in_(_KEYS)),
)
_INNS = select(_submission.c.said).where(_submission.c.inquiry_id == bindparam("inquiry_id"))


@dataclass(frozen=True, slots=True)
class Coming:
    """Somebody comes. `inn`: what they say their company is; `caller`: who they are known as; `said`: what
    stands in an inquiry that says nothing there (sender_name, subject, line …)."""

    keys: tuple[str, ...]  # as intake.matching.touching.touch_keys gives them
    at: datetime
    channel: Channel
    inn: str = ""
    caller: Caller = NOBODY
    said: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recent:
    """An inquiry of the same person, locked; and by which key that is known."""

    inquiry: Inquiry
    by_key: str
    minutes: int


async def hold(session: AsyncSession, keys: Iterable[str]) -> None:
    """Of two touches of one person at the same moment one opens the inquiry, the other joins it. For many
    that are written together: all keys of all at once."""
    await hold_keys(session, lock_names(keys))


def lock_names(keys: Iterable[str]) -> list[str]:
    return [f"touch:{key}" for key in keys]


async def join_recent(session: AsyncSession, coming: Coming, event_id: int, minutes: int) -> Inquiry | None:
    """The inquiry that the same person has touched within `minutes`, which this touch has joined; None: they
    are somebody new, or the window is closed (0). The keys are to be held."""
    recent = await find_recent(session, coming, minutes)
    if recent is None:
        return None
    await join(session, recent, coming, event_id)
    return recent.inquiry


async def find_recent(session: AsyncSession, coming: Coming, minutes: int) -> Recent | None:
    """The same question; nothing is joined yet."""
    if not coming.keys or not minutes:
        return None
    connection = await session.connection()
    rows = (await connection.execute(_RECENT, _asked(coming, minutes))).all()
    if not rows:
        return None
    nobodys = set((await connection.execute(_NOBODYS, {"keys": list(coming.keys)})).scalars())
    for value, inquiry_id in rows:
        if value in nobodys:
            continue
        inquiry = await callbacks.inquiry(session, inquiry_id)
        if not await _is_somebody_else(session, inquiry, coming):
            return Recent(inquiry, value, minutes)
    return None


def _asked(coming: Coming, minutes: int) -> dict[str, Any]:
    window = timedelta(minutes=minutes)
    not_with = [] if coming.channel in AGAIN else [coming.channel]
    times = {"since": coming.at - window, "until": coming.at + window}
    return {"keys": list(coming.keys), "not_with": not_with, **times}


async def join(session: AsyncSession, recent: Recent, coming: Coming, event_id: int) -> Touch:
    """The touch joins it, visibly: it asks again where it had been answered or decided."""
    inquiry, was_open = recent.inquiry, callbacks.is_open(recent.inquiry)
    await ask_again(session, inquiry, coming.at)
    _fill(inquiry, coming)
    touch = Touch(inquiry_id=inquiry.id or 0, event_id=event_id, at=coming.at, by_key=recent.by_key)
    touch.minutes, touch.asked_again = recent.minutes, not was_open
    session.add(touch)
    await session.flush()
    await keep_keys(session, inquiry.id or 0, coming.keys)
    announce_inquiry(session, inquiry)
    return touch


def _fill(inquiry: Inquiry, coming: Coming) -> None:
    """What it does not say yet; whom it is of, where nobody was known."""
    for name, value in coming.said.items():
        if value and not getattr(inquiry, name):
            setattr(inquiry, name, value)
    if not (inquiry.account_id or inquiry.contact_id or inquiry.lead_id):
        caller = coming.caller
        inquiry.account_id, inquiry.contact_id = caller.account_id, caller.contact_id
        inquiry.lead_id = caller.lead_id
        inquiry.responsible_id = inquiry.responsible_id or caller.responsible_id


async def keep_keys(session: AsyncSession, inquiry_id: int, keys: Iterable[str]) -> None:
    """By them a further touch of theirs is known. As intake.matching.touching.touch_keys gives them."""
    await keep_all_keys(session, [(inquiry_id, key) for key in keys])


async def keep_all_keys(session: AsyncSession, rows: Sequence[tuple[int, str]]) -> None:
    """The same of several inquiries, in one statement: each with a key of its person."""
    if rows:
        values = [{"inquiry_id": inquiry_id, "value": key} for inquiry_id, key in rows]
        await (await session.connection()).execute(_keep_once(session.get_bind().dialect.name), values)


async def _is_somebody_else(session: AsyncSession, inquiry: Inquiry, coming: Coming) -> bool:
    """Of another company, as they say themselves or as we know them."""
    account_id = coming.caller.account_id
    if account_id and inquiry.account_id and account_id != inquiry.account_id:
        return True
    said = (await (await session.connection()).execute(_INNS, {"inquiry_id": inquiry.id})).scalars()
    inns = {clean_inn(str(each["inn"])) for each in said if each.get("inn")}
    theirs = inns | await _inn_of(session, inquiry.account_id)
    ours = {coming.inn} if coming.inn else await _inn_of(session, account_id)
    return bool(ours and theirs) and ours.isdisjoint(theirs)


async def _inn_of(session: AsyncSession, account_id: int | None) -> set[str]:
    account = await session.get(Account, account_id) if account_id else None
    return {account.inn} if account and account.inn else set()


@cache
def _keep_once(dialect: str) -> Any:
    return insert_for(dialect, InquiryKey).on_conflict_do_nothing()
