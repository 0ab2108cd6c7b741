"""How a text goes wrong: under the fingers, in the ear, in another alphabet, between the words."""

import re
from collections.abc import Callable
from random import Random

_ROWS = ("йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю")
_LATIN_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_HEARD = (
    "ао",
    "еи",
    "еэ",
    "бп",
    "дт",
    "гк",
    "вф",
    "зс",
    "жш",
    "шщ",
    "ыи",
    "юу",
    "яа",
    "йи",
    "ьъ",
    "цс",
    "мн",
)
_RUSSIAN = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_KEYS = str.maketrans(
    "йцукенгшщзхъфывапролджэячсмитьбюёЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮЁ",
    "qwertyuiop[]asdfghjkl;'zxcvbnm,.`QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>~",
)
_BACK = {latin: russian for russian, latin in _KEYS.items()}


def neighbours(rows: tuple[str, ...]) -> dict[str, str]:
    """Each letter's neighbours on the keyboard."""
    found: dict[str, set[str]] = {}
    for row, keys in enumerate(rows):
        for place, key in enumerate(keys):
            beside = {keys[near] for near in (place - 1, place + 1) if 0 <= near < len(keys)}
            above = {rows[row - 1][near] for near in (place, place + 1) if row and near < len(rows[row - 1])}
            found.setdefault(key, set()).update(beside | above)
            for other in above:
                found.setdefault(other, set()).add(key)
    return {key: "".join(sorted(others)) for key, others in found.items()}


_NEAR = neighbours(_ROWS) | neighbours(_LATIN_ROWS)
_ALIKE: dict[str, str] = {
    letter: "".join(sorted(other for pair in _HEARD if letter in pair for other in pair if other != letter))
    for letter in set("".join(_HEARD))
}


def typed(text: str, chance: Random) -> str:
    """One slip of a person, at a letter: missed, doubled, the neighbour's key, two swapped, as heard."""
    places = [place for place, letter in enumerate(text) if letter.isalpha()]
    while True:
        spoilt = chance.choice(_SLIPS)(text, chance.choice(places), chance)
        if spoilt != text:
            return spoilt


def typed_in_words(text: str, words: list[str], times: int, chance: Random) -> str:
    """So many slips in the parts of a text that these words are; the rest stays as it is."""
    for _ in range(times):
        word = chance.choice(words)
        spoilt = typed(word, chance)
        text, words = text.replace(word, spoilt, 1), [spoilt if one == word else one for one in words]
    return text


def uniform(text: str, chance: Random) -> str:
    """One edit anywhere, spaces and numbers included, with any letter: what no keyboard explains."""
    place = chance.randrange(len(text))
    at = text[place]
    letters = "0123456789" if at.isdigit() else (_LATIN if at.isascii() and at.isalpha() else _RUSSIAN)
    letter = chance.choice(letters)
    kind = chance.randrange(4)
    if kind == 0:
        return text[:place] + text[place + 1 :]
    if kind == 1:
        return text[:place] + letter + text[place:]
    if kind == 2 or place + 1 == len(text):
        return text[:place] + letter + text[place + 1 :]
    return text[:place] + text[place + 1] + at + text[place + 2 :]


def latin(text: str, chance: Random) -> str:
    """Written in Latin letters by one of the systems in use."""
    system = chance.choice(_SYSTEMS)
    return "".join(_cased(system.get(letter.lower(), letter), letter) for letter in text)


def cyrillic(text: str) -> str:
    """A Latin brand as it is heard."""
    lower = text.lower()
    for sound, letters in _BY_EAR:
        lower = lower.replace(sound, letters)
    return lower.title() if text[:1].isupper() else lower


def other_layout(text: str) -> str:
    """The same keys, the other layout."""
    if re.search("[а-яё]", text, re.IGNORECASE):
        return text.translate(_KEYS)
    return text.translate(_BACK)


def glued(text: str, chance: Random) -> str | None:
    """Two words become one; None when there is only one."""
    gaps = [match.start() for match in re.finditer(r"(?<=[^\W_])[ -](?=[^\W_])", text)]
    if not gaps:
        return None
    gap = chance.choice(gaps)
    return text[:gap] + text[gap + 1].lower() + text[gap + 2 :]


