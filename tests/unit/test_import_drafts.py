"""Rows become records: what spreadsheets did to numbers is undone, and what cannot be meant has a reason."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from intake.errors import Rejected
from intake.importing import values
from intake.importing.csv_lines import csv_lines, guarded
from intake.importing.csv_rows import Row
from intake.importing.drafting import Drafter
from intake.importing.reader import unpacked
from intake.importing.worker import packed
from intake.matching.emails import read_emails
from intake.matching.phones import read_phones
from intake.model.imports import BadRow, Draft, Options
from intake.model.wizard import PartyKind
from storage.search.records import folded

ACCOUNT, CONTACT, LEAD = PartyKind


def draft(kind: PartyKind, area_code: str = "", **cells: str) -> Any:
    made = Drafter(kind, list(cells), [key.title() for key in cells], Options(area_code=area_code))
    return made.draft(Row(2, list(cells.values())))


def party(kind: PartyKind, **cells: str) -> Any:
    found = draft(kind, **cells)
    assert isinstance(found, Draft), found
    return found.parties[kind.value]


def points(found: Any) -> list[tuple[str, str | None]]:
    return [(point.value, point.extension) for point in found.points]


def test_a_legal_form_is_split_off_and_names_are_folded_as_the_search_does():
    found = party(ACCOUNT, name="ООО «Ёлка-М»", inn="7707083893/770701001")
    assert found.fields == {
        "name": "Ёлка-М", "legal_form": "ООО", "kind": "company", "inn": "7707083893", "kpp": "770701001",
    }  # fmt: skip
    assert found.names == ("елка м",)


@pytest.mark.parametrize(
    ("kind", "cells"),
    [
        (ACCOUNT, {"name": "Общество с ограниченной ответственностью «Ромашка-Плюс»"}),
        (ACCOUNT, {"name": "Siemens GmbH"}),
        (CONTACT, {"full_name": "ИВАНОВ-ПЕТРОВ Ёж И."}),
        (LEAD, {"full_name": "Иван Котов", "organisation": "ИП Котов"}),
        (LEAD, {"organisation": "ООО"}),
    ],
)
def test_names_are_folded_as_those_of_records_made_by_hand(kind: PartyKind, cells: dict[str, str]):
    found = party(kind, **cells)
    assert " ".join(name for name in found.names if name) == folded(
        kind.value,
        {"name": None, "organisation": None, "last_name": "", "first_name": "", "middle_name": ""}
        | found.fields,
    )


def test_a_contact_person_in_the_row_is_a_record_of_their_own():
    found = draft(ACCOUNT, name="Ромашка", phone="8 495 123-45-67", contact_full_name="Иванов Иван Иванович",
                  contact_phone="8 916 123-45-67", contact_position="Директор")  # fmt: skip
    assert points(found.parties["account"]) == [("+74951234567", None)]
    person = found.parties["contact"]
    assert points(person) == [("+79161234567", None)]
    assert person.fields == {
        "last_name": "Иванов", "first_name": "Иван", "middle_name": "Иванович", "position": "Директор",
    }  # fmt: skip


def test_a_number_of_nobody_by_name_is_the_clients_own():
    found = draft(ACCOUNT, name="Ромашка", contact_phone="8 916 123-45-67")
    assert list(found.parties) == ["account"]
    assert points(found.parties["account"]) == [("+79161234567", None)]


def test_a_client_without_a_company_is_the_person():
    found = draft(ACCOUNT, contact_full_name="Белова Анна", contact_phone="8 916 123-45-67")
    assert (found.parties["account"].fields["name"], found.parties["account"].fields["kind"]) == (
        "Белова Анна",
        "person",
    )


def test_a_contact_says_whose_he_is():
    found = draft(CONTACT, full_name="Иванов Иван", account="ООО Ромашка", account_inn="7707083893")
    assert found.parties["account"].fields["inn"] == "7707083893"
    assert list(found.parties) == ["account", "contact"]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("+7 (916) 123-45-67 / 8 495 765-43-21 доб. 139", [("+79161234567", None), ("+74957654321", "139")]),
        ("79161234567; 84957654321", [("+79161234567", None), ("+74957654321", None)]),
        ("9161234567", [("+79161234567", None)]), ("9161234567.0", [("+79161234567", None)]),
        ("9.161234567E9", [("+79161234567", None)]), ("9,161234567E+09", [("+79161234567", None)]),
        ("7.9161234567E10", [("+79161234567", None)]), ("8 (495) 123-45-67*22", [("+74951234567", "22")]),
        ("123-45-67", [("+74951234567", None)]), ("139", [("139", None)]), ("+1 650 253 0000", [("+16502530000", None)]),
    ],
)  # fmt: skip
def test_telephones_are_read_however_they_stand_there(text: str, numbers: list[tuple[str, str | None]]):
    found = draft(LEAD, "495", full_name="А", phone=text)
    assert points(found.parties["lead"]) == numbers


def test_what_is_no_telephone_is_kept_in_the_description():
    found = party(LEAD, full_name="Анна", phone="уточнить", description="важная")
    assert (found.points, found.fields["description"]) == ((), "важная\nPhone: уточнить")


@pytest.mark.parametrize("text", ["9,16123E+09", "7.7E+11"])
def test_digits_that_excel_threw_away_are_told_of(text: str):
    for key in ("phone", "inn"):
        found = draft(ACCOUNT, name="А", **{key: text})
        assert (found.code, found.params) == ("digits-lost", {"text": text})


@pytest.mark.parametrize(
    ("text", "inn"),
    [("7707083893.0", "7707083893"), ("274062111", "0274062111"), ("ИНН 7707083893", "7707083893"), ("7707083890", "7707083890")],
)  # fmt: skip
def test_an_inn_gets_its_nought_back_and_a_wrong_check_digit_is_let_pass(text: str, inn: str):
    assert values.inn_and_kpp(text)[0] == inn


@pytest.mark.parametrize("text", ["123", "0000000000", "77070838931", "семь"])
def test_what_cannot_be_an_inn_is_refused(text: str):
    with pytest.raises(Rejected, match="bad-inn"):
        values.inn_and_kpp(text)


def test_a_kpp_gets_its_nought_back():
    assert values.kpp("50101001") == "050101001"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("31.12.2025", "2025-12-31T00:00:00+00:00"), ("1.2.24 9:05", "2024-02-01T09:05:00+00:00"),
        ("2025-12-31T10:00:00+03:00", "2025-12-31T07:00:00+00:00"), ("2025-12-31", "2025-12-31T00:00:00+00:00"),
        ("45657", "2024-12-31T00:00:00+00:00"),
    ],
)  # fmt: skip
def test_dates_are_read_in_all_ways_that_files_have(text: str, day: str):
    assert values.moment(text) == day


@pytest.mark.parametrize("text", ["31.02.2025", "вчера", "01.01.0001", "99999999999"])
def test_what_is_no_date_is_refused(text: str):
    with pytest.raises(Rejected, match="bad-moment"):
        values.moment(text)


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"phone": "8 916 123-45-67"}, "name-missing"), ({"name": "А" * 301}, "too-long"),
        ({"name": "А", "ogrn": "12"}, "bad-ogrn"), ({"name": "А", "employees": "много"}, "bad-number"),
        ({"name": "А", "revenue": "1e400"}, "bad-number"), ({"name": "А", "city": "Г" * 121}, "too-long"),
        ({"name": "А", "description": "Г" * 20_000}, "too-long"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_taken_says_why(cells: dict[str, str], code: str):
    found = draft(ACCOUNT, **cells)
    assert isinstance(found, BadRow)
    assert (found.code, found.cells) == (code, tuple(cells.values()))


def test_a_row_with_far_too_many_cells_is_left_out():
    found = Drafter(ACCOUNT, ["name"], ["Название"], Options()).draft(Row(5, ["x"] * 1_000_000))
    assert isinstance(found, BadRow)
    assert (found.code, len(found.cells)) == ("too-many-cells", 256)


def test_a_formula_is_a_text_like_any_other():
    found = party(ACCOUNT, name="Ромашка", city="=cmd|' /C calc'!A0", description="'=1+1")
    assert found.fields["city"] == "=cmd|' /C calc'!A0"
    assert found.fields["description"] == "=1+1"


@pytest.mark.parametrize("kind", list(PartyKind))
@given(cells=some.lists(some.text(max_size=60), min_size=6, max_size=6))
def test_nothing_that_a_cell_may_hold_is_a_fault(kind: PartyKind, cells: list[str]):
    keys = {ACCOUNT: "name inn phone email created employees", CONTACT: "full_name account account_inn phone site messenger",
            LEAD: "full_name organisation inn phone revenue created"}[kind]  # fmt: skip
    found = Drafter(kind, keys.split(), keys.split(), Options()).draft(Row(1, cells))
    assert unpacked(packed(found)).line == found.line


@given(
    some.from_regex(
        r"(\+7|8|7)?[ -]?\(?[3489][0-9]{2}\)?[ -]?[0-9]{3}[ -]?[0-9]{2}[ -]?[0-9]{2}", fullmatch=True
    )
)
def test_the_quick_way_to_read_a_telephone_is_the_thorough_one(text: str):
    thorough = [(phone.e164, phone.extension) for phone in read_phones(text)]
    assert [(point.value, point.extension) for point in values.phones(text, "")] == thorough


@example("-@0.ru")
@given(some.from_regex(r"[a-zA-Z0-9._+-]{1,12}@[a-z0-9.-]{1,12}\.(ru|com|org)", fullmatch=True))
def test_the_quick_way_to_read_an_address_is_the_thorough_one(text: str):
    assert [point.value for point in values.emails(text)] == [email.address for email in read_emails(text)]


def test_exported_cells_run_nothing_and_telephones_stay_as_they_are():
    assert guarded("=1+1") == "'=1+1"
    assert guarded("@SUM(A1)") == "'@SUM(A1)"
    assert guarded("-5") == "'-5"
    assert guarded("+cmd|'/C calc'!A0") == "'+cmd|'/C calc'!A0"
    assert (
        guarded("+7 916 123-45-67; +7 495 123-45-67 доб. 139")
        == "+7 916 123-45-67; +7 495 123-45-67 доб. 139"
    )
    assert csv_lines([["a;b", 'c"d', "=x"]]) == '"a;b";"c""d";\'=x\r\n'
