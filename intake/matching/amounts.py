"""Amounts of money and of people, as they are typed and as spreadsheets hold them."""

import re
from decimal import Decimal, InvalidOperation

from intake.errors import Rejected

MOST_MONEY = Decimal(10) ** 13
MOST_PEOPLE = 10_000_000
_CURRENCY = re.compile(r"(₽|руб\.?|р\.?|rub)$", re.IGNORECASE)


def read_money(field: str, text: str) -> Decimal | None:
    """«1 240 000,50 руб.», to the kopeck; None when nothing is said. Raises Rejected("bad-number")."""
    digits = _CURRENCY.sub("", re.sub(r"\s", "", text)).replace(",", ".")
    if not digits:
        return None
    try:
        amount = Decimal(digits).quantize(Decimal("0.01"))
    except InvalidOperation:
        raise Rejected("bad-number", field=field, value=text[:40]) from None
    if not amount.is_finite() or not 0 <= amount < MOST_MONEY:
        raise Rejected("bad-number", field=field, value=text[:40])
    return amount


def read_number_of_people(field: str, text: str) -> int | None:
    """«1 200»; None when nothing is said. Raises Rejected("bad-number")."""
    digits = re.sub(r"\s", "", text)
    if not digits:
        return None
    if not re.fullmatch(r"[0-9]{1,8}", digits) or int(digits) > MOST_PEOPLE:
        raise Rejected("bad-number", field=field, value=text[:40])
    return int(digits)
