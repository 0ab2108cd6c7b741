"""The turn itself: shares, breaks, returns."""

from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.model.turn import MAX_WEIGHT, SCALE, Place, moment, next_of

weights = st.lists(st.integers(1, MAX_WEIGHT), min_size=1, max_size=12)


def team(*given_weights: int) -> dict[int, Place]:
    return {number: Place(number, weight, 0) for number, weight in enumerate(given_weights, 1)}


def turn(places: dict[int, Place], without: frozenset[int] = frozenset()) -> int:
    """One item, as storage/seats.py counts it."""
    there = [place for place in places.values() if place.user_id not in without]
    chosen = next_of(there)
    places[chosen.user_id] = replace(chosen, passed=chosen.next_passed)
    come = moment([place for place in places.values() if place.user_id not in without])
    for away in without:
        places[away] = replace(places[away], passed=max(places[away].passed, come))
    return chosen.user_id


def test_equals_take_turns_in_the_order_of_their_ids() -> None:
    places = team(1, 1, 1)

    assert [turn(places) for _ in range(7)] == [1, 2, 3, 1, 2, 3, 1]


def test_who_weighs_twice_as_much_gets_twice_as_much_and_not_all_at_once() -> None:
    places = team(2, 1, 1)

    assert Counter(turn(places) for _ in range(4)) == {1: 2, 2: 1, 3: 1}
    assert [turn(places) for _ in range(4)] not in ([1, 1, 2, 3], [2, 3, 1, 1])


def test_every_weight_divides_the_scale() -> None:
    assert all(SCALE % weight == 0 for weight in range(1, MAX_WEIGHT + 1))


@given(weights)
def test_after_any_number_of_items_nobody_is_more_than_one_away_from_their_share(chosen: list[int]) -> None:
    places, had = team(*chosen), Counter[int]()
    for number in range(1, 4 * sum(chosen) + 1):
        had[turn(places)] += 1
        for user, weight in enumerate(chosen, 1):
            assert abs(had[user] - Fraction(number * weight, sum(chosen))) <= 1


def test_twenty_light_ones_and_a_heavy_one_keep_their_shares_from_the_beginning() -> None:
    places = team(*[1] * 20, 20)

    assert sorted(turn(places) for _ in range(10)).count(21) == 5


@given(st.integers(1, 200), st.integers(1, MAX_WEIGHT))
def test_who_was_away_is_not_flooded_when_they_are_back(missed: int, weight: int) -> None:
    places, had = team(1, 1, weight), Counter[int]()
    for _ in range(missed):
        turn(places, without=frozenset({3}))
    for number in range(1, 61):
        had[turn(places)] += 1
        assert abs(had[3] - Fraction(number * weight, weight + 2)) <= 2


@pytest.mark.parametrize("away", [frozenset({1}), frozenset({2}), frozenset({1, 2})])
def test_whoever_is_there_gets_it_all(away: frozenset[int]) -> None:
    places = team(5, 3, 1)

    had = {turn(places, without=away) for _ in range(30)}

    assert had == {1, 2, 3} - away
