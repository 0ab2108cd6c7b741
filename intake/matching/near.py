"""What somebody may have meant who has one sign wrong in a number or an address. Pure; never raises.

Made of the query, a few hundred of them, and looked up like any other key: no index knows of mistakes. A sign
is taken for another, left out, put in besides, or two neighbours are swapped.
"""

from collections.abc import Iterator
from functools import lru_cache

import phonenumbers

from intake.matching.emails import PUBLIC_DOMAINS, read_emails
from intake.matching.inn import inn_problem
from intake.matching.keys import HOME_PREFIX, digits_of
from intake.matching.phones import read_phones

DIGITS = "0123456789"
LATIN = "abcdefghijklmnopqrstuvwxyz"
RUSSIAN = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
MOST_EMAILS = 3  # addresses of a field whose variants are made
MOST_PHONES = 3
LONGEST_ADDRESS = 64  # letters; a longer one is copied, not typed
INN_LENGTHS = (10, 12)
_HOME = HOME_PREFIX.removeprefix("+")
_HOME_LENGTH = 10  # digits of a number inside the country


def near_phones(text: str, area_code: str | None = None) -> tuple[str, ...]:
    """E.164 numbers one digit away from those typed: of the same country, as long as its numbers are."""
    found: dict[str, None] = {}
    for country, national in _numbers(text, area_code)[:MOST_PHONES]:
        for variant in one_off(national, DIGITS):
            if len(variant) in _lengths(country):
                found[f"+{country}{variant}"] = None
    return tuple(found)


def near_emails(text: str) -> tuple[str, ...]:
    """Addresses that one sign parts from those typed, in the name or in the domain; a missing dot, too.

    Another provider's domain is another address, however near it is: mail.ru is no slip for xmail.ru.
    """
    found: dict[str, None] = {}
    for address in _addresses(text)[:MOST_EMAILS]:
        name, _, domain = address.partition("@")
        found |= {f"{variant}@{domain}": None for variant in one_off(name, _signs(name) + "._-")}
        found |= {f"{name}@{variant}": None for variant in _near_domains(domain)}
    return tuple(found)


def near_inns(inn: str) -> tuple[str, ...]:
    """Numbers with a right control sum that one digit parts from this one. None for one that is right itself:
    no single slip makes a right number of another right one."""
    lengths = {length + more for length in INN_LENGTHS for more in (-1, 0, 1)}
    if len(inn) not in lengths or inn_problem(inn) is None:
        return ()
    return tuple(variant for variant in one_off(inn, DIGITS) if inn_problem(variant) is None)


def one_off(text: str, alphabet: str) -> tuple[str, ...]:
    """All texts that one slip parts from this one; in a fixed order, each once, never itself."""
    return tuple(one for one in dict.fromkeys(_slips(text, alphabet)) if one and one != text)


def _slips(text: str, alphabet: str) -> Iterator[str]:
    for at in range(len(text) + 1):
        before, after = text[:at], text[at:]
        yield before + after[1:]
        yield before + after[1:2] + after[:1] + after[2:]
        for sign in alphabet:
            yield before + sign + after[1:]
            yield before + sign + after


def _near_domains(domain: str) -> Iterator[str]:
    known = domain in PUBLIC_DOMAINS
    for variant in one_off(domain, _signs(domain) + ".-"):
        if "." in variant and not (known and variant in PUBLIC_DOMAINS):
            yield variant


def _signs(text: str) -> str:
    return DIGITS + (LATIN if text.isascii() else RUSSIAN)


def _addresses(text: str) -> list[str]:
    read = [email.address for email in read_emails(text)]
    found = read or [piece.lower() for piece in text.split() if _lacks_a_dot(piece)]
    return [address for address in found if len(address) <= LONGEST_ADDRESS]


def _lacks_a_dot(piece: str) -> bool:
    """«ivan@mailru»; not «ivan@mail», which is being typed."""
    name, at, domain = piece.lower().partition("@")
    whole = {public.replace(".", "") for public in PUBLIC_DOMAINS}
    return bool(name and at) and domain in whole


def _numbers(text: str, area_code: str | None) -> list[tuple[str, str]]:
    """Country code and the rest of each number; what no country knows may be a number of ours with a digit
    too many or too few."""
    read = [_parted(phone.e164) for phone in read_phones(text, area_code=area_code)]
    return read or _misread(digits_of(text), "+" in text)


def _parted(e164: str) -> tuple[str, str]:
    number = phonenumbers.parse(e164)
    country = str(number.country_code)
    return country, e164[len(country) + 1 :]


def _misread(digits: str, with_country: bool) -> list[tuple[str, str]]:
    near_home = range(_HOME_LENGTH - 1, _HOME_LENGTH + 2)
    found = []
    if len(digits) - 1 in near_home and digits[0] in _HOME + "8"[with_country:]:
        found.append((_HOME, digits[1:]))
    if len(digits) in near_home and not with_country:
        found.append((_HOME, digits))
    return found


@lru_cache(maxsize=300)
def _lengths(country: str) -> frozenset[int]:
    """How many digits the numbers of a country may have."""
    regions = phonenumbers.region_codes_for_country_code(int(country))
    known = (phonenumbers.PhoneMetadata.metadata_for_region(region) for region in regions)
    return frozenset(
        length
        for one in known
        if one is not None and one.general_desc is not None
        for length in one.general_desc.possible_length
    )
