"""Which messages are written together, and that nothing overtakes in a dialogue."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from intake.model.chats import ChatEvent, ChatKind, ChatsHeard, Person, identity_of
from intake.reception.chat_going import World
from intake.reception.chat_tidy import Told, tidy_chats
from intake.reception.chat_turns import apart
from intake.reception.house import Doorman, House

BOT = Doorman(1, "telegram", "Бот")
AT = datetime(2026, 11, 20, tzinfo=UTC)
WORLD = World(House())


def told(number: int, who: str = "7", **values: object) -> Told:
    person = Person(who, identity_of("telegram", who))
    event = ChatEvent(f"u{number}", ChatKind.MESSAGE, who, person, f"m{number}", "text")
    [found] = tidy_chats(ChatsHeard(1, AT, (replace(event, **values),)), BOT).told  # type: ignore[arg-type]
    return found


def names(some: list[Told]) -> list[str]:
    return [one.event.external_id for one in some]


def test_what_follows_plainly_goes_together() -> None:
    some, later = apart([told(1), told(2), told(3, "8"), told(4)], WORLD)

    assert names(some) == ["u1", "u2", "u3", "u4"]
    assert later == []


def test_what_changes_another_waits_and_nothing_overtakes_it() -> None:
    edit = told(3, kind=ChatKind.EDIT, message_id="m1")
    some, later = apart([told(1), told(2), edit, told(4), told(5, "8")], WORLD)

    assert names(some) == ["u1", "u2", "u5"]
    assert names(later) == ["u3", "u4"]


def test_albums_answers_and_the_same_message_wait_for_each_other() -> None:
    for odd in (told(2, album="a"), told(2, reply_to="m1"), told(2, message_id="m1")):
        some, later = apart([told(1), odd], WORLD)
        assert (names(some), names(later)) == (["u1"], ["u2"])


def test_one_person_in_two_chats_is_met_once() -> None:
    other = told(2, chat_id="elsewhere")
    some, later = apart([told(1), other, told(3)], WORLD)

    assert (names(some), names(later)) == (["u1", "u3"], ["u2"])


EVENTS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(list(ChatKind))), max_size=30)


@given(EVENTS)
def test_each_is_taken_once_and_in_the_order_of_its_chat(events: list[tuple[str, ChatKind]]) -> None:
    waiting = [told(number, who, kind=kind) for number, (who, kind) in enumerate(events)]
    taken: list[Told] = []
    left = waiting
    while left:
        some, left = apart(left, WORLD)
        assert some
        taken += some

    for who in "abc":
        assert names([one for one in taken if one.event.chat_id == who]) == names(
            [one for one in waiting if one.event.chat_id == who]
        )
