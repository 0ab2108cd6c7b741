"""Any bytes become a letter, soon and within bounds; nothing that anybody crafts does more than that."""

import base64
import re
import time
import tracemalloc

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from intake.letters.html import html_to_text
from intake.letters.problems import Problem
from intake.letters.read import read_letter
from intake.model.letters import Letter

MOST_SECONDS = 2.0
MOST_BYTES = 100_000_000
HEAD = b"From: a@client.example\r\nSubject: x\r\nDate: Mon, 12 Jan 2026 10:00:00 +0300\r\n"
PARTED = HEAD + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
HTML = HEAD + b"Content-Type: text/html; charset=utf-8\r\n\r\n"
FILE = HEAD + b"Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"

# What letters are made of, to be put together in any order.
_PIECES = [
    piece.encode("latin-1").decode("unicode_escape").encode("latin-1")
    for piece in r"""
From:\x20 To:\x20 Subject:\x20 Date:\x20 Content-Type:\x20 Content-Disposition:\x20attachment;
Content-Transfer-Encoding:\x20 base64 quoted-printable x-uuencode text/plain text/html message/rfc822
multipart/mixed;\x20boundary=b multipart/alternative;\x20boundary=c --b --c-- \r\n \n \r \r\n\r\n \x20 \t
; , : < > " ( ) @ \0 =?utf-8?B? =?koi8-r?Q? ?= =D0 charset= name*0*=utf-8''%D0 filename= utf-7
a@b.example <blockquote> <a\x20href=' </script> &amp; \xd0\x9f \xcf\xf0\xe8 \xff >\x20 begin\x20644\x20a\n
Auto-Submitted:\x20auto-replied\n Return-Path:\x20<>\n +7\x20495\x20123-45-67
""".split()
]


_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)


def is_clean(letter: Letter) -> bool:
    texts = [letter.subject, letter.text, letter.reply_text, letter.message_id, letter.sent_from.name]
    assert b"\0" not in letter.html.encode()
    assert all(_TYPE.fullmatch(attached.content_type) for attached in letter.attachments)
    texts += [attached.filename for attached in letter.attachments]
    texts += [address.name + address.email for address in (*letter.to, *letter.cc, *letter.reply_to)]
    return all(
        text.encode() is not None and not any(c < " " and c not in "\n\t" for c in text) for text in texts
    )


@given(st.binary(max_size=2000))
@settings(max_examples=120, deadline=None)
@example(b"")
@example(b"\0")
@example(b"\r")
@example(b": \n\n")
@example(b"Content-Type: text/html; charset=utf-7\n\na\0+2AA-")
@example("Content-Type: т/х\nContent-Disposition: attachment\n\nx".encode())
def test_any_bytes_are_a_letter(raw: bytes) -> None:
    letter = read_letter(raw, own=["a@b.example"])
    assert Problem.FAILED not in letter.problems
    assert is_clean(letter)


@given(st.lists(st.sampled_from(_PIECES), max_size=60).map(b"".join))
@settings(max_examples=250, deadline=None)
def test_anything_that_looks_like_a_letter_is_one(raw: bytes) -> None:
    letter = read_letter(raw)
    assert Problem.FAILED not in letter.problems
    assert is_clean(letter)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=300))
@settings(max_examples=60, deadline=None)
def test_text_comes_through_whatever_charset_it_is_sent_in(text: str) -> None:
    for charset in ("utf-8", "utf-7", "utf-16"):
        head = f"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        letter = read_letter(HEAD + head.encode() + base64.encodebytes(text.encode(charset)))
        assert letter.text == text


@given(st.text(max_size=500))
@settings(max_examples=60, deadline=None)
def test_any_text_may_be_read_as_html(text: str) -> None:
    assert isinstance(html_to_text(text), str)


def test_a_letter_that_breaks_the_reader_is_shown_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr("intake.letters.read.take_apart", broken)
    letter = read_letter(HEAD + b"\r\nHello")
    assert letter.problems == (Problem.FAILED,)
    assert "Hello" in letter.text
    assert (letter.sent_from.email, letter.subject) == ("a@client.example", "x")


def test_of_too_many_headers_the_first_count_and_the_body_is_found() -> None:
    letter = read_letter(HEAD + b"X-A: b\r\n" * 100_000 + b"\r\nHello")
    assert letter.text == "Hello"
    assert letter.subject == "x"
    assert letter.problems == (Problem.TOO_MANY_HEADERS,)


def test_ten_thousand_levels_are_thirty() -> None:
    levels = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(10_000)
    )
    assert Problem.TOO_DEEP in read_letter(HEAD + levels + b"\r\nHello").problems


