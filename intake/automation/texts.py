"""Texts as conditions compare them: case, ё and runs of spaces do not count; signs do («@firm.ru»)."""

import unicodedata
from functools import lru_cache

SHOWN = 120  # characters of what stood there
BEFORE = 30  # … of these before the place that is meant


@lru_cache(256)  # many rules ask about one text
def folded(text: str) -> str:
    """Nearly always as long as `flat` of it, so that places in the one are places in the other."""
    return flat(text).lower().replace("ё", "е")


@lru_cache(256)
def flat(text: str) -> str:
    return " ".join((text if text.isascii() else unicodedata.normalize("NFC", text)).split())


def shown(text: str, place: int = 0) -> str:
    """A piece of it around a place, with «…» where more stands."""
    whole = flat(text)
    begin = max(place - BEFORE, 0) if len(whole) > SHOWN else 0
    piece = whole[begin : begin + SHOWN]
    return f"{'…' if begin else ''}{piece}{'…' if begin + SHOWN < len(whole) else ''}"
