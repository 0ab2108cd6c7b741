"""Files made to hurt end the process that reads them, and nothing else."""

import zipfile
from pathlib import Path

import pytest
from xlsxwriter import Workbook

from intake.errors import Rejected
from intake.importing.reader import drafts_of, inspect_file
from intake.model.imports import BadRow, Format, Options, Reading
from intake.model.wizard import PartyKind

pytestmark = pytest.mark.slow


async def test_a_sheet_with_a_cell_in_its_last_corner_takes_no_memory_of_ours(tmp_path: Path):
    path = tmp_path / "corner.xlsx"
    with Workbook(str(path)) as made:
        sheet = made.add_worksheet()
        sheet.write_string(0, 0, "Имя")
        sheet.write_string(1_048_575, 16_383, "x")
    with pytest.raises(Rejected) as refused:
        await inspect_file(path)
    assert refused.value.code in ("too-large-inside", "too-many-columns", "bad-file")


async def test_an_archive_that_unpacks_to_gigabytes_is_refused(tmp_path: Path):
    path = tmp_path / "bomb.xlsx"
    with Workbook(str(path)) as made:
        made.add_worksheet().write_string(0, 0, "Имя")
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/x.xml", "w", force_zip64=True) as file,
    ):
        for _ in range(2100):
            file.write(b"\0" * 1024 * 1024)
    assert path.stat().st_size < 5_000_000
    with pytest.raises(Rejected) as refused:
        await inspect_file(path)
    assert refused.value.code == "too-large-inside"


async def test_a_row_of_a_million_columns_is_left_out_and_the_next_one_taken(tmp_path: Path):
    path = tmp_path / "wide.csv"
    path.write_text("Имя\n" + ";" * 900_000 + "x\nАнна\n", encoding="utf-8")
    told = {"columns": ["full_name"], "headings": ["Имя"], "seen": 0}
    found = []
    reading = Reading(Format.CSV, "utf-8", ";")
    async with drafts_of(path, PartyKind.LEAD, reading, told, Options()) as batches:
        async for rows in batches:
            found += rows
    assert isinstance(found[0], BadRow)
    assert found[0].code == "too-many-cells"
    assert len(found[0].cells) <= 256
    assert [row.line for row in found] == [2, 3]
