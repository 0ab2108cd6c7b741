"""The other keyboard layout, neighbouring keys, and letters drawn alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.matching.layouts import NEIGHBOURS, retyped, unmixed
from intake.matching.names import fold

RUSSIAN = "абвгдежзийклмнопрстуфхцчшщъыьэюяё"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ghbdtn", "привет"),
        ("bdfyjd", "иванов"),
        ("<jhbcjd", "Борисов"),
        ("`krf", "ёлка"),
        ("ofcnmt", "щастье"),
        ("';ty", "эжен"),
        ("Шмфтщм", "Ivanov"),
        ("ыдгср", "sluch"),
        ("", ""),
    ],
)
def test_the_same_keys_in_the_other_layout(typed, meant):
    assert retyped(typed) == meant


@given(st.text(RUSSIAN + RUSSIAN.upper() + " ", max_size=40))
def test_what_is_retyped_twice_is_as_it_was(text):
    assert retyped(retyped(text)) == text


@pytest.mark.parametrize(
    ("word", "put_right"),
    [
        ("кoвaлeв", "ковалев"),
        ("cергей", "сергей"),
        ("дмитрiй", "дмитрій"),
        ("toyotа", "toyota"),
        ("mtc", "mtc"),
        ("мтс", "мтс"),
        ("1c", "1с"),
        ("x5", "х5"),
        ("a1z", "a1z"),
        ("102", "102"),
    ],
)
def test_letters_of_the_other_alphabet_that_are_drawn_alike_are_put_right(word, put_right):
    assert unmixed(word) == put_right


@given(st.text("аесxyzжя01", max_size=12))
def test_putting_right_keeps_the_length_and_is_done_at_once(word):
    assert len(unmixed(word)) == len(word)
    assert unmixed(unmixed(word)) == unmixed(word)


@given(st.text(RUSSIAN, min_size=3, max_size=12).filter(lambda word: not set(word) <= set("асеорхукмтнв")))
def test_a_russian_word_meets_itself_whichever_of_its_letters_were_latin(word):
    looks = str.maketrans("асеорхукмтнв", "aceopxykmthb")
    mixed = "".join(
        letter.translate(looks) if place % 3 == 0 else letter for place, letter in enumerate(word)
    )
    russian = sum(not letter.isascii() for letter in mixed)

    if russian * 2 >= len(word):
        assert fold(mixed) == fold(word)


@pytest.mark.parametrize("pair", ["йц", "ап", "ол", "фя", "эж", "qw", "gh", "az", "56"])
def test_keys_side_by_side_are_neighbours_both_ways(pair):
    assert pair[1] in NEIGHBOURS[pair[0]]
    assert pair[0] in NEIGHBOURS[pair[1]]


@pytest.mark.parametrize("pair", ["йь", "qm", "19", "йq", "аа"])
def test_far_keys_are_no_neighbours(pair):
    assert pair[1] not in NEIGHBOURS[pair[0]]


def test_neighbourhood_is_mutual():
    assert all(one in NEIGHBOURS[other] for one, near in NEIGHBOURS.items() for other in near)
