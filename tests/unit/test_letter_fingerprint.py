"""When two letters are one."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.letter_fingerprint import fingerprint

HEAD = (
    b"From: Marina <marina@romashka.example>\r\n"
    b"Date: Sat, 21 Nov 2026 09:00:00 +0300\r\n"
    b"Message-ID: <1@romashka.example>\r\n"
    b"Subject: =?utf-8?q?=D0=A1=D1=82=D0=BE=D0=BB=D1=8B?=\r\n"
)
BODY = b"\r\nTwelve tables, please.\r\n\r\n-- \r\nMarina\r\n"
LETTER = HEAD + BODY


@pytest.mark.parametrize(
    "same",
    [
        LETTER.replace(b"\r\n", b"\n"),
        b"Received: from mx by mx\r\n\tfor <sales@house.example>; today\r\n" + LETTER,
        b"Delivered-To: info@house.example\r\nReturn-Path: <marina@romashka.example>\r\n" + LETTER,
        HEAD + b"X-Spam-Score: 1.2\r\n" + BODY,
        LETTER + b"\r\n\r\n",
        LETTER.rstrip(),
        LETTER.replace(b"Marina <marina", b"Marina\r\n <marina"),
        LETTER.replace(b"Message-ID", b"Message-Id"),
        HEAD[HEAD.index(b"Date") :] + HEAD[: HEAD.index(b"Date")] + BODY,
    ],
    ids=["lf", "received", "delivered", "x-header", "longer end", "no end", "folded", "case", "order"],
)
def test_what_servers_do_on_the_way_changes_nothing(same: bytes):
    assert fingerprint(same) == fingerprint(LETTER)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<1@romashka", b"<2@romashka"),
        (b"09:00:00", b"09:00:01"),
        (b"marina@romashka.example>\r\nDate", b"igor@romashka.example>\r\nDate"),
        (b"D0=A1", b"D0=A2"),
        (b"Twelve", b"Eleven"),
        (b"\r\n\r\n-- ", b"\r\nor more\r\n-- "),
    ],
)
def test_letters_with_one_message_id_may_differ_all_the_same(old: bytes, new: bytes):
    assert old in LETTER
    assert fingerprint(LETTER.replace(old, new)) != fingerprint(LETTER)


def test_without_id_and_date_all_bytes_count():
    """A form's «Перезвоните мне» twice is two requests."""
    bare = b"From: site@house.example\r\nSubject: Call me\r\n\r\nPlease\r\n"
    assert fingerprint(b"Received: at nine\r\n" + bare) != fingerprint(b"Received: at ten\r\n" + bare)
    assert fingerprint(bare) == fingerprint(bare)


def test_garbage_is_told_apart():
    assert len({fingerprint(each) for each in (b"", b"a", b"\0", b"\xff\xfe", b"no headers at all")}) == 5


@given(st.binary(max_size=2000))
def test_any_bytes_have_a_fingerprint(raw: bytes):
    assert len(fingerprint(raw)) == 64


@pytest.mark.parametrize(
    "raw",
    [
        b"From: a\r\n" * 100_000,
        b"From:" + b" " * 2_000_000,
        b"From: a" + b"\r\n \t" * 500_000,
        b"\r\n" * 1_000_000,
        b"\r" * 2_000_000,
        b"Subject:\n" + b"subject" * 300_000,
    ],
    ids=["headers", "blanks", "folds", "ends", "cr", "words"],
)
def test_hostile_bytes_take_no_longer_than_others(raw: bytes):
    begun = time.process_time()
    fingerprint(raw)
    assert time.process_time() - begun < 1
