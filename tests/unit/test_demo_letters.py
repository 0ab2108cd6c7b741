"""The demonstration's letters are read as what they are meant to be."""

from collections.abc import Callable
from datetime import UTC, datetime
from random import Random

import pytest

from intake.demo.house import MAILBOX
from intake.demo.letters import Desk, Posted
from intake.demo.world import make_world
from intake.letters.about import said_of_sender
from intake.letters.read import read_letter
from intake.model.letters import Letter, LetterKind, SenderFrom

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
WORLD = make_world(seed=3, companies=40, now=NOW)


@pytest.fixture
def desk() -> Desk:
    return Desk(WORLD, Random(7))


def read(posted: Posted) -> Letter:
    return read_letter(posted.raw, own={MAILBOX.address})


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (Desk.request, LetterKind.LETTER),
        (Desk.with_files, LetterKind.LETTER),
        (Desk.form, LetterKind.LETTER),
        (Desk.laid_out, LetterKind.LETTER),
        (Desk.old_charset, LetterKind.LETTER),
        (Desk.forwarded, LetterKind.LETTER),
        (Desk.hostile, LetterKind.LETTER),
        (Desk.away, LetterKind.AUTO_REPLY),
        (Desk.news, LetterKind.LIST),
        (Desk.bounced, LetterKind.BOUNCE),
    ],
)
def test_every_letter_is_of_its_kind_and_whole(
    desk: Desk, make: Callable[[Desk, datetime], Posted], kind: LetterKind
) -> None:
    for _ in range(10):
        letter = read(make(desk, NOW))
        assert (letter.kind, letter.problems) == (kind, ())
        assert letter.text.strip()


def test_a_form_and_a_forwarded_letter_tell_who_is_really_asking(desk: Desk) -> None:
    visitor = read(desk.form(NOW))
    assert visitor.sender.why is SenderFrom.FORM_BODY
    assert not visitor.sender.email.endswith("our.example")
    assert read(desk.forwarded(NOW)).sender.why is SenderFrom.FORWARDED


def test_a_reply_stands_in_the_thread_of_a_letter_before(desk: Desk) -> None:
    first = read(desk.request(NOW))
    reply = read(desk.reply(NOW))
    assert reply.in_reply_to == first.message_id
    assert reply.sent_from.email == first.sent_from.email
    assert ">" not in reply.reply_text


def test_signatures_have_something_to_offer(desk: Desk) -> None:
    letters = [read(desk.request(NOW)) for _ in range(20)]
    found = [said_of_sender(one.text, one.html, one.subject, one.sender.why) for one in letters]
    assert sum(bool(one.phones) for one in found) >= 10
    assert sum(bool(one.companies) for one in found) >= 10


def test_spam_says_so(desk: Desk) -> None:
    assert read(desk.spam(NOW)).spam


def test_the_same_seed_writes_the_same_letters() -> None:
    one, other = (Desk(WORLD, Random(5)).letters(lambda: NOW) for _ in range(2))
    assert [next(one).message["Subject"] for _ in range(30)] == [
        next(other).message["Subject"] for _ in range(30)
    ]