def split(text: str, chance: Random) -> str | None:
    """A long word becomes two of three letters or more."""
    long = list(re.finditer(r"[^\W\d_]{7,}", text))
    if not long:
        return None
    word = chance.choice(long)
    place = chance.randint(word.start() + 3, word.end() - 3)
    return f"{text[:place]} {text[place:]}"


def gap_moved(text: str, chance: Random) -> str | None:
    """A space or hyphen stands a letter too early or too late, is the other sign, or is gone."""
    gaps = [match.start() for match in re.finditer(r"(?<=[^\W\d_]{3})[ -](?=[^\W\d_]{3})", text)]
    if not gaps:
        return None
    gap = chance.choice(gaps)
    before, sign, after = text[:gap], text[gap], text[gap + 1 :]
    kind = chance.randrange(4)
    if kind == 0:
        return f"{before[:-1]}{sign}{before[-1]}{after}"
    if kind == 1:
        return f"{before}{after[0]}{sign}{after[1:]}"
    return before + after if kind == 2 else f"{before}{'-' if sign == ' ' else ' '}{after}"


def digit_wrong(digits: str, chance: Random) -> str:
    """A number with one digit wrong, missing, or two swapped; never the first two."""
    place = chance.randrange(3, len(digits) - 1)
    kind = chance.randrange(3)
    if kind == 0:
        return digits[:place] + str((int(digits[place]) + chance.randint(1, 9)) % 10) + digits[place + 1 :]
    if kind == 1:
        return digits[:place] + digits[place + 1 :]
    return digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]


def _missed(text: str, place: int, _chance: Random) -> str:
    return text[:place] + text[place + 1 :]


def _doubled(text: str, place: int, _chance: Random) -> str:
    return text[:place] + text[place] + text[place:].replace(text[place], text[place].lower(), 1)


def _neighbour(text: str, place: int, chance: Random) -> str:
    return _instead(text, place, _NEAR, chance)


def _heard(text: str, place: int, chance: Random) -> str:
    return _instead(text, place, _ALIKE, chance)


def _slipped_in(text: str, place: int, chance: Random) -> str:
    near = _NEAR.get(text[place].lower())
    return text[: place + 1] + chance.choice(near) + text[place + 1 :] if near else text


def _swapped(text: str, place: int, _chance: Random) -> str:
    if place + 1 >= len(text) or not text[place + 1].isalpha():
        return text
    one, two = text[place], text[place + 1]
    return text[:place] + _cased(two.lower(), one) + _cased(one.lower(), two) + text[place + 2 :]


def _instead(text: str, place: int, table: dict[str, str], chance: Random) -> str:
    letters = table.get(text[place].lower())
    if not letters:
        return text
    return text[:place] + _cased(chance.choice(letters), text[place]) + text[place + 1 :]


_SLIPS: tuple[Callable[[str, int, Random], str], ...] = (
    _missed, _doubled, _neighbour, _neighbour, _heard, _heard, _slipped_in, _swapped,
)  # fmt: skip


def _cased(letters: str, like: str) -> str:
    return letters.capitalize() if like.isupper() else letters


def _system(**differences: str) -> dict[str, str]:
    letters = "a b v g d e e zh z i i k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya".split()
    plain = dict(zip("абвгдеёжзийклмнопрстуфхцчшщъыьэюя", letters, strict=True))
    return {letter: latin.replace("_", "") for letter, latin in (plain | differences).items()}


_SYSTEMS = (
    _system(ъ="ie", ю="iu", я="ia"),  # passports, ICAO
    _system(й="y", ё="yo"),  # road signs, GOST R 52535's elder
    _system(х="h", щ="sch", й="j"),  # by ear
    _system(х="h", ц="c", щ="shh", й="j", ю="ju", я="ja", ё="jo", э="e"),  # ISO 9 without its marks
    _system(х="x", ц="c", щ="sch", й="y", ы="i", ё="e"),  # of e-mail addresses
)
_BY_EAR = (
    ("tech", "тех"), ("th", "т"), ("sh", "ш"), ("ch", "ч"), ("ph", "ф"), ("oo", "у"), ("x", "кс"),
    ("ck", "к"), *zip("abcdefghijklmnopqrstuvwyz", "абкдефгхижклмнопкрстуввиз", strict=True),
)  # fmt: skip
