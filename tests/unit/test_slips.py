"""What mistyped words have in common with the words that were meant."""

from hypothesis import given
from hypothesis import strategies as st

from intake.matching.slips import STEM, TWO_SLIPS_FROM, kept_slips, pieces, slips, stem

SOUNDS = st.text("abdeiklmnorstv", min_size=3, max_size=12)


def meet(typed: str, stored: str, most: int) -> bool:
    return not slips(stem(typed), most).keys().isdisjoint(kept_slips(stem(stored)))


@given(SOUNDS, st.data())
def test_words_that_one_letter_parts_meet(word, data):
    place = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("abdeiklmnorstv"))

    assert meet(word[:place] + letter + word[place + 1 :], word, 1)  # taken for another
    if len(word) > 3:
        assert meet(word[:place] + word[place + 1 :], word, 1)  # left out
    assert meet(word[:place] + letter + word[place:], word, 1)  # put in


@given(SOUNDS, st.data())
def test_words_with_two_neighbours_swapped_meet(word, data):
    place = data.draw(st.integers(0, len(word) - 2))
    swapped = word[:place] + word[place + 1] + word[place] + word[place + 2 :]

    assert meet(swapped, word, 1)


@given(st.text("abdeiklmnorstv", min_size=TWO_SLIPS_FROM, max_size=STEM), st.data())
def test_longer_words_meet_with_two_letters_wrong(word, data):
    mistyped = word
    for _ in range(2):
        place = data.draw(st.integers(0, len(word) - 1))
        mistyped = mistyped[:place] + data.draw(st.sampled_from("abdeiklmnorstv")) + mistyped[place + 1 :]

    assert meet(mistyped, word, 2)


@given(SOUNDS)
def test_of_those_with_fewer_left_out_one_is_known_as_such(word):
    found = slips(stem(word), 2)

    assert all(found[one] == left for one, left in slips(stem(word), 1).items())
    assert set(found.values()) <= {0, 1, 2}
    assert sum(left == 0 for left in found.values()) == 1


def test_of_a_number_only_the_number_itself_is_kept():
    assert len(kept_slips("7801234")) == 1
    assert not meet("7801234", "7801235", 0)


def test_what_comes_after_the_stem_does_not_count():
    assert stem("aleksandrovski") == stem("aleksandrova") == "aleksan"


def test_pieces_are_runs_of_three_letters():
    assert len(pieces("ромашка")) == 5
    assert pieces("аш") == set()
    assert pieces("маш") < pieces("ромашка")
    assert len(pieces("аааааа")) == 1


@given(st.text(min_size=3, max_size=20), st.data())
def test_whatever_is_inside_a_word_has_only_pieces_of_it(word, data):
    start = data.draw(st.integers(0, len(word) - 3))
    end = data.draw(st.integers(start + 3, len(word)))

    assert pieces(word[start:end]) <= pieces(word)
