from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.model.worktime import ALWAYS, Hours, WorkHours

MOSCOW = ZoneInfo("Europe/Moscow")
BERLIN = ZoneInfo("Europe/Berlin")  # has summer time
OFFICE: Hours = ((time(9), time(13)), (time(14), time(18)))
NIGHT: Hours = ((time(22), time(6)),)
WEEK = (OFFICE,) * 5 + ((), ())
HOUSE = WorkHours(MOSCOW, WEEK)


def moscow(day: int, hour: int, minute: int = 0, month: int = 6) -> datetime:
    """June 2026 begins with a Monday."""
    return datetime(2026, month, day, hour, minute, tzinfo=MOSCOW)


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        (moscow(1, 9), True),
        (moscow(1, 8, 59), False),
        (moscow(1, 13), False),  # lunch
        (moscow(1, 14), True),
        (moscow(1, 17, 59), True),
        (moscow(1, 18), False),
        (moscow(6, 12), False),  # Saturday
    ],
)
def test_a_house_is_open_from_the_first_minute_to_the_one_before_the_end(at: datetime, is_open: bool) -> None:
    assert HOUSE.is_open(at) is is_open
    assert HOUSE.is_open(at.astimezone(UTC)) is is_open


@pytest.mark.parametrize(
    ("at", "minutes", "due"),
    [
        (moscow(1, 10), 30, moscow(1, 10, 30)),
        (moscow(1, 12, 45), 15, moscow(1, 13)),  # the very end still counts
        (moscow(1, 12, 45), 30, moscow(1, 14, 15)),  # over lunch
        (moscow(5, 17, 50), 30, moscow(8, 9, 20)),  # over a weekend
        (moscow(6, 3), 15, moscow(8, 9, 15)),
        (moscow(1, 9), 8 * 60 * 5, moscow(5, 18)),  # a whole week
        (moscow(1, 10), 0, moscow(1, 10)),
        (moscow(6, 10), 0, moscow(8, 9)),
    ],
)
def test_minutes_go_by_only_while_it_is_open(at: datetime, minutes: int, due: datetime) -> None:
    assert HOUSE.after(at, minutes) == due


def test_a_holiday_a_short_day_and_a_working_saturday_are_said_by_date() -> None:
    days: dict[date, Hours] = {
        date(2026, 6, 12): (),
        date(2026, 6, 11): ((time(9), time(16)),),
        date(2026, 6, 13): OFFICE,
    }
    house = WorkHours(MOSCOW, WEEK, days)

    assert house.is_open(moscow(11, 13, 30))
    assert not house.is_open(moscow(11, 17))
    assert house.opens(moscow(11, 16)) == moscow(13, 9)
    assert house.between(moscow(11, 0), moscow(14, 0)) == timedelta(hours=7 + 0 + 8)


def test_a_night_shift_lasts_into_the_next_day_even_into_a_holiday() -> None:
    nights = WorkHours(MOSCOW, (NIGHT,) * 5 + ((), ()), {date(2026, 6, 2): ()})

    assert nights.is_open(moscow(2, 5, 59))
    assert not nights.is_open(moscow(2, 6))
    assert not nights.is_open(moscow(2, 23))
    assert nights.after(moscow(1, 23), 7 * 60) == moscow(2, 6)
    assert nights.after(moscow(2, 5), 90) == moscow(3, 22, 30)
    assert nights.is_open(moscow(6, 3))
    assert not nights.is_open(moscow(6, 22))


def test_a_whole_day_goes_from_midnight_to_midnight() -> None:
    house = WorkHours(MOSCOW, (((time(0), time(0)),),) * 7)

    assert house.is_open(moscow(1, 0))
    assert house.is_open(moscow(1, 23, 59))
    assert house.between(moscow(1, 0), moscow(8, 0)) == timedelta(days=7)


def test_spans_that_overlap_or_stand_in_the_wrong_order_count_once() -> None:
    day: Hours = ((time(14), time(18)), (time(9), time(15)), (time(10), time(11)))
    house = WorkHours(MOSCOW, (day,) * 7)

    assert house.between(moscow(1, 0), moscow(2, 0)) == timedelta(hours=9)
    assert house.opens(moscow(1, 0)) == moscow(1, 9)
    assert house.after(moscow(1, 9), 9 * 60) == moscow(1, 18)


