"""The one folding of names: what storage keeps in folded columns is what searches compare with.

Letter case, ё and е, quotes, hyphens, full stops, accents, invisible marks, runs of spaces, and letters of
the other alphabet that are drawn alike stop mattering.
Legal forms, diminutives and typing mistakes are other files' business.
"""

import re
import unicodedata
from dataclasses import dataclass

from intake.matching.layouts import unmixed

_JOINED = "'’‘ʼ`´ʹ"  # inside a name they part nothing: О'Коннор
_FIRST_CYRILLIC = "Ѐ"  # before it, a letter with an accent is its bare letter: Müller
_LATIN = re.compile("[a-z]")
_OTHER_SOUNDS = {"č": "cz", "š": "sz", "ž": "zh", "ż": "zh", "ł": "l"}  # letters of their own, not accents
_CLUSTER = re.compile(r".[\u0300-\u036f]*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Word:
    """A folded word and where it stands in the text it came from: text[start:end]."""

    text: str
    start: int
    end: int
    origins: tuple[int, ...]  # for each folded letter, the index of its original


def fold(text: str) -> str:
    """Folded words with one space between: «ООО "Ёлка-М"» -> «ооо елка м»."""
    return " ".join(map(_one_alphabet, _compose(text).translate(_FOLDED).split()))


def words(text: str) -> list[str]:
    """The folded words of a text, in its order."""
    return fold(text).split()


def spans(text: str) -> list[Word]:
    """The folded words of a text together with their places in it."""
    found: list[Word] = []
    letters: list[tuple[str, int, int]] = []
    for match in _CLUSTER.finditer(text):
        for letter in _compose(match[0]).translate(_FOLDED):
            if letter != " ":
                letters.append((letter, match.start(), match.end()))
            elif letters:
                found.append(_word(letters))
                letters = []
    return [*found, _word(letters)] if letters else found


def _one_alphabet(word: str) -> str:
    pure = not _LATIN.search(word) or (word.isascii() and word.isalpha())
    return word if pure else unmixed(word)


def _word(letters: list[tuple[str, int, int]]) -> Word:
    text = _one_alphabet("".join(letter for letter, _, _ in letters))
    return Word(text, letters[0][1], letters[-1][2], tuple(start for _, start, _ in letters))


def _compose(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFKC", text.replace("№", " "))


class _Folded(dict[int, str]):
    """Code point -> what it folds to; fills itself with the letters it meets."""

    def __missing__(self, code: int) -> str:
        lower = unicodedata.normalize("NFKC", chr(code).casefold())
        self[code] = folded = "".join(_fold_letter(letter) for letter in lower)
        return folded


def _fold_letter(letter: str) -> str:
    if letter == "ё":
        return "е"
    if letter in _OTHER_SOUNDS:
        return _OTHER_SOUNDS[letter]
    category = unicodedata.category(letter)
    if category in ("Mn", "Me", "Cf") or letter in _JOINED:
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(letter))
    if category[0] in "LN" or category == "Mc":
        return letter if letter >= _FIRST_CYRILLIC else unicodedata.normalize("NFD", letter)[0]
    return " "


_FOLDED = _Folded()
