"""Accounts, contacts, leads and their points: found for a change, and made from what was typed.

What comes in is bounded and normalised here: a `table=True` class validates nothing.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import NotFound, Rejected
from intake.matching.companies import display_company, read_company
from intake.matching.emails import read_email
from intake.matching.inn import clean_inn, clean_kpp, clean_ogrn, inn_problem, kpp_problem, ogrn_problem
from intake.matching.keys import nick_key, site_key
from intake.matching.people import PersonName
from intake.matching.phones import read_phone, read_phones, tail
from intake.model.wizard import Existing, NewPoint, PartyKind
from storage.access import Actor, within
from storage.tables.parties import Account, AccountKind, Contact, Lead, Point, PointKind

Card = Account | Contact | Lead
TABLES: dict[PartyKind, type[Card]] = {
    PartyKind.ACCOUNT: Account,
    PartyKind.CONTACT: Contact,
    PartyKind.LEAD: Lead,
}
MIN_DIGITS = 3  # of a number that is kept though no country knows it: an internal one

# The fields a card may be changed in by the wizard, with the longest text of each.
FIELDS: dict[PartyKind, dict[str, int]] = {
    PartyKind.ACCOUNT: {
        "name": 300, "legal_form": 40, "inn": 12, "kpp": 9, "ogrn": 15, "city": 120, "address": 500,
    },
    PartyKind.CONTACT: {
        "last_name": 120, "first_name": 120, "middle_name": 120, "position": 200, "department": 200,
        "city": 120,
    },
    PartyKind.LEAD: {
        "last_name": 120, "first_name": 120, "middle_name": 120, "organisation": 300, "inn": 12,
        "position": 200, "city": 120,
    },
}  # fmt: skip
REQUIRED = frozenset({"name", "last_name", "first_name", "middle_name"})  # empty, not NULL


async def card_to_change(session: AsyncSession, ref: Existing, who: Actor) -> Any:
    """A card that `who` may see; nobody else changes it before this transaction ends."""
    table = TABLES[ref.kind]
    query = select(table).where(table.id == ref.id, within(who, table)).with_for_update(of=table)
    found = (await session.exec(query.execution_options(populate_existing=True))).first()
    if found is None:
        raise NotFound("no-such-party", kind=ref.kind.value, id=ref.id)
    return found


async def card(session: AsyncSession, ref: Existing, who: Actor) -> Any:
    """A card that `who` may see, to look at. Raises NotFound("no-such-party")."""
    table = TABLES[ref.kind]
    found = (await session.exec(select(table).where(table.id == ref.id, within(who, table)))).first()
    if found is None:
        raise NotFound("no-such-party", kind=ref.kind.value, id=ref.id)
    return found


def name_of(card: Card) -> str:
    """As a list shows it."""
    if isinstance(card, Account):
        return display_company(card.name, card.legal_form)
    organisation = card.organisation if isinstance(card, Lead) else None
    return organisation or PersonName(card.last_name, card.first_name, card.middle_name).full


async def with_inn(session: AsyncSession, inn: str, kpp: str) -> list[Existing]:
    """Accounts and leads with this ИНН; where both have a КПП it must be the same."""
    found = [
        Existing(PartyKind.ACCOUNT, account.id or 0)
        for account in await session.exec(select(Account).where(Account.inn == inn).limit(20))
        if not (kpp and account.kpp) or account.kpp == kpp
    ]
    leads = await session.exec(select(Lead.id).where(Lead.inn == inn).limit(20))
    return found + [Existing(PartyKind.LEAD, id_ or 0) for id_ in leads]


async def points_of(session: AsyncSession, refs: Iterable[Existing]) -> list[Point]:
    """All points of these cards, main ones first."""
    columns = {
        PartyKind.ACCOUNT: Point.account_id,
        PartyKind.CONTACT: Point.contact_id,
        PartyKind.LEAD: Point.lead_id,
    }
    found: list[Point] = []
    for ref in refs:
        query = select(Point).where(columns[ref.kind] == ref.id)
        found += await session.exec(query.order_by(col(Point.main).desc(), col(Point.id)))
    return found


async def owners_of(session: AsyncSession, kind: PointKind, value: str) -> set[Existing]:
    """Whose point it is, seen or not."""
    query = select(Point).where(Point.kind == kind, Point.value == value).limit(20)
    return {owner_of(point) for point in await session.exec(query)}


def owner_of(point: Point) -> Existing:
    ids = zip(PartyKind, (point.account_id, point.contact_id, point.lead_id), strict=True)
    return next(Existing(kind, id_) for kind, id_ in ids if id_ is not None)


def read_point(given: NewPoint) -> Point:
    """A point without an owner, its key normalised. Raises Rejected("bad-point", kind=, text=)."""
    text = fit("point", given.text, 320)
    kind = point_kind(given.kind)
    value, extension = _key(kind, text)
    return Point(
        kind=kind,
        value=value,
        tail=tail(value) if kind is PointKind.PHONE else None,
        extension=fit("extension", re.sub(r"\D", "", given.extension), 20) or extension,
        raw=text,
        note=fit("note", given.note, 200) or None,
        shared=given.shared,
        source="wizard",
    )


def each_point(given: NewPoint) -> list[NewPoint]:
    """«+7 916 … / 8 495 … доб. 12» in one field is two phones; all else is what it is."""
    phones = read_phones(given.text) if given.kind == PointKind.PHONE else []
    if len(phones) < 2:
        return [given]
    return [replace(given, text=phone.raw, extension=phone.extension or "") for phone in phones]


def point_kind(word: str) -> PointKind:
    try:
        return PointKind(word)
    except ValueError:
        raise Rejected("no-such-choice", field="point", value=word[:40]) from None


def _key(kind: PointKind, text: str) -> tuple[str, str | None]:
    key: str | None = None
    extension: str | None = None
    match kind:
        case PointKind.PHONE:
            phone = read_phone(text)
            digits = re.sub(r"\D", "", text)[:16]
            key = phone.e164 if phone else (digits if len(digits) >= MIN_DIGITS else None)
            extension = phone.extension if phone else None
        case PointKind.EMAIL:
            email = read_email(text)
            key = email.address if email else None
        case PointKind.MESSENGER:
            key = nick_key(text)
        case PointKind.SITE:
            key = site_key(text)
    if not key:
        raise Rejected("bad-point", kind=kind.value, text=text)
    return key, extension


def give(point: Point, owner: Existing) -> Point:
    """The point with its owner."""
    setattr(point, f"{owner.kind.value}_id", owner.id)
    return point


def company_fields(name: str, legal_form: str, kind: str) -> dict[str, Any]:
    """A company's name without its legal form, which is taken from the name when not given apart."""
    read = read_company(fit("name", name, 300))
    try:
        account_kind = AccountKind(kind)
    except ValueError:
        raise Rejected("no-such-choice", field="account_kind", value=kind[:40]) from None
    if read.legal_form == "ИП":
        account_kind = AccountKind.SOLE_TRADER
    form = fit("legal_form", legal_form, 40) or read.legal_form
    return {"name": read.name, "legal_form": form, "kind": account_kind}


