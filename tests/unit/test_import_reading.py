"""Files of clients as they lie about: encodings, delimiters, Excel, vCards, and files made to hurt."""

import codecs
import io
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from xlsxwriter import Workbook

from intake.errors import Rejected
from intake.importing.csv_rows import csv_rows, guess_delimiter
from intake.importing.encodings import guess_encoding
from intake.importing.files import guess_reading, inspect, read_rows
from intake.importing.limits import MOST_CELL, MOST_COLUMNS, MOST_LINE, MOST_UNPACKED
from intake.importing.sheet_rows import as_text
from intake.model.imports import Format, Reading

CORPUS = Path(__file__).parents[1] / "corpus" / "imports"
RUSSIAN = "Название;ИНН\r\nООО «Ромашка»;7707083893\r\nКотов Пётр;500100732259\r\n"
SHORT = "Имя;Тел\nАнна;1\n"


@pytest.mark.parametrize("text", [RUSSIAN, SHORT, RUSSIAN * 3000], ids=["usual", "short", "long"])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1251", "koi8-r", "cp866", "mac-cyrillic"])
def test_the_encodings_of_russian_files_are_told_apart(encoding: str, text: str):
    if encoding != "utf-8":
        text = text.replace("«", '"').replace("»", '"')
    assert guess_encoding(text.encode(encoding)) == encoding


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-8"])
def test_byte_order_marks_are_believed(encoding: str):
    mark = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE, "utf-8": codecs.BOM_UTF8}[
        encoding
    ]
    assert guess_encoding(mark + RUSSIAN.encode(encoding)).startswith(encoding[:5])


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_seen_by_its_zeros(encoding: str):
    assert guess_encoding(("name;phone\n" * 5 + RUSSIAN).encode(encoding)) == encoding


def test_one_broken_byte_does_not_make_utf_8_another_encoding():
    assert guess_encoding(RUSSIAN.encode() * 5 + b"\xff;1\n" + RUSSIAN.encode()) == "utf-8"


def test_letters_far_behind_decide_about_the_encoding(tmp_path: Path):
    path = tmp_path / "late.csv"
    path.write_bytes(b"name;phone\n" + b"Anna;1\n" * 200_000 + "Борис;2\nПётр;3\n".encode("cp1251"))
    assert guess_reading(path).encoding == "cp1251"


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_the_delimiter_is_the_sign_that_cuts_lines_alike(delimiter: str):
    rows = [
        ["Имя", "Телефон", "Адрес"],
        ["Анна", "+7 916", 'Тула; ул. Мира, 1 | "А"'],
        ["Пётр", "8", "Москва, Арбат"],
    ]
    text = "\n".join(
        delimiter.join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) for row in rows
    )
    assert guess_delimiter(text) == delimiter


def rows_of(text: str, delimiter: str = ";") -> list[list[str]]:
    return [row.cells for row in csv_rows(io.StringIO(text, newline=""), delimiter)]


def test_quoted_cells_hold_delimiters_quotes_and_new_lines():
    assert rows_of('"ООО ""Ромашка""";"два\r\nряда; и ещё"\r\nб;в\r\n') == [
        ['ООО "Ромашка"', "два\r\nряда; и ещё"],
        ["б", "в"],
    ]


def test_a_quote_inside_a_bare_cell_is_a_letter():
    assert rows_of('ООО "Ромашка";1\nа;2\n') == [['ООО "Ромашка"', "1"], ["а", "2"]]


def test_a_quote_that_is_never_closed_costs_its_own_line_only():
    lines = "".join(f"клиент {number};{number}\n" for number in range(2000))
    found = list(csv_rows(io.StringIO(f'"Ромашка;1\n{lines}', newline=""), ";"))
    assert (found[0].problem, found[0].line) == ("broken-row", 1)
    assert [row.cells[1] for row in found[1:]] == [str(number) for number in range(2000)]
    assert found[1].line == 2


