"""A card to look at: the record, how to reach it, and what stands around it. Only what `who` may see."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlmodel import col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import NotFound
from intake.model.wizard import Existing, PartyKind
from storage import parties
from storage.access import Actor, within
from storage.columns import now
from storage.database import Database
from storage.fields import CardKind
from storage.former import former_of
from storage.history import note
from storage.tables.history import Action
from storage.tables.inquiries import Inquiry
from storage.tables.interests import Interest, InterestLabel, InterestMember, Label, Status, StatusKind
from storage.tables.parties import Account, Contact, FormerPoint, Lead, Point, PointKind
from storage.tables.people import User
from storage.tables.work import Task
from storage.tasks import tasks_about

MOST = 20  # related rows of a kind on a card
SEEN_FOR = timedelta(hours=1)  # looking again within it is not a second look


@dataclass(frozen=True, slots=True)
class InterestLine:
    """An interest as other cards show it."""

    interest: Interest
    status: Status
    responsible: str | None

    @property
    def open(self) -> bool:
        return self.status.kind is StatusKind.OPEN


@dataclass(frozen=True, slots=True)
class PartyCard:
    """An account, a contact or a lead. `people`: an account's contacts; `account`: a contact's."""

    record: Any
    points: list[Point]
    former: list[FormerPoint] = field(default_factory=list)
    account: Account | None = None
    parent: Account | None = None
    people: list[Contact] = field(default_factory=list)
    people_points: dict[int, Point] = field(default_factory=dict)  # the main phone of each
    interests: list[InterestLine] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    inquiries: list[Inquiry] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class InterestCard:
    record: Interest
    status: Status
    account: Account | None = None
    contact: Contact | None = None
    lead: Lead | None = None
    labels: list[Label] = field(default_factory=list)
    members: list[User] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    inquiries: list[Inquiry] = field(default_factory=list)


async def party_card(session: AsyncSession, ref: Existing, who: Actor) -> PartyCard:
    """Raises NotFound("no-such-party")."""
    record = await parties.card(session, ref, who)
    about = ref.kind.value
    people = await _people(session, ref.id, who) if ref.kind is PartyKind.ACCOUNT else []
    points = await parties.points_of(session, [ref])
    return PartyCard(
        record=record,
        points=points,
        former=await former_of(session, ref, points),
        account=await _visible(session, Account, getattr(record, "account_id", None), who),
        parent=await _visible(session, Account, getattr(record, "parent_id", None), who),
        people=people,
        people_points=await _main_phones(session, people),
        interests=await interests_about(session, about, ref.id, who),
        tasks=await tasks_about(session, about, ref.id),
        inquiries=await _inquiries(session, about, ref.id, who, people),
    )


async def interest_card(session: AsyncSession, interest_id: int, who: Actor) -> InterestCard:
    """Raises NotFound("no-such-interest")."""
    query = select(Interest, Status).join(Status, col(Status.id) == Interest.status_id)
    found = (await session.exec(query.where(Interest.id == interest_id, within(who, Interest)))).first()
    if found is None:
        raise NotFound("no-such-interest", id=interest_id)
    record, status = found
    return InterestCard(
        record=record,
        status=status,
        account=await _visible(session, Account, record.account_id, who),
        contact=await _visible(session, Contact, record.contact_id, who),
        lead=await _visible(session, Lead, record.lead_id, who),
        labels=await _labels(session, interest_id),
        members=await _members(session, interest_id),
        tasks=await tasks_about(session, "interest", interest_id),
        inquiries=await _inquiries(session, "interest", interest_id, who, []),
    )


async def _labels(session: AsyncSession, interest_id: int) -> list[Label]:
    query = select(Label).join(InterestLabel, col(InterestLabel.label_id) == Label.id)
    return list(
        await session.exec(query.where(InterestLabel.interest_id == interest_id).order_by(Label.name))
    )


async def _members(session: AsyncSession, interest_id: int) -> list[User]:
    query = select(User).join(InterestMember, col(InterestMember.user_id) == User.id)
    return list(
        await session.exec(query.where(InterestMember.interest_id == interest_id).order_by(User.name))
    )


async def record_of(session: AsyncSession, kind: CardKind, row_id: int, who: Actor) -> Any:
    """The record alone, to look at. Raises NotFound."""
    if kind is not CardKind.INTEREST:
        return await parties.card(session, Existing(PartyKind(kind.value), row_id), who)
    found = await _visible(session, Interest, row_id, who)
    if found is None:
        raise NotFound("no-such-interest", id=row_id)
    return found


async def interests_about(
    session: AsyncSession, about: str, row_id: int, who: Actor, most: int = MOST
) -> list[InterestLine]:
    """Open ones first, the last changed first; a contact's are its own."""
    query = (
        select(Interest, Status, User.name)
        .join(Status, col(Status.id) == Interest.status_id)
        .outerjoin(User, col(User.id) == Interest.responsible_id)
        .where(getattr(Interest, f"{about}_id") == row_id, within(who, Interest))
        .order_by(
            col(Status.kind) != StatusKind.OPEN, col(Interest.updated_at).desc(), col(Interest.id).desc()
        )
    )
    return [InterestLine(*row) for row in (await session.exec(query.limit(most))).all()]


