"""A bot writes as fast as its platform lets it, and no chat waits for another."""

import pytest

from intake.model.chats import Limits
from intake.service import pace as module
from intake.service.pace import AT_ONCE, Pace

LIMITS = Limits(a_second=10.0, a_chat_second=1.0)


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pace(clock: Clock) -> Pace:
    return Pace(clock)


def sent_within(pace: Pace, clock: Clock, seconds: float, chats: int) -> int:
    """How many go when everybody tries all the time."""
    number, until = 0, clock.now + seconds
    while clock.now < until:
        number += sum(pace.take(1, chat, LIMITS) == 0.0 for chat in range(1, chats + 1))
        clock.now += 0.01
    return number


def test_a_chat_gets_a_few_at_once_and_then_one_a_second(pace: Pace, clock: Clock):
    assert [pace.take(1, 7, LIMITS) for _ in range(AT_ONCE)] == [0.0] * AT_ONCE
    assert pace.take(1, 7, LIMITS) == pytest.approx(1.0)
    clock.now += 0.4
    assert pace.take(1, 7, LIMITS) == pytest.approx(0.6)
    clock.now += 0.6
    assert pace.take(1, 7, LIMITS) == 0.0


def test_a_bot_never_sends_more_than_its_platform_allows(pace: Pace, clock: Clock):
    assert sent_within(pace, clock, 10.0, chats=100) <= 10 * 10 + 10
    assert sent_within(pace, clock, 10.0, chats=100) >= 95


def test_bots_do_not_wait_for_one_another(pace: Pace):
    while pace.take(1, 1, LIMITS) == 0.0:
        pass
    assert pace.take(2, 1, LIMITS) == 0.0


def test_a_chat_that_the_platform_wants_to_rest_rests_alone(pace: Pace, clock: Clock):
    pace.rest(1, 7, 30.0)
    assert pace.take(1, 7, LIMITS) == pytest.approx(30.0)
    assert pace.take(1, 8, LIMITS) == 0.0
    clock.now += 31
    assert pace.take(1, 7, LIMITS) == 0.0


def test_what_is_known_of_chats_does_not_grow_for_ever(
    pace: Pace, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(module, "MOST", 50)
    pace.rest(1, 3, 1000.0)
    for chat in range(10, 400):
        clock.now += 1.0
        pace.take(1, chat, LIMITS)
    assert len(pace._buckets) <= 50
    assert pace.take(1, 3, LIMITS) > 500
