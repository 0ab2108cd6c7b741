"""In which language a text is, by its letters alone: enough to choose who answers it."""

import re

LOOKED_AT = 1_000  # characters
RU, EN, OTHER = "ru", "en", "other"

_RUSSIAN = re.compile("[а-яё]+", re.IGNORECASE)
_LATIN = re.compile("[a-z]+", re.IGNORECASE | re.ASCII)
_LETTERS = re.compile(r"[^\W\d_]+")


def language_of(text: str) -> str:
    """«ru», «en», «other» by what most letters are; empty where there is no letter."""
    text = text[:LOOKED_AT]
    letters, russian, latin = (_many(kind, text) for kind in (_LETTERS, _RUSSIAN, _LATIN))
    counts = {RU: russian, EN: latin, OTHER: letters - russian - latin}
    return max(counts, key=lambda language: counts[language]) if letters else ""


def _many(kind: re.Pattern[str], text: str) -> int:
    return sum(map(len, kind.findall(text)))
