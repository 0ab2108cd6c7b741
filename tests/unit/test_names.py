"""Folding of names, and full names taken apart."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.matching.names import fold, spans, words
from intake.matching.people import PersonName, read_person

LETTERS = st.text(
    alphabet="aceopxABCXYаеоzzя0АёЁйЙеё\u0308\u0306ßİşMм'’-. \"«»№1٣\u200b\u00ad\t", max_size=60
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Ёлкин", "елкин"),
        ("ПЕТРОВ-ВОДКИН", "петров водкин"),
        ("  Иван\t\n Иванович ", "иван иванович"),
        ("Иванов И.И.", "иванов и и"),
        ("О’Коннор", "оконнор"),
        ("O'Connor", "oconnor"),
        ("Müller", "muller"),
        ("Šolohov", "szolohov"),  # a letter of its own, not an accent
        ("Łódź", "lodz"),
        ("Straße", "strasse"),
        ("Ｉｖａｎ", "ivan"),
        ("Северо–Запад", "северо запад"),
        ("Цех № 5", "цех 5"),
        ("Ир\u00adина\u200b", "ирина"),
        ("йод", "йод"),
        (unicodedata.normalize("NFD", "Йод Ёж"), "йод еж"),
        ("Кoвaлёвa", "ковалева"),  # three of the letters are Latin
        ("Cергей", "сергей"),
        ("Toyotа", "toyota"),  # the last letter is Russian
        ("MTC", "mtc"),
        ("1C:Битpикс", "1с битрикс"),
        ("1С", "1с"),
        ("...", ""),
        ("", ""),
    ],
)
def test_what_people_do_not_mean_is_folded_away(text, folded):
    assert fold(text) == folded


def test_short_i_is_a_letter_of_its_own():
    assert fold("Зайцев") != fold("Заицев")


@given(st.one_of(st.text(max_size=200), LETTERS))
def test_folding_never_fails_and_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(st.one_of(st.text(max_size=60), LETTERS))
def test_the_places_of_words_are_in_the_text(text):
    for word in spans(text):
        assert 0 <= word.start < word.end <= len(text)
        assert len(word.origins) == len(word.text)
        assert word.text in fold(text[word.start : word.end]).split()


@given(LETTERS)
def test_words_with_places_are_the_folded_words(text):
    assert [word.text for word in spans(text)] == words(text)


IVANOV = PersonName("Иванов", "Иван", "Иванович")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Иванов Иван Иванович", IVANOV),
        ("Иван Иванович Иванов", IVANOV),
        ("ИВАНОВ ИВАН ИВАНОВИЧ", IVANOV),
        ("иванов иван иванович", IVANOV),
        ("  г-н Иванов,  Иван Иванович ", IVANOV),
        ("Иванов Иван", PersonName("Иванов", "Иван")),
        ("Иван Иванов", PersonName("Иванов", "Иван")),
        ("Иван Иванович", PersonName("", "Иван", "Иванович")),
        ("Иванов И. И.", PersonName("Иванов", "И.", "И.")),
        ("И.И. Иванов", PersonName("Иванов", "И.", "И.")),
        ("Иванов И И", PersonName("Иванов", "И.", "И.")),
        ("Иванов И.", PersonName("Иванов", "И.")),
        ("Ильин Борис Ильич", PersonName("Ильин", "Борис", "Ильич")),
        ("Марина Константин", PersonName("Марина", "Константин")),
        ("Константин Марина", PersonName("Константин", "Марина")),
        ("Ким Анна", PersonName("Ким", "Анна")),
        ("Анна Ким", PersonName("Ким", "Анна")),
        ("Абрамович Роман Аркадьевич", PersonName("Абрамович", "Роман", "Аркадьевич")),
        ("Абрамович Роман", PersonName("Абрамович", "Роман")),
        ("Мамедов Али Вагиф оглы", PersonName("Мамедов", "Али", "Вагиф оглы")),
        ("Петрова-Водкина Анна-Мария Сергеевна", PersonName("Петрова-Водкина", "Анна-Мария", "Сергеевна")),
        ("Ivan Ivanov", PersonName("Ivanov", "Ivan")),
        ("Shcherbakov Pavel Olegovich", PersonName("Shcherbakov", "Pavel", "Olegovich")),
        ("John Fitzgerald Kennedy", PersonName("Kennedy", "John", "Fitzgerald")),
        ("Анна", PersonName("", "Анна")),
        ("Петров", PersonName("Петров")),
        ("", PersonName()),
        ("12345 +7", PersonName()),
    ],
)
def test_a_name_is_taken_apart_in_whatever_order_it_stands(text, name):
    assert read_person(text) == name


def test_a_person_is_named_in_full_and_in_short():
    assert IVANOV.full == "Иванов Иван Иванович"
    assert IVANOV.short == "Иванов И. И."
    assert PersonName("Петров", "П.").short == "Петров П."
    assert PersonName("", "Иван", "Иванович").short == "Иван Иванович"


@given(st.one_of(st.text(max_size=400), st.text(alphabet="ИвановичИ. -,'’ оглы", max_size=80)))
def test_no_text_makes_the_reader_of_names_fail(text):
    name = read_person(text)
    assert len(name.full) <= 500
    assert name.short is not None
