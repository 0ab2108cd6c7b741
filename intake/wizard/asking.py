"""From what was typed to what is looked up. Pure."""

import re
from collections.abc import Container
from dataclasses import dataclass

from intake.matching.companies import fold_company
from intake.matching.emails import company_domain, read_emails
from intake.matching.inn import clean_inn, clean_kpp
from intake.matching.keys import Other, phone_beginnings, phone_parts, phone_tails, read_other
from intake.matching.modes import MAX_WORDS
from intake.matching.near import INN_LENGTHS, near_emails, near_inns, near_phones
from intake.matching.phones import Phone, read_phones
from intake.model.wizard import Criteria, Mode
from storage.search.keys import Wanted
from storage.tables.parties import PointKind
from storage.tables.search import MAX_WORD

MIN_PIECE = 3  # letters or digits from which a piece of a key is looked for
MAX_PIECE = 320  # letters of a key that are looked at
MAX_INTEREST_NUMBER = 9  # digits
_NOT_DIGITS = re.compile(r"\D")


@dataclass(frozen=True, slots=True)
class Asked:
    """Criteria read once: folded words, normalised keys, and the questions about points."""

    name: str = ""
    words: tuple[str, ...] = ()
    inn: str = ""
    kpp: str = ""
    extension: str | None = None
    points: tuple[Wanted, ...] = ()
    nicks: tuple[str, ...] = ()
    interest_numbers: tuple[int, ...] = ()

    @property
    def whole_keys(self) -> tuple[str, ...]:
        """Telephones, addresses and the ИНН, as they would stand in a text."""
        found = (value for one in self.points if one.code in ("phone", "email") for value in one.values)
        return (*found, self.inn) if len(self.inn) in INN_LENGTHS else tuple(found)


def ask(criteria: Criteria) -> Asked:
    """Never raises; what cannot be read is not asked about."""
    other = read_other(criteria.other, criteria.area_code)
    phones = [*read_phones(criteria.phone, area_code=criteria.area_code), *other.phones]
    inn, kpp = _company_numbers(criteria.inn)
    return Asked(
        name=criteria.name,
        words=tuple(word[:MAX_WORD] for word in fold_company(criteria.name).split()[:MAX_WORDS]),
        inn=inn or next(iter(other.inns), ""),
        kpp=kpp,
        extension=_extension(criteria, phones),
        points=(
            *_phones(criteria, phones),
            *_emails(criteria, other),
            *_nicks_and_sites(criteria, other),
        ),
        nicks=other.nicks,
        interest_numbers=tuple(
            int(number)
            for number in other.documents
            if number.isascii() and number.isdigit() and len(number) <= MAX_INTEREST_NUMBER
        ),
    )


def nearly(
    criteria: Criteria, asked: Asked, found: Container[str]
) -> tuple[tuple[Wanted, ...], tuple[str, ...]]:
    """What may be meant where nobody has what was typed: near phones and addresses, near ИНН. Only in the
    inexact mode. `found`: the codes of what was found already."""
    if criteria.mode is not Mode.INEXACT:
        return (), ()
    wanted = []
    if not ("phone" in found or "phone-part" in found):
        near = near_phones(criteria.phone or criteria.other, criteria.area_code)
        wanted.append(Wanted("phone-near", PointKind.PHONE, near))
    if not ("email" in found or "email-part" in found):
        near = near_emails(criteria.email or criteria.other)
        wanted.append(Wanted("email-near", PointKind.EMAIL, near))
    none_with_inn = not ("inn" in found or "inn-part" in found)
    return tuple(wanted), near_inns(asked.inn) if none_with_inn else ()


def _extension(criteria: Criteria, phones: list[Phone]) -> str | None:
    typed = _NOT_DIGITS.sub("", criteria.extension)
    return typed or next((phone.extension for phone in phones if phone.extension), None)


def _company_numbers(text: str) -> tuple[str, str]:
    """ИНН and КПП from one field, parted by a slash, a space or nothing at all."""
    digits = clean_inn(text)
    for length in (10, 12):
        if len(digits) == length + 9:
            return digits[:length], digits[length:]
    kpp = clean_kpp(text) if "/" in text else ""
    return (digits if len(digits) >= MIN_PIECE else ""), kpp


def _phones(criteria: Criteria, phones: list[Phone]) -> list[Wanted]:
    numbers = tuple(dict.fromkeys(phone.e164 for phone in phones))
    tails = phone_tails(criteria.phone)
    asked = [
        Wanted("phone", PointKind.PHONE, numbers),
        Wanted("former-phone", PointKind.PHONE, numbers, "former"),
        Wanted("phone-tail", PointKind.PHONE, tails, "tail"),
    ]
    if not any(phone.valid for phone in phones):
        asked += _pieces("phone-part", PointKind.PHONE, criteria)
    return asked


def _pieces(code: str, kind: PointKind, criteria: Criteria) -> list[Wanted]:
    match criteria.mode:
        case Mode.BEGINNING | Mode.INEXACT:
            return [Wanted(code, kind, phone_beginnings(criteria.phone), "beginning")]
        case Mode.PART:
            return [Wanted(code, kind, phone_parts(criteria.phone), "part")]
        case Mode.EXACT:
            return []


def _emails(criteria: Criteria, other: Other) -> list[Wanted]:
    addresses = [email.address for email in (*read_emails(criteria.email), *other.emails)]
    domains = tuple(domain for address in addresses if (domain := company_domain(address)))
    values = tuple(dict.fromkeys(addresses))
    return [
        Wanted("email", PointKind.EMAIL, values),
        Wanted("former-email", PointKind.EMAIL, values, "former"),
        Wanted("email-domain", PointKind.SITE, domains),
        *_piece("email-part", PointKind.EMAIL, criteria.email, criteria.mode),
    ]


def _nicks_and_sites(criteria: Criteria, other: Other) -> list[Wanted]:
    return [
        Wanted("messenger", PointKind.MESSENGER, other.nicks),
        Wanted("site", PointKind.SITE, other.sites),
        *_piece("messenger-part", PointKind.MESSENGER, criteria.other.lstrip(" @"), criteria.mode),
        *_piece("site-part", PointKind.SITE, criteria.other, criteria.mode),
    ]


def _piece(code: str, kind: PointKind, text: str, mode: Mode) -> list[Wanted]:
    """A piece of an address or nick, as far as it is typed."""
    piece = "".join(letter for letter in text[:MAX_PIECE] if letter.isprintable()).strip().casefold()
    if mode is Mode.EXACT or len(piece) < MIN_PIECE:
        return []
    how = "part" if mode is Mode.PART else "beginning"
    return [Wanted(code, kind, (piece,), how)]
