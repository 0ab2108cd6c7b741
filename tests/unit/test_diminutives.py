"""Names and what people call each other."""

import pytest

from intake.matching.diminutives import other_names
from intake.matching.names import fold
from intake.matching.sounds import skeleton


def called(one: str, other: str) -> bool:
    return skeleton(fold(other)) in other_names(skeleton(fold(one)))


@pytest.mark.parametrize(
    ("full", "short"),
    [
        ("Александр", "Саша"),
        ("Александра", "Саша"),
        ("Мария", "Маша"),
        ("Наталья", "Ната"),
        ("Пётр", "Петя"),
        ("Дмитрий", "Димон"),
        ("Евгения", "Женя"),
        ("Екатерина", "Катюша"),
        ("Николай", "Колян"),
        ("Aleksandr", "Саша"),
        ("Михаил", "Misha"),
    ],
)
def test_whoever_is_called_so_is_found_both_ways(full, short):
    assert called(full, short)
    assert called(short, full)


def test_two_short_names_of_one_person_are_not_taken_for_each_other():
    """Слава may be Вячеслав and Ярослав; those two are not one."""
    assert not called("Вячеслав", "Ярослав")
    assert not called("Шура", "Саша")


@pytest.mark.parametrize("name", ["Иван", "Саша", "Кржижановский", ""])
def test_nobody_is_another_name_of_themselves(name):
    assert not called(name, name)


def test_who_has_no_other_name_has_none():
    assert other_names("krjijanovski") == frozenset()
