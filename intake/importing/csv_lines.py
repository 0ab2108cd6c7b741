"""Rows as lines of a CSV that Excel in Russian opens by a double click, with nothing in it that runs."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

MARK = "\ufeff"  # tells Excel that it is UTF-8
DELIMITER = ";"
_RUNS = ("=", "+", "-", "@", "\t", "\r")
_PHONES = re.compile(r"\+\d[\d -]{4,20}(?: доб\. \d{1,20})?(?:; \+\d[\d -]{4,20}(?: доб\. \d{1,20})?)*")


def csv_lines(rows: Iterable[Sequence[str]]) -> str:
    """CRLF after each, quotes where needed. A cell that a spreadsheet would take for a formula gets a quote
    in front, which importing takes away again; telephone numbers, spaced, are no formulas."""
    stream = io.StringIO()
    csv.writer(stream, delimiter=DELIMITER, lineterminator="\r\n").writerows(
        [guarded(cell) for cell in row] for row in rows
    )
    return stream.getvalue()


def guarded(cell: str) -> str:
    if cell.startswith(_RUNS) and not _PHONES.fullmatch(cell):
        return f"'{cell}"
    return cell