def test_a_quote_that_is_never_closed_in_the_last_lines_costs_its_own_line_only():
    found = list(csv_rows(io.StringIO('а;1\n"б;2\nв;3\nг;4\n', newline=""), ";"))
    assert [(row.cells[0], row.problem) for row in found] == [
        ("а", ""), ('"б;2\n', "broken-row"), ("в", ""), ("г", ""),
    ]  # fmt: skip


def test_zero_bytes_and_empty_lines_are_left_out():
    assert rows_of("а\0;1\n\n;\n;;;\nб;2\n") == [["а", "1"], ["б", "2"]]


def test_lines_may_end_in_any_way():
    assert rows_of("а;1\rб;2\r\nв;3\nг;4") == [["а", "1"], ["б", "2"], ["в", "3"], ["г", "4"]]


def test_a_huge_cell_is_told_of_and_the_next_row_read():
    found = list(csv_rows(io.StringIO(f"а;{'я' * (MOST_CELL + 1)}\nб;2\n", newline=""), ";"))
    assert [row.problem for row in found] == ["broken-row", ""]
    assert found[1].cells == ["б", "2"]


def test_a_line_without_an_end_is_told_of_and_not_kept():
    found = list(csv_rows(io.StringIO("я" * (3 * MOST_LINE) + "\nб;2\n", newline=""), ";"))
    assert [row.problem for row in found] == ["too-long-row", ""]
    assert len(found[0].cells[0]) < MOST_CELL


def test_letters_that_cannot_be_read_make_their_row_bad(tmp_path: Path):
    path = tmp_path / "broken.csv"
    path.write_bytes(RUSSIAN.encode() * 5 + b"\xff\xfe;1\n" + RUSSIAN.encode())
    problems = [row.problem for row in read_rows(path, guess_reading(path))]
    assert problems.count("unreadable-letters") == 1


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (79161234567.0, "79161234567"), (9.161234567e9, "9161234567"), (0.5, "0.5"), (12, "12"), (True, "1"),
        (None, ""), (datetime(2025, 12, 31), "31.12.2025"), (datetime(2025, 12, 31, 14, 5), "31.12.2025 14:05"),  # noqa: DTZ001
        (date(2025, 1, 2), "02.01.2025"), (timedelta(hours=1), "1:00:00"), ("=HYPERLINK(1)", "=HYPERLINK(1)"), ("a\0b", "ab"),
    ],
)  # fmt: skip
def test_cells_of_excel_are_the_text_that_people_typed(cell, text: str):
    assert as_text(cell) == text


def workbook(path: Path, *sheets: list[list[object]]) -> Path:
    with Workbook(str(path), {"remove_timezone": True}) as made:
        for rows in sheets:
            sheet = made.add_worksheet()
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


def test_the_first_sheet_with_anything_in_it_is_read(tmp_path: Path):
    path = workbook(tmp_path / "a.xlsx", [], [["Имя", "Телефон"], ["Анна", 79161234567]])
    found = inspect(path)
    assert (found.reading.format, found.headings, found.sample) == (
        Format.XLSX,
        ["Имя", "Телефон"],
        [["Анна", "79161234567"]],
    )
    assert (found.total, found.sheets) == (1, ["Sheet1", "Sheet2"])


def test_an_old_excel_file_is_read():
    found = inspect(CORPUS / "clients.xls")
    assert found.reading.format is Format.XLS
    assert found.sample == [
        ["ООО «Ромашка»", "7707083893", "79161234567", "05.03.2024"],
        ["ИП Котов Пётр Ильич", "500100732259", "8 (916) 765-43-21 доб. 7", ""],
    ]


