"""What page 2 shows before anybody has typed: found values, differences, suggestions with their reasons."""

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import NotFound, Rejected
from intake.matching.inn import clean_inn, clean_kpp
from intake.matching.people import PersonName
from intake.model.hits import InterestHit
from intake.model.prefill import Difference, Duplicate, Prefill, Said, Side
from intake.model.wizard import Chosen, Criteria, Existing, PartyKind, Shown
from intake.wizard import differences as differ
from intake.wizard.said import said
from intake.wizard.sides import NUMBERS, PERSON, Sides
from intake.wizard.wish import suggested_responsible, title_of
from storage import interests, parties
from storage.access import Actor, within
from storage.database import Database
from storage.merging import card_now
from storage.preferences import settings
from storage.search import cards as look
from storage.tables.inquiries import Inquiry
from storage.tables.parties import Account, Contact, Lead, Point, PointKind
from storage.tables.people import User
from storage.tables.work import ConsentText

MAX_DUPLICATES = 10


async def prefill(
    database: Database, inquiry_id: int | None, chosen: Chosen, criteria: Criteria, who: Actor
) -> Prefill:
    """For an inquiry, or with None for one by hand. Nothing is written.

    Raises NotFound for what `who` may not see.
    """
    async with database.reading() as session:
        decided = await settings(session)
        inquiry = await _inquiry(session, inquiry_id, who)
        told = (await said(session, inquiry, who) if inquiry else None) or Said()
        sides = await _sides(session, chosen, who)
        points = await parties.points_of(session, sides.refs)
        responsible_id, because = await suggested_responsible(session, sides, inquiry_id, who)
        responsible = await session.get(User, responsible_id) if responsible_id else None
        company, person = differ.newcomer_fields(criteria.name)
        client, contact = _client(sides, points, company, criteria), _contact(sides, points, person, criteria)
        whom = sides.person or person.short or company.get("name", "")
        return Prefill(
            client=client,
            contact=contact,
            newcomer=PartyKind(decided.newcomer_kind),
            differences=tuple(_differences(sides, points, criteria)),
            duplicates=tuple(await _duplicates(session, sides, criteria, who)),
            interests=await _interests(session, sides, who),
            person=whom,
            title=title_of(told.wish, whom),
            source=told.source,
            status_id=await _status_id(session),
            responsible_id=responsible_id,
            responsible=responsible.name if responsible else who.name,
            because=because,
            consent_text_id=await _consent_text(session, decided.consent_purpose),
            said=told,
        )


async def _inquiry(session: AsyncSession, inquiry_id: int | None, who: Actor) -> Inquiry | None:
    if inquiry_id is None:
        return None
    query = select(Inquiry).where(Inquiry.id == inquiry_id, within(who, Inquiry))
    inquiry = (await session.exec(query)).first()
    if inquiry is None:
        raise NotFound("no-such-inquiry", id=inquiry_id)
    return inquiry


async def _sides(session: AsyncSession, chosen: Chosen, who: Actor) -> Sides:
    """Whom somebody has merged since they were chosen is the card that they live on in."""
    sides = Sides()
    match chosen.client:
        case Existing(PartyKind.ACCOUNT) as ref:
            sides.account = await card_now(session, ref, who)
        case Existing(PartyKind.LEAD) as ref:
            sides.lead = await card_now(session, ref, who)
    if chosen.contact_id is not None:
        sides.contact = await card_now(session, Existing(PartyKind.CONTACT, chosen.contact_id), who)
        if sides.account is None and sides.contact.account_id is not None:
            sides.account = await session.get(Account, sides.contact.account_id)
    return sides


def _client(sides: Sides, points: list[Point], company: dict[str, str], criteria: Criteria) -> Side:
    card = sides.account or sides.lead
    if card is None:
        return Side(None, company | {"inn": clean_inn(criteria.inn)} if criteria.inn else company)
    names = {"name": card.name, "legal_form": card.legal_form} if isinstance(card, Account) else {}
    fields = {"name": getattr(card, "organisation", None), **names}
    fields |= {name: getattr(card, name, None) for name in NUMBERS}
    return _side(card, fields, points)


