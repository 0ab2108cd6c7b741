"""The headers that mail programs put above an older letter: «От: … Отправлено: … Кому: … Тема: …»."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from intake.letters.client_words import HEADERS, Meaning

MAX_BLOCK = 16  # lines
MAX_WRAPPED = 2  # lines of one header's value that go on below
LONGEST_LABEL = 40  # letters before a colon
ENOUGH = 3  # different headers make a block
_BEGINNERS: tuple[Meaning, ...] = ("from", "sent", "to", "subject")
_COLON = re.compile("[:：]")
_EMPHASIS = " \t*_\xa0"
_AROUND = _EMPHASIS + ">"
_INSIDE = re.compile(
    r"\s\*{0,2}(?P<label>"
    + "|".join(sorted(map(re.escape, HEADERS), key=len, reverse=True))
    + r")\*{0,2}[:：]\*{0,2}\s",
    re.IGNORECASE,
)


class Header(NamedTuple):
    meaning: Meaning
    value: str


@lru_cache(maxsize=256)  # each line is looked at from every line above it
def read_header(line: str) -> Header | None:
    """«*От:* Иван» -> from, «Иван»; None for any other line."""
    label, value = _parted(line)
    meaning = HEADERS.get(label.casefold())
    return Header(meaning, value) if meaning else None


@lru_cache(maxsize=256)
def _parted(line: str) -> tuple[str, str]:
    """What stands before and behind the first colon; ("", "") where no label can be."""
    colon = _COLON.search(line, 0, LONGEST_LABEL)
    if colon is None:
        return "", ""
    label = line[: colon.start()].strip(_AROUND)
    return (label, line[colon.end() :].strip(_EMPHASIS)) if label[:1].isalpha() else ("", "")


def header_block(lines: Sequence[str], place: int, enough: int = ENOUGH) -> int:
    """How many lines from `place` on are such a block; 0 when there is none."""
    _, length = read_block(lines, place, enough)
    return length


def read_block(lines: Sequence[str], place: int, enough: int = ENOUGH) -> tuple[dict[Meaning, str], int]:
    """The block's values by their meaning, and its length in lines; ({}, 0) when there is none.

    Without a date and an address it may be a typed «От: … Кому: … Тема: …».
    """
    first = read_header(lines[place])
    if first is None or first.meaning not in _BEGINNERS:
        return {}, 0
    values = _in_one_line(lines[place])
    length, since = 1, 0
    for offset, line in enumerate(lines[place + 1 : place + MAX_BLOCK], 1):
        header = read_header(line)
        if header:
            values.setdefault(header.meaning, header.value)
            length, since = offset + 1, 0
        elif since == MAX_WRAPPED or _parted(line)[0]:
            break
        else:
            since += 1
    dated = "sent" in values or any("@" in value for value in values.values())
    return (values, length) if dated and len(values) >= enough else ({}, 0)


def _in_one_line(line: str) -> dict[Meaning, str]:
    """A block that lost its line breaks: «От: Иван Отправлено: 12 марта Кому: Анна»."""
    pieces = _INSIDE.split(f" {line.strip(' *>')} ")
    values: dict[Meaning, str] = {}
    for label, value in zip(pieces[1::2], pieces[2::2], strict=False):
        values.setdefault(HEADERS[label.casefold()], value.strip(" *"))
    if len(values) >= ENOUGH:
        return values
    only = read_header(line)
    return {only.meaning: only.value} if only else {}
