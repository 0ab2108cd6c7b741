"""What is posted, as pairs of a name and a text, whatever it is written in. Any bytes at all give pairs:
what cannot be taken apart is one pair called BODY, and `problem` says what is wrong with it."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

from intake.letters.plain import storable

Pairs = tuple[tuple[str, str], ...]

BODY = "body"
MOST_PAIRS = 300
MOST_NAME = 60  # letters, as Submission keeps them
MOST_VALUE = 20_000
MOST_DEPTH = 8  # of what is nested in JSON
MOST_DIGITS = 400  # of a number: what is longer is no number of anybody's
OLD_CHARSET = "cp1251"  # what pages without a charset are written in here


@dataclass(frozen=True, slots=True)
class Body:
    pairs: Pairs
    problem: str = ""  # bad-json


def from_urlencoded(body: bytes, charset: str = "") -> Body:
    """`a=1&b=2`. What is no UTF-8 is read as `charset`, as the field `_charset_` says, or as cp1251."""
    parts = (part.partition(b"=") for part in body.split(b"&", MOST_PAIRS)[:MOST_PAIRS] if part)
    return from_parts(((_plain(name), _plain(value)) for name, _, value in parts), charset)


def from_parts(parts: Iterable[tuple[bytes, bytes]], charset: str = "") -> Body:
    """Parts of a multipart body that are no files, names and contents as they came."""
    taken = [pair for pair, _ in zip(parts, range(MOST_PAIRS), strict=False)]
    named = next((value for name, value in taken if name == b"_charset_"), b"").decode("latin-1")
    charset = _charset([text for pair in taken for text in pair], named or charset)
    return Body(tuple(_pair(_decoded(name, charset), _decoded(value, charset)) for name, value in taken))


def from_json(body: bytes) -> Body:
    """An object, flattened: `{"a": {"b": 1}, "c": [2, 3]}` is a.b=1, c=2, c=3."""
    text = text_of(body)
    try:
        value = json.loads(text, parse_int=_number, parse_float=_number)
    except (ValueError, RecursionError):
        return Body((_pair(BODY, text),) if text.strip() else (), "bad-json")
    found = (_pair(name or BODY, value) for name, value in _flat("", value, MOST_DEPTH))
    return Body(tuple(pair for pair, _ in zip(found, range(MOST_PAIRS), strict=False)))


def text_of(body: bytes, charset: str = "") -> str:
    """As it was meant, without what no database can keep."""
    return storable(_decoded(body, _charset([body], charset)))


def _flat(name: str, value: Any, depth: int) -> Iterator[tuple[str, str]]:
    """A tick that is not set says nothing; what is nested deeper than anybody nests stays JSON."""
    if depth == 0 and isinstance(value, dict | list):
        yield name, json.dumps(value, ensure_ascii=False)
        return
    match value:
        case dict():
            for key, inner in value.items():
                yield from _flat(f"{name}.{key}" if name else key, inner, depth - 1)
        case list():
            for number, inner in enumerate(value):
                plain = not isinstance(inner, dict | list)
                yield from _flat(name if plain else f"{name}.{number}", inner, depth - 1)
        case True:
            yield name, "yes"
        case None | False:
            return
        case _:
            yield name, str(value)


def _number(digits: str) -> str:
    """As it was written: «007» and a telephone number are no numbers to calculate with."""
    return digits[:MOST_DIGITS]


def _plain(quoted: bytes) -> bytes:
    return unquote_to_bytes(quoted.replace(b"+", b" "))


def _charset(texts: Iterable[bytes], declared: str) -> str:
    """UTF-8 when all of it is, whatever was declared: nothing else looks like UTF-8 by chance."""
    try:
        for text in texts:
            text.decode()
    except UnicodeDecodeError:
        return declared or OLD_CHARSET
    return "utf-8"


def _decoded(text: bytes, charset: str) -> str:
    try:
        decoded = text.decode(charset, "replace")
    except (LookupError, UnicodeError, ValueError, TypeError):  # no charset at all, or none for texts
        return text.decode(OLD_CHARSET, "replace")
    return decoded if isinstance(decoded, str) else text.decode(OLD_CHARSET, "replace")


def _pair(name: str, value: str) -> tuple[str, str]:
    text = storable(value[: 2 * MOST_VALUE]).replace("\r\n", "\n").replace("\r", "\n")
    return storable(name).strip()[:MOST_NAME], text[:MOST_VALUE]
