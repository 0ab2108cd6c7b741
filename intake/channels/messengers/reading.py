"""JSON written by strangers: whatever it is, asked for without surprises. Pure."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from intake.channels.messengers.base import Parsed
from intake.letters.plain import storable
from intake.model.chats import ChatEvent, identity_of

MOST_TEXT = 20_000  # characters of a message that are kept; the raw body has all
MOST_NAME = 200
MOST_WORD = 200  # of an id, a payload
MOST_NUMBER = 10**20  # an id is smaller, and a database's column takes it
LARGEST = 2**53  # a number that is larger is nobody's id as JSON has it

identity = identity_of  # chat:telegram:123456


class Odd(Exception):
    """A body that is not what the platform says it would be; `args[0]` says why, in English, for a person
    who looks at it."""


Json = dict[str, Any]


def parsed(body: bytes, read: Callable[[Json], Parsed]) -> Parsed:
    """What `read` makes of the object that the body is. What cannot be read is «malformed: why»."""
    try:
        return read(object_in(body))
    except Odd as error:
        return Parsed(ignored=f"malformed: {error.args[0]}")


def object_in(body: bytes) -> Json:
    """Raises Odd for what is no JSON object in UTF-8."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Odd("no JSON") from error
    if not isinstance(found, dict):
        raise Odd("no JSON object")
    return found


def part(of: Any, *path: str) -> Json:
    """The object at this path; an empty one where there is none."""
    for name in path:
        of = of.get(name) if isinstance(of, dict) else None
    return of if isinstance(of, dict) else {}


def parts(of: Any, name: str) -> list[Json]:
    """The objects of a list; what is no object in it is left out."""
    return [one for one in _list(of, name) if isinstance(one, dict)]


def text(of: Any, name: str, most: int = MOST_TEXT) -> str:
    """A text that a database can keep; empty where there is none."""
    found = of.get(name) if isinstance(of, dict) else None
    return storable(found)[:most] if isinstance(found, str) else ""


def line(of: Any, name: str, most: int = MOST_NAME) -> str:
    """A text in one line."""
    return " ".join(text(of, name, 10 * most).split())[:most]


def word(of: Any, name: str) -> str:
    """An id, whether the platform writes it as a number or as text; empty where there is none."""
    found = of.get(name) if isinstance(of, dict) else None
    if isinstance(found, str):
        return storable(found).strip()[:MOST_WORD]
    if isinstance(found, bool) or not isinstance(found, int):
        return ""
    return str(found) if abs(found) < MOST_NUMBER else ""


def needed(of: Any, name: str) -> str:
    """The same. Raises Odd where there is none."""
    found = word(of, name)
    if not found:
        raise Odd(f"no {name}")
    return found


def whole(of: Any, name: str) -> int | None:
    """A number that is not negative and that JSON can hold."""
    found = of.get(name) if isinstance(of, dict) else None
    if isinstance(found, str) and found.isascii() and found.isdecimal() and len(found) < 17:
        found = int(found)
    if not isinstance(found, int) or isinstance(found, bool):
        return None
    return found if 0 <= found <= LARGEST else None


def decimal(of: Any, name: str, least: float, most: float) -> float | None:
    """A number between two; degrees of latitude, say."""
    found = of.get(name) if isinstance(of, dict) else None
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None
    return float(found) if least <= found <= most else None


def moment(seconds: int | None) -> datetime | None:
    """Seconds since 1970, or milliseconds where there are too many of them; None for what no calendar has."""
    if seconds is None:
        return None
    try:
        return datetime.fromtimestamp(seconds / 1000 if seconds > 10**11 else seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def told(events: list[ChatEvent], ignored: list[str]) -> Parsed:
    """Of one body: the events, and the first reason why another part of it is none."""
    return Parsed(tuple(events), next(iter(ignored), ""))


def _list(of: Any, name: str) -> Iterator[Any]:
    found = of.get(name) if isinstance(of, dict) else None
    return iter(found if isinstance(found, list) else ())
