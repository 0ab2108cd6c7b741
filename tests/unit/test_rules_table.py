"""Every condition that rules may ask, with what holds and what does not, and each outcome that may follow."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from intake.automation.aims import aim_of
from intake.automation.asked import OPS, sensible
from intake.automation.conditions import Broken, ask
from intake.automation.walk import walk
from intake.model.rules import (
    About,
    Condition,
    Did,
    Do,
    Known,
    Op,
    Outcome,
    Party,
    Rule,
    Said,
    Subject,
)

CLIENT = Party(account_id=1, contact_id=2, open_interests=(7,))
LETTER = Subject(
    1, 1, "letter", "imap:2", datetime(2026, 11, 21, 9, 0, tzinfo=UTC),
    sender="marina@romashka.example", sender_name="Марина Ковалёва", subject="Заявка на  СТОЛЫ №12",
    body="Добрый день!\nНужны столы и стулья, счёт на ООО «Ромашка».", line="sales@house.example",
    queue="sales", call_outcome="missed", page="https://shop.example/tables?x=1", language="ru",
    spam_score=40, has_files=True, headers=(("x-mailer", "The Bat!"), ("list-id", "")),
    fields=(("Бюджет", "150 000,50 ₽"), ("Город", "Тверь"), ("Город", "Клин")),
    utm=(("utm_source", "yandex"),), known=Known.CLIENT, party=CLIENT, working_time=True, again=False,
)  # fmt: skip

# What is asked of a text -> a value that holds, one that does not, by what is asked about
TEXTS: dict[About, dict[Op, tuple[str, str]]] = {
    About.SENDER: {
        Op.CONTAINS: ("@ROMASHKA.", "@rosa."), Op.LACKS: ("@rosa.", "romashka"),
        Op.IS: ("Marina@Romashka.example", "marina@romashka"),
        Op.IS_NOT: ("m@b.ru", "Marina@romashka.example"),
        Op.ONE_OF: ("a@b.ru\nmarina@romashka.example", "a@b.ru, c@d.ru"), Op.BEGINS: ("marina@", "arina@"),
        Op.ENDS: ("@romashka.example", "@romashka"), Op.MATCHES: (r"^MARINA@.*\.example$", r"^igor@"),
    },
    About.SENDER_NAME: {
        Op.CONTAINS: ("ковалева", "ковалев м"), Op.LACKS: ("Игорь", "Ковалёва"),
        Op.IS: ("марина ковалёва", "Марина"), Op.IS_NOT: ("Марина", "Марина Ковалева"),
        Op.ONE_OF: ("Пётр\nМарина Ковалева", "Пётр\nМарина"), Op.BEGINS: ("Марина", "Ковалёва"),
        Op.ENDS: ("ковалева", "Марина"), Op.MATCHES: ("Ковал[её]ва", "Иванова?"),
    },
    About.SUBJECT: {
        Op.CONTAINS: ("столы №12", "стулья"), Op.LACKS: ("стулья", "столы"),
        Op.IS: ("заявка на столы №12", "заявка"), Op.IS_NOT: ("заявка", "Заявка на столы №12"),
        Op.ONE_OF: ("заявка\nзаявка на столы №12", "столы"), Op.BEGINS: ("Заявка", "столы"),
        Op.ENDS: ("№12", "№1"), Op.MATCHES: (r"стол[ыа]\s+№\d+", r"^\d"),
    },
    About.BODY: {
        Op.CONTAINS: ("счет на ооо", "доставка"), Op.LACKS: ("доставка", "стулья"),
        Op.IS: ("добрый день! нужны столы и стулья, счет на ооо «ромашка».", "добрый день!"),
        Op.IS_NOT: ("добрый день!", "Добрый день! Нужны столы и стулья, счёт на ООО «Ромашка»."),
        Op.ONE_OF: ("а\nдобрый день! нужны столы и стулья, счет на ооо «ромашка».", "а\nб"),
        Op.BEGINS: ("добрый", "нужны"), Op.ENDS: ("«ромашка».", "ромашка"),
        Op.MATCHES: (r"сч[её]т\s+на", r"сч[её]т\s+в"),
    },
    About.HEADER: {
        Op.CONTAINS: ("bat", "outlook"), Op.LACKS: ("outlook", "bat"), Op.IS: ("the bat!", "bat"),
        Op.IS_NOT: ("bat", "The Bat!"), Op.ONE_OF: ("the bat!, mutt", "mutt"), Op.BEGINS: ("the", "bat"),
        Op.ENDS: ("bat!", "the"), Op.MATCHES: ("^the ", "^bat"),
    },
    About.FIELD: {
        Op.CONTAINS: ("клин", "москва"), Op.LACKS: ("москва", "тверь"), Op.IS: ("Тверь", "Твер"),
        Op.IS_NOT: ("Москва", "Клин"), Op.ONE_OF: ("Москва, Клин", "Москва"), Op.BEGINS: ("тв", "верь"),
        Op.ENDS: ("ин", "кл"), Op.MATCHES: ("^(тверь|рязань)$", "^рязань$"),
    },
    About.LINE: {
        Op.CONTAINS: ("sales@", "info@"), Op.LACKS: ("info", "sales"),
        Op.IS: ("SALES@house.example", "sales"),
        Op.IS_NOT: ("info@house.example", "sales@house.example"), Op.ONE_OF: ("a\nsales@house.example", "a"),
        Op.BEGINS: ("sales", "house"), Op.ENDS: (".example", ".ru"), Op.MATCHES: ("^sales@", "^info@"),
    },
    About.QUEUE: {
        Op.CONTAINS: ("ale", "x"), Op.LACKS: ("x", "ale"), Op.IS: ("Sales", "sale"),
        Op.IS_NOT: ("x", "sales"),
        Op.ONE_OF: ("x, sales", "x, y"), Op.BEGINS: ("s", "a"), Op.ENDS: ("s", "a"), Op.MATCHES: ("^s", "^a"),
    },
    About.PAGE: {
        Op.CONTAINS: ("/tables", "/chairs"), Op.LACKS: ("/chairs", "/tables"),
        Op.IS: ("https://shop.example/tables?x=1", "https://shop.example"),
        Op.IS_NOT: ("https://shop.example", "https://shop.example/tables?x=1"),
        Op.ONE_OF: ("a\nhttps://shop.example/tables?x=1", "a"), Op.BEGINS: ("https://shop.", "http://"),
        Op.ENDS: ("?x=1", "?x"), Op.MATCHES: (r"/tables\b", r"/table\b"),
    },
    About.UTM: {
        Op.CONTAINS: ("yan", "google"), Op.LACKS: ("google", "yandex"), Op.IS: ("Yandex", "yan"),
        Op.IS_NOT: ("google", "yandex"), Op.ONE_OF: ("google, yandex", "google"), Op.BEGINS: ("ya", "an"),
        Op.ENDS: ("dex", "yan"), Op.MATCHES: ("^yandex$", "^google"),
    },
}  # fmt: skip
OTHERS: dict[About, dict[Op, tuple[str, str]]] = {
    About.FIELD: {Op.AT_LEAST: ("150000", "150001"), Op.AT_MOST: ("150 001", "150000")},
    About.SPAM_SCORE: {Op.AT_LEAST: ("40", "41"), Op.AT_MOST: ("40", "39")},
    About.CALL_OUTCOME: {
        Op.IS: ("missed", "busy"), Op.IS_NOT: ("busy", "missed"),
        Op.ONE_OF: ("busy, missed", "answered, busy"),
    },
    About.KNOWN: {
        Op.IS: ("client", "nobody"), Op.IS_NOT: ("lead", "client"),
        Op.ONE_OF: ("lead, client", "lead, several"),
    },
    About.LANGUAGE: {Op.IS: ("ru", "en"), Op.IS_NOT: ("en", "ru"), Op.ONE_OF: ("en, ru", "en, other")},
    About.OPEN_INTEREST: {Op.IS: ("yes", "no")},
    About.WORKING_TIME: {Op.IS: ("yes", "no")},
    About.HAS_FILES: {Op.IS: ("yes", "no")},
    About.AGAIN: {Op.IS: ("no", "yes")},
}  # fmt: skip
NAMES = {About.HEADER: "X-Mailer", About.FIELD: "город", About.UTM: "utm_source"}
EMPTY = replace(
    LETTER, sender="", sender_name="", subject=" ", body="", line="", queue="", page="", headers=(),
    fields=(), utm=(),
)  # fmt: skip


def table() -> Iterator[tuple[Condition, Subject, bool]]:
    """Each condition that makes sense, with a subject of which it holds, and one of which it does not."""
    for about, ops in OPS.items():
        name = NAMES.get(about, "")
        for op in ops:
            if op in (Op.EMPTY, Op.FILLED):
                yield Condition(about, op, name=name), LETTER, op is Op.FILLED
                yield Condition(about, op, name=name), EMPTY, op is Op.EMPTY
                continue
            named = "Бюджет" if op in (Op.AT_LEAST, Op.AT_MOST) and name else name
            for held, value in zip((True, False), _values(about, op), strict=True):
                yield Condition(about, op, value, named), LETTER, held


def _values(about: About, op: Op) -> tuple[str, str]:
    return (TEXTS.get(about, {}) | OTHERS.get(about, {}))[op]


ROWS = list(table())


def test_the_table_knows_every_condition() -> None:
    assert {(one.about, one.op) for one, _, _ in ROWS} == {(a, op) for a, ops in OPS.items() for op in ops}
    assert set(OPS) == set(About)


@pytest.mark.parametrize(("condition", "subject", "held"), ROWS, ids=lambda one: str(one)[:60])
def test_a_condition_holds_or_does_not(condition: Condition, subject: Subject, held: bool) -> None:
    assert sensible(condition) is None
    assert ask(condition, subject).held is held


# What shall be done, of whom -> what comes of it
PARTIES: dict[str, tuple[Known, Party | None]] = {
    "nobody": (Known.NOBODY, None),
    "several": (Known.SEVERAL, None),
    "client": (Known.CLIENT, Party(account_id=1)),
    "client with one interest": (Known.CLIENT, CLIENT),
    "client with two": (Known.CLIENT, Party(account_id=1, open_interests=(7, 8))),
    "lead": (Known.LEAD, Party(lead_id=3)),
}
OUTCOMES: dict[Do, tuple[Did, ...]] = {  # in the order of PARTIES
    Do.DECLINE: (Did.DECLINED,) * 6,
    Do.HOLD: (Did.HELD,) * 6,
    Do.TASK: (Did.TASK,) * 6,
    Do.NOTHING: (Did.ASSIGNED,) * 6,
    Do.CREATE: (Did.CREATED, Did.WAITS, Did.CREATED, Did.CREATED, Did.CREATED, Did.CREATED),
    Do.LINK: (Did.WAITS, Did.WAITS, Did.WAITS, Did.LINKED, Did.WAITS, Did.WAITS),
    Do.LINK_OR_CREATE: (Did.CREATED, Did.WAITS, Did.CREATED, Did.LINKED, Did.WAITS, Did.CREATED),
}


@pytest.mark.parametrize("do", list(Do))
@pytest.mark.parametrize("whom", list(PARTIES))
@pytest.mark.parametrize(("condition", "subject", "held"), ROWS[::9], ids=lambda one: str(one)[:60])
def test_each_outcome_follows_when_the_condition_holds_and_only_then(
    do: Do, whom: str, condition: Condition, subject: Subject, held: bool
) -> None:
    known, party = PARTIES[whom]
    if condition.about in (About.KNOWN, About.OPEN_INTEREST):
        known, party = subject.known, subject.party
        expected = OUTCOMES[do][list(PARTIES).index("client with one interest")]
    else:
        expected = OUTCOMES[do][list(PARTIES).index(whom)]
    asked = replace(subject, known=known, party=party)
    plan = walk([Rule(1, 1, "", conditions=(condition,), outcome=Outcome(do=do))], asked)
    assert plan.verdicts[0].said is (Said.YES if held else Said.NO)
    assert aim_of(plan, asked).did is (expected if held else Did.NONE)


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        (Condition(About.BODY, Op.MATCHES, "("), "bad-expression"),
        (Condition(About.BODY, Op.MATCHES, r"(?=look)"), "bad-expression"),
        (Condition(About.BODY, Op.CONTAINS, " "), "value-missing"),
        (Condition(About.BODY, Op.AT_LEAST, "1"), "op-does-not-fit"),
        (Condition(About.SPAM_SCORE, Op.AT_LEAST, "много"), "bad-number"),
        (Condition(About.KNOWN, Op.IS, "friend"), "no-such-choice"),
        (Condition(About.FIELD, Op.IS, "x"), "name-missing"),
        (Condition("fate", Op.IS, "x"), "no-such-condition"),  # type: ignore[arg-type]
    ],
)
def test_what_cannot_be_asked_is_broken_and_never_holds(condition: Condition, code: str) -> None:
    assert sensible(condition) == code
    with pytest.raises(Broken, match=code):
        ask(condition, LETTER)
    plan = walk([Rule(1, 1, "", conditions=(condition,), outcome=Outcome(do=Do.DECLINE))], LETTER)
    assert (plan.rule, plan.verdicts[0].said, plan.verdicts[0].why) == (None, Said.BROKEN, code)


def test_numbers_of_callers_are_compared_however_they_are_written() -> None:
    call = replace(LETTER, channel="call", sender="+74951234567")
    for value in ("8 (495) 123-45-67", "+7 495 1234567", "+74951234567"):
        assert ask(Condition(About.SENDER, Op.IS, value), call).held
        assert ask(Condition(About.SENDER, Op.ONE_OF, f"+79990000000\n{value}"), call).held
    for value in ("8495", "+7495", "7495", "+7 (495)"):
        assert ask(Condition(About.SENDER, Op.BEGINS, value), call).held, value
    assert not ask(Condition(About.SENDER, Op.BEGINS, "8496"), call).held


def test_a_forms_field_in_a_letter_is_found_by_what_people_call_it() -> None:
    letter = replace(LETTER, fields=(("phone", "8 495 123-45-67"),))
    assert ask(Condition(About.FIELD, Op.FILLED, name="Ваш телефон"), letter).held


def test_an_expression_of_a_madman_is_answered_at_once() -> None:
    slow = replace(LETTER, body="a" * 20_000 + "!")
    assert not ask(Condition(About.BODY, Op.MATCHES, "(a+)+$"), slow).held


def test_what_was_seen_is_short_and_shows_the_place() -> None:
    long = replace(LETTER, body="начало " + "слово " * 2000 + "СЧЁТ на оплату " + "конец " * 100)
    seen = ask(Condition(About.BODY, Op.CONTAINS, "счет на"), long)
    assert "СЧЁТ на оплату" in seen.value
    assert len(seen.value) < 130
