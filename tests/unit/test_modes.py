"""The three literal modes, and which letters they met."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.matching.modes import Mode, digit_marks, digits_match, marks, words_match
from intake.matching.names import words

RECORD = "Ковалёва Мария Сергеевна"


def found(query: str, record: str, mode: Mode) -> bool:
    return words_match(words(query), words(record), mode)


def marked(text: str, query: str, mode: Mode) -> str:
    """The text with what is marked in brackets."""
    shown = text
    for start, end in reversed(marks(text, query, mode)):
        shown = f"{shown[:start]}[{shown[start:end]}]{shown[end:]}"
    return shown


@pytest.mark.parametrize(
    "query", ["ков", "КОВАЛЕВА", "мар ков", "с м к", "ковалёва мария сергеевна", "Ковалёва М. С."]
)
def test_by_its_beginning_each_word_of_the_query_begins_a_word_of_the_record(query):
    assert found(query, RECORD, Mode.BEGINNING)


@pytest.mark.parametrize("query", ["валева", "ков иван", "", " . ", "ковалёваа"])
def test_what_begins_no_word_is_not_found_by_its_beginning(query):
    assert not found(query, RECORD, Mode.BEGINNING)


def test_each_word_of_the_query_needs_a_word_of_its_own():
    assert not found("иван иван", "Иван Петров", Mode.BEGINNING)
    assert found("иван иван", "Иванов Иван", Mode.BEGINNING)
    assert found("и иван", "Иван Ильин", Mode.BEGINNING)


def test_by_a_part_each_word_of_the_query_is_inside_a_word_of_the_record():
    assert found("валев еевна", RECORD, Mode.PART)
    assert not found("валевам", RECORD, Mode.PART)


def test_exact_is_equality_after_folding():
    assert found('"КОВАЛЕВА"  мария сергеевна', RECORD, Mode.EXACT)
    assert not found("Мария Ковалёва", RECORD, Mode.EXACT)
    assert not found("Ковалёва Мария", RECORD, Mode.EXACT)
    assert not found("", "", Mode.EXACT)


def test_digits_are_found_likewise():
    assert digits_match("7707", "7707083893", Mode.BEGINNING)
    assert not digits_match("083", "7707083893", Mode.BEGINNING)
    assert digits_match("083", "7707083893", Mode.PART)
    assert digits_match("7707083893", "7707083893", Mode.EXACT)
    assert not digits_match("", "7707083893", Mode.PART)


@pytest.mark.parametrize(
    ("text", "query", "mode", "shown"),
    [
        ("ООО «Ёлкин-Сервис»", "елк серв", Mode.BEGINNING, "ООО «[Ёлк]ин-[Серв]ис»"),
        ("Ковалёва М. С.", "ковалева", Mode.EXACT, "[Ковалёва] М. С."),
        ("Ковалёва М. С.", "валёв", Mode.PART, "Ко[валёв]а М. С."),
        ("Ковалёва", "ков ковал", Mode.BEGINNING, "[Ковал]ёва"),
        ("О’Коннор", "оконн", Mode.BEGINNING, "[О’Конн]ор"),
        ("Е\u0308лка", "ёл", Mode.BEGINNING, "[Е\u0308л]ка"),
        ("Straße", "strasse", Mode.EXACT, "[Straße]"),
        ("<b>Иван</b>", "иван", Mode.BEGINNING, "<b>[Иван]</b>"),
        ("Ковалёва", "", Mode.PART, "Ковалёва"),
        ("Ковалёва", "петров", Mode.PART, "Ковалёва"),
        ("Петров Иван Ильич", "петровиван", Mode.INEXACT, "[Петров] [Иван] Ильич"),
        ("Иван Петров", "иванпитров", Mode.INEXACT, "[Иван] [Петров]"),
        ("ООО «Свет-Сервис»", "светсервис", Mode.INEXACT, "ООО «[Свет]-[Сервис]»"),
        ("Светсервис", "свет сервис", Mode.INEXACT, "[Светсервис]"),
        ("Ковалёва Мария", "кова лева", Mode.INEXACT, "[Ковалёва] Мария"),
        ("Иван Петров", "bdfygtnhjd", Mode.INEXACT, "[Иван] [Петров]"),
        ("Иван Петров", "иван", Mode.INEXACT, "[Иван] Петров"),
        ("Иванов Петр", "иванов", Mode.INEXACT, "[Иванов] Петр"),
        ("Иван Ов", "иванов", Mode.INEXACT, "[Иван] [Ов]"),
        ("Лиса Мария", "лисам", Mode.INEXACT, "[Лиса] Мария"),
    ],
)
def test_the_letters_that_were_met_are_marked_in_the_text_as_it_is_shown(text, query, mode, shown):
    assert marked(text, query, mode) == shown


@pytest.mark.parametrize(
    ("digits", "mark"), [("91612", (3, 9)), ("7916", (1, 6)), ("4567", (11, 16)), ("999", None), ("", None)]
)
def test_digits_are_marked_across_what_stands_between_them(digits, mark):
    assert digit_marks("+7 916 123-45-67", digits) == ([mark] if mark else [])


@given(st.text(max_size=60), st.text(max_size=20), st.sampled_from(Mode))
def test_marks_are_sorted_apart_and_within_the_text(text, query, mode):
    last = 0
    for start, end in marks(text, query, mode):
        assert last <= start < end <= len(text)
        last = end + 1


@given(
    st.lists(st.text("абв", min_size=1, max_size=3), max_size=30),
    st.lists(st.text("абв", max_size=4), max_size=30),
)
def test_whatever_is_exact_is_found_by_its_beginning_and_whatever_begins_is_a_part(query, record):
    if words_match(query, record, Mode.EXACT):
        assert words_match(query, record, Mode.BEGINNING)
    if words_match(query, record, Mode.BEGINNING):
        assert words_match(query, record, Mode.PART)
