"""The headers that mail programs put above an older letter: «От: … Отправлено: … Кому: … Тема: …»."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from intake.letters.client_words import HEADERS, LONGEST_HEADER, Meaning

MAX_BLOCK = 16  # lines
MAX_WRAPPED = 2  # lines of one header's value that go on below
ENOUGH = 3  # different headers make a block
_BEGINNERS: tuple[Meaning, ...] = ("from", "sent", "to", "subject")
_LABEL = re.compile(
    rf"[\s*_>]{{0,12}}(?P<label>[^\W\d_][^:：*\n]{{0,{LONGEST_HEADER}}}?)[\s*_]{{0,4}}[:：][\s*_]{{0,4}}(?P<value>.*)",
    re.DOTALL,
)
_INSIDE = re.compile(
    r"\s\*{0,2}(?P<label>"
    + "|".join(sorted(map(re.escape, HEADERS), key=len, reverse=True))
    + r")\*{0,2}[:：]\*{0,2}\s",
    re.IGNORECASE,
)


class Header(NamedTuple):
    meaning: Meaning
    value: str


def read_header(line: str) -> Header | None:
    """«*От:* Иван» -> from, «Иван»; None for any other line."""
    label = _LABEL.match(line)
    meaning = HEADERS.get(label["label"].strip().casefold()) if label else None
    return Header(meaning, label["value"].strip(" *_\t")) if label and meaning else None


def header_block(lines: Sequence[str], place: int, enough: int = ENOUGH) -> int:
    """How many lines from `place` on are such a block; 0 when there is none."""
    _, length = read_block(lines, place, enough)
    return length


def read_block(lines: Sequence[str], place: int, enough: int = ENOUGH) -> tuple[dict[Meaning, str], int]:
    """The block's values by their meaning, and its length in lines; ({}, 0) when there is none."""
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
        elif since == MAX_WRAPPED or _LABEL.match(line):
            break
        else:
            since += 1
    return (values, length) if len(values) >= enough else ({}, 0)


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
