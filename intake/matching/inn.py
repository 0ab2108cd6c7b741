"""Numbers of Russian organisations: ИНН, КПП, ОГРН. A wrong check digit is a warning for a person, never a
refusal: registers themselves hold such numbers.

ИНН has 10 digits for organisations, 12 for people; КПП nine signs, of which the fifth and sixth may be Latin
letters; ОГРН 13 digits, ОГРНИП (of a sole trader) 15.
"""

import re
import unicodedata

from stdnum.ru import inn as stdnum_inn

MAX_TEXT = 100  # letters of a field that are looked at
_INN_LENGTHS = (10, 12)
_OGRN_LENGTHS = (13, 15)
_LABEL = re.compile(
    r"^\W*(?:инн|кпп|огрнип|огрн|inn|kpp|ogrn)(?![^\W\d_])[\s:№.#-]*(?:/\s*кпп[\s:№.#-]*)?", re.IGNORECASE
)
_BETWEEN = re.compile(r"[\s.\-–—_]+")
_KPP = re.compile(r"\d{4}[\dA-Z]{2}\d{3}")


def clean_inn(raw: str) -> str:
    """What is compared and stored: «ИНН 7707 083893 / 770701001» -> «7707083893». Not checked."""
    return _clean(raw).split("/")[0]


def clean_kpp(raw: str) -> str:
    """«КПП 7707-01-001» -> «770701001», and the second half of «ИНН/КПП». Not checked."""
    return _clean(raw).split("/")[-1].upper()


def clean_ogrn(raw: str) -> str:
    """«ОГРН: 1 027700132195» -> «1027700132195». Not checked."""
    return _clean(raw)


def inn_problem(inn: str) -> str | None:
    """None for a good ИНН, else `digits`, `length`, `same-digits` (refuse it) or `checksum` (warn)."""
    problem = _digits_problem(inn, _INN_LENGTHS)
    if problem:
        return problem
    return None if stdnum_inn.is_valid(inn) else "checksum"


def kpp_problem(kpp: str) -> str | None:
    """None for a good КПП, else `length`, `digits` or `same-digits`."""
    if len(kpp) != 9:
        return "length"
    if not (kpp.isascii() and _KPP.fullmatch(kpp)):
        return "digits"
    return "same-digits" if len(set(kpp)) == 1 else None


def ogrn_problem(ogrn: str) -> str | None:
    """None for a good ОГРН or ОГРНИП, else `digits`, `length`, `same-digits` or `checksum` (warn)."""
    problem = _digits_problem(ogrn, _OGRN_LENGTHS)
    if problem:
        return problem
    # Not stdnum's: of a remainder of two digits by 13 the last one counts, and stdnum refuses these.
    right = int(ogrn[:-1]) % (len(ogrn) - 2) % 10
    return None if ogrn[-1] == str(right) else "checksum"


def _digits_problem(number: str, lengths: tuple[int, ...]) -> str | None:
    if not (number.isascii() and number.isdigit()):
        return "digits"
    if len(number) not in lengths:
        return "length"
    return "same-digits" if len(set(number)) == 1 else None


def _clean(raw: str) -> str:
    text = unicodedata.normalize("NFKC", raw[:MAX_TEXT])
    return _BETWEEN.sub("", _LABEL.sub("", text))
