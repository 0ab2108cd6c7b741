"""Step two, on whom it is about: the client and the contact person, found or made new, and their points."""

from dataclasses import dataclass, field, replace
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import Rejected
from intake.matching.people import PersonName
from intake.model.wizard import (
    Acceptance,
    Choice,
    CreateInterest,
    Existing,
    FieldDecision,
    Newcomer,
    NewPerson,
    NewPoint,
    PartyKind,
    PointDecision,
)
from storage import parties
from storage.access import Actor
from storage.history import Journal, stored_id
from storage.preferences import settings
from storage.tables.parties import Account, AccountKind, Contact, Lead, Point
from storage.tables.people import Scope

PERSON = ("last_name", "first_name", "middle_name", "position")
NUMBERS = ("inn", "kpp", "ogrn", "city")


@dataclass
class Sides:
    """The cards of one acceptance: an account and/or a contact, or a lead."""

    account: Account | None = None
    contact: Contact | None = None
    lead: Lead | None = None
    warnings: list[str] = field(default_factory=list)

    def card(self, kind: PartyKind) -> Any:
        """A lead is its own contact person."""
        cards = {PartyKind.ACCOUNT: self.account, PartyKind.CONTACT: self.contact, PartyKind.LEAD: self.lead}
        found = cards[kind] or (self.lead if kind is not PartyKind.ACCOUNT else None)
        if found is None:
            raise Rejected("nobody-chosen", kind=kind.value)
        return found

    @property
    def refs(self) -> list[Existing]:
        """Whose points are looked at, the person before the company."""
        cards = (
            (PartyKind.CONTACT, self.contact),
            (PartyKind.LEAD, self.lead),
            (PartyKind.ACCOUNT, self.account),
        )
        return [Existing(kind, stored_id(card)) for kind, card in cards if card is not None]

    @property
    def ids(self) -> dict[str, Any]:
        return {
            "account_id": self.account.id if self.account else None,
            "contact_id": self.contact.id if self.contact else None,
            "lead_id": self.lead.id if self.lead else None,
        }

    @property
    def person(self) -> str:
        """Who it is, for a title: the person in short, else the company."""
        someone = self.contact or self.lead
        name = (
            PersonName(someone.last_name, someone.first_name, someone.middle_name)
            if someone
            else PersonName()
        )
        company = self.account.name if self.account else (self.lead.organisation if self.lead else "")
        return name.short or company or ""


async def settle(session: AsyncSession, j: Journal, acceptance: Acceptance, who: Actor) -> Sides:
    """The parties as they are afterwards: existing ones changed as decided, new ones made."""
    sides = Sides()
    person = _spoken_of(acceptance)
    await _settle_party(session, j, sides, acceptance, person, who)
    await _settle_contact(session, j, sides, person, who)
    if not sides.refs:
        raise Rejected("nobody-chosen", kind="")
    for decision in acceptance.fields:
        await _decide_field(j, sides, decision)
    for about in acceptance.points:
        await _decide_point(session, j, sides, about)
    return sides


def _spoken_of(acceptance: Acceptance) -> Existing | NewPerson | None:
    """The contact person; one without any name or point is nobody."""
    match acceptance.contact, acceptance.party:
        case None, Existing(PartyKind.CONTACT) as ref:
            return ref
        case NewPerson() as person, _:
            named = any(getattr(person, part).strip() for part in PERSON[:3])
            return person if named or person.points else None
        case contact, _:
            return contact


async def _settle_party(
    session: AsyncSession,
    j: Journal,
    sides: Sides,
    acceptance: Acceptance,
    person: Existing | NewPerson | None,
    who: Actor,
) -> None:
    match acceptance.party:
        case Existing(PartyKind.ACCOUNT) as ref:
            sides.account = await parties.card_to_change(session, ref, who)
        case Existing(PartyKind.LEAD) as ref:
            sides.lead = await parties.card_to_change(session, ref, who)
        case Newcomer() as newcomer:
            kind = newcomer.kind or (await settings(session)).newcomer_kind
            stranger = person if isinstance(person, NewPerson) else NewPerson()
            if kind is PartyKind.LEAD and not isinstance(person, Existing):
                sides.lead = await _new_lead(j, newcomer, stranger, acceptance, who)
            else:
                sides.account = await _new_account(j, newcomer, stranger, acceptance, who)
            sides.warnings += parties.number_warnings(
                {name: getattr(sides.account or sides.lead, name, None) for name in NUMBERS}
            )
            await _give_points(j, sides.refs[0], newcomer.points)
        case Existing() | None:
            pass


async def _settle_contact(
    session: AsyncSession, j: Journal, sides: Sides, person: Existing | NewPerson | None, who: Actor
) -> None:
    match person:
        case Existing(PartyKind.CONTACT) as ref:
            sides.contact = await parties.card_to_change(session, ref, who)
            if sides.account is None and sides.lead is None and sides.contact.account_id is not None:
                account = Existing(PartyKind.ACCOUNT, sides.contact.account_id)
                seeing = replace(who, scope=Scope.ALL)  # who may see the person may see where they work
                sides.account = await parties.card_to_change(session, account, seeing)
            elif sides.account is not None and sides.contact.account_id is None:
                await j.change(sides.contact, account_id=sides.account.id)
        case Existing():
            raise Rejected("nobody-chosen", kind="contact")
        case NewPerson() if sides.lead is not None:
            await _name_lead(j, sides.lead, person)
            await _give_points(j, Existing(PartyKind.LEAD, stored_id(sides.lead)), person.points)
        case NewPerson():
            values = _person_values(PartyKind.CONTACT, person)
            contact = Contact(**values, account_id=sides.ids["account_id"], created_by=who.user_id)
            sides.contact = await j.add(contact)
            await _give_points(j, Existing(PartyKind.CONTACT, stored_id(contact)), person.points)


