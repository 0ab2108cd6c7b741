"""What the card of a call says: who it is, what they wanted, who is responsible. The hot path: Core."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.matching.companies import display_company
from intake.model.calls import Direction
from storage.tables.calls import CallRecord, PhoneLine
from storage.tables.inquiries import Channel, Inquiry, InquiryEvent
from storage.tables.interests import Interest, Status, StatusKind
from storage.tables.parties import Account, Contact, Lead, Point, PointKind
from storage.tables.people import Presence, User

SHOWN = 3  # open interests on the card

_call = CallRecord.__table__  # type: ignore[attr-defined]
_inquiry = Inquiry.__table__  # type: ignore[attr-defined]
_event = InquiryEvent.__table__  # type: ignore[attr-defined]
_account = Account.__table__  # type: ignore[attr-defined]
_contact = Contact.__table__  # type: ignore[attr-defined]
_lead = Lead.__table__  # type: ignore[attr-defined]
_user = User.__table__  # type: ignore[attr-defined]
_line = PhoneLine.__table__  # type: ignore[attr-defined]
_interest = Interest.__table__  # type: ignore[attr-defined]
_status = Status.__table__  # type: ignore[attr-defined]
_point = Point.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Wish:
    """An open interest, as a card shows it."""

    id: int
    title: str
    status: str


@dataclass(frozen=True, slots=True)
class Responsible:
    id: int
    name: str
    extension: str | None
    presence: Presence
    talking: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What they had begun by a form or a letter a moment ago, and what that has come to already."""

    channel: Channel
    at: datetime | None  # when they did
    name: str
    about: str
    interest_id: int | None
    interest: str


@dataclass(frozen=True, slots=True)
class CallCard:
    """A call, and all that is known at once of who it is. Names are empty when it is nobody known."""

    id: int
    channel: str
    inquiry_id: int | None
    outgoing: bool
    number: str | None
    number_raw: str | None
    caller_name: str | None  # as the PBX says it: not to be trusted
    line: str | None
    queue: str | None
    ringing: tuple[str, ...]
    talking: tuple[str, ...]
    answered_by: tuple[str, ...]
    pbx_channel: str | None
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    misses: int
    account_id: int | None
    contact_id: int | None
    lead_id: int | None
    person: str
    position: str | None
    company: str
    touched_at: datetime | None
    do_not_call: bool
    sharers: int  # people and companies on this number
    interests: tuple[Wish, ...]
    open_interests: int
    responsible: Responsible | None
    asked: Asked | None = None

    @property
    def known(self) -> bool:
        return bool(self.account_id or self.contact_id or self.lead_id)

    @property
    def shared(self) -> bool:
        """Several are on this number, and which of them rings is not known."""
        return self.sharers > 1 and not self.person

    def passes_to(self, user_id: int) -> Responsible | None:
        """Whom this user can put the caller through to: whoever else is responsible for the client."""
        to = self.responsible if self.pbx_channel and not self.ended_at else None
        return to if to and to.extension and to.id != user_id else None


async def call_card(session: AsyncSession, call_id: int) -> CallCard | None:
    """The card of one call; None when there is no such call."""
    connection = await session.connection()
    row = (await connection.execute(_who().where(_call.c.id == call_id))).one_or_none()
    if row is None:
        return None
    known = row.account_id or row.contact_id or row.lead_id
    wishes = list((await connection.execute(_wishes(row))).all()) if known else []
    busy = {extension for other in await _going_on(session) for extension in other.talking}
    return _card(row, wishes, busy)


async def passes_to(session: AsyncSession, call: CallRecord | None, user_id: int) -> Responsible | None:
    """As a call's card says it; nobody once it is over."""
    if call is None or call.id is None or call.ended_at or call.merged_into:
        return None
    card = await call_card(session, call.id)
    return card.passes_to(user_id) if card else None


async def cards_of(session: AsyncSession, extension: str) -> list[CallCard]:
    """The cards of the calls that ring at this extension or are talked on there, the oldest first."""
    going_on = [row for row in await _going_on(session) if row.ignored_by is None]
    mine = [row.id for row in going_on if extension in (*row.ringing, *row.talking)]
    cards = [await call_card(session, call_id) for call_id in mine]
    return [card for card in cards if card is not None]


async def names_of(session: AsyncSession, extensions: tuple[str, ...]) -> list[str]:
    """Whose telephones these are; the extension itself when it is nobody's."""
    query = select(_user.c.extension, _user.c.name).where(_user.c.extension.in_(extensions), _user.c.active)
    known = (await (await session.connection()).execute(query)).all()
    names: dict[str, str] = {row.extension: row.name for row in known}
    return [names.get(extension, extension) for extension in extensions]


async def _going_on(session: AsyncSession) -> Sequence[Row[Any]]:
    query = select(_call.c.id, _call.c.ringing, _call.c.talking, _call.c.ignored_by).where(
        _call.c.ended_at.is_(None), _call.c.merged_into.is_(None), _call.c.direction != Direction.INTERNAL
    )
    return (await (await session.connection()).execute(query.order_by(_call.c.started_at))).all()


