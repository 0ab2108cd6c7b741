"""What was said against what is stored. Pure."""

from collections.abc import Sequence

from intake.matching.companies import read_company
from intake.matching.emails import read_emails
from intake.matching.inn import clean_inn
from intake.matching.names import words
from intake.matching.people import PersonName, read_person
from intake.matching.phones import read_phones
from intake.model.prefill import Difference, Stored
from intake.model.wizard import Choice, Criteria, PartyKind
from storage.tables.parties import Account, Contact, Lead, Point, PointKind

PARTS = {"last_name": "last", "first_name": "first", "middle_name": "middle"}


def said_phones(criteria: Criteria) -> dict[str, str]:
    """E.164 -> as typed."""
    return {one.e164: one.raw for one in read_phones(criteria.phone, area_code=criteria.area_code)}


def said_emails(criteria: Criteria) -> dict[str, str]:
    return {one.address: one.raw for one in read_emails(criteria.email)}


def point_differences(of: PartyKind, criteria: Criteria, points: Sequence[Point]) -> list[Difference]:
    """Phones and addresses that no card here has. A new one is added unless the operator says otherwise."""
    said = [(PointKind.PHONE, key) for key in said_phones(criteria)]
    said += [(PointKind.EMAIL, key) for key in said_emails(criteria)]
    known = {(point.kind, point.value) for point in points}
    return [
        Difference(of, kind.value, key, _stored(points, kind), Choice.ADD)
        for kind, key in said
        if (kind, key) not in known
    ]


def name_differences(
    criteria: Criteria, person: Contact | Lead | None, account: Account | None
) -> list[Difference]:
    """A name that was said and is not on the cards, part by part. What only begins a stored word is none."""
    typed = words(read_company(criteria.name).name)
    if person is None or not typed:
        return []
    stored = words(" ".join([person.last_name, person.first_name, person.middle_name]))
    company = account.name if account else getattr(person, "organisation", None) or ""
    known = [*stored, *words(company)]
    if all(any(word.startswith(one) for word in known) for one in typed):
        return []
    said = read_person(criteria.name)
    of = PartyKind.CONTACT if isinstance(person, Contact) else PartyKind.LEAD
    return [
        _difference(of, field, getattr(said, part), getattr(person, field))
        for field, part in PARTS.items()
        if getattr(said, part) and words(getattr(said, part)) != words(getattr(person, field))
    ]


def inn_differences(criteria: Criteria, card: Account | Lead | None) -> list[Difference]:
    said = clean_inn(criteria.inn)
    if card is None or len(said) not in (10, 12) or said == card.inn:
        return []
    of = PartyKind.ACCOUNT if isinstance(card, Account) else PartyKind.LEAD
    return [_difference(of, "inn", said, card.inn or "")]


def newcomer_fields(name: str) -> tuple[dict[str, str], PersonName]:
    """A typed name as a company's fields and a person's: by its legal form, else it is a person's."""
    company = read_company(name)
    if company.legal_form is None:
        return {}, read_person(name)
    fields = {"name": company.name, "legal_form": company.legal_form}
    return fields, read_person(company.name) if company.legal_form == "ИП" else PersonName()


def _difference(of: PartyKind, field: str, said: str, stored: str) -> Difference:
    suggested = Choice.KEEP if stored else Choice.ADD
    return Difference(of, field, said, (Stored(stored),) if stored else (), suggested)


def _stored(points: Sequence[Point], kind: PointKind) -> tuple[Stored, ...]:
    return tuple(Stored(point.value, point.id) for point in points if point.kind is kind)
