"""What is typed for an entry of the ignore list, or pasted line by line."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from multidict import MultiMapping

from intake.errors import Rejected
from intake.matching.ignoring import LONGEST, how_of, pattern_of
from storage.columns import now
from storage.ignoring import Wanted
from storage.tables.automation import IgnoreEntry
from web.pages.ignoring_words import CHANNELS, HOWS
from web.times import for_input, from_input

MOST_LINES = 2_000
LONGEST_NOTE = 500

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_APART = re.compile(r"\s*[;\t]\s*")


@dataclass(frozen=True, slots=True)
class Typed:
    """As it stands in the form. `how` empty: as it is written."""

    pattern: str = ""
    how: str = ""
    channels: tuple[str, ...] = ()
    note: str = ""
    until: str = ""  # a day


@dataclass(frozen=True, slots=True)
class Wrong:
    line: int
    text: str
    error: Rejected


def typed_of(source: IgnoreEntry | MultiMapping[Any]) -> Typed:
    """Of what is stored, or of what was sent."""
    if isinstance(source, IgnoreEntry):
        until = for_input(source.expires_at).partition("T")[0]
        return Typed(source.pattern, source.how.value, tuple(source.channels), source.note, until)
    said = {name: str(source.get(name, "")) for name in ("pattern", "how", "note", "until")}
    return Typed(channels=tuple(str(one) for one in source.getall("channel", [])), **_fitting(said))


def _fitting(said: Mapping[str, str]) -> dict[str, str]:
    longest = {"pattern": LONGEST + 1, "note": LONGEST_NOTE}
    return {name: value.replace("\0", "")[: longest.get(name, 40)] for name, value in said.items()}


def wanted_of(typed: Typed, by: int | None) -> Wanted:
    """Raises Rejected as `pattern_of` does, and Rejected("no-such-choice"), ("bad-date"), ("day-is-over")."""
    how = typed.how or how_of(typed.pattern)
    if how not in HOWS or not set(typed.channels) <= {one.value for one in CHANNELS}:
        raise Rejected("no-such-choice", field="how", value=how[:40])
    pattern = pattern_of(how, typed.pattern)
    return Wanted(how, pattern, tuple(dict.fromkeys(typed.channels)), typed.note, _until(typed.until), by=by)


def _until(text: str) -> datetime | None:
    if not text:
        return None
    moment = from_input(f"{text}T23:59") if _DAY.fullmatch(text) else None
    if moment is None:
        raise Rejected("bad-date")
    if moment <= now():
        raise Rejected("day-is-over")
    return moment


def pasted(text: str, by: int | None) -> tuple[list[Wanted], list[Wrong]]:
    """«number; note», a line each. Raises Rejected("too-many")."""
    rows = text.replace("\r\n", "\n").split("\n")
    if len(rows) > MOST_LINES:
        raise Rejected("too-many-lines", limit=MOST_LINES)
    wanted: dict[tuple[str, str], Wanted] = {}
    wrong = []
    for number, row in enumerate(rows, start=1):
        if not row.strip():
            continue
        pattern, note = [*_APART.split(row.strip(), 1), ""][:2]
        try:
            one = wanted_of(Typed(pattern[: LONGEST + 1], note=note.replace("\0", "")[:LONGEST_NOTE]), by)
        except Rejected as error:
            wrong.append(Wrong(number, row.strip()[:400], error))
        else:
            wanted[one.how, one.pattern] = one
    return list(wanted.values()), wrong