VCARDS = """BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=98=D0=B2=D0=B0=D0=BD=D0=BE=D0=B2;=D0=98=
=D0=B2=D0=B0=D0=BD;;;
TEL;CELL;PREF:+79161234567
TEL;WORK:8 495 123-45-67
PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQSkZJRgABAQ
 AAAQABAAD//gA7Q1JFQVRPUjogZ2QtanBlZyB2MS4wICh1c2luZyBJSkcgSlBFRyB2NjIpLCBxdWF
END:VCARD
BEGIN:VCARD
VERSION:3.0
N:Котов;Пётр;Ильич;;
ORG:ООО «Ромашка»;Закупки
TITLE:Менеджер
EMAIL;TYPE=WORK:kotov@romashka.ru
NOTE:первая\\nвторая
END:VCARD
BEGIN:VCARD
VERSION:3.0
N:Никто
nonsense
END:VCARD
BEGIN:VCARD
VERSION:4.0
FN:Анна Белова
TEL;VALUE=uri;TYPE="voice,home":tel:+7-916-765-43-21;ext=12
item1.URL:https://belova.ru
ADR:;;ул. Мира 1;Тула;;300000;Россия
END:VCARD
"""


def test_vcards_of_all_versions_are_rows_and_a_broken_one_costs_itself(tmp_path: Path):
    path = tmp_path / "book.vcf"
    path.write_bytes(VCARDS.replace("\n", "\r\n").encode())
    found = inspect(path)
    assert (found.reading.format, found.total) == (Format.VCARD, 4)
    first, second, broken, last = (row.cells for row in read_rows(path, found.reading))
    place = {heading: number for number, heading in enumerate(found.headings)}
    assert first[place["Фамилия"]] == "Иванов"
    assert first[place["Телефон"]] == "+79161234567; 8 495 123-45-67"
    assert [second[place[name]] for name in ("Имя", "Организация", "Отдел", "Должность", "E-mail", "Примечание")] == [
        "Пётр", "ООО «Ромашка»", "Закупки", "Менеджер", "kotov@romashka.ru", "первая\nвторая",
    ]  # fmt: skip
    assert broken[0].startswith("BEGIN:VCARD")
    assert [last[place[name]] for name in ("ФИО", "Телефон", "Сайт", "Город")] == [
        "Анна Белова", "+7-916-765-43-21 доб. 12", "https://belova.ru", "Тула",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty-file"), (b"\0\0\r\n", "empty-file"), (b"%PDF-1.7 ...", "not-a-table"),
        (b"\x89PNG\r\n\x1a\n0000", "not-a-table"), (b"<html><table><tr><td>1</td></tr></table>", "not-a-table"),
        (bytes(range(32)) * 50, "not-a-table"), (b"PK\x03\x04 but no zip", "bad-file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 but no workbook", "bad-file"),
        (b";".join([b"x"] * (MOST_COLUMNS + 1)) + b"\n", "too-many-columns"),
    ],
    ids=["nothing", "zeros", "pdf", "png", "html", "binary", "no zip", "no workbook", "columns"],
)  # fmt: skip
def test_what_is_no_table_is_refused_with_a_reason(tmp_path: Path, data: bytes, code: str):
    path = tmp_path / "file"
    path.write_bytes(data)
    with pytest.raises(Rejected) as refused:
        inspect(path)
    assert refused.value.code == code


def test_an_archive_that_says_it_is_huge_is_not_unpacked(tmp_path: Path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", b"")
    data = bytearray(path.read_bytes())
    place = data.rindex(b"PK\x01\x02") + 24
    data[place : place + 4] = (MOST_UNPACKED + 1).to_bytes(4, "little")
    path.write_bytes(data)
    with pytest.raises(Rejected) as refused:
        inspect(path)
    assert refused.value.code == "too-large-inside"


def test_a_person_may_correct_how_a_file_is_read(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_bytes("Имя,с;Тел,ефон\nАнна;1\n".encode("koi8-r"))
    found = inspect(path, Reading(Format.CSV, "koi8-r", ";", headed=False))
    assert found.sample == [["Имя,с", "Тел,ефон"], ["Анна", "1"]]
    assert found.headings == ["", ""]
