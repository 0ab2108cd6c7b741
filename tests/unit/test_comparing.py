"""How well a name answers a query."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.matching.comparing import NOTHING, Answer, compare, worth_showing
from intake.matching.likeness import Kind
from intake.matching.policy import POLICY

NAMES = st.lists(st.sampled_from("иванов иван иванович петров ооо ромашка 1004 к".split()), max_size=6)


def answer(query: str, *own: str, related: str = "") -> Answer:
    words = query.split()
    return compare(words, dict.fromkeys(words, 10.0), [name.split() for name in own], related.split())


def score(query: str, *own: str, related: str = "") -> float:
    return answer(query, *own, related=related).score


def kinds(found: Answer) -> list[Kind]:
    return [match.likeness.kind for match in found.matches]


def test_a_name_answers_itself_wholly():
    found = answer("иванов иван", "иванов иван")
    assert (found.score, found.whole, kinds(found)) == (1.0, True, [Kind.EQUAL, Kind.EQUAL])


def test_the_order_of_words_hardly_matters_but_breaks_a_tie():
    assert 0.95 < score("иван иванов", "иванов иван") < 1
    assert answer("иван иванов", "иванов иван").whole


def test_what_the_query_does_not_mention_costs_a_little():
    assert (
        score("иванов", "иванов") > score("иванов", "иванов иван") > score("иванов", "иванов иван петрович")
    )
    assert not answer("иванов", "иванов иван").whole


def test_a_word_that_is_not_there_costs_much_and_the_rarer_the_more():
    assert score("иванов сергей", "иванов иван") < 0.7
    weights = {"иванов": 3.0, "кржижановский": 15.0}
    common = compare(["иванов", "кржижановский"], weights, [["иванов"]])
    rare = compare(["иванов", "кржижановский"], weights, [["кржижановский"]])
    assert rare.score > 3 * common.score


def test_each_word_is_used_once():
    assert score("иван иван", "иван петров") < score("иван петров", "иван петров")
    assert len(answer("иван иван", "иван петров").matches) == 1


def test_a_word_goes_to_the_likest():
    found = answer("иванова иванов", "иванов иванова")
    assert [(match.typed, match.stored) for match in found.matches] == [
        ("иванова", "иванова"),
        ("иванов", "иванов"),
    ]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("петров водкин", "петровводкин"),
        ("петровводкин", "петров водкин"),
        ("севернаязвезда", "северная звезда"),
    ],
)
def test_glued_and_split_words_meet(query, name):
    found = answer(query, name)
    assert kinds(found) == [Kind.GLUED]
    assert found.score > 0.85


def test_any_of_several_names_is_enough():
    assert score("ромашка", "иванов иван", "ромашка") > 0.9
    assert answer("ромашка", "иванов иван", "ромашка").whole


def test_words_of_several_names_may_be_mixed():
    assert score("иванов ромашка", "иванов иван", "ромашка") > 0.9


def test_a_person_is_found_with_the_company_but_not_by_it_alone():
    assert score("иванов ромашка", "иванов иван", related="ромашка") > 0.85
    assert answer("ромашка", "иванов иван", related="ромашка") == NOTHING


def test_nothing_answers_nothing():
    assert answer("", "иванов") == NOTHING
    assert answer("иванов") == NOTHING
    assert answer("иванов", "") == NOTHING
    assert answer("сидоров", "кржижановский") == NOTHING


@given(NAMES, st.lists(NAMES, max_size=3), NAMES)
def test_a_score_is_from_nothing_to_one_and_matches_are_of_the_query(query, own, related):
    found = compare(query, dict.fromkeys(query, 5.0), own, related)
    assert 0 <= found.score <= 1
    asked = [word for match in found.matches for word in match.typed.split()]
    assert all(asked.count(word) <= query.count(word) for word in asked)


@given(NAMES.filter(bool))
def test_every_name_answers_itself_best_of_all(name):
    found = compare(name, dict.fromkeys(name, 5.0), [name])
    assert found.score == pytest.approx(1.0)
    assert found.whole


@pytest.mark.parametrize(
    ("typed", "stored", "shown"),
    [
        ("иванов", "иванов", True),
        ("фаеул 24", "факел 24", True),  # two slips in a short word beside a number
        ("ивонов сиргей патрович", "иванов сергей петрович", True),
        ("холмеонт", "холремонт", True),
        ("мальковюрий", "макович", False),
        ("сеталоприбор", "отельприбор", False),
        ("томилоелена александровна", "клымюк елена александровна", False),
        ("козел алексзндр викторович", "петров александр викторович", False),  # the surname is another's
        ("ковтанюк и со", "ковтанюк иван", True),  # what answers does so wholly
    ],
)
def test_who_is_reached_through_too_many_wrong_letters_is_not_shown(typed, stored, shown):
    found = answer(typed, stored)
    assert worth_showing(found.score, found.matches) is shown


def test_a_long_name_may_have_more_wrong_letters_than_a_short_one():
    long = answer("праизводствино техничиская компония", "производственно техническая компания")
    assert sum(match.likeness.mistakes for match in long.matches) > POLICY.most_mistakes
    assert worth_showing(long.score, long.matches)
