"""How single values look: telephone numbers, sums, sizes. Filters of the templates, with web/times.py."""

import re
from decimal import Decimal
from functools import lru_cache

from babel.numbers import format_currency, format_decimal

from intake.matching.companies import read_company
from intake.matching.phones import display_phone, region_of
from storage.tables.parties import Contact, Lead
from web.i18n import gettext, language, locale

_LETTERS = re.compile(r"[^\W_]+")
_CAPITAL, _SMALL = "A-ZА-ЯЁ", "a-zа-яё"
_BEFORE_INITIAL = re.compile(rf"(?<=[{_SMALL}.]) (?=[{_CAPITAL}]\.)")  # «Парфёнов С.», «С. Г.»
_AFTER_INITIALS = re.compile(
    rf"(?<=\b[{_CAPITAL}]\.\u00a0[{_CAPITAL}]\.) (?=[{_CAPITAL}][{_SMALL}])"
)  # «А. С. Пушкин»


def phone(number: str | None, extension: str | None = None) -> str:
    """E.164 as people read it: «+7 916 123-45-67 доб. 12»; what does not parse is shown as it is."""
    if not number:
        return ""
    text = _grouped(number)
    return f"{text} {gettext('ext. %(number)s', number=extension)}" if extension else text


@lru_cache(maxsize=10_000)
def _grouped(number: str) -> str:
    """The same few hundred are shown with every letter that is typed."""
    return display_phone(number)


def money(amount: Decimal | None, currency: str = "RUB") -> str:
    """«1 240 000 ₽»; kopecks only where there are any."""
    if amount is None:
        return ""
    pattern = "#,##0 ¤" if amount == amount.to_integral_value() else "#,##0.00 ¤"
    return format_currency(amount, currency, pattern, locale=locale(), currency_digits=False)


def number(value: int | Decimal | None) -> str:
    return "" if value is None else format_decimal(value, locale=locale())


def size(bytes_: int) -> str:
    """«48 КБ», «1,2 МБ»: as people count, by thousands."""
    if bytes_ < 1_000:
        return gettext("%(n)s bytes", n=bytes_)
    if bytes_ < 1_000_000:
        return gettext("%(n)s KB", n=round(bytes_ / 1_000))
    return gettext("%(n)s MB", n=format_decimal(round(bytes_ / 1_000_000, 1), locale=locale()))


def place(number: str | None) -> str:
    """Where a number is from: «Санкт-Петербург», «Казахстан»; nothing when unknown."""
    return region_of(number, language()) if number else ""


def full_name(person: Contact | Lead) -> str:
    """«Ковалёва Марина Сергеевна»."""
    return " ".join(part for part in (person.last_name, person.first_name, person.middle_name) if part)


def initials(name: str | None) -> str:
    """Of a person's or a company's name; a legal form is nobody's name."""
    read = read_company(name or "")
    words = _LETTERS.findall(read.name if read.legal_form else name or "")
    return "".join(word[0] for word in words[:2]).upper() or "?"


def tied(text: str) -> str:
    """Initials stay on one line with each other and with the last name beside them."""
    text = _BEFORE_INITIAL.sub("\u00a0", text)
    return _AFTER_INITIALS.sub("\u00a0", text)
