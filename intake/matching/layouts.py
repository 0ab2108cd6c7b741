"""Text typed with the wrong keyboard layout, and letters borrowed from the other alphabet."""

import re

_LATIN_KEYS = "`qwertyuiop[]asdfghjkl;'zxcvbnm,./" + '~QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>?'
_RUSSIAN_KEYS = "ёйцукенгшщзхъфывапролджэячсмитьбю." + "ЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ,"
_TO_RUSSIAN = str.maketrans(_LATIN_KEYS, _RUSSIAN_KEYS)
_TO_LATIN = str.maketrans(_RUSSIAN_KEYS, _LATIN_KEYS)

# Drawn alike, after folding: a Latin letter in a Russian word is one of these, and the other way round.
_LOOK_LATIN = "aceopxykmthbi"
_LOOK_RUSSIAN = "асеорхукмтнві"
_AS_RUSSIAN = str.maketrans(_LOOK_LATIN, _LOOK_RUSSIAN)
_AS_LATIN = str.maketrans(_LOOK_RUSSIAN, _LOOK_LATIN)


def retyped(text: str) -> str:
    """What the same keys give in the other layout: «ghbdtn» -> «привет», «Шмфтщм» -> «Ivanov»."""
    latin = sum(letter.isascii() and letter.isalpha() for letter in text)
    russian = sum("а" <= letter <= "я" or letter == "ё" for letter in text.casefold())
    return text.translate(_TO_RUSSIAN if latin >= russian else _TO_LATIN)


_CODE = re.compile(f"[{_LOOK_LATIN}{_LOOK_RUSSIAN}]*[0-9][0-9{_LOOK_LATIN}{_LOOK_RUSSIAN}]*")


def unmixed(word: str) -> str:
    """A folded word in one alphabet: look-alikes of the other are put right, as far as there are such.

    Letters beside digits that might be either are Russian: nobody knows which C was typed in «1C».
    """
    latin = sum("a" <= letter <= "z" for letter in word)
    if not latin:
        return word
    russian = sum("Ѐ" <= letter <= "ӿ" for letter in word)
    if _CODE.fullmatch(word):
        return word.translate(_AS_RUSSIAN)
    if not russian:
        return word
    return word.translate(_AS_RUSSIAN if russian >= latin else _AS_LATIN)


def _neighbours() -> dict[str, str]:
    found: dict[str, str] = {}
    for rows in (
        ("qwertyuiop", "asdfghjkl", "zxcvbnm"),
        ("йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю"),
        ("1234567890",),
    ):
        for place, row in enumerate(rows):
            for column, letter in enumerate(row):
                beside = row[max(column - 1, 0) : column] + row[column + 1 : column + 2]
                above = rows[place - 1][column : column + 2] if place else ""
                below = rows[place + 1][max(column - 1, 0) : column + 1] if place + 1 < len(rows) else ""
                found[letter] = beside + above + below
    return found


NEIGHBOURS = _neighbours()  # the keys that a finger may hit for a letter's (either layout)
