"""ИНН, КПП and ОГРН with right check digits, of companies that do not exist."""

from intake.demo.chance import Chance

_WEIGHTS_10 = (2, 4, 10, 3, 5, 9, 4, 6, 8)
_WEIGHTS_11 = (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_WEIGHTS_12 = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)


def company_inn(chance: Chance, tax_region: str) -> str:
    """Ten digits, the first two the region's."""
    digits = tax_region + str(chance.between(1, 33)).zfill(2) + chance.digits(5)
    return digits + _check(digits, _WEIGHTS_10)


def person_inn(chance: Chance, tax_region: str) -> str:
    """Twelve digits."""
    digits = tax_region + str(chance.between(1, 33)).zfill(2) + chance.digits(6)
    digits += _check(digits, _WEIGHTS_11)
    return digits + _check(digits, _WEIGHTS_12)


def kpp(inn: str) -> str:
    """Of the head office, at the tax office that gave the ИНН."""
    return f"{inn[:4]}01001"


def branch_kpp(chance: Chance, tax_region: str) -> str:
    """Of a branch, at the tax office of its own city."""
    return f"{tax_region}{str(chance.between(1, 33)).zfill(2)}43001"


def ogrn(chance: Chance, tax_region: str) -> str:
    """Thirteen digits; the check digit is the remainder by 11."""
    digits = f"1{chance.between(2, 24):02}{tax_region}{chance.digits(7)}"
    return digits + str(int(digits) % 11 % 10)


def ogrnip(chance: Chance, tax_region: str) -> str:
    """Fifteen digits, of a sole trader; the check digit is the remainder by 13."""
    digits = f"3{chance.between(4, 24):02}{tax_region}{chance.digits(9)}"
    return digits + str(int(digits) % 13 % 10)


def _check(digits: str, weights: tuple[int, ...]) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))
    return str(total % 11 % 10)
