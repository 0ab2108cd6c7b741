"""Telephone numbers as people and PBXs write them. phonenumbers reads, this file cleans up before it.

Nothing here raises, whatever the text; a number that its country does not know yet is kept and marked
`valid=False`, since numbering plans change weekly and a caller is a caller.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, ValidationResult

from intake.matching.areas import CITY_CODES, place_of

MAX_TEXT = 200  # letters of a field that are looked at
MAX_NUMBERS = 10  # numbers taken from one field
MAX_DIGITS = 15  # of an international number, ITU-T E.164
MIN_FULL_DIGITS = 11  # digits that make a number, even an unknown one, of any country, without a «+»
LOCAL_DIGITS = range(5, 8)  # digits of a number inside its town
TAIL_DIGITS = 7

_NUMBER = r"(?<![A-Za-z\d_])(?P<number>\+?\s*\(?\s*\d[\d\s().\-~]*\d)"
_EXTENSION = r"""(?:
    \s*[,;]?\s*\(?\s*(?:доб(?:авочный)?|вн(?:утр(?:енний)?)?|ext(?:ension)?|x)[\s.:№\#=]*
    | \s*[\#*]\s* | ,{1,3} )(?P<extension>\d{1,7})(?!\d)\)?"""
_PHONE = re.compile(f"{_NUMBER}(?:{_EXTENSION})?", re.VERBOSE | re.IGNORECASE)
_HOST = re.compile(r"@\S*")
_FEATURE_CODE = re.compile(r"(?<!\d)[*#]\d{2,3}[*#](?=[+\d])")  # «#31#8916…»: hide my number
_LETTER_O = re.compile(r"(?:(?<=[\d+()\s-])|^)[OoОо]+(?=\d)|(?<=\d)[OoОо]+(?=[\d\s()-]|$)")
_DASHES = re.compile(r"[‐-―−]")
_NEXT_NUMBER = re.compile(r"(?<=\d)[\s(]+(?=[78][\s(-]|[78]?\d{10}(?!\d))")
_NOT_DIGITS = re.compile(r"\D")


@dataclass(frozen=True, slots=True)
class Phone:
    """One telephone number. `raw` is the piece of the text it was read from, at most 200 letters."""

    e164: str
    extension: str | None
    raw: str
    valid: bool


def read_phone(raw: str, region: str = "RU", area_code: str | None = None) -> Phone | None:
    """The first number in a text; None when there is none: withheld, a short internal number, a name.

    `area_code` («495») completes numbers of five to seven digits; without it these are nobody's.
    """
    numbers = _read(raw[:MAX_TEXT], region, area_code)
    return numbers[0] if numbers else None


def read_phones(raw: str, region: str = "RU", area_code: str | None = None) -> list[Phone]:
    """Every number in a text, in its order, each once: «+7 916 … / 8 495 … доб. 12»."""
    return list(_read(raw[:MAX_TEXT], region, area_code))


def display_phone(e164: str) -> str:
    """«+7 916 123-45-67», «+7 8182 12-34-56»: an E.164 number grouped to be read aloud."""
    number = _parse(e164, None)
    if number is None:
        return e164
    national = str(number.national_number)
    if number.country_code == 7 and len(national) == 10 and national[:4] in CITY_CODES:
        return f"+7 {national[:4]} {national[4:6]}-{national[6:8]}-{national[8:]}"
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)


@lru_cache(maxsize=2048)
def region_of(e164: str, locale: str) -> str:
    """Where a number is from, in the reader's language: «Санкт-Петербург», «Казахстан»; "" when unknown.

    phonenumbers' own geocoder takes three seconds and 150 MB to import, hence a small table here.
    """
    number = _parse(e164, None)
    if number is None:
        return ""
    country = phonenumbers.region_code_for_number(number) or ""
    return place_of(country, str(number.national_number), locale)


def tail(e164: str) -> str:
    """The last seven digits: what stays the same however the beginning is written."""
    return _NOT_DIGITS.sub("", e164)[-TAIL_DIGITS:]


@lru_cache(maxsize=4096)
def _read(raw: str, region: str, area_code: str | None) -> tuple[Phone, ...]:
    found: dict[tuple[str, str | None], Phone] = {}
    for piece, number, extension in _pieces(_clean(raw)):
        parsed = _in_town(number, region, area_code) or _national(number, region) or _foreign(number)
        if parsed is None:
            continue
        valid = phonenumbers.is_valid_number(parsed)
        if not (valid or _is_written_in_full(number, region)):
            continue  # a date, an ИНН, an order's number
        e164 = phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
        found.setdefault((e164, extension), Phone(e164, extension, piece, valid))
        if len(found) == MAX_NUMBERS:
            break
    return tuple(found.values())


def _clean(raw: str) -> str:
    """Full-width and Arabic digits, dashes of all lengths, the letter O for a nought, SIP addresses."""
    text = unicodedata.normalize("NFKC", raw)[:MAX_TEXT]
    text = "".join(_plain(letter) for letter in text)
    text = _HOST.sub(" ", _DASHES.sub("-", text))
    text = _LETTER_O.sub(lambda match: "0" * len(match[0]), text)
    return _FEATURE_CODE.sub("", text)


def _plain(letter: str) -> str:
    match unicodedata.category(letter):
        case "Nd":
            return str(unicodedata.decimal(letter))
        case "Cf":  # invisible marks that come along when copied from web pages
            return ""
        case "Cc" | "Zl" | "Zp":
            return "|"
    return letter


def _pieces(text: str) -> Iterator[tuple[str, str, str | None]]:
    for match in _PHONE.finditer(text):
        number, extension = match["number"], match["extension"]
        numbers = _NEXT_NUMBER.split(number) if len(_digits(number)) > MAX_DIGITS else [number]
        for earlier in numbers[:-1]:
            yield earlier.strip(), earlier, None
        yield match[0][len(number) - len(numbers[-1]) :].strip(), numbers[-1], extension


def _in_town(number: str, region: str, area_code: str | None) -> PhoneNumber | None:
    digits = _digits(number)
    if not area_code or "+" in number or len(digits) not in LOCAL_DIGITS:
        return None
    return _whole(area_code + digits, region)


def _national(number: str, region: str) -> PhoneNumber | None:
    digits = _digits(number)
    if digits.startswith("00") and len(digits) >= MIN_FULL_DIGITS:
        return _whole(f"+{digits[2:]}", region)
    if digits.startswith("0") and len(digits) == MIN_FULL_DIGITS:
        return _whole(digits[1:], region)
    return _whole(f"+{digits}" if "+" in number else digits, region)


def _is_written_in_full(number: str, region: str) -> bool:
    """Surely a telephone number, even if of no plan that is known: with its country, or a Russian mobile."""
    digits = _digits(number)
    mobile = region == "RU" and len(digits) == MIN_FULL_DIGITS - 1 and digits.startswith("9")
    return mobile or "+" in number or len(digits) >= MIN_FULL_DIGITS


def _foreign(number: str) -> PhoneNumber | None:
    """Trunks often give a number of another country without its «+»."""
    digits = _digits(number)
    if not MIN_FULL_DIGITS <= len(digits) <= MAX_DIGITS:
        return None
    parsed = _whole(f"+{digits}", None)
    return parsed if parsed and phonenumbers.is_valid_number(parsed) else None


def _whole(text: str, region: str | None) -> PhoneNumber | None:
    """A number with as many digits as its country uses, area code included."""
    parsed = _parse(text, region)
    if parsed is None:
        return None
    reason = phonenumbers.is_possible_number_with_reason(parsed)
    return parsed if reason == ValidationResult.IS_POSSIBLE else None


def _parse(text: str, region: str | None) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(text[: MAX_DIGITS + 10], region)
    except NumberParseException:
        return None


def _digits(text: str) -> str:
    return _NOT_DIGITS.sub("", text)
