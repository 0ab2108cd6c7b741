"""Times as people say them, in the viewer's zone and language."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from web.i18n import speaking
from web.times import (
    ago,
    clock,
    day,
    for_input,
    from_input,
    in_zone,
    length,
    timer,
    waiting,
    warms,
    warmth,
    when,
)

NOW = datetime(2026, 11, 21, 11, 7, tzinfo=UTC)  # 14:07 in Moscow


@pytest.fixture(autouse=True)
def _russian_afternoon():
    with time_machine.travel(NOW, tick=False), speaking("ru"), in_zone(ZoneInfo("Europe/Moscow")):
        yield


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (NOW, "сегодня, 14:07"),
        (NOW - timedelta(days=1), "вчера, 14:07"),
        (NOW + timedelta(days=1), "завтра, 14:07"),
        (datetime(2026, 11, 12, 7, tzinfo=UTC), "12 ноября, 10:00"),
        (datetime(2024, 11, 12, 7, tzinfo=UTC), "12 ноября 2024, 10:00"),
        (datetime(2026, 11, 20, 21, 30, tzinfo=UTC), "сегодня, 0:30"),  # in Moscow it is today already
        (None, ""),
    ],
)
def test_a_moment_is_said_by_its_day(moment, said):
    assert when(moment) == said


def test_english_says_it_its_own_way():
    with speaking("en"):
        assert when(datetime(2024, 11, 12, 7, tzinfo=UTC)) == "November 12, 2024, 10:00"
        assert ago(NOW - timedelta(days=3)) == "3 days ago"


def test_the_same_moment_is_another_day_elsewhere():
    with in_zone(ZoneInfo("Asia/Vladivostok")):
        assert day(datetime(2026, 11, 20, 13, 59, tzinfo=UTC)) == "вчера"
        assert day(datetime(2026, 11, 20, 14, 1, tzinfo=UTC)) == "сегодня"
        assert clock(NOW) == "21:07"


@pytest.mark.parametrize(
    ("apart", "said"),
    [
        (timedelta(seconds=20), "только что"),
        (timedelta(minutes=5), "5 минут назад"),
        (timedelta(days=1), "1 день назад"),
        (timedelta(days=3), "3 дня назад"),
        (timedelta(days=-2), "через 2 дня"),
    ],
)
def test_how_long_ago_is_rounded_to_what_matters(apart, said):
    assert ago(NOW - apart) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 с"),
        (40, "40 с"),
        (60, "1 мин"),
        (1080, "18 мин"),
        (3600, "1 ч"),
        (7500, "2 ч 5 мин"),
        (260000, "3 дн."),
        (-5, "0 с"),
    ],
)
def test_a_length_of_time_is_short(seconds, said):
    assert length(seconds) == said


@pytest.mark.parametrize(("seconds", "said"), [(7, "0:07"), (102, "1:42"), (3723, "1:02:03"), (None, "0:00")])
def test_a_timer_is_read_like_a_clock(seconds, said):
    assert timer(seconds) == said


@pytest.mark.parametrize(
    ("minutes", "warm"), [(1, ""), (5, "warn"), (9, "warn"), (10, "late"), (900, "late")]
)
def test_waiting_warms_up(minutes, warm):
    assert warmth(warms(NOW - timedelta(minutes=minutes), "call")) == warm
    assert waiting(NOW - timedelta(minutes=1)) == "1 мин"


def test_what_is_typed_into_a_form_is_on_the_viewers_clock():
    typed = for_input(NOW)
    assert typed == "2026-11-21T14:07"
    assert from_input(typed) == NOW
    assert from_input("tomorrow-ish") is None
