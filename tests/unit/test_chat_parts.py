"""Messages of ours are parted where a reader pauses, and nothing of them is lost."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.channels.messengers.parts import buttons, how_many, length, parts_of, split
from intake.model.chats import Button, ChatOut, Limits, OutFile

SMALL = Limits(text=40, caption=20)
PICTURE = OutFile("схема.png", "image/png", b"png")
PRICES = OutFile("прайс.pdf", "application/pdf", b"pdf")
FAMILY = "👩\u200d👩\u200d👧\u200d👦"
FLAG = "🇷🇺"


def texts(message: ChatOut, limits: Limits = SMALL) -> list[str]:
    return [part.text for part in parts_of(message, limits)]


@pytest.mark.parametrize(
    ("text", "parted"),
    [
        ("Коротко.", "Коротко."),
        ("", ""),
        ("  \n ", ""),
        (
            "Первый абзац о лампах.\n\nВторой о плитке и клее.",
            "Первый абзац о лампах.|Второй о плитке и клее.",
        ),
        (
            "Строка первая, ещё\nстрока вторая тут\nи третья.",
            "Строка первая, ещё\nстрока вторая тут|и третья.",
        ),
        (
            "Он сказал: «Лампы есть у нас.» Привезём завтра.",
            "Он сказал: «Лампы есть у нас.»|Привезём завтра.",
        ),
        ("Лампы есть на складе. Привезём завтра утром.", "Лампы есть на складе.|Привезём завтра утром."),
        ("лампы плитка доставка самовывоз оплата сразу", "лампы плитка доставка самовывоз оплата|сразу"),
        ("x" * 90, f"{'x' * 40}|{'x' * 40}|{'x' * 10}"),
        ("да " + "x" * 50, f"да|{'x' * 40}|{'x' * 10}"),
    ],
)
def test_a_text_is_parted_where_a_reader_pauses(text: str, parted: str):
    assert "|".join(split(text, SMALL)) == parted


@pytest.mark.parametrize("letter", [FAMILY, FLAG, "й\u0301", "👍🏽", "각"])
def test_what_is_seen_as_one_letter_is_not_cut(letter: str):
    for limits in (SMALL, replace(SMALL, utf16=True)):
        pieces = split(letter * 30, limits)
        assert "".join(pieces) == letter * 30
        assert all(len(piece) % len(letter) == 0 for piece in pieces)


def test_platforms_that_count_in_utf16_get_half_as_many_emoji():
    limits = Limits(text=10, utf16=True)
    assert [length(piece, limits) for piece in split("😀" * 12, limits)] == [10, 10, 4]


@given(
    st.text(alphabet=st.sampled_from([*"абв.!? \n\u0301\u200d😀👍🏽", FLAG[0]]), max_size=300),
    st.integers(2, 60),
    st.booleans(),
)
def test_nothing_is_lost_and_all_fits(text: str, most: int, utf16: bool):
    limits = Limits(text=most, utf16=utf16)
    pieces = split(text, limits)
    assert re.sub(r"\s", "", "".join(pieces)) == re.sub(r"\s", "", text)
    assert all(0 < length(piece, limits) <= most for piece in pieces)


def test_a_short_text_stands_below_the_first_file():
    message = ChatOut("7", "k", "Смотрите:", (PICTURE, PRICES), reply_to="55")
    first, second = parts_of(message, SMALL)
    assert (first.text, first.files, first.reply_to) == ("Смотрите:", (PICTURE,), "55")
    assert (second.text, second.files, second.reply_to) == ("", (PRICES,), "")
    assert (first.key, second.key) == ("k.0", "k.1")


def test_a_long_one_comes_before_the_files():
    message = ChatOut("7", "k", "Вот схема, о которой вы спрашивали.", (PICTURE,))
    assert texts(message) == ["Вот схема, о которой вы спрашивали.", ""]
    assert texts(replace(message, text="Вот"), Limits(caption=0)) == ["Вот", ""]


def test_buttons_stand_below_the_last_words():
    offered = buttons([("Даю согласие", "consent:1:2"), ("Не даю", "refuse:1:2")], SMALL)
    message = ChatOut("7", "k", "Первое предложение тут. Согласны с этим вы?", (PICTURE,), buttons=offered)
    parts = parts_of(message, SMALL)
    assert [len(part.buttons) for part in parts] == [0, 0, 2]
    assert [bool(part.files) for part in parts] == [True, False, False]


def test_a_label_fits_on_its_button():
    (button,) = buttons([("Поделиться моим номером телефона", "p"), ("нет", "n")], Limits(buttons=1))
    assert button == Button("Поделиться моим ном…", "p")


def test_whoever_writes_is_told_how_many_parts_it_will_be():
    assert [how_many("x" * 90, 0, SMALL), how_many("Да", 2, SMALL), how_many("", 0, SMALL)] == [3, 2, 0]
