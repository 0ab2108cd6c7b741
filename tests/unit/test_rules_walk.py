"""Rules are asked in their order: who decides, who only adds, who is overruled, who is stopped."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from intake.automation.bodies import body_of, read_rule, validated
from intake.automation.languages import language_of
from intake.automation.walk import walk
from intake.model.rules import (
    About,
    Condition,
    Do,
    Op,
    Outcome,
    Responsible,
    Rule,
    Said,
    Subject,
    Way,
)

FORM = Subject(
    1, 1, "form", "form:3", datetime(2026, 11, 21, tzinfo=UTC), sender="+74951002030", body="столы"
)
YES = Condition(About.BODY, Op.CONTAINS, "столы")
NO = Condition(About.BODY, Op.CONTAINS, "стулья")


def rule(id_: int, do: Do = Do.NOTHING, *conditions: Condition, **values: Any) -> Rule:
    outcome = {name: values.pop(name) for name in list(values) if name in Outcome.__slots__}
    return Rule(id_, 1, f"№ {id_}", conditions=conditions, outcome=Outcome(do=do, **outcome), **values)


def said(*rules: Rule, subject: Subject = FORM) -> list[Said]:
    return [verdict.said for verdict in walk(rules, subject).verdicts]


def test_of_two_that_conflict_the_first_decides_and_the_other_is_overruled_and_told_so() -> None:
    plan = walk([rule(1, Do.CREATE, stop=False), rule(2, Do.DECLINE, reason="spam")], FORM)
    assert plan.rule is not None
    assert (plan.rule.id, plan.outcome.do) == (1, Do.CREATE)
    assert [(one.said, one.why) for one in plan.verdicts] == [(Said.YES, ""), (Said.OVERRULED, "decided")]


def test_behind_one_that_stops_nobody_has_a_say() -> None:
    plan = walk([rule(1, labels=("а",)), rule(2, Do.DECLINE, labels=("б",))], FORM)
    assert (plan.rule, plan.labels) == (None, ("а",))
    assert plan.verdicts[1].why == "stopped"


def test_those_behind_one_that_goes_on_add_labels_tasks_and_who_is_responsible() -> None:
    mine, theirs = Responsible((Way.USER,), user_id=1), Responsible((Way.USER,), user_id=2)
    plan = walk(
        [
            rule(1, labels=("а",), stop=False),
            rule(2, Do.CREATE, labels=("б", "а"), stop=False),
            rule(3, Do.TASK, task_title="Позвонить", responsible=mine, stop=False),
            rule(4, responsible=theirs, labels=("в",)),
        ],
        FORM,
    )
    assert plan.rule is not None
    assert (plan.rule.id, plan.labels) == (2, ("а", "б", "в"))
    assert [task.task_title for task in plan.tasks] == ["Позвонить"]
    assert plan.responsible is mine
    assert plan.named_by is not None
    assert plan.named_by.id == 3


def test_a_task_does_not_hang_on_what_is_declined() -> None:
    assert said(rule(1, Do.DECLINE, stop=False), rule(2, Do.TASK, task_title="x")) == [
        Said.YES,
        Said.OVERRULED,
    ]


def test_a_rule_is_asked_only_about_its_channels_and_sources() -> None:
    assert said(rule(1, channels=("call",))) == [Said.ELSEWHERE]
    assert said(rule(1, sources=("form:4",))) == [Said.ELSEWHERE]
    assert said(rule(1, channels=("call", "form"), sources=("form:4", "form:3"))) == [Said.YES]
    letter = replace(FORM, channel="letter", source="imap:2", line="Sales@house.example")
    assert said(rule(1, sources=("sales@house.example",)), subject=letter) == [Said.YES]


def test_all_conditions_or_any_of_them() -> None:
    assert said(rule(1, Do.HOLD, YES, NO)) == [Said.NO]
    assert said(rule(1, Do.HOLD, YES, NO, every=False)) == [Said.YES]
    assert said(rule(1, Do.HOLD, every=False)) == [Said.YES]


def test_what_comes_from_ourselves_is_stopped_whatever_the_rules_want() -> None:
    plan = walk([rule(1, Do.HOLD, NO), rule(2, Do.CREATE, stop=False), rule(3)], replace(FORM, loops=True))
    assert (plan.rule, plan.outcome.do, plan.responsible) == (None, Do.NOTHING, None)
    assert [one.said for one in plan.verdicts] == [Said.NO, Said.LOOPING, Said.LOOPING]


def test_a_tired_rule_stops_the_walk_and_the_catch_all_behind_it_too() -> None:
    plan = walk([rule(1, Do.CREATE, YES), rule(2, Do.CREATE)], FORM, tired={1})
    assert plan.rule is None
    assert plan.verdicts[0].why == "too-often"


def test_a_broken_rule_stands_in_nobodys_way() -> None:
    broken = rule(1, Do.DECLINE, Condition(About.BODY, Op.MATCHES, "("))
    assert said(broken, rule(2, Do.CREATE)) == [Said.BROKEN, Said.YES]


def test_a_rule_is_the_same_after_it_was_kept() -> None:
    whole = Rule(
        5, 3, "Всё", ("form",), ("form:3",), False, (YES, Condition(About.FIELD, Op.EMPTY, name="Город")),
        Outcome(Do.CREATE, labels=("а", "б"), newcomer="lead", status_id=2, task_title="x", task_minutes=0),
        Responsible((Way.OWN, Way.TEAM), team_id=4, by="load", take_minutes=15, then="up"), stop=False,
    )  # fmt: skip
    body = body_of(whole)
    assert read_rule(body, 5, 3, "Всё") == whole
    assert validated(body) == []


@pytest.mark.parametrize(
    "body",
    [
        {}, {"conditions": "x", "outcome": [], "responsible": 5, "channels": {}},
        {"conditions": [None, 3, {"about": None}], "outcome": {"labels": [1, None], "status_id": "x"}},
        {"outcome": {"do": "fly"}}, {"responsible": {"ways": [["own"]], "team_id": True}},
        {"outcome": {"task_minutes": 10**30}},
    ],
)  # fmt: skip
def test_any_body_can_be_read_and_what_is_no_word_of_ours_never_fits(body: dict[str, Any]) -> None:
    strange = read_rule(body, 1, 1, "")
    verdicts = walk([strange], FORM).verdicts
    asks_nothing = "conditions" not in body and body.get("outcome") != {"do": "fly"}
    assert verdicts[0].said is (Said.YES if asks_nothing else Said.BROKEN)


def test_all_that_is_wrong_is_told_with_its_place() -> None:
    body = {
        "channels": ["pigeon"],
        "conditions": [{"about": "fate"}, {"about": "body", "op": "matches", "value": "("}],
        "outcome": {"do": "decline", "reason": "because", "newcomer": "friend", "task_minutes": -1},
        "responsible": {"ways": ["team", "user"], "by": "luck", "then": "away"},
    }
    assert [(one.at, one.code) for one in validated(body)] == [
        ("channels", "no-such-choice"),
        ("conditions.0.about", "no-such-condition"),
        ("conditions.1.value", "bad-expression"),
        ("outcome.reason", "no-such-choice"),
        ("outcome.newcomer", "no-such-choice"),
        ("outcome.task_minutes", "bad-number"),
        ("responsible.team_id", "value-missing"),
        ("responsible.user_id", "value-missing"),
        ("responsible.by", "no-such-choice"),
        ("responsible.then", "no-such-choice"),
    ]


@pytest.mark.parametrize(
    ("text", "language"),
    [("Нужны столы", "ru"), ("We need chairs", "en"), ("我们需要桌子", "other"), ("12 №3", ""),
     ("ООО Ромашка LLC", "ru")],
)  # fmt: skip
def test_a_language_is_told_by_letters(text: str, language: str) -> None:
    assert language_of(text) == language
