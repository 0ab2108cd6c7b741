"""A dialogue on a timeline: one entry for what was said without a longer silence."""

from datetime import UTC, datetime, timedelta
from typing import Any

from storage.chat_lines import SILENCE, SNIPPET, one_line, stretches

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def said(id_: int, minutes: float, text: str = "", **values: Any) -> tuple[Any, ...]:
    """As the database tells it: theirs, unless it says otherwise."""
    given = {"dialogue": 1, "inquiry": 5, "told": 1, "files": 0, **values}
    at = NOON + timedelta(minutes=minutes)
    return (
        id_, given["dialogue"], given["inquiry"], at, given["told"], text, given["files"], "Маша", "telegram",
    )  # fmt: skip


def test_what_is_said_without_a_silence_is_one_entry() -> None:
    (found,) = stretches([said(1, 0, "Привет"), said(2, 1, "Нужен кабель", files=2), said(3, 90, "Да")])
    assert (found.id, found.heard, found.answered, found.files) == (1, 3, 0, 2)
    assert (found.began, found.at, found.snippet) == (NOON, NOON + timedelta(minutes=90), "Да")


def test_a_long_silence_another_dialogue_and_another_inquiry_begin_a_new_one() -> None:
    later = SILENCE.total_seconds() / 60 + 1
    found = stretches(
        [said(1, 0), said(2, 1, dialogue=2), said(3, 2, inquiry=6), said(4, 3), said(5, 3 + later)]
    )
    assert [one.id for one in found] == [5, 4, 3, 2, 1]


def test_two_dialogues_at_once_are_two_entries_however_they_cross() -> None:
    found = stretches([said(1, 0), said(2, 1, dialogue=2), said(3, 2), said(4, 3, dialogue=2)])
    assert [(one.id, one.heard) for one in found] == [(2, 2), (1, 2)]


def test_their_words_are_told_rather_than_ours() -> None:
    (found,) = stretches([said(1, 0, "Сколько?"), said(2, 1, "Двести рублей", told=0)])
    assert (found.snippet, found.heard, found.answered) == ("Сколько?", 1, 1)
    (ours,) = stretches([said(1, 0, "Добрый день", told=0)])
    assert ours.snippet == "Добрый день"


def test_a_picture_alone_leaves_the_words_before_it() -> None:
    (found,) = stretches([said(1, 0, "Вот такой"), said(2, 1, "", files=1)])
    assert found.snippet == "Вот такой"


def test_a_long_text_is_one_line_and_ends() -> None:
    assert one_line("Нужен\n\n  кабель ") == "Нужен кабель"
    assert len(one_line("a\n" * 999)) <= SNIPPET
