"""How a word sounds, in whatever script: Щербаков, Shcherbakov and Scherbakov have one skeleton.

Not a phonetic algorithm that throws half of a name away: words with one skeleton are spellings of each
other (transliterations after GOST, ISO 9, passports and by ear, Polish, Czech and German ones; й, и and ы;
ь and ъ; doubled letters).
"""

import re
from functools import lru_cache

_CYRILLIC = str.maketrans(
    {
        **dict(zip("абвгдезийклмнопрстуфхыэ", "abvgdeziiklmnoprstufhie", strict=True)),
        **dict(zip("іїєґўқңғүұһөәјљњћђџ", "iieguknguuhoailnqdj", strict=True)),
        "ж": "J", "ц": "C", "ч": "Q", "ш": "W", "щ": "W", "ю": "iu", "я": "ia", "ъ": "", "ь": "",
    }
)  # fmt: skip
_DIGRAPHS = (
    ("szh", "sJ"), ("schtsch", "W"), ("shch", "W"), ("szcz", "W"), ("tsch", "Q"), ("sch", "W"), ("sh", "W"),
    ("sz", "W"), ("cz", "Q"), ("tch", "Q"), ("ch", "Q"), ("zh", "J"), ("kh", "h"),
    ("tz", "C"), ("ph", "f"), ("ck", "k"), ("x", "ks"), ("yo", "e"), ("jo", "e"), ("ye", "e"), ("je", "e"),
)  # fmt: skip
_NOT_ENGLISH = re.compile("cz|sz(?!h)|tsch")  # where «ch» is х: Czechow, Tschechow
_THEIR_CH = re.compile("(?<![st])ch")
# ж: Jdanov, Jivago, Jukov; not Jurij, Jakovlev
_FIRST_J = re.compile("^j(?:ou(?=k)|(?=[^aeiouy]|i|uk|ura[vw]))")
_SURNAME = re.compile("(?:[oe][vw]|[iy]n|sk[iy][ijy]?)a?$")
# ц: Zajcev, Cvetkov, Kuznecov; not Novicov
_SURNAMES_C = re.compile("t?c(?=[eiyvw])|(?<=[bdemnprtv])c(?=o[vw])")
_SOFT_C = re.compile("c(?=[eiy])")
_LATIN = str.maketrans({"c": "k", "q": "k", "w": "v", "y": "i", "j": "i"})
_TS = re.compile("t+s+")
_DOUBLED = re.compile(r"([^\d])\1+")

# Letters (of skeletons) that are heard as one another, in weak places at least.
_PAIRS = "ao ei ai ae iu bp dt gk gh kh vf zs jw qw cq cs mn"
ALIKE = frozenset(frozenset(pair) for pair in _PAIRS.split())


@lru_cache(maxsize=20_000)
def skeleton(word: str) -> str:
    """Of a folded word. Digits stay; scripts other than Cyrillic and Latin stay as they are."""
    if word.isdigit():
        return word
    sounds = _latin(word) if word.isascii() else word.translate(_CYRILLIC)
    return _DOUBLED.sub(r"\1", _TS.sub("C", sounds)).lower() or word


def _latin(word: str) -> str:
    word = _FIRST_J.sub(_hard_j, word)
    if _NOT_ENGLISH.search(word):
        word = _THEIR_CH.sub("h", word)
    for letters, sound in _DIGRAPHS:
        if letters in word:
            word = word.replace(letters, sound)
    if _SURNAME.search(word):
        word = _SURNAMES_C.sub("C", word)
    return _SOFT_C.sub("s", word).translate(_LATIN)


def _hard_j(match: re.Match[str]) -> str:
    return "Ju" if match[0] == "jou" else "J"
