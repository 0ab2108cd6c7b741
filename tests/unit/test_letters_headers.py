"""Headers: encoded words, parameters, addresses, dates and ids, right and broken."""

from datetime import UTC, datetime

import pytest

from intake.letters.addresses import read_addresses
from intake.letters.filenames import MAX_NAME, harmless
from intake.letters.headers import split
from intake.letters.identity import date, message_id, message_ids
from intake.letters.parameters import read_parameters
from intake.letters.words import header_text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"=?utf-8?B?0J/RgNC40LLQtdGC?=", "Привет"),
        (b"=?utf-8?B?0J/R?= =?utf-8?B?gNC40LLQtdGC?=", "Привет"),
        (b"=?UTF-8?Q?=D0=9F=D1=80?=\t=?UTF-8?Q?=D0=B8?=", "При"),
        (b"=?koi8-r*ru?Q?=F0=D2=C9?= x", "При x"),
        (b"=?utf-8?B?0J/RgNC40LLQtdGC", "Привет"),
        (b"=?utf-8?B?0J/RgNC40LLQtdG?=", "Приве\ufffd"),
        (b"=?utf-8?Q?a?= b =?utf-8?Q?c?=", "a b c"),
        (b"=?utf-8?Q?a_b=20c?=", "a b c"),
        (b"=?x-no-such?Q?=D0=9F?=", "П"),
        ("Привет".encode("cp1251"), "Привет"),
        (b"plain =? not a word ?=", "plain =? not a word ?="),
        (b"a\0b\r\n c\x1b[31m", "ab c[31m"),
        (b"", ""),
    ],
)
def test_header_text(raw: bytes, text: str) -> None:
    assert header_text(raw) == text


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (b"a/b; name=This is a test.txt", "This is a test.txt"),
        (b'a/b; name="a;b.txt"; size=3', "a;b.txt"),
        (b"a/b; name*=UTF-8''%E2%82%AC.txt; name=\"x.txt\"", "€.txt"),
        (b"a/b; name*0*=utf-8''%D0%9F%D1; name*1*=%80%D0%B8; name*2=.pdf", "При.pdf"),
        (b"a/b; name*1=b.txt; name*0=a", "ab.txt"),
        (b'a/b; name*0="=?utf-8?B?0J/RgNC4"; name*1="0LLQtdGC?=.pdf"', "Привет.pdf"),
        (b'a/b name="a b.png"', "a b.png"),
        (b'a/b; name="open', "open"),
        (b'a/b; name="C:\\temp\\new.doc"', "C:\\temp\\new.doc"),
        ('a/b; name="Счёт.pdf"'.encode("cp1251"), "Счёт.pdf"),
    ],
)
def test_a_name_among_parameters(raw: bytes, name: str) -> None:
    main, parameters = read_parameters(raw)
    assert (main, parameters["name"]) == ("a/b", name)


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ("a@b.example", [("a@b.example", "")]),
        ("Иван <Ivan@B.example>", [("ivan@b.example", "Иван")]),
        (
            "Иванов, Иван <ivan@b.example>, c@d.example",
            [("ivan@b.example", "Иванов, Иван"), ("c@d.example", "")],
        ),
        ("Big Bug bb@bug.example", [("bb@bug.example", "Big Bug")]),
        ("a@b.example (Mail System)", [("a@b.example", "Mail System")]),
        ("a@b.example; c@d.example", [("a@b.example", ""), ("c@d.example", "")]),
        ("Group: a@b.example, Bob <c@d.example>;", [("a@b.example", ""), ("c@d.example", "Bob")]),
        ("undisclosed-recipients:;", []),
        ('"x@y.example" <nobody>', [("", "x@y.example")]),
        ("<a@b.example>a@b.example", [("a@b.example", "")]),
        ("<jdoe@machine(comment).  example>", [("jdoe@machine.example", "")]),
        ('"john smith"@b.example', [('"john smith"@b.example', "")]),
        ("=?utf-8?Q?Mail=3A_Bob?= <a@b.example>", [("a@b.example", "Mail: Bob")]),
        ("=?utf-8?B?0JjQstCw0L0gPGFAYi5leGFtcGxlPg==?=", [("a@b.example", "Иван")]),
        ("'a@b.example' <a@b.example>", [("a@b.example", "")]),
        ("Name <a@b.example", [("a@b.example", "Name")]),
        ("иван@почта.рф", [("иван@почта.рф", "")]),
        (",;<>", []),
    ],
)
def test_addresses(raw: str, found: list[tuple[str, str]]) -> None:
    assert [(address.email, address.name) for address in read_addresses([raw.encode()])] == found


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\fakepath\\счёт.pdf", "счёт.pdf"),
        ("a\u202efdp.exe", "afdp.exe"),
        ('a<b>:"c".txt', "a_b_c_.txt"),
        ("%D0%A1%D1%87%D1%91%D1%82.pdf", "Счёт.pdf"),
        ("...", ""),
        ("", ""),
    ],
)
def test_file_names_are_made_harmless(name: str, kept: str) -> None:
    assert harmless(name) == kept


def test_a_long_file_name_keeps_its_ending() -> None:
    name = harmless("я" * 500 + ".docx")
    assert len(name) == MAX_NAME
    assert name.endswith("я.docx")


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("<a@b> <c@d>\t<a@b>", ("a@b", "c@d")),
        ("Your letter of Monday <a@b>", ("a@b",)),
        ("a@b", ("a@b",)),
        ("<a @ b>", ("a@b",)),
        ("nothing", ()),
    ],
)
def test_ids_are_bare_and_each_stands_once(text: str, ids: tuple[str, ...]) -> None:
    assert message_ids(text) == ids
    assert message_id(text) == (ids[0] if ids else "")


@pytest.mark.parametrize(
    "text", ["", "Yesterday", "99 Foo 2026", "Fri, 31 Dec 9999 23:59:59 -2359", "(" * 1000]
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert date(text) is None


def test_a_date_without_a_zone_is_utc() -> None:
    assert date("Wed, 01 May 2019 12:20") == datetime(2019, 5, 1, 12, 20, tzinfo=UTC)


def test_names_may_have_spaces_before_the_colon_and_values_may_be_folded() -> None:
    headers, end = split(b"Subject  : a\r\n b\r\nX:\r\n\r\nbody", 0, 28)
    assert headers.text("subject") == "a b"
    assert headers.raw("x") == b""
    assert end == 24
