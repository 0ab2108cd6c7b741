"""Rows into an XLSX, as texts and nothing else: no formulas, no links, numbers with all their noughts."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from xlsxwriter import Workbook

from intake.importing.limits import MOST_CELL

WIDTH = 24  # of a column, in letters
MOST_ROWS = 1_048_575  # below the headings, as Excel has it


def write_workbook(path: Path, rows: Iterable[Sequence[str]]) -> None:
    """The first row are the headings. A row at a time is in memory."""
    how = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Workbook(str(path), how) as workbook:
        sheet = workbook.add_worksheet()
        text, bold = (
            workbook.add_format({"num_format": "@"}),
            workbook.add_format({"bold": True, "num_format": "@"}),
        )
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(rows):
            if number == 0:
                sheet.set_column(0, len(row) - 1, WIDTH, text)
            for place, cell in enumerate(row):
                if cell:
                    sheet.write_string(number, place, cell[:MOST_CELL], bold if number == 0 else text)
