"""Step two, on whom it is about: the client and the contact person, found or made new."""

from dataclasses import replace
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import Rejected
from intake.matching.people import PersonName
from intake.model.wizard import Acceptance, CreateInterest, Existing, Newcomer, NewPerson, PartyKind
from intake.wizard.decided import decide_field, decide_point, give_points
from intake.wizard.sides import NUMBERS, PERSON, Sides
from storage import parties
from storage.access import Actor
from storage.history import Journal, stored_id
from storage.merging import card_now_to_change
from storage.preferences import settings
from storage.tables.parties import Account, AccountKind, Contact, Lead
from storage.tables.people import Scope


async def settle(session: AsyncSession, j: Journal, acceptance: Acceptance, who: Actor) -> Sides:
    """The parties as they are afterwards: existing ones changed as decided, new ones made."""
    sides = Sides()
    person = _spoken_of(acceptance)
    await _settle_party(session, j, sides, acceptance, person, who)
    await _settle_contact(session, j, sides, person, who)
    if not sides.refs:
        raise Rejected("nobody-chosen", kind="")
    for decision in acceptance.fields:
        await decide_field(j, sides, decision)
    for about in acceptance.points:
        await decide_point(session, j, sides, about)
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
            sides.account = await card_now_to_change(session, ref, who)
        case Existing(PartyKind.LEAD) as ref:
            sides.lead = await card_now_to_change(session, ref, who)
        case Newcomer() as newcomer:
            kind = newcomer.kind or (await settings(session)).newcomer_kind
            stranger = person if isinstance(person, NewPerson) else NewPerson()
            # where a stored contact works is a client: potential ones have no contacts
            if kind is PartyKind.LEAD and not isinstance(person, Existing):
                sides.lead = await _new_lead(j, newcomer, stranger, acceptance, who)
            else:
                sides.account = await _new_account(j, newcomer, stranger, acceptance, who)
            sides.warnings += parties.number_warnings(
                {name: getattr(sides.account or sides.lead, name, None) for name in NUMBERS}
            )
            await give_points(j, sides.refs[0], newcomer.points)
        case Existing() | None:
            pass


async def _settle_contact(
    session: AsyncSession, j: Journal, sides: Sides, person: Existing | NewPerson | None, who: Actor
) -> None:
    match person:
        case Existing(PartyKind.CONTACT) as ref:
            sides.contact = await card_now_to_change(session, ref, who)
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
            await give_points(j, Existing(PartyKind.LEAD, stored_id(sides.lead)), person.points)
        case NewPerson():
            values = _person_values(PartyKind.CONTACT, person)
            contact = Contact(**values, account_id=sides.ids["account_id"], created_by=who.user_id)
            sides.contact = await j.add(contact)
            await give_points(j, Existing(PartyKind.CONTACT, stored_id(contact)), person.points)


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
