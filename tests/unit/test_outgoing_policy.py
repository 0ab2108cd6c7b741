"""Whom we answer, and how often."""

import pytest

from intake.letters.outgoing.policy import OFTEN, WhyNot, may_answer, too_often
from intake.model.letters import LetterKind

LETTER = LetterKind.LETTER


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        (LetterKind.LETTER, None),
        (LetterKind.CALENDAR, None),
        (LetterKind.AUTO_REPLY, WhyNot.AUTO_REPLY),
        (LetterKind.BOUNCE, WhyNot.BOUNCE),
        (LetterKind.LIST, WhyNot.LIST),
        (LetterKind.OWN, WhyNot.OWN),
    ],
)
def test_machines_are_not_answered(kind: LetterKind, why: WhyNot | None):
    assert may_answer(kind, "ivan@client.example", "ivan@client.example") is why


def test_a_letter_without_a_way_back_is_a_bounce():
    assert may_answer(LETTER, "ivan@client.example", "") is WhyNot.BOUNCE
    assert may_answer(LETTER, "ivan@client.example", None) is None


def test_our_own_addresses_are_not_answered():
    assert may_answer(LETTER, "Info@firma.example", None, {"info@firma.example"}) is WhyNot.OWN


@pytest.mark.parametrize("sender", ["", "nobody", "@firma.example", "ivan@", "   "])
def test_without_an_address_there_is_no_answer(sender: str):
    assert may_answer(LETTER, sender) is WhyNot.NO_SENDER


@pytest.mark.parametrize(
    "local",
    [
        "noreply",
        "no-reply",
        "no_reply",
        "No.Reply",
        "do-not-reply",
        "donotreply",
        "noreply-orders",
        "orders-noreply",
        "noreply+5f3a",
        "not-reply",
        "ne-otvechat",
        "mailer-daemon",
        "MAILER_DAEMON",
        "bounce",
        "bounces+ivan=client",
        "return-5f3a",
        "owner-forum",
        "forum-request",
        "forum-bounces",
        "SRS0=abc",
        "nobody",
    ],
)
def test_addresses_that_nobody_reads_are_not_answered(local: str):
    assert may_answer(LETTER, f"{local}@shop.example") is WhyNot.NO_REPLY


@pytest.mark.parametrize(
    "local",
    [
        "ivan",
        "norman",
        "nora.reply",
        "info",
        "zakaz",
        "robot-shop",
        "nikita",
        "owner",
        "request",
        "neo",
        "ne",
        "reply",
        "noble.answer",
    ],
)
def test_people_are_answered_whatever_they_are_called(local: str):
    assert may_answer(LETTER, f"{local}@client.example") is None


def test_a_name_made_to_be_slow_is_not():
    may_answer(LETTER, "no-" * 20_000 + "@x.example")


def test_one_address_gets_so_many_letters_and_no_more():
    assert too_often(0, 0) is None
    assert too_often(OFTEN.most_an_hour - 1, OFTEN.most_a_day - 1) is None
    assert too_often(OFTEN.most_an_hour, 0) is WhyNot.TOO_MANY
    assert too_often(0, OFTEN.most_a_day) is WhyNot.TOO_MANY
