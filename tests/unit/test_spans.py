"""Working hours as people type them, and Russia's holidays."""

import pytest

from intake.model.russian_holidays import russian_holidays
from intake.model.spans import read_spans, show_spans

OFFICE = [[["09:00", "13:00"], ["14:00", "18:00"]]] * 5 + [[], []]


@pytest.mark.parametrize(
    ("typed", "spans"),
    [
        ("9-18", [["09:00", "18:00"]]),
        ("9:00–13:00, 14:00–18:00", [["09:00", "13:00"], ["14:00", "18:00"]]),
        ("14.00 - 18.30; 9 — 13", [["09:00", "13:00"], ["14:00", "18:30"]]),
        ("с 9 до 18", [["09:00", "18:00"]]),
        ("9-13 14-18", [["09:00", "13:00"], ["14:00", "18:00"]]),
        ("22:00-6:00", [["22:00", "06:00"]]),
        ("18-24", [["18:00", "00:00"]]),
        ("Круглосуточно", [["00:00", "00:00"]]),
        ("00:00–24:00", [["00:00", "00:00"]]),
        ("  ", []),
        ("выходной", []),
    ],
)
def test_hours_are_read_as_people_type_them(typed: str, spans: list[list[str]]) -> None:
    assert read_spans(typed) == spans
    assert read_spans(show_spans(spans)) == spans


@pytest.mark.parametrize("typed", ["25-26", "9", "утром", "9-18-20", "9:75-10", "9-9", "9-18 x", "1-2," * 20])
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        read_spans(typed)


def test_a_year_of_russia_has_its_holidays_short_days_and_transfers() -> None:
    days = russian_holidays(2026, OFFICE)

    assert days["2026-01-09"]["hours"] == []  # moved from a Saturday of the holidays
    assert days["2026-06-12"] == {"name": "День России", "hours": []}
    short = [day for day, said in days.items() if said["hours"]]
    assert short == ["2026-04-30", "2026-05-08", "2026-06-11", "2026-11-03"]
    assert days["2026-06-11"]["hours"] == [["09:00", "13:00"], ["14:00", "17:00"]]
    assert "2026-03-08" not in days  # a Sunday is free anyhow


def test_a_saturday_that_is_worked_for_a_day_off_is_told_and_short_like_that_day() -> None:
    assert russian_holidays(2025, OFFICE)["2025-11-01"] == {
        "name": "Рабочая суббота", "hours": [["09:00", "13:00"], ["14:00", "17:00"]],
    }  # fmt: skip


def test_a_house_that_works_all_week_is_free_on_holidays_of_weekends_too() -> None:
    days = russian_holidays(2026, [[["10:00", "22:00"]]] * 7)

    assert days["2026-03-08"]["hours"] == []
    assert days["2026-03-07"]["hours"] == [["10:00", "21:00"]]
