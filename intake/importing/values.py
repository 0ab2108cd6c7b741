"""Cells as values, with all that spreadsheets do to numbers undone; Rejected for what cannot be meant."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from intake.errors import Rejected
from intake.matching.amounts import read_money, read_number_of_people
from intake.matching.emails import read_emails
from intake.matching.inn import clean_inn, clean_kpp, clean_ogrn, inn_problem, ogrn_problem
from intake.matching.keys import nick_key, site_key
from intake.matching.phones import read_phones, tail
from intake.model.imports import Point
from intake.model.moments import is_sensible

MIN_DIGITS = 3  # of a number that is kept though no country knows it: an internal one
MAX_INTERNAL = 6
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_SCIENTIFIC = re.compile(r"[+-]?\d(?:[.,](\d+))?[eE]\+?(\d{1,2})")
_WHOLE_FLOAT = re.compile(r"(\d+)[.,]0+")
_GUARDED = re.compile(r"^'(?=[=+\-@\t])")
# The commonest ways to write a number and an address, for which nobody has to be asked
_PLAIN_PHONE = re.compile(
    r"(?:(?:\+7|[78])[ -]?\(?([3489]\d\d)|(9\d\d))\)?[ -]?(\d{3})[ -]?(\d{2})[ -]?(\d{2})", re.ASCII
)
_PLAIN_EMAIL = re.compile(
    r"[a-z0-9_+][a-z0-9_+-]*(?:\.[a-z0-9_+-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,60}[a-z0-9])?\.)+(?:ru|com|net|org|su|info|by|kz|pro)"
)
_BETWEEN = re.compile(r"[;\n|]|\s/\s")
_DATE = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?")
_EXCEL_EPOCH = date(1899, 12, 30)


def clean(cell: str) -> str:
    """One cell without control characters, edges, and the quote that guards against formulas."""
    if not cell.isprintable():
        cell = _CONTROL.sub(" ", cell)
    return _GUARDED.sub("", cell.strip())


def only_digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def whole_number(text: str) -> str:
    """«9161234567.0» and «9.161234567E9» -> «9161234567»; other text as it is.

    Raises Rejected("digits-lost") for «9,16123E+09»: Excel has thrown the others away.
    """
    if match := _WHOLE_FLOAT.fullmatch(text):
        return match[1]
    if match := _SCIENTIFIC.fullmatch(text):
        if len(match[1] or "") < int(match[2]):
            raise Rejected("digits-lost", text=text[:40])
        return str(int(Decimal(text.replace(",", "."))))
    return text


def lost_zeros(digits: str, lengths: tuple[int, ...]) -> str:
    """A number that a spreadsheet took for one gets its leading nought back."""
    return "0" + digits if digits.isdigit() and len(digits) + 1 in lengths else digits


def inn_and_kpp(text: str) -> tuple[str | None, str | None]:
    """ИНН and, from «ИНН/КПП», the КПП. Raises Rejected("bad-inn")."""
    inn = clean_inn(whole_number(text))
    if not inn:
        return None, None
    restored = lost_zeros(inn, (10, 12))
    if restored != inn and inn_problem(restored) is None:
        inn = restored
    if (why := inn_problem(inn)) not in (None, "checksum"):
        raise Rejected("bad-inn", field="inn", value=text[:20], why=why)
    return inn, kpp(text) if "/" in text else None


def kpp(text: str) -> str | None:
    found = lost_zeros(clean_kpp(whole_number(text)), (9,))
    return fit("kpp", found, 9) or None


def ogrn(text: str) -> str | None:
    found = clean_ogrn(whole_number(text))
    if found and (why := ogrn_problem(found)) not in (None, "checksum"):
        raise Rejected("bad-ogrn", field="ogrn", value=text[:20], why=why)
    return found or None


def phones(text: str, area_code: str) -> list[Point]:
    """Every number in a cell; one that is no number of any country is kept as an internal one."""
    if match := _PLAIN_PHONE.fullmatch(text):
        value = "+7" + "".join(part or "" for part in match.groups())
        return [Point("phone", value, value[-7:], None, text)]
    found: dict[tuple[str, str | None], Point] = {}
    for piece in _BETWEEN.split(whole_number(text)):
        for phone in read_phones(piece, area_code=area_code or None):
            point = Point("phone", phone.e164, tail(phone.e164), phone.extension, phone.raw[:320])
            found.setdefault((point.value, point.extension), point)
    digits = only_digits(text)
    if not found and MIN_DIGITS <= len(digits) <= MAX_INTERNAL and len(text) < 12:
        return [Point("phone", digits, tail(digits), None, text)]
    return list(found.values())


def emails(text: str) -> list[Point]:
    lower = text.lower()
    if len(text) < 64 and _PLAIN_EMAIL.fullmatch(lower):
        return [Point("email", lower, None, None, text)]
    return [Point("email", one.address[:320], None, None, one.raw[:320]) for one in read_emails(text)]


def sites(text: str) -> list[Point]:
    keys = {piece: site_key(piece) for piece in re.split(r"[\s,;]+", text) if piece}
    return [Point("site", key, None, None, piece[:320]) for piece, key in keys.items() if key]


def messengers(text: str) -> list[Point]:
    keys = {piece.strip(): nick_key(piece) for piece in re.split(r"[,;\n]+", text)}
    return [Point("messenger", key, None, None, piece[:320]) for piece, key in keys.items() if key]


def money(text: str) -> str | None:
    amount = read_money("revenue", text)
    return None if amount is None else str(amount)


def people(text: str) -> int | None:
    return read_number_of_people("employees", whole_number(text))


def moment(text: str) -> str | None:
    """«31.12.2025», «31.12.25 14:05», ISO, a day as Excel counts them; taken for UTC. ISO comes out."""
    if not text:
        return None
    try:
        read = _moment(text)
    except (ValueError, OverflowError):
        raise Rejected("bad-moment", field="created", value=text[:40]) from None
    if not is_sensible(read):
        raise Rejected("bad-moment", field="created", value=text[:40])
    return read.isoformat()


def _moment(text: str) -> datetime:
    if match := _DATE.fullmatch(text):
        day, month, year, hour, minute, second = (int(part or 0) for part in match.groups())
        century = 2000 if len(match[3]) == 2 else 0
        return datetime(year + century, month, day, hour, minute, second, tzinfo=UTC)
    if re.fullmatch(r"\d{5}", text):
        found = _EXCEL_EPOCH + timedelta(days=int(text))
        return datetime(found.year, found.month, found.day, tzinfo=UTC)
    read = datetime.fromisoformat(text)
    return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)


def fit(field: str, text: str, limit: int) -> str:
    """One line; Raises Rejected("too-long") rather than cutting."""
    text = " ".join(text.split())
    if len(text) > limit:
        raise Rejected("too-long", field=field, limit=limit)
    return text