def _who() -> Select[Any]:
    sharers = select(func.count()).where(_point.c.kind == PointKind.PHONE, _point.c.value == _call.c.number)
    line = select(_line.c.name).where(_line.c.did == _call.c.did).limit(1)
    began = select(func.min(_event.c.at)).where(_event.c.inquiry_id == _inquiry.c.id)
    came_to = select(_interest.c.title).where(_interest.c.id == _inquiry.c.interest_id)
    return select(
        _call,
        _inquiry.c.misses,
        _inquiry.c.channel.label("asked_by"),
        began.scalar_subquery().label("asked_at"),
        _inquiry.c.sender_name.label("asked_name"),
        _inquiry.c.subject.label("asked_about"),
        _inquiry.c.interest_id.label("came_to"),
        came_to.scalar_subquery().label("came_to_title"),
        _inquiry.c.contact_id,
        _inquiry.c.lead_id,
        _account.c.id.label("account_id"),
        _account.c.name.label("account_name"),
        _account.c.legal_form,
        _lead.c.organisation,
        *_of_person("last_name", "first_name", "middle_name", "position", "touched_at"),
        func.coalesce(_contact.c.do_not_call, _lead.c.do_not_call, _account.c.do_not_call).label("quiet"),
        _user.c.id.label("responsible_id"),
        _user.c.name.label("responsible_name"),
        _user.c.extension.label("responsible_extension"),
        _user.c.presence.label("responsible_presence"),
        line.scalar_subquery().label("line_name"),
        sharers.scalar_subquery().label("sharers"),
    ).select_from(_joined())


def _joined() -> Any:
    """A call with its inquiry, whom that is of, and who is responsible for them."""
    account_id = func.coalesce(_inquiry.c.account_id, _contact.c.account_id)
    responsible = func.coalesce(*(one.c.responsible_id for one in (_contact, _account, _lead, _inquiry)))
    return (
        _call.outerjoin(_inquiry, _inquiry.c.id == _call.c.inquiry_id)
        .outerjoin(_contact, _contact.c.id == _inquiry.c.contact_id)
        .outerjoin(_account, _account.c.id == account_id)
        .outerjoin(_lead, _lead.c.id == _inquiry.c.lead_id)
        .outerjoin(_user, and_(_user.c.id == responsible, _user.c.active))
    )


def _of_person(*names: str) -> list[ColumnElement[Any]]:
    """Of the contact or else of the lead; an account alone has only its last touch."""
    own = {"touched_at": (_account.c.touched_at,)}
    return [
        func.coalesce(_contact.c[name], _lead.c[name], *own.get(name, ())).label(f"person_{name}")
        for name in names
    ]


def _wishes(row: Row[Any]) -> Select[Any]:
    """Open interests of the person, or of their company; with how many there are in all."""
    whose = (
        (_interest.c.contact_id, row.contact_id),
        (_interest.c.account_id, row.account_id),
        (_interest.c.lead_id, row.lead_id),
    )
    return (
        select(_interest.c.id, _interest.c.title, _status.c.name, func.count().over().label("all"))
        .join_from(_interest, _status, _status.c.id == _interest.c.status_id)
        .where(_status.c.kind == StatusKind.OPEN)
        .where(or_(*(column == value for column, value in whose if value is not None)))
        .order_by(_interest.c.updated_at.desc(), _interest.c.id.desc())
        .limit(SHOWN)
    )


def _card(row: Row[Any], wishes: list[Row[Any]], busy: set[str]) -> CallCard:
    return CallCard(
        id=row.id,
        channel=row.channel,
        inquiry_id=row.inquiry_id,
        outgoing=row.direction == Direction.OUT,
        number=row.number,
        number_raw=row.number_raw,
        caller_name=row.name,
        line=row.line_name or row.did,
        queue=row.queue,
        ringing=tuple(row.ringing),
        talking=tuple(row.talking),
        answered_by=tuple(row.answered_by),
        pbx_channel=row.pbx_channel,
        started_at=row.started_at,
        answered_at=row.answered_at,
        ended_at=row.ended_at,
        misses=row.misses or 0,
        account_id=row.account_id,
        contact_id=row.contact_id,
        lead_id=row.lead_id,
        person=" ".join(filter(None, (row.person_first_name, row.person_middle_name, row.person_last_name))),
        position=row.person_position,
        company=_company(row),
        touched_at=row.person_touched_at,
        do_not_call=bool(row.quiet),
        sharers=row.sharers,
        interests=tuple(Wish(wish.id, wish.title, wish.name) for wish in wishes),
        open_interests=wishes[0].all if wishes else 0,
        responsible=_responsible(row, busy),
        asked=_asked(row),
    )


def _asked(row: Row[Any]) -> Asked | None:
    """Of a call that joined what they began otherwise, or that is about what has been accepted."""
    if row.asked_by in (None, Channel.CALL) and row.came_to is None:
        return None
    name, about = row.asked_name or "", row.asked_about or ""
    return Asked(row.asked_by, row.asked_at, name, about, row.came_to, row.came_to_title or "")


def _company(row: Row[Any]) -> str:
    if not row.account_name:
        return row.organisation or ""
    return display_company(row.account_name, row.legal_form)


def _responsible(row: Row[Any], busy: set[str]) -> Responsible | None:
    if row.responsible_id is None:
        return None
    extension = row.responsible_extension
    return Responsible(
        row.responsible_id, row.responsible_name, extension, row.responsible_presence, extension in busy
    )
