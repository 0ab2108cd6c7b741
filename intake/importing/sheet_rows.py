"""Rows of an Excel file, new or old: numbers, dates and truth as the text that people would have typed."""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from intake.errors import Rejected
from intake.importing.csv_rows import Row
from intake.importing.limits import MOST_CELL, MOST_COLUMNS, MOST_UNPACKED

EXACT = 1e15  # up to which a float holds every digit

Cell = int | float | str | bool | time | date | datetime | timedelta


def sheet_names(path: Path) -> list[str]:
    """Raises Rejected("bad-file")."""
    return list(_workbook(path).sheet_names)


def sheet_height(path: Path, name: str) -> int:
    sheet = _sheet(path, name)
    return sheet.end[0] + 1 if sheet.end else 0


def sheet_rows(path: Path, name: str) -> Iterator[Row]:
    """Every row that is not empty, of the sheet of this name, or of the first that has any.

    Raises Rejected("bad-file", "too-many-columns").
    """
    sheet = _sheet(path, name)
    if sheet.total_width > MOST_COLUMNS:
        raise Rejected("too-many-columns", limit=MOST_COLUMNS)
    first = sheet.start[0] + 1 if sheet.start else 1
    for line, cells in enumerate(sheet.iter_rows(), first):
        row = [as_text(cell) for cell in cells]
        if any(row):
            yield Row(line, row)


def as_text(cell: Cell | None) -> str:
    """9161234567.0 -> «9161234567», a date -> «31.12.2025», a date with its hour -> «31.12.2025 14:05»."""
    match cell:
        case bool():
            text = "1" if cell else "0"
        case float() if cell.is_integer() and abs(cell) < EXACT:
            text = str(int(cell))
        case datetime():
            text = cell.strftime("%d.%m.%Y" if cell.time() == time() else "%d.%m.%Y %H:%M")
        case date():
            text = cell.strftime("%d.%m.%Y")
        case None:
            text = ""
        case _:
            text = str(cell).replace("\0", "")[:MOST_CELL]
    return text


def _sheet(path: Path, name: str) -> CalamineSheet:
    workbook = _workbook(path)
    try:
        if name in workbook.sheet_names:
            return workbook.get_sheet_by_name(name)
        sheets = (workbook.get_sheet_by_name(each) for each in workbook.sheet_names)
        return next((sheet for sheet in sheets if sheet.total_height), workbook.get_sheet_by_index(0))
    except (CalamineError, IndexError, ValueError, OSError) as error:
        raise Rejected("bad-file", why=str(error)[:200]) from error


def _workbook(path: Path) -> CalamineWorkbook:
    _refuse_bomb(path)
    try:
        return CalamineWorkbook.from_path(str(path))
    except PasswordError as error:
        raise Rejected("locked-file") from error
    except (CalamineError, ValueError, OSError) as error:
        raise Rejected("bad-file", why=str(error)[:200]) from error


def _refuse_bomb(path: Path) -> None:
    """What says itself that it is huge; what lies about it meets the limits of the process."""
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
            raise Rejected("too-large-inside")
