"""Rules said as sentences: every condition, outcome and way has its words, in both languages."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from intake.automation.asked import NAMED, OPS, WITHOUT_VALUE, WORDS, sensible
from intake.model.rules import About, Condition, Do, Op, Outcome, Responsible, Rule, Way
from storage.rule_names import RuleNames
from web.i18n import speaking
from web.rule_conditions_words import said
from web.rule_words import clauses_of, sentence_of, signed

NAMES = RuleNames(
    sources={"form:3": "Обратный звонок", "imap:2": "Продажи", "did:74951000101": "Офис"},
    statuses={1: "Новый"},
    users={7: "Анна Петрова"},
    teams={4: "Продажи"},
)
EVERY = [(about, op) for about, ops in OPS.items() for op in ops]
CALL_BACK = Rule(
    5, 3, "Сайт", ("form",), ("form:3",), True, (Condition(About.KNOWN, Op.IS, "nobody"),),
    Outcome(Do.CREATE, status_id=1), Responsible((Way.TEAM,), team_id=4),
)  # fmt: skip


@pytest.fixture(autouse=True)
def _russian() -> Iterator[None]:
    with speaking("ru"):
        yield


def sensible_one(about: About, op: Op) -> Condition:
    words = WORDS.get(about, ())
    value = "" if op in WITHOUT_VALUE else words[0] if words else "80"
    return Condition(about, op, value, "город" if about in NAMED else "")


@pytest.mark.parametrize(("about", "op"), EVERY)
def test_every_condition_is_a_clause_of_its_own(about: About, op: Op):
    condition = sensible_one(about, op)
    assert sensible(condition) is None
    clause = said(condition)
    assert "…" not in clause
    assert "%(" not in clause
    with speaking("en"):
        assert said(condition) != clause
    same = {said(sensible_one(about, other)) for other in OPS[about]}
    one_value_says_the_same = {Op.IS, Op.ONE_OF} <= set(OPS[about])
    assert len(same) == len(OPS[about]) - one_value_says_the_same


@pytest.mark.parametrize("do", Do)
def test_every_outcome_has_words(do: Do):
    outcome = Outcome(do, reason="spam", title="x", task_title="Перезвонить", labels=("сайт",))
    text = str(sentence_of(replace(CALL_BACK, outcome=outcome), NAMES))
    assert "…" not in text
    assert "«сайт»" in text


def test_the_sentence_of_a_whole_rule():
    assert str(sentence_of(CALL_BACK, NAMES)) == (
        "Если заявка с формы «Обратный звонок» и клиент неизвестен — создать интерес со статусом «Новый»; "
        "ответственный — по очереди в «Продажи»; дальше не смотреть."
    )


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"channels": (), "sources": ()}, "Если приходит что угодно и клиент неизвестен"),
        ({"channels": ("call", "letter"), "sources": ()}, "Если звонок или письмо и клиент неизвестен"),
        ({"channels": (), "sources": ("did:74951000101",)}, "Если звонок на линию «Офис»"),
        ({"channels": ("letter",), "sources": ("imap:2",)}, "Если письмо на ящик «Продажи»"),
        ({"channels": ("letter",), "sources": ("gone@firm.example",)}, "на ящик «gone@firm.example»"),
        ({"stop": False}, "и смотреть следующие правила."),
        ({"responsible": None, "outcome": Outcome(Do.NOTHING)}, "оставить открытым; дальше не смотреть."),
        (
            {"responsible": Responsible((Way.OWN, Way.USER, Way.DEFAULT), None, "turn", 7, 15, "up")},
            "кто ведёт клиента, иначе Анна Петрова, иначе по умолчанию, "
            "если не взяли за 15 рабочих минут — руководителю",
        ),
        (
            {
                "every": False,
                "conditions": (Condition(About.AGAIN, Op.IS, "yes"), Condition(About.SUBJECT, Op.EMPTY)),
            },
            "и верно хотя бы одно: обращались за последние 30 дней; темы нет",
        ),
        (
            {
                "channels": ("call",),
                "sources": (),
                "conditions": (Condition(About.CALL_OUTCOME, Op.IS, "missed"),),
            },
            "Если звонок пропущен —",
        ),
    ],
)
def test_parts_of_sentences(changed: dict[str, object], words: str):
    assert words in str(sentence_of(replace(CALL_BACK, **changed), NAMES))  # type: ignore[arg-type]


def test_what_is_no_word_of_ours_is_said_and_nothing_breaks():
    strange = Condition("mood", "sings", "la")  # type: ignore[arg-type]
    broken = replace(CALL_BACK, conditions=(strange,), outcome=Outcome("dance"))  # type: ignore[arg-type]
    assert "mood" in str(sentence_of(broken, RuleNames()))
    assert clauses_of(broken, RuleNames())


def test_an_action_is_signed_by_its_rule():
    assert signed({"rule": "5.3"}, {5: "Спам"}) == "Правило «Спам», версия 3"
    assert signed({"rule": "9.1"}, {}) == "Правило «№ 9», версия 1"
    assert signed({}, {5: "Спам"}) == signed({"rule": "x"}, {}) == ""