async def _new_account(
    j: Journal, newcomer: Newcomer, person: NewPerson, acceptance: Acceptance, who: Actor
) -> Account:
    """Without a company's name it is a private person, named after the contact person."""
    values: dict[str, Any] = {
        name: parties.field_value(PartyKind.ACCOUNT, name, getattr(newcomer, name)) for name in NUMBERS
    }
    if newcomer.name.strip():
        named = parties.company_fields(newcomer.name, newcomer.legal_form, newcomer.account_kind)
    else:
        full = PersonName(
            person.last_name.strip(), person.first_name.strip(), person.middle_name.strip()
        ).full
        named = {"name": parties.fit("name", full, 300), "kind": AccountKind.PERSON}
    if not named["name"]:
        raise Rejected("name-missing", field="name")
    responsible = _responsible(acceptance, who)
    return await j.add(Account(**named, **values, responsible_id=responsible, created_by=who.user_id))


def _responsible(acceptance: Acceptance, who: Actor) -> int | None:
    """Of a newcomer: whoever the interest is given to, else whoever accepts."""
    named = acceptance.interest.responsible_id if isinstance(acceptance.interest, CreateInterest) else None
    return named or who.user_id


async def _new_lead(
    j: Journal, newcomer: Newcomer, person: NewPerson, acceptance: Acceptance, who: Actor
) -> Lead:
    values = _person_values(PartyKind.LEAD, person)
    organisation = parties.field_value(PartyKind.LEAD, "organisation", newcomer.name)
    named = organisation or any(values[part] for part in PERSON[:3])
    if not named and not (newcomer.points or person.points):
        raise Rejected("name-missing", field="name")
    return await j.add(
        Lead(
            **values,
            organisation=organisation,
            inn=parties.field_value(PartyKind.LEAD, "inn", newcomer.inn),
            city=parties.field_value(PartyKind.LEAD, "city", newcomer.city),
            responsible_id=_responsible(acceptance, who),
            created_by=who.user_id,
        )
    )


async def _name_lead(j: Journal, lead: Lead, person: NewPerson) -> None:
    """What is known of the lead's person stays; what was empty is filled in."""
    values = _person_values(PartyKind.LEAD, person)
    await j.change(
        lead, **{name: value for name, value in values.items() if value and not getattr(lead, name)}
    )


def _person_values(kind: PartyKind, person: NewPerson) -> dict[str, Any]:
    return {name: parties.field_value(kind, name, getattr(person, name)) for name in PERSON}


async def _give_points(j: Journal, owner: Existing, points: tuple[NewPoint, ...]) -> None:
    given: set[tuple[str, str, str | None]] = set()
    kinds: set[str] = set()
    for one in points:
        if not one.text.strip():
            continue
        point = parties.read_point(one)
        if (key := (point.kind, point.value, point.extension)) in given:
            continue
        point.main = point.kind not in kinds
        given.add(key)
        kinds.add(point.kind)
        await j.add(parties.give(point, owner))


async def _decide_field(j: Journal, sides: Sides, decision: FieldDecision) -> None:
    card = sides.card(decision.of)
    kind = PartyKind(card.__tablename__)
    value = parties.field_value(kind, decision.field, decision.value)
    stored = getattr(card, decision.field)
    if decision.choice is Choice.REPLACE or (decision.choice is Choice.ADD and not stored):
        await j.change(card, **{decision.field: value})
        sides.warnings += parties.number_warnings({decision.field: value})


async def _decide_point(session: AsyncSession, j: Journal, sides: Sides, decision: PointDecision) -> None:
    card = sides.card(decision.of)
    owner = Existing(PartyKind(card.__tablename__), stored_id(card))
    point = parties.read_point(decision.point)
    mine = await parties.points_of(session, [owner])
    match decision.choice:
        case Choice.KEEP:
            pass
        case Choice.ADD:
            await add_point(j, owner, point, mine)
        case Choice.REPLACE:
            await _replace(j, mine, point, decision.replaces)


async def add_point(j: Journal, owner: Existing, point: Point, mine: list[Point]) -> None:
    """Nothing when the card has it already."""
    same = [one for one in mine if (one.kind, one.value) == (point.kind, point.value)]
    if any(one.extension == point.extension for one in same):
        return
    point.main = not any(one.kind == point.kind for one in mine)
    await j.add(parties.give(point, owner))


async def _replace(j: Journal, mine: list[Point], point: Point, replaces: int | None) -> None:
    old = next((one for one in mine if one.id == replaces and one.kind == point.kind), None)
    if old is None:
        raise Rejected("no-such-choice", field="replaces", value=replaces)
    await j.change(old, value=point.value, tail=point.tail, extension=point.extension, raw=point.raw)
