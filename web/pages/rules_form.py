"""What was typed into the editor of a rule: read into a body, and what is wrong with it, beside its field."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from multidict import MultiMapping

from intake.automation.asked import OPS
from intake.automation.bodies import MOST_CONDITIONS, body_of, read_rule, validated
from intake.model.rules import About, Condition, Do, Op, Outcome, Responsible, Rule, Way
from storage.rule_names import RuleNames
from web.i18n import gettext, mark

MOST_LETTERS = 4_000  # of one field that is read at all
NUMBERS = ("outcome.task_minutes", "responsible.take_minutes")
FRESH = Condition(About.SUBJECT, Op.CONTAINS)
NEW = Rule(
    0, 0, "", outcome=Outcome(Do.CREATE), responsible=Responsible((Way.OWN, Way.LAST, Way.DEFAULT))
)  # fmt: skip
MISSING = ("value-missing", "name-missing")  # not told while somebody is still typing
COMPLAINTS: Mapping[str, str] = {
    "name-missing": mark("Say which."),
    "value-missing": mark("Fill it in."),
    "bad-expression": mark("This expression cannot be read. It is RE2: no look-around, no back references."),
    "bad-number": mark("A whole number, please."),
    "no-such-choice": mark("Choose one of these."),
    "op-does-not-fit": mark("This cannot be asked here."),
    "no-such-condition": mark("There is no such condition any more. Choose another, or remove it."),
    "too-long": mark("This is too long."),
    "too-many": mark("These are too many."),
    "status-gone": mark("This status is not there any more. Choose another."),
    "person-gone": mark("This person does not work here any more. Choose another."),
    "team-gone": mark("This team is not there any more. Choose another."),
}
_MADE = ("newcomer", "title", "status_id", "source")
_TASK = ("task_kind", "task_title", "task_minutes")
USED: Mapping[Do, tuple[str, ...]] = {
    Do.DECLINE: ("reason",), Do.HOLD: ("reason",), Do.LINK: _TASK, Do.TASK: _TASK,
    Do.CREATE: (*_MADE, *_TASK), Do.LINK_OR_CREATE: (*_MADE, *_TASK),
}  # fmt: skip
_CONDITION = re.compile(r"conditions\.(\d{1,3})\.about")


@dataclass(frozen=True, slots=True)
class Draft:
    """A rule as it is being written. `typed` holds what no rule can hold: a number that is none."""

    rule: Rule
    typed: Mapping[str, str] = field(default_factory=dict)
    version: int = 0  # which wording it began with

    @property
    def body(self) -> dict[str, Any]:
        return body_of(self.rule)


def typed_draft(data: MultiMapping[Any]) -> Draft:
    """Whatever was sent; nothing is refused here."""
    do = _text(data, "do")
    conditions = _conditions(data, dropped=do.removeprefix("drop-"), added=do == "add")
    body: dict[str, Any] = {
        "channels": _texts(data, "channels"),
        "sources": _texts(data, "sources"),
        "every": _text(data, "every") != "any",
        "stop": _text(data, "stop") != "no",
        "conditions": conditions,
        "outcome": _group(data, "outcome") | {"labels": _labels(_text(data, "outcome.labels"))},
        "responsible": _responsible(data),
    }
    typed = {name: _text(data, name) for name in (*NUMBERS, "outcome.labels")}
    version = _text(data, "version")
    rule = read_rule(body, name=_text(data, "name"))
    return Draft(rule, typed, int(version) if version.isdecimal() and len(version) < 9 else 0)


def complaints(draft: Draft, names: RuleNames) -> dict[str, str]:
    """Field -> sentence; empty: it may be kept."""
    wrong = {one.at: one.code for one in validated(draft.body)}
    wrong |= {name: "bad-number" for name in NUMBERS if not _is_number(draft.typed.get(name, ""))}
    wrong |= _gone(draft.rule, names)
    said = {at: gettext(COMPLAINTS.get(code, COMPLAINTS["no-such-choice"])) for at, code in wrong.items()}
    if not draft.rule.name.strip():
        said["name"] = gettext("Give it a name.")
    return said


def meanwhile(draft: Draft, names: RuleNames) -> dict[str, str]:
    """The same while somebody is still writing: what is not there yet is no mistake."""
    early = {gettext(COMPLAINTS[code]) for code in MISSING} | {gettext("Give it a name.")}
    return {at: said for at, said in complaints(draft, names).items() if said not in early}


def warnings(rule: Rule, names: RuleNames) -> dict[str, str]:
    """What may be kept, but will hardly do what is wanted."""
    asked, found = rule.responsible, {}
    if (
        asked
        and Way.TEAM in asked.ways
        and asked.team_id in names.teams
        and not names.seats.get(asked.team_id)
    ):
        found["responsible.team_id"] = gettext("Nobody of this team takes part in its turn yet.")
    if asked is None and rule.outcome.do is Do.NOTHING and not rule.outcome.labels:
        found["outcome.do"] = gettext("This rule does nothing but stop the ones behind it.")
    return found


def tidied(rule: Rule) -> Rule:
    """Without what its deed has no use for: the form keeps it, the rule does not."""
    outcome = rule.outcome
    used: dict[str, Any] = {"labels": outcome.labels, "note": outcome.note}
    for name in USED.get(outcome.do, ()):
        used[name] = getattr(outcome, name)
    if not outcome.task_title:
        used = {name: value for name, value in used.items() if not name.startswith("task_")}
    return replace(rule, outcome=Outcome(outcome.do, **used))


def _conditions(data: MultiMapping[Any], dropped: str, added: bool) -> list[dict[str, str]]:
    matches = (_CONDITION.fullmatch(name) for name in data)
    places = dict.fromkeys(match[1] for match in matches if match)
    found = [_condition(data, f"conditions.{place}.") for place in places if place != dropped]
    fresh = [{"about": FRESH.about.value, "op": FRESH.op.value}] if added else []
    return [*found[:MOST_CONDITIONS], *fresh]


def _condition(data: MultiMapping[Any], at: str) -> dict[str, str]:
    """A comparison that does not fit what is now asked about becomes the first that does."""
    about, op = _text(data, at + "about"), _text(data, at + "op")
    fitting = OPS.get(About(about), ()) if about in set(About) else ()
    op = op if op in fitting or not fitting else fitting[0].value
    value = "\n".join(_texts(data, at + "value"))
    return {"about": about, "op": op, "value": value, "name": _text(data, at + "name")}


def _responsible(data: MultiMapping[Any]) -> dict[str, Any] | None:
    if _text(data, "responsible") != "yes":
        return None
    return _group(data, "responsible") | {"ways": _texts(data, "responsible.ways")}


def _group(data: MultiMapping[Any], name: str) -> dict[str, Any]:
    """«outcome.do» and all its neighbours."""
    names = {key for key in data if key.startswith(f"{name}.")}
    return {key.removeprefix(f"{name}."): _text(data, key) for key in names}


def _labels(text: str) -> list[str]:
    return [label for part in text.split(",") if (label := part.strip())]


def _gone(rule: Rule, names: RuleNames) -> dict[str, str]:
    """What it names and is not there."""
    wrong, asked = {}, rule.responsible
    if rule.outcome.status_id is not None and rule.outcome.status_id not in names.statuses:
        wrong["outcome.status_id"] = "status-gone"
    if asked and Way.USER in asked.ways and asked.user_id and asked.user_id not in names.active:
        wrong["responsible.user_id"] = "person-gone"
    if asked and Way.TEAM in asked.ways and asked.team_id and asked.team_id not in names.teams:
        wrong["responsible.team_id"] = "team-gone"
    return wrong


def _is_number(text: str) -> bool:
    return not text or (text.isascii() and text.isdecimal() and len(text) < 9)


def _text(data: MultiMapping[Any], name: str) -> str:
    value = data.get(name, "")
    return value[:MOST_LETTERS] if isinstance(value, str) else ""


def _texts(data: MultiMapping[Any], name: str) -> list[str]:
    return [one[:MOST_LETTERS] for one in data.getall(name, []) if isinstance(one, str)]