async def note_view(database: Database, kind: CardKind, row_id: int, who: Actor) -> None:
    """Write down that somebody looked at a card, once an hour for each person and card."""
    looked = f"view-{kind.value}"
    query = (
        select(Action.id)
        .where(Action.kind == looked, Action.user_id == who.user_id)
        .where(col(Action.at) > now() - SEEN_FOR, col(Action.details)["id"].as_integer() == row_id)
    )
    async with database.reading() as session:
        if (await session.exec(query.limit(1))).first() is not None:
            return
    async with database.transaction() as session:
        await note(session, looked, who, id=row_id)


async def sharers(session: AsyncSession, points: list[Point]) -> dict[str, int]:
    """Of these values, those that stand on several cards: how many."""
    values, kinds = [point.value for point in points], {point.kind for point in points}
    counted = await _owners_of(session, values, kinds)
    return {value: number for value, number in counted.items() if number > 1}


async def known_numbers(session: AsyncSession, numbers: list[str]) -> set[str]:
    """Of these telephone numbers, those that stand on any card, whoever may see it."""
    return set(await _owners_of(session, numbers, {PointKind.PHONE}))


async def _owners_of(session: AsyncSession, values: list[str], kinds: set[PointKind]) -> dict[str, int]:
    """How many points each value is; the kind is what the index begins with."""
    query = select(Point.value, func.count()).where(col(Point.kind).in_(kinds), col(Point.value).in_(values))
    return dict((await session.exec(query.group_by(Point.value))).all())


async def _visible(session: AsyncSession, table: Any, row_id: int | None, who: Actor) -> Any:
    if row_id is None:
        return None
    return (await session.exec(select(table).where(table.id == row_id, within(who, table)))).first()


async def _people(session: AsyncSession, account_id: int, who: Actor) -> list[Contact]:
    """The last touched first."""
    query = select(Contact).where(Contact.account_id == account_id, within(who, Contact))
    query = query.order_by(col(Contact.touched_at).desc().nulls_last(), col(Contact.id))
    return list(await session.exec(query.limit(MOST)))


async def _main_phones(session: AsyncSession, people: list[Contact]) -> dict[int, Point]:
    ids = [person.id for person in people]
    query = select(Point).where(col(Point.contact_id).in_(ids))
    points = await session.exec(query.order_by(col(Point.main), col(Point.id).desc()))
    return {point.contact_id or 0: point for point in points if point.kind is PointKind.PHONE}


async def _inquiries(
    session: AsyncSession, about: str, row_id: int, who: Actor, people: list[Contact]
) -> list[Inquiry]:
    """Also of the people, the newest first; a folded one is shown where it went."""
    whose: Any = getattr(Inquiry, f"{about}_id") == row_id
    if people:
        whose = or_(whose, col(Inquiry.contact_id).in_([person.id for person in people]))
    query = select(Inquiry).where(whose, within(who, Inquiry), col(Inquiry.folded_into).is_(None))
    return list(await session.exec(query.order_by(col(Inquiry.opened_at).desc()).limit(MOST)))