def _contact(sides: Sides, points: list[Point], person: PersonName, criteria: Criteria) -> Side:
    card = sides.contact or sides.lead
    if card is not None:
        return _side(card, {name: getattr(card, name) for name in PERSON}, points)
    names = {"last_name": person.last, "first_name": person.first, "middle_name": person.middle}
    phones, emails = differ.said_phones(criteria), differ.said_emails(criteria)
    return Side(None, names, tuple(phones), tuple(emails))


def _side(card: Account | Contact | Lead, fields: dict[str, str | None], points: list[Point]) -> Side:
    ref = Existing(PartyKind(str(card.__tablename__)), card.id or 0)
    mine = [point for point in points if parties.owner_of(point) == ref]
    return Side(
        ref,
        {name: value for name, value in fields.items() if value},
        tuple(point.value for point in mine if point.kind is PointKind.PHONE),
        tuple(point.value for point in mine if point.kind is PointKind.EMAIL),
    )


def _differences(sides: Sides, points: list[Point], criteria: Criteria) -> list[Difference]:
    if not sides.refs:
        return []
    return [
        *differ.name_differences(criteria, sides.contact or sides.lead, sides.account),
        *differ.inn_differences(criteria, sides.account or sides.lead),
        *differ.point_differences(sides.refs[0].kind, criteria, points),
    ]


async def _duplicates(session: AsyncSession, sides: Sides, criteria: Criteria, who: Actor) -> list[Duplicate]:
    """Only for a newcomer: whoever is chosen is no duplicate of themselves."""
    if sides.refs:
        return []
    found: list[tuple[str, str, Existing]] = []
    inn, kpp = clean_inn(criteria.inn), clean_kpp(criteria.inn) if "/" in criteria.inn else ""
    if len(inn) in (10, 12):
        found += [("inn", inn, ref) for ref in await parties.with_inn(session, inn, kpp)]
    for kind, keys in (
        (PointKind.PHONE, differ.said_phones(criteria)),
        (PointKind.EMAIL, differ.said_emails(criteria)),
    ):
        for key in keys:
            found += [(kind.value, key, ref) for ref in await parties.owners_of(session, kind, key)]
    return [await _named(session, *one, who) for one in found[:MAX_DUPLICATES]]


async def _named(session: AsyncSession, reason: str, value: str, ref: Existing, who: Actor) -> Duplicate:
    try:
        card = await parties.card(session, ref, who)
    except NotFound:
        return Duplicate(reason, value)
    return Duplicate(reason, value, ref, parties.name_of(card))


async def _interests(session: AsyncSession, sides: Sides, who: Actor) -> tuple[InterestHit, ...]:
    if not sides.refs:
        return ()
    ids = sides.ids
    client = (
        (PartyKind.LEAD, ids["lead_id"]) if ids["lead_id"] else (PartyKind.ACCOUNT, ids["account_id"] or 0)
    )
    about = look.about(client, ids["contact_id"], ids["account_id"])
    connection = await session.connection()
    found, _, _ = await connection.run_sync(look.interests_of, about, Shown.ACTIVE, who)
    return tuple(found)


async def _status_id(session: AsyncSession) -> int | None:
    try:
        return (await interests.first_status(session)).id
    except Rejected:  # no pipeline has been drawn yet
        return None


async def _consent_text(session: AsyncSession, purpose: str) -> int | None:
    """The latest version for the purpose that was set, else of any."""
    query = select(ConsentText.id).where(or_(ConsentText.purpose == purpose, not purpose))
    query = query.order_by(col(ConsentText.valid_from).desc(), col(ConsentText.id).desc())
    return (await session.exec(query.limit(1))).first()
