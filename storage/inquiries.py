"""Inquiries, by the questions asked of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, tuple_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import NotFound
from intake.matching.companies import display_company
from intake.model.chats import is_identity
from storage.access import Actor, within
from storage.chat_lines import ChatLine, last_chats
from storage.database import announce
from storage.letter_rows import LetterLine, last_letters
from storage.submission_lines import FormLine, last_requests
from storage.tables.calls import CallRecord, PhoneLine
from storage.tables.inquiries import OPEN_STATES, Channel, Inquiry, InquiryState
from storage.tables.interests import Interest, Status, StatusKind
from storage.tables.parties import Account, Contact, Lead
from storage.tables.people import User
from storage.unsent import has_unsent, with_unsent

PAGE = 50  # rows
Cutoffs = Mapping[str, datetime]
"""By channel: whoever has come by then and was not answered waits too long (intake.model.targets)."""
WRITTEN = (Channel.LETTER, Channel.FORM)  # may be answered by letter


NEVER: Cutoffs = {}


class Order(StrEnum):
    LONGEST_WAITING = "waiting"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class Filter:
    """Which inquiries; everything that is given must hold. Without states: in any."""

    states: tuple[InquiryState, ...] = OPEN_STATES
    channels: tuple[Channel, ...] = ()
    lines: tuple[str, ...] = ()
    mine: bool = False
    overdue: bool = False
    callbacks: bool = False  # people to be called back
    unsent: bool = False  # a letter of ours to them did not go
    ids: tuple[int, ...] = ()  # only among these


@dataclass(frozen=True, slots=True)
class InquiryRow:
    """An inquiry as a list shows it. Names are empty when it is nobody known; `call` is the one that goes on,
    else the last one; `letter` the last that came in, `form` the last request, `chat` the last message."""

    inquiry: Inquiry
    person: str = ""
    company: str = ""
    line_name: str | None = None
    responsible: str | None = None
    holder: str | None = None
    call: CallRecord | None = None
    open_interests: int = 0
    letter: LetterLine | None = None
    form: FormLine | None = None
    chat: ChatLine | None = None
    unsent: bool = False  # a letter of ours to them did not go

    @property
    def live(self) -> bool:
        """A call goes on now."""
        return self.call is not None and self.call.ended_at is None and self.call.merged_into is None


Place = tuple[datetime, int]
"""Where a row stands in the order: a page begins after one."""


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[InquiryRow]
    after: Place | None  # the next page begins here; None: this was the last one


def announce_inquiry(session: AsyncSession, inquiry: Inquiry) -> None:
    """Tell the screens that it is new or has changed. Its id must be known: flush first."""
    announce(session, "inquiry", inquiry=inquiry.id, state=inquiry.state.value)


async def inquiries_page(
    session: AsyncSession,
    who: Actor,
    wanted: Filter,
    order: Order = Order.LONGEST_WAITING,
    after: Place | None = None,
    late: Cutoffs = NEVER,
) -> Page:
    """Up to PAGE rows that `who` may see."""
    place = tuple_(col(Inquiry.opened_at), col(Inquiry.id))
    query = _rows().where(_matches(wanted, who, late))
    if order is Order.LONGEST_WAITING:
        query = query.where(place > after) if after else query
        query = query.order_by(col(Inquiry.opened_at), col(Inquiry.id))
    else:
        query = query.where(place < after) if after else query
        query = query.order_by(col(Inquiry.opened_at).desc(), col(Inquiry.id).desc())
    rows = await _filled(session, query.limit(PAGE + 1))
    if len(rows) <= PAGE:
        return Page(rows, None)
    last = rows[PAGE - 1].inquiry
    return Page(rows[:PAGE], (last.opened_at, last.id or 0))


async def inquiry_row(session: AsyncSession, who: Actor, inquiry_id: int) -> InquiryRow:
    """One row; of an inquiry that was folded into another, the other's. Raises NotFound."""
    inquiry = await session.get(Inquiry, inquiry_id)
    while inquiry is not None and inquiry.folded_into is not None:
        inquiry = await session.get(Inquiry, inquiry.folded_into)
    if inquiry is not None:
        query = _rows().where(col(Inquiry.id) == inquiry.id, within(who, Inquiry))
        for row in await _filled(session, query):
            return row
    raise NotFound("no-such-inquiry", id=inquiry_id)


async def inquiry_titles(session: AsyncSession, who: Actor, ids: Sequence[int]) -> dict[int, str]:
    """«Марина Ковалёва», or the number or address they came with; of those that `who` may see."""
    if not ids:
        return {}
    query = _rows().where(col(Inquiry.id).in_(ids), within(who, Inquiry))
    found = (await session.exec(query)).all()
    return {
        inquiry.id: person_name(contact or lead) or company_name(account or lead) or inquiry.sender_name
        or ("" if is_identity(inquiry.sender) else inquiry.sender or "")
        for inquiry, account, contact, lead, *_ in found
    }  # fmt: skip