def test_a_night_shift_that_reaches_into_the_next_days_hours_counts_once() -> None:
    house = WorkHours(MOSCOW, (((time(20), time(10)), (time(9), time(12))),) * 7)

    assert house.between(moscow(2, 0), moscow(3, 0)) == timedelta(hours=12 + 4)


def test_a_house_that_never_works_is_never_due() -> None:
    never = WorkHours(MOSCOW, ((),) * 7)

    assert never.after(moscow(1, 9), 5) is None
    assert never.opens(moscow(1, 9)) is None
    assert not never.is_open(moscow(1, 9))
    assert never.between(moscow(1, 9), moscow(30, 9)) == timedelta()


def test_a_house_that_opens_in_more_than_a_year_is_never_due_either() -> None:
    once = WorkHours(MOSCOW, ((),) * 7, {date(2027, 12, 1): OFFICE})

    assert once.opens(moscow(1, 9)) is None


def test_an_hour_that_clocks_skip_is_not_worked_and_one_that_comes_twice_is_worked_twice() -> None:
    nights = WorkHours(BERLIN, (NIGHT,) * 7)
    spring, autumn = datetime(2026, 3, 28, 22, tzinfo=BERLIN), datetime(2026, 10, 24, 22, tzinfo=BERLIN)

    assert nights.between(spring, spring + timedelta(days=1)) == timedelta(hours=7)
    assert nights.after(spring, 7 * 60) == datetime(2026, 3, 29, 6, tzinfo=BERLIN)
    assert nights.between(autumn, autumn + timedelta(days=1)) == timedelta(hours=9)
    assert nights.after(autumn, 9 * 60) == datetime(2026, 10, 25, 6, tzinfo=BERLIN)


def test_working_hours_stay_where_they_are_on_the_wall_when_clocks_change() -> None:
    house = WorkHours(BERLIN, (OFFICE,) * 7)

    assert house.opens(datetime(2026, 3, 28, 12, tzinfo=UTC)) == datetime(2026, 3, 28, 13, 0, tzinfo=UTC)
    assert house.opens(datetime(2026, 3, 29, 0, tzinfo=UTC)) == datetime(2026, 3, 29, 7, 0, tzinfo=UTC)


def test_a_span_inside_the_hour_that_clocks_skip_is_not_open() -> None:
    house = WorkHours(BERLIN, (((time(2, 30), time(3, 15)),),) * 7)
    skipped = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)

    assert house.opens(skipped) == datetime(2026, 3, 30, 2, 30, tzinfo=BERLIN)


def test_without_a_calendar_it_is_always_open() -> None:
    at = moscow(6, 3)

    assert ALWAYS.is_open(at)
    assert ALWAYS.after(at, 90) == at + timedelta(minutes=90)
    assert ALWAYS.between(at, at + timedelta(days=3)) == timedelta(days=3)


spans = st.lists(st.tuples(st.times(), st.times()), max_size=3).map(tuple)
weeks = st.lists(spans, min_size=7, max_size=7).map(tuple)
zones = st.sampled_from(
    ["Europe/Moscow", "Europe/Berlin", "Asia/Kathmandu", "Africa/Cairo", "America/New_York"]
)
moments = st.timedeltas(timedelta(), timedelta(days=3650)).map(lambda later: moscow(1, 0) + later)


@given(weeks, zones, moments, st.integers(0, 5_000))
def test_when_it_is_due_so_many_minutes_have_been_worked(
    week: tuple[Hours, ...], zone: str, at: datetime, minutes: int
) -> None:
    house = WorkHours(ZoneInfo(zone), week)
    due = house.after(at, minutes)

    if due is None:
        assert not any(week) or house.between(at, at + timedelta(days=360)) < timedelta(minutes=minutes)
    else:
        assert house.between(at, due) == timedelta(minutes=minutes)
        assert due == at or minutes > 0 or house.is_open(due)


@given(weeks, zones, moments, st.timedeltas(timedelta(), timedelta(days=20)))
def test_worked_time_is_never_longer_than_time(
    week: tuple[Hours, ...], zone: str, since: datetime, long: timedelta
) -> None:
    house = WorkHours(ZoneInfo(zone), week)

    assert timedelta() <= house.between(since, since + long) <= long
