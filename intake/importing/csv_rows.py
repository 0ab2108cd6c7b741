"""Rows of a CSV, whatever is wrong with some of them."""

import csv
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

from intake.importing.limits import MOST_CELL, MOST_LINE, MOST_LINES

DELIMITERS = (";", ",", "\t", "|")
_BROKEN = "\ufffd"  # what a byte that is no letter was decoded to


@dataclass(frozen=True, slots=True)
class Row:
    """`line`: of the file, from 1. `problem`: a code when it cannot be used as it is."""

    line: int
    cells: list[str]
    problem: str = ""


def guess_delimiter(text: str) -> str:
    """The sign that cuts most lines into the same number of pieces, from a file's beginning."""
    lines = [line for line in text.splitlines()[:200] if line.strip()]
    return max(DELIMITERS, key=lambda sign: _regularity(lines, sign))


def _regularity(lines: list[str], delimiter: str) -> float:
    try:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
    except csv.Error:
        return 0.0
    if not widths:
        return 0.0
    width, times = Counter(widths).most_common(1)[0]
    return (width > 1) * times / len(widths) * (1 + min(width, 20) / 20)


def csv_rows(stream: TextIO, delimiter: str) -> Iterator[Row]:
    """Every row that is not empty. `stream` is opened with newline=''.

    A quote that is never closed costs its own line, not the rest of the file.
    """
    lines = _Lines(stream)
    csv.field_size_limit(MOST_CELL)
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        lines.begin()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Row(lines.first, [lines.give_back()[:MOST_CELL]], "broken-row")
            reader = csv.reader(lines, delimiter=delimiter)
            continue
        problem = lines.problem
        if problem or any(_BROKEN in cell for cell in cells):
            yield Row(lines.first, [cell[:MOST_CELL] for cell in cells], problem or "unreadable-letters")
        elif cells and any(cells):
            yield Row(lines.first, cells)


class _Lines:
    """The lines of a stream, of which those of the row that is being read can be given back."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._taken: list[str] = []
        self._returned: deque[str] = deque()
        self._number = 0
        self.first = 1
        self.problem = ""

    def begin(self) -> None:
        self._taken.clear()
        self.first = self._number + 1
        self.problem = ""

    def give_back(self) -> str:
        """All but the first line of the row will come again; says what the first one was."""
        first, *rest = self._taken or [""]
        self._returned.extendleft(reversed(rest))
        self._number = self.first
        return first

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if len(self._taken) >= MOST_LINES:
            raise csv.Error("too many lines")
        line = self._returned.popleft() if self._returned else self._read()
        if not line:
            if self._taken and len(self._taken) > 1:
                raise csv.Error("a quote is never closed")
            raise StopIteration
        self._number += 1
        self._taken.append(line)
        return line

    def _read(self) -> str:
        line = self._stream.readline(MOST_LINE)
        if len(line) >= MOST_LINE:
            self.problem = "too-long-row"
            while (more := self._stream.readline(MOST_LINE)) and not more.endswith("\n"):
                pass
            line = line[:1000].replace('"', "") + "\n"
        return line.replace("\0", "") or (" " if line else "")