def field_value(kind: PartyKind, field: str, value: str) -> str | None:
    """A field's text as stored. Raises Rejected("no-such-field"), ("too-long"), ("bad-inn") or such."""
    if field not in FIELDS[kind]:
        raise Rejected("no-such-field", field=field[:40])
    cleaners = {"inn": clean_inn, "kpp": clean_kpp, "ogrn": clean_ogrn}
    value = cleaners[field](value) if field in cleaners else value
    _refuse_bad_number(field, value)
    text = fit(field, value, FIELDS[kind][field])
    if field == "name" and not text:
        raise Rejected("name-missing", field=field)
    return text if text or field in REQUIRED else None


def number_warnings(values: dict[str, Any]) -> tuple[str, ...]:
    """bad-inn, bad-kpp, bad-ogrn: doubts that a person may overrule."""
    checks = {"inn": inn_problem, "kpp": kpp_problem, "ogrn": ogrn_problem}
    return tuple(f"bad-{name}" for name, check in checks.items() if values.get(name) and check(values[name]))


def _refuse_bad_number(field: str, value: str) -> None:
    """A wrong check digit warns; a wrong length or all digits alike cannot be what was meant."""
    checks = {"inn": inn_problem, "ogrn": ogrn_problem}
    if value and field in checks and (why := checks[field](value)) not in (None, "checksum"):
        raise Rejected(f"bad-{field}", field=field, value=value[:20], why=why)


def fit(field: str, text: str, limit: int) -> str:
    """The text without control characters and edges. Raises Rejected("too-long") rather than cutting."""
    text = re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", " ", text).strip()
    if len(text) > limit:
        raise Rejected("too-long", field=field, limit=limit)
    return text
