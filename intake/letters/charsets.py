"""From bytes to text, whatever charset a letter names: Outlook says koi8-r and writes cp1251, forms say
nothing, spam says gb2312 and writes gbk."""

import codecs
import re
from functools import lru_cache
from itertools import pairwise

SAMPLE = 4096  # bytes that are enough to tell a charset by
# What is written is the larger set, whatever the name (WHATWG's Encoding Standard does the same).
_LARGER = {
    "ascii": "", "us-ascii": "", "ansi": "", "8bit": "", "7bit": "", "binary": "", "none": "", "default": "",
    "unknown": "", "unknown-8bit": "", "x-unknown": "", "x-user-defined": "", "utf-8-mac": "utf-8",
    "utf8mb4": "utf-8", "unicode": "utf-8", "unicode-1-1-utf-8": "utf-8", "unicode-1-1-utf-7": "utf-7",
    "iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "iso8859-1": "cp1252",
    "iso-8859-9": "cp1254", "iso-8859-11": "cp874", "tis-620": "cp874", "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8", "iso-8859-6-i": "iso-8859-6",
    "gb2312": "gb18030", "gb-2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb": "gb18030",
    "euc-cn": "gb18030", "chinese": "gb18030", "hz-gb-2312": "hz",
    "shift-jis": "cp932", "x-sjis": "cp932", "sjis": "cp932", "windows-31j": "cp932", "ms-kanji": "cp932",
    "iso-2022-jp": "iso2022_jp_ext", "x-euc-jp": "euc-jp", "big5": "cp950", "x-big5": "cp950",
    "euc-kr": "cp949", "ks-c-5601-1987": "cp949", "ks-c-5601-1989": "cp949", "ksc5601": "cp949",
    "x-windows-949": "cp949", "cp-866": "cp866", "ibm866": "cp866", "dos-866": "cp866", "alt": "cp866",
    "koi8": "koi8-r", "koi8r": "koi8-r", "koi-8": "koi8-r", "koi8-ru": "koi8-u", "koi8u": "koi8-u",
    "x-mac-cyrillic": "mac-cyrillic", "x-mac-roman": "mac-roman", "macintosh": "mac-roman",
    "cyrillic": "cp1251", "win": "cp1251", "windows": "cp1251",
}  # fmt: skip
SAYS_NOTHING = ("", "utf-8", "8bit", "7bit", "unknown-8bit", "binary")  # no lie, whatever the bytes are
_WINDOWS = re.compile(r"(?:x-)?(?:windows|win|cp|microsoft-cp|ms)-?(\d{3,5})")
# No charsets of letters: they run code points from escapes, or take minutes for a crafted line.
_NOT_TEXT = frozenset("idna punycode unicode_escape raw_unicode_escape undefined mbcs oem".split())
_STATEFUL = ("utf-7", "iso2022", "hz", "utf-16", "utf-32")  # written in ASCII, or not a superset of it
_LATIN = ("cp1252", "iso8859", "latin", "cp125", "mac-roman", "cp1254")
_RUSSIAN = ("cp1251", "koi8-r", "cp866")  # guessed among; the others are read where they are named
_CYRILLIC = (*_RUSSIAN, "koi8-u", "mac-cyrillic", "iso8859-5")
_SURELY = 0.7  # of likeness: Russian, no doubt
_BETTER = 0.1  # by so much another charset must fit better than the one that is named
_TELLING = 4  # letters of one-byte text that are enough to doubt the name
# How often a letter stands in a hundred of Russian text.
_OFTEN = dict(
    zip(
        "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",
        (11, 8.5, 8, 7.4, 6.7, 6.3, 5.5, 4.7, 4.5, 4.4, 3.5, 3.2, 3, 2.8, 2.6, 2, 1.9, 1.7, 1.7, 1.6, 1.6,
         1.4, 1.2, 1, 0.9, 0.7, 0.6, 0.5, 0.4, 0.3, 0.3, 0.1, 0.1),
        strict=True,
    )
)  # fmt: skip
_SIGNS = frozenset("№«»–—…„“”\xa0")
_HIGH = re.compile(rb"[\x80-\xff]+")
_HIGH_WORD = re.compile(rb"[\x80-\xff]{2,}")
_LOW_LETTERS = re.compile(rb"[A-Za-z]+")


def decode(data: bytes, label: str, hint: str = "") -> tuple[str, bool]:
    """The text, and whether the charset was as named. `label` is what the letter says, `hint` what it says
    elsewhere. Never raises: what cannot be read becomes U+FFFD."""
    named = known(label)
    if data.isascii() and not named.startswith(_STATEFUL):
        return data.decode("ascii"), True
    text = _strictly(data, named)
    if not named:
        return text or _guessed(data, known(hint)), label.lower() in SAYS_NOTHING
    if _looks_wrong(data, named):
        return _guessed(data, known(hint)), False
    if text is not None:
        return text, True
    if _slightly_broken(data, named):
        return data.decode(named, "replace"), True
    return _guessed(data, known(hint)), False


