"""Templates and addresses of answers: pure."""

import contextlib
import time

import pytest

from intake.errors import Rejected
from intake.letters.templates import fill, unfilled, unknown
from web.pages.answers_read import people

VALUES = {"name": "Марина", "company": "ООО «Ромашка»", "number": "57", "me": "Анна", "empty": ""}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{имя}, {Компания}: № {номер  обращения}. {Я}", "Марина, ООО «Ромашка»: № 57. Анна"),
        ("Dear {name} of {company}, {number}, {me}", "Dear Марина of ООО «Ромашка», 57, Анна"),
        ("{скидка} {имя}", "{скидка} Марина"),
        ("{} {1} { имя } {{имя}}", "{} {1} { имя } {Марина}"),
    ],
)
def test_known_fields_are_filled_and_others_stay_as_they_are_written(template: str, text: str):
    assert fill(template, VALUES) == text


def test_a_field_without_a_value_stays_to_be_seen():
    assert fill("{имя}!", {"name": ""}) == "{имя}!"
    assert unfilled("{имя} {x} {имя}") == ["{имя}", "{x}"]
    assert unknown("{имя} {x}") == ["{x}"]


def test_a_value_is_not_taken_for_a_template():
    assert fill("{имя} {я}", {"name": "{я}", "me": "Анна"}) == "{я} Анна"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a@b.example", [("a@b.example", "")]),
        (" Марина <A@B.example> ; c@d.example, ", [("a@b.example", "Марина"), ("c@d.example", "")]),
        ('"Ковалёва, Марина" <a@b.example>', [("a@b.example", "Ковалёва, Марина")]),
        ("a@b.example, A@b.example", [("a@b.example", "")]),
        ("info@почта.рф", [("info@почта.рф", "")]),
        ("", []),
    ],
)
def test_people_are_read_as_they_are_written(text: str, found: list[tuple[str, str]]):
    assert [(each.email, each.name) for each in people(text)] == found


@pytest.mark.parametrize(
    "text",
    [
        "a", "a@", "@b.example", "a@b", "a@b.example c@d.example", "<a@b.example", 'x" <a@b.example>',
        "a@b.example\r\nBcc: c@d.example", "a@b.example\x85c", "a@b.example,\x00", "a@@b.example",
        "<a@b.example><c@d.example>", "a\u202e@b.example",
    ],
)  # fmt: skip
def test_what_is_no_list_of_addresses_is_refused(text: str):
    with pytest.raises(Rejected, match="bad-address"):
        people(text)


@pytest.mark.parametrize("piece", ['"', '"\\', "a ", "<", "a@b.example ", ",", " ", "\\", '"a" '])
def test_no_list_of_addresses_takes_long(piece: str):
    begun = time.perf_counter()
    with contextlib.suppress(Rejected):
        people(piece * (4000 // len(piece)))
    assert time.perf_counter() - begun < 0.5
