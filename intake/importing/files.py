"""One way to open a file of clients, whatever it is, and what can be said of it at a glance."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TextIO

from intake.errors import Rejected
from intake.importing.columns import looks_like_headings
from intake.importing.csv_rows import Row, csv_rows, guess_delimiter
from intake.importing.encodings import codec, guess_encoding
from intake.importing.limits import MOST_COLUMNS, SAMPLE_ROWS
from intake.importing.sheet_rows import sheet_height, sheet_names, sheet_rows
from intake.model.imports import Format, Reading

PIECE = 1024 * 1024  # bytes
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NOT_TABLES = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"MZ",
    b"\x7fELF",
)


@dataclass(frozen=True, slots=True)
class Inspected:
    """`sample`: the first rows below the headings; `total`: about how many rows there are; `sheets`: of a
    workbook."""

    reading: Reading
    headings: list[str]
    sample: list[list[str]]
    total: int
    sheets: list[str]


def inspect(path: Path, wished: Reading | None = None) -> Inspected:
    """What the file is, as `wished` says or as it looks.

    Raises Rejected: empty-file, not-a-table, bad-file, locked-file, too-large-inside, too-many-columns.
    """
    reading = wished or guess_reading(path)
    first = list(islice(_all_rows(path, reading), SAMPLE_ROWS + 1))
    if not first:
        raise Rejected("empty-file")
    width = max(len(row.cells) for row in first)
    if width > MOST_COLUMNS:
        raise Rejected("too-many-columns", limit=MOST_COLUMNS)
    cells = [row.cells + [""] * (width - len(row.cells)) for row in first]
    if wished is None:
        reading = replace(reading, headed=reading.format is Format.VCARD or looks_like_headings(cells))
    headings = [cell.strip()[:200] for cell in cells[0]] if reading.headed else [""] * width
    sheets = sheet_names(path) if reading.format in (Format.XLSX, Format.XLS) else []
    return Inspected(reading, headings, cells[reading.headed :], _count(path, reading), sheets)


def read_rows(path: Path, reading: Reading) -> Iterator[Row]:
    """Every row below the headings."""
    return islice(_all_rows(path, reading), int(reading.headed), None)


def guess_reading(path: Path) -> Reading:
    with path.open("rb") as file:
        head = file.read(PIECE)
    if not head.strip(b"\0 \t\r\n"):
        raise Rejected("empty-file")
    if head.startswith(b"PK\x03\x04"):
        return Reading(Format.XLSX)
    if head.startswith(_OLD_EXCEL):
        return Reading(Format.XLS)
    if head.startswith(_NOT_TABLES):
        raise Rejected("not-a-table")
    encoding = guess_encoding(head if not head.isascii() else _telling_piece(path) or head)
    text = head.decode(codec(encoding), errors="replace")
    if "BEGIN:VCARD" in text[:10_000].upper():
        return Reading(Format.VCARD, encoding)
    if text.lstrip()[:200].lower().startswith(("<!doctype", "<html", "<table", "<?xml")) or _is_binary(text):
        raise Rejected("not-a-table")
    return Reading(Format.CSV, encoding, guess_delimiter(text[:200_000]))


def _telling_piece(path: Path) -> bytes:
    """The first piece with anything outside ASCII in it."""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            if not piece.isascii():
                return piece
    return b""


def _is_binary(text: str) -> bool:
    head = text[:4000]
    return sum(letter < " " and letter not in "\t\r\n\f" for letter in head) * 10 > len(head)


def _all_rows(path: Path, reading: Reading) -> Iterator[Row]:
    match reading.format:
        case Format.XLSX | Format.XLS:
            yield from sheet_rows(path, reading.sheet)
        case Format.VCARD:
            from intake.importing.vcards import vcard_rows  # noqa: PLC0415 - half of the time to start

            with _text(path, reading) as stream:
                yield from vcard_rows(stream)
        case Format.CSV:
            with _text(path, reading) as stream:
                yield from csv_rows(stream, reading.delimiter or ";")


@contextmanager
def _text(path: Path, reading: Reading) -> Iterator[TextIO]:
    """Bytes that are no letters stay visible as U+FFFD."""
    try:
        stream = path.open(encoding=codec(reading.encoding or "utf-8"), errors="replace", newline="")
    except LookupError:
        raise Rejected("no-such-choice", field="encoding", value=reading.encoding[:40]) from None
    with stream:
        yield stream


def _count(path: Path, reading: Reading) -> int:
    """Lines of a CSV: rows that go over several are few."""
    if reading.format in (Format.XLSX, Format.XLS):
        return max(sheet_height(path, reading.sheet) - reading.headed, 0)
    needle = b"BEGIN:VCARD" if reading.format is Format.VCARD else b"\n"
    with path.open("rb") as file:
        found = sum(piece.count(needle) for piece in iter(lambda: file.read(PIECE), b""))
        file.seek(-1, 2)
        unended = reading.format is Format.CSV and file.read(1) != b"\n"
    return max(found + unended - (reading.headed and reading.format is Format.CSV), 0)
