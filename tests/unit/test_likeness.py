"""How alike two words are, what makes them so, and what each mistake costs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.matching.likeness import EQUAL, NONE, Kind, likeness

WORDS = st.text("абвгдеиклмнорстуя", min_size=1, max_size=14)
TWO_ALPHABETS = st.text("аоеиклмнprstov12", min_size=1, max_size=12)
MISTAKES = {Kind.EQUAL, Kind.SOUND, Kind.TRANSLIT, Kind.TYPO, Kind.NAME}


def worth(typed: str, stored: str = "кондратенко") -> float:
    return likeness(typed, stored).worth


@pytest.mark.parametrize(
    ("typed", "stored", "kind"),
    [
        ("ковалев", "ковалев", Kind.EQUAL),
        ("наталья", "наталия", Kind.SOUND),
        ("филипов", "филиппов", Kind.SOUND),
        ("shcherbakov", "щербаков", Kind.TRANSLIT),
        ("щербаков", "scherbakov", Kind.TRANSLIT),
        ("саша", "александр", Kind.NAME),
        ("александр", "саша", Kind.NAME),
        ("masha", "мария", Kind.NAME),
        ("ковал", "ковалев", Kind.BEGINNING),
        ("koval", "ковалев", Kind.BEGINNING),
        ("валев", "ковалев", Kind.PART),
        ("к", "ковалев", Kind.INITIAL),
        ("ковалев", "к", Kind.INITIAL),
        ("кавалев", "ковалев", Kind.TYPO),
        ("ковлаев", "ковалев", Kind.TYPO),
        ("kavalev", "ковалев", Kind.TYPO),
    ],
)
def test_why_one_word_stands_for_another(typed, stored, kind):
    assert likeness(typed, stored).kind is kind
    assert likeness(typed, stored).worth > (0.4 if kind is Kind.INITIAL else 0.6)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("иванов", "петров"),
        ("к", "сомов"),
        ("ива", "пет"),
        ("1", "1004"),
        ("7", "к"),
        ("", "иванов"),
        ("а", ""),
    ],
)
def test_different_words_are_different(typed, stored):
    assert likeness(typed, stored).worth < 0.6


def test_a_key_beside_costs_less_than_one_far_away_and_what_sounds_alike_less_still():
    assert (
        worth("кондрателко") < worth("кондоатенко") < worth("кандратенко") < 1
    )  # н-л far, р-о beside, о-а alike


def test_two_letters_swapped_are_one_mistake():
    assert likeness("кондартенко", "кондратенко").mistakes == 1
    assert worth("кондртаенко") > worth("кондрлтзнко")


def test_a_doubled_letter_is_the_cheapest_mistake_there_is():
    assert worth("1100", "100") > worth("1700", "100")
    assert worth("кондраатенко") > worth("кондрактенко")


def test_the_first_letter_is_dearer():
    assert worth("зондратенко") < worth("конзратенко")


def test_a_digit_is_dearest():
    assert worth("лицей15", "лицей16") < worth("лицейк", "лицейз")


def test_the_more_of_a_word_is_typed_the_liker_it_is():
    beginnings = ["кондр", "кондрат", "кондратен", "кондратенко"]
    assert sorted(beginnings, key=worth) == beginnings


def test_two_mistakes_are_worse_than_one():
    assert worth("кзндратенко") > worth("кзндратзнко") > worth("кзндзатзнко")
    assert [likeness(typed, "кондратенко").mistakes for typed in ("кзндратенко", "кзндратзнко")] == [1, 2]


def test_a_typed_initial_tells_more_than_a_stored_one():
    assert worth("к", "ковалев") > worth("ковалев", "к") > 0


@given(
    st.one_of(WORDS, TWO_ALPHABETS, st.text(max_size=20)),
    st.one_of(WORDS, TWO_ALPHABETS, st.text(max_size=20)),
)
def test_worth_is_from_nothing_to_one_and_only_the_equal_are_worth_one(typed, stored):
    found = likeness(typed, stored)
    assert 0 <= found.worth <= 1
    assert (found == EQUAL) == (typed == stored != "")
    assert found.worth < 1 or found == EQUAL
    assert found.mistakes >= 0


@given(st.one_of(WORDS, TWO_ALPHABETS))
def test_a_word_is_itself_and_nothing_is_nothing(word):
    assert likeness(word, word) == EQUAL
    assert likeness(word, "") == likeness("", word) == NONE


@given(st.one_of(WORDS, TWO_ALPHABETS), st.one_of(WORDS, TWO_ALPHABETS))
def test_mistakes_count_the_same_whoever_made_them(one, other):
    """Beginnings and parts are of the typed word only; misspelling is mutual."""
    there, back = likeness(one, other), likeness(other, one)
    if there.kind in MISTAKES and back.kind in MISTAKES:
        assert there.kind is back.kind
        assert there.worth == pytest.approx(back.worth, abs=0.08)


@given(st.text("бвгдзклмнпрст", min_size=5, max_size=14), st.data())
def test_a_word_with_one_letter_wrong_is_alike(word, data):
    place = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("бвгдзклмнпрст"))
    assert worth(word[:place] + letter + word[place + 1 :], word) >= 0.75