@lru_cache(maxsize=512)
def known(label: str) -> str:
    """The codec for a charset's name as letters write it; empty for names that say nothing."""
    name = label[:60].strip(" \t\\\"'<>=;*").lower().replace("_", "-").partition("*")[0]
    if name in _LARGER:
        return _LARGER[name]
    if page := _WINDOWS.fullmatch(name):
        name = f"cp{page[1]}"
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return ""
    if not found._is_text_encoding or found.name.replace("-", "_") in _NOT_TEXT:
        return ""
    return "utf-8" if found.name == "utf-8-sig" else _LARGER.get(found.name) or found.name


def _strictly(data: bytes, name: str) -> str | None:
    """Without a name it may still be UTF-8, which proves itself."""
    try:
        return data.decode(name or "utf-8")
    except (UnicodeError, ValueError):
        return None


def _looks_wrong(data: bytes, name: str) -> bool:
    """One-byte charsets take any bytes: UTF-8 and Russian words give themselves away."""
    sample = _telling(data)
    if name in _CYRILLIC:
        return _is_utf8(sample) or (_enough(sample) and _fits_worse(sample, name))
    if name.startswith(_LATIN):
        return _is_utf8(sample) or (_mostly_high(sample) and likeness(sample, _likeliest(sample)) > _SURELY)
    return False


def _enough(sample: bytes) -> bool:
    """«КП» alone gives no charset away."""
    return sum(map(len, _HIGH.findall(sample))) >= _TELLING


def _fits_worse(sample: bytes, name: str) -> bool:
    return likeness(sample, name) + _BETTER < likeness(sample, _likeliest(sample))


def _likeliest(sample: bytes) -> str:
    return max(_RUSSIAN, key=lambda name: likeness(sample, name))


def _guessed(data: bytes, hint: str) -> str:
    sample = _telling(data)
    if _is_utf8(sample):
        return data.decode("utf-8", "replace")
    if hint and (text := _strictly(data, hint)) is not None and not _looks_wrong(data, hint):
        return text
    best = _likeliest(sample) if _enough(sample) else "cp1251"
    if likeness(sample, best) > _SURELY or (not _enough(sample) and likeness(sample, best) > 0.5):
        return data.decode(best, "replace")
    if not _mostly_high(sample):  # «Gruß»: single letters in Latin words
        return data.decode("cp1252", "replace")
    return data.decode(_foreign(sample) or best, "replace")


def _foreign(sample: bytes) -> str:
    if _chinese(sample):
        return "gb18030"
    from charset_normalizer import from_bytes  # noqa: PLC0415 - asked for seldom, and slow to start

    found = from_bytes(sample[:1000]).best()
    return known(found.encoding) if found else ""


def _chinese(sample: bytes) -> bool:
    """Pairs of the frequent half of GB 2312, without a byte left over."""
    runs = _HIGH.findall(sample)
    pairs = [run[at] for run in runs for at in range(0, len(run), 2)]
    usual = sum(0xB0 <= lead <= 0xD7 or 0xA1 <= lead <= 0xA3 for lead in pairs)
    return bool(runs) and all(len(run) % 2 == 0 for run in runs) and usual > 0.8 * len(pairs)


def _telling(data: bytes) -> bytes:
    """Where the letters outside ASCII are: the rest says nothing."""
    if len(data) <= SAMPLE:
        return data
    first = _HIGH.search(data)
    start = max(0, first.start() - 100) if first else 0
    return data[start : start + SAMPLE]


def _is_utf8(sample: bytes) -> bool:
    """The sample may end inside a letter."""
    if sample.isascii():
        return False
    try:
        sample.decode()
    except UnicodeDecodeError as error:
        return error.start > len(sample) - 4 and not sample[: error.start].isascii()
    return True


def _slightly_broken(data: bytes, name: str) -> bool:
    """A letter or two were lost on the way, but the charset is right."""
    text = data[:SAMPLE].decode(name, "replace")
    return text.count("\ufffd") * 10 <= sum(letter > "\x7f" for letter in text)


def _mostly_high(sample: bytes) -> bool:
    """Whole words of letters outside ASCII: not Latin text with accents."""
    high = sum(map(len, _HIGH_WORD.findall(sample)))
    low = sum(map(len, _LOW_LETTERS.findall(sample)))
    singles = sum(len(run) == 1 for run in _HIGH.findall(sample))
    return high > 2 * singles and 2 * high > low + high


def likeness(sample: bytes, name: str) -> float:
    """How much of what is not ASCII reads as Russian, about 1 when all does: frequent letters above all,
    small after small (koi8-r read as cp1251 swaps the case of everything), none inside a Latin word."""
    text = sample.decode(name, "replace")
    letters = [letter for letter in text if letter > "\x7f"]
    if not letters:
        return 0.0
    score = sum(_worth(letter) for letter in letters)
    return (score - 0.7 * sum(_clash(one, other) for one, other in pairwise(text))) / len(letters)


def _clash(one: str, other: str) -> bool:
    """«приВет», «Rиclamation»."""
    if one.islower() and other.isupper() and other > "\x7f":
        return True
    return one.isascii() != other.isascii() and one.isalpha() and other.isalpha()


def _worth(letter: str) -> float:
    small = letter.lower()
    if small in _OFTEN:
        return 0.5 + 0.06 * _OFTEN[small] + 0.1 * (small == letter)
    return 0.5 if letter in _SIGNS else 0.0
