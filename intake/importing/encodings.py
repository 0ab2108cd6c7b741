"""Which encoding a text file has. UTF-8 proves itself; the Cyrillic one-byte ones are told apart by how
likely their letters are."""

from itertools import pairwise

from intake.importing.limits import SAMPLE_BYTES

CHOICES = ("utf-8", "cp1251", "koi8-r", "cp866", "utf-16", "mac-cyrillic")  # offered to a person
_CYRILLIC = ["cp1251", "koi8_r", "cp866", "mac_cyrillic"]
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_COMMON = frozenset("оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъёОЕАИНТСРВЛКМДПУЯГЗБЧЙХЖШЮЦЩЭФ№«» ")
_FREQUENT = frozenset("оеаинтсрвлкмдпу")


def guess_encoding(head: bytes) -> str:
    """One of `CHOICES` or a variant of utf-16, from a file's beginning. Never raises; utf-8 in doubt."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    if name := _without_mark(head):
        return name
    sample = _telling(head)
    if _is_utf8(sample):
        return "utf-8"
    return _likeliest(sample)


def codec(name: str) -> str:
    """The codec that also takes a byte order mark away."""
    return "utf-8-sig" if name == "utf-8" else name


def _without_mark(head: bytes) -> str:
    """UTF-16 shows itself by every second byte of ASCII text being zero."""
    even, odd = head[0:2000:2], head[1:2000:2]
    if len(head) < 4 or b"\0" not in head[:2000]:
        return ""
    if odd.count(0) > len(odd) // 5 and odd.count(0) > 3 * even.count(0):
        return "utf-16-le"
    if even.count(0) > len(even) // 5 and even.count(0) > 3 * odd.count(0):
        return "utf-16-be"
    return ""


def _telling(head: bytes) -> bytes:
    """The lines with letters outside ASCII: the rest says nothing."""
    if len(head) <= SAMPLE_BYTES:
        return head
    lines = [line for line in head.splitlines() if not line.isascii()]
    return b"\n".join(lines)[:SAMPLE_BYTES]


def _is_utf8(sample: bytes) -> bool:
    try:
        sample.decode()
    except UnicodeDecodeError as error:
        # the sample may end inside a letter; one broken byte in much good text is a broken byte
        good = sample[: error.start]
        return error.start >= len(sample) - 3 or (not good.isascii() and _mostly_utf8(sample))
    return True


def _mostly_utf8(sample: bytes) -> bool:
    text = sample.decode(errors="replace")
    return text.count("\ufffd") * 20 < sum(letter > "\x7f" for letter in text)


def _likeliest(sample: bytes) -> str:
    scored = {name: _likeness(sample.decode(name, errors="replace")) for name in _CYRILLIC}
    best = max(scored, key=lambda name: scored[name])
    if scored[best] < 0.5:  # not Russian at all
        from charset_normalizer import from_bytes  # noqa: PLC0415 - asked for seldom, and slow to start

        found = from_bytes(sample).best()
        return found.encoding.replace("_", "-") if found else "cp1251"
    return best.replace("_", "-")


def _likeness(text: str) -> float:
    """How much of what is not ASCII are letters of Russian words, small ones and frequent ones above all:
    koi8-r read as cp1251 swaps the case of everything."""
    letters = [letter for letter in text if letter > "\x7f"]
    if not letters:
        return 0.0
    common = sum(letter in _COMMON for letter in letters)
    frequent = sum(letter.lower() in _FREQUENT for letter in letters)
    odd_case = sum(one.islower() and other.isupper() for one, other in pairwise(text) if other > "\x7f")
    return (common + frequent - 2 * odd_case) / len(letters) / 2
