"""How many letters are asked for at once."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from intake.channels.imap.batches import MOST_LETTERS, TRIES, Stumbles, batches
from intake.channels.imap.faults import words
from intake.channels.imap.session import Told

AT = datetime(2026, 11, 22, tzinfo=UTC)
sizes = st.lists(st.integers(0, 5000), max_size=200)


def told(given_sizes: list[int]) -> list[Told]:
    return [Told(uid, size, AT) for uid, size in enumerate(given_sizes, 1)]


@given(sizes, st.sets(st.integers(1, 200)))
def test_every_letter_is_in_one_batch_in_its_order(given_sizes: list[int], alone: set[int]):
    letters = told(given_sizes)
    made = list(batches(letters, frozenset(alone), most_bytes=8000))
    assert [one for batch in made for one in batch] == letters
    for batch in made:
        assert len(batch) <= MOST_LETTERS
        assert len(batch) == 1 or sum(one.size for one in batch) <= 8000
        assert len(batch) == 1 or not {one.uid for one in batch} & alone


def test_a_letter_larger_than_a_batch_goes_by_itself():
    made = list(batches(told([10, 9000, 10]), frozenset(), most_bytes=8000))
    assert [[one.uid for one in batch] for batch in made] == [[1], [2], [3]]


def test_a_letter_that_is_stumbled_over_is_tried_whole_then_its_head_then_given_up():
    stumbles = Stumbles()
    seen = []
    for _ in range(2 * TRIES):
        seen.append((stumbles.alone("a"), stumbles.only_head("a"), stumbles.given_up("a")))
        stumbles.over(["a"])
    assert (
        seen == [(False, False, False)] + [(True, False, False)] * (TRIES - 1) + [(True, True, False)] * TRIES
    )
    assert stumbles.given_up("a")
    stumbles.past(["a"])
    assert not stumbles.alone("a")


def test_what_a_server_said_is_one_clean_line():
    assert words(Exception(b"[ALERT] \xd0\x9d\xd0\xb5\xd1\x82\r\n\x00 no")) == "[ALERT] Нет no"
    assert words(Exception("command: LOGIN => b'bad'")) == "command: LOGIN => bad"
    assert words(TimeoutError()) == "TimeoutError"
    assert len(words(Exception("x" * 5000))) == 300
