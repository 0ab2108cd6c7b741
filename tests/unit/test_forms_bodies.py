"""Whatever is posted becomes pairs of a name and a text."""

import json
from urllib.parse import quote_plus, urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from intake.channels.forms.bodies import (
    BODY,
    MOST_NAME,
    MOST_PAIRS,
    MOST_VALUE,
    Body,
    from_json,
    from_parts,
    from_urlencoded,
)
from intake.channels.forms.controls import TRAP, apart


def test_a_form_is_read_in_its_order_with_several_values_of_a_name() -> None:
    body = from_urlencoded("имя=Анна+Петрова&цвет=красный&цвет=синий&пусто=".encode())

    assert body.pairs == (("имя", "Анна Петрова"), ("цвет", "красный"), ("цвет", "синий"), ("пусто", ""))


@pytest.mark.parametrize("charset", ["utf-8", "cp1251", "koi8-r"])
def test_a_form_in_any_charset_is_read(charset: str) -> None:
    body = f"name={quote_plus('Ёлкин', encoding=charset)}".encode()

    assert from_urlencoded(body, charset).pairs == (("name", "Ёлкин"),)


def test_an_old_page_that_names_no_charset_is_read_as_cp1251() -> None:
    assert from_urlencoded(f"name={quote_plus('Мария', encoding='cp1251')}".encode()).pairs[0][1] == "Мария"


def test_the_field_that_names_the_charset_is_believed() -> None:
    body = f"_charset_=koi8-r&name={quote_plus('Мария', encoding='koi8-r')}".encode()

    assert from_urlencoded(body).pairs[1] == ("name", "Мария")


def test_parts_are_read_like_a_form() -> None:
    parts = [("имя".encode(), "Анна".encode()), (b"text", b"a\r\nb")]

    assert from_parts(parts).pairs == (("имя", "Анна"), ("text", "a\nb"))


def test_nested_json_is_flattened() -> None:
    body = b'{"a": {"b": 1, "c": [2, "x"]}, "d": [{"e": true}, {"e": false}], "f": null, "n": 1.50}'

    assert dict(from_json(body).pairs) == {"a.b": "1", "a.c": "x", "d.0.e": "yes", "n": "1.50"}
    assert ("a.c", "2") in from_json(body).pairs


@pytest.mark.parametrize("body", [b'{"a": ', b"name=Anna", b"[" * 100_000, b'{"a": nope}', b"\xff\xfe"])
def test_what_is_no_json_is_kept_whole_with_its_problem(body: bytes) -> None:
    read = from_json(body)

    assert read.problem == "bad-json"
    assert [name for name, _ in read.pairs] == [BODY]


def test_numbers_stay_as_they_were_written() -> None:
    long = "9" * 5000
    assert from_json(f'{{"phone": 89161234567, "id": {long}}}'.encode()).pairs[0] == ("phone", "89161234567")


def test_what_no_database_keeps_is_left_out() -> None:
    assert from_json(b'{"na\\u0000me": "a\\ud800b\\u0000c"}').pairs == (("name", "abc"),)


def test_sizes_are_bounded() -> None:
    many = urlencode([(f"n{i}", "x") for i in range(5000)]).encode()
    long = urlencode({"n" * 500: "x" * 100_000}).encode()

    assert len(from_urlencoded(many).pairs) == MOST_PAIRS
    ((name, value),) = from_urlencoded(long).pairs
    assert (len(name), len(value)) == (MOST_NAME, MOST_VALUE)


@given(
    st.binary(max_size=400), st.sampled_from(["", "utf-8", "utf-16", "rot13", "base64", "idna", "x\0y", "й"])
)
@example(b"%ff%fe=%00", "utf-7")
@example(b'{"":{"":[[[[[[[[[[1]]]]]]]]]]}', "")
def test_no_bytes_are_too_odd(body: bytes, charset: str) -> None:
    halves = [(body[: len(body) // 2], body[len(body) // 2 :])]
    for read in (from_urlencoded(body, charset), from_parts(halves, charset), from_json(body)):
        _is_storable(read)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda s: st.lists(s) | st.dictionaries(st.text(), s),
    )
)
def test_any_json_gives_pairs(value: object) -> None:
    read = from_json(json.dumps(value).encode())

    _is_storable(read)
    assert not read.problem


def _is_storable(read: Body) -> None:
    for pair in read.pairs:
        for text in pair:
            assert "\0" not in text
            text.encode()


def test_what_comes_along_is_told_from_what_was_typed() -> None:
    page = "https://shop.example/?yclid=7&utm_source=x&q=1"
    pairs = (
        ("name", "Anna"), ("_token", "t"), ("_key", " k "), (TRAP, ""), ("_altcha", "s"),
        ("utm_source", "ya"), ("_page", page), ("_referrer", "https://ya.ru/"), ("_odd", "kept"),
    )  # fmt: skip

    typed, came = apart(pairs, {"name"})

    assert typed == (("name", "Anna"), ("_odd", "kept"))
    assert (came.token, came.key, came.trap, came.solution) == ("t", "k", "", "s")
    assert came.utm == (("utm_source", "ya"), ("yclid", "7"))
    assert came.referrer == "https://ya.ru/"


def test_a_drawn_field_is_the_visitors_whatever_it_is_called() -> None:
    typed, came = apart((("referrer", "a friend"), ("utm_source", "ya")), {"referrer"})

    assert typed == (("referrer", "a friend"),)
    assert came.utm == (("utm_source", "ya"),)


@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=50)), max_size=10), st.text(max_size=60))
def test_nothing_that_comes_along_is_too_odd(pairs: list[tuple[str, str]], page: str) -> None:
    typed, _ = apart((*pairs, ("_page", page)), set())

    assert set(typed) <= set(pairs)
