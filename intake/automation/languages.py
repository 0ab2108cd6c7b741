"""In which language a text is, by its letters alone: enough to choose who answers it."""

from collections import Counter

LOOKED_AT = 2_000  # characters
RU, EN, OTHER = "ru", "en", "other"
_NOT_RUSSIAN = frozenset("іїєґўңөүұқғһәҗҳӣ")  # Cyrillic all the same


def language_of(text: str) -> str:
    """«ru», «en», «other» by what most letters are; empty where there is no letter."""
    counts = Counter(map(_script, filter(str.isalpha, text[:LOOKED_AT].lower())))
    return max(counts, key=lambda script: counts[script]) if counts else ""


def _script(letter: str) -> str:
    if letter.isascii():
        return EN
    return RU if "а" <= letter <= "ё" and letter not in _NOT_RUSSIAN else OTHER