def _matches(wanted: Filter, who: Actor, late: Cutoffs) -> ColumnElement[bool]:
    conditions = [within(who, Inquiry), col(Inquiry.folded_into).is_(None)]
    if wanted.states:
        conditions.append(col(Inquiry.state).in_(wanted.states))
    if wanted.channels:
        conditions.append(col(Inquiry.channel).in_(wanted.channels))
    if wanted.lines:
        conditions.append(col(Inquiry.line).in_(wanted.lines))
    if wanted.mine:
        conditions.append(is_mine(who))
    if wanted.overdue:
        conditions.append(is_overdue(late))
    if wanted.callbacks:
        conditions.append(col(Inquiry.callback).is_not(None))
    if wanted.unsent:
        conditions.append(has_unsent())
    if wanted.ids:
        conditions.append(col(Inquiry.id).in_(wanted.ids))
    return and_(*conditions)


def is_mine(who: Actor) -> ColumnElement[bool]:
    """Mine to answer, or open on my screen."""
    return or_(col(Inquiry.responsible_id) == who.user_id, col(Inquiry.holder_id) == who.user_id)


def is_overdue(late: Cutoffs) -> ColumnElement[bool]:
    """Open, and nobody has answered in time."""
    too_long = (
        and_(col(Inquiry.channel) == Channel(channel), col(Inquiry.opened_at) <= moment)
        for channel, moment in late.items()
    )
    return and_(
        col(Inquiry.state).in_(OPEN_STATES), col(Inquiry.answered_at).is_(None), or_(false(), *too_long)
    )


def _rows() -> Any:
    """An inquiry with the names that its row shows."""
    responsible = select(User.name).where(col(User.id) == Inquiry.responsible_id).scalar_subquery()
    holder = select(User.name).where(col(User.id) == Inquiry.holder_id).scalar_subquery()
    line = select(func.min(PhoneLine.name)).where(col(PhoneLine.did) == Inquiry.line).scalar_subquery()
    return (
        select(Inquiry, Account, Contact, Lead, line, responsible, holder)  # type: ignore[call-overload]
        .outerjoin(Account, col(Account.id) == Inquiry.account_id)
        .outerjoin(Contact, col(Contact.id) == Inquiry.contact_id)
        .outerjoin(Lead, col(Lead.id) == Inquiry.lead_id)
    )


async def _filled(session: AsyncSession, query: Any) -> list[InquiryRow]:
    found = (await session.exec(query)).all()
    last = await _calls(session, [row[0].id for row in found])
    by_letter = [row[0].id for row in found if row[0].channel in WRITTEN]
    requests = await last_requests(session, [row[0].id for row in found])
    chats = await last_chats(session, [row[0].id for row in found])
    letters, unsent = await last_letters(session, by_letter), await with_unsent(session, by_letter)
    interests = await _open_interests(session, [row[0] for row in found])
    return [
        InquiryRow(
            inquiry,
            person=person_name(contact or lead),
            company=company_name(account or lead),
            line_name=line,
            responsible=responsible,
            holder=holder,
            call=last.get(inquiry.id),
            open_interests=sum(interests.get(key, 0) for key in _party(inquiry)),
            letter=letters.get(inquiry.id),
            form=requests.get(inquiry.id),
            chat=chats.get(inquiry.id),
            unsent=inquiry.id in unsent,
        )
        for inquiry, account, contact, lead, line, responsible, holder in found
    ]


def person_name(card: Contact | Lead | None) -> str:
    """«Марина Ковалёва»."""
    return " ".join(filter(None, (card.first_name, card.last_name))) if card else ""


def company_name(card: Account | Lead | None) -> str:
    """«ООО «Ромашка»», or what a lead says of its organisation."""
    if isinstance(card, Account):
        return display_company(card.name, card.legal_form)
    return (card.organisation or "") if card else ""


async def _calls(session: AsyncSession, inquiries: list[int]) -> dict[int, CallRecord]:
    """The call of each that goes on, else its last one."""
    if not inquiries:
        return {}
    order = (
        col(CallRecord.ended_at).is_not(None),
        col(CallRecord.started_at).desc(),
        col(CallRecord.id).desc(),
    )
    number = func.row_number().over(partition_by=col(CallRecord.inquiry_id), order_by=order)
    of_these = and_(col(CallRecord.inquiry_id).in_(inquiries), col(CallRecord.merged_into).is_(None))
    numbered = select(col(CallRecord.id), number.label("number")).where(of_these).subquery()
    query = select(CallRecord).join(numbered, numbered.c.id == CallRecord.id).where(numbered.c.number == 1)
    return {call.inquiry_id or 0: call for call in await session.exec(query)}


async def _open_interests(session: AsyncSession, inquiries: list[Inquiry]) -> dict[tuple[str, int], int]:
    """Of each party, by ("account", id): how many interests are not won or lost."""
    found: dict[tuple[str, int], int] = {}
    for kind in ("account", "lead", "contact"):
        ids = {id_ for inquiry in inquiries for of, id_ in _party(inquiry) if of == kind}
        if not ids:
            continue
        owner = getattr(Interest, f"{kind}_id")
        query = (
            select(owner, func.count())
            .join(Status, col(Status.id) == Interest.status_id)
            .where(owner.in_(ids), col(Status.kind) == StatusKind.OPEN)
            .group_by(owner)
        )
        for id_, number in await (await session.connection()).execute(query):
            found[kind, id_] = number
    return found


def _party(inquiry: Inquiry) -> list[tuple[str, int]]:
    """Whose interests count: the account's, else the lead's, else the contact's own."""
    for kind in ("account", "lead", "contact"):
        id_ = getattr(inquiry, f"{kind}_id")
        if id_ is not None:
            return [(kind, id_)]
    return []