def test_parts_beyond_a_thousand_are_left() -> None:
    assert Problem.TOO_MANY_PARTS in read_letter(PARTED + b"--b\r\n\r\nx\r\n" * 5000).problems


CRAFTED = {
    "headers": HEAD + b"X-A: b\r\n" * 100_000 + b"\r\nx",
    "folded header": HEAD + b"X-A: b" + b"\r\n c" * 1_000_000 + b"\r\n\r\nx",
    "addresses": b"To: " + b"a@b.c, " * 1_000_000 + b"\r\n\r\nx",
    "encoded words": b"Subject: " + b"=?utf-8?B?" * 300_000 + b"\r\n\r\nx",
    "open words in addresses": b"To: " + b"=?a?q?x" * 9000 + b"\r\n\r\nx",
    "quotes": b"To: " + b'"' * 60_000 + b"\r\n\r\nx",
    "brackets": b"To: " + b"(" * 60_000 + b"\r\n\r\nx",
    "parameters": b"Content-Type: text/plain; " + b"a*0*=" * 200_000 + b"\r\n\r\nx",
    "levels": HEAD
    + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(30))
    + b"x" * 10_000_000,
    "letters in letters": HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 10_000 + b"x" * 10_000_000,
    "parts": PARTED + b"--b\r\n\r\nx\r\n" * 500_000,
    "boundaries in boundaries": PARTED
    + PARTED.removeprefix(HEAD).join([b"--b\r\n"] * 30)
    + b"\n--bx" * 3_000_000,
    "almost boundaries": PARTED + b"\n--bx" * 4_000_000,
    "base64": FILE + b"QUJD" * 5_000_000,
    "base64 with padding": FILE + b"QQ=" * 6_000_000,
    "base64 with noise": FILE + b"QUJD!\n" * 3_000_000,
    "quoted-printable": HEAD + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + b"=D0=9F" * 3_000_000,
    "uuencode": HEAD + b"Content-Transfer-Encoding: uuencode\r\n\r\nbegin 644 a\n" + b"#86)C\n" * 1_000_000,
    "nothing": b"\0" * 20_000_000,
    "line ends": b"\n" * 20_000_000,
    "carriage returns": b"\r" * 10_000_000,
    "one byte": b"\xff" * 20_000_000,
    "colons": b":" * 20_000_000,
    "short headers": b"a:\n" * 3_000_000,
    "junk": b"junk line\n" * 1_000_000,
    "spaces": HEAD + b"\r\n" + (b" " * 1000 + b"x\r\n") * 10_000,
    "quoted lines": HEAD + b"\r\n" + b"> a\r\n" * 3_000_000,
    "attributions": HEAD + b"\r\n" + b"On a b c\r\n" * 300_000,
    "header lines in text": HEAD + b"\r\n" + b"From: a\r\n" * 300_000,
    "labels": HEAD + b"\r\n" + b"a: b\r\n" * 300_000,
    "phones": HEAD + b"\r\n" + b"+7 495 123-45-67\r\n" * 100_000,
    "at signs": HEAD + b"\r\n" + b"a@" * 1_000_000,
    "utf-7": HEAD + b"Content-Type: text/plain; charset=utf-7\r\n\r\n" + b"+AGE-" * 1_000_000,
    "punycode": HEAD + b"Content-Type: text/plain; charset=punycode\r\n\r\n" + b"a" * 500_000 + b"-zzz",
    "divs": HTML + b"<div>" * 500_000,
    "open tags": HTML + b"".join(b"<b id=%d>" % n for n in range(40_000)) + b"<p>x" * 150_000,
    "scripts": HTML + b"<script>" * 200_000,
    "less-than": HTML + b"<" * 2_000_000,
    "quotes in tags": HTML + b"<a href='" * 200_000,
    "block quotes": HTML + b"<blockquote>x" * 100_000,
    "list items": HTML + b"<li>" * 300_000,
    "html parts": PARTED + (b"--b\r\nContent-Type: text/html\r\n\r\n" + b"<div>" * 30_000 + b"\r\n") * 100,
    "bounces": b"Return-Path: <>\r\nFrom: postmaster@x.example\r\n\r\n" + b"<a@b.example>: \r\n" * 100_000,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CRAFTED)
def test_nothing_crafted_takes_long(name: str) -> None:
    started = time.thread_time()
    letter = read_letter(CRAFTED[name])
    assert time.thread_time() - started < MOST_SECONDS
    assert Problem.FAILED not in letter.problems


@pytest.mark.slow
@pytest.mark.parametrize("name", CRAFTED)
def test_nothing_crafted_takes_much_memory(name: str) -> None:
    tracemalloc.start()
    try:
        read_letter(CRAFTED[name])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < MOST_BYTES
