"""Rules as JSON: read however they are, saved only when they make sense."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Protocol, TypeVar

from intake.automation.asked import sensible
from intake.automation.walk import CHANNELS
from intake.model.rules import About, Condition, Do, Op, Outcome, Responsible, Rule, Way
from storage.tables.inquiries import DeclineReason
from storage.tables.work import TaskKind

Word = TypeVar("Word")

MOST_CONDITIONS = 40
MOST_SOURCES = 100
MOST_LABELS = 20
MOST_MINUTES = 60 * 24 * 366
LENGTHS = {"note": 2000, "title": 300, "source": 120, "task_title": 300, "reason": 500, "label": 60}
NEWCOMERS = ("", "account", "lead")
BY = ("turn", "load")
THEN = ("next", "up")


class Stored(Protocol):
    """AutoRule, or a wording of it with its rule's id."""

    name: str
    version: int
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong, and where: «conditions.0.value», «outcome.reason»."""

    at: str
    code: str


def rule_of(row: Stored, rule_id: int) -> Rule:
    """Never raises. What is no word of ours stays as it stands there, so that asking it says BROKEN: a
    condition that was left out would make the rule fit more than anybody wanted."""
    return read_rule(row.body, rule_id, row.version, row.name)


def read_rule(body: Mapping[str, Any], rule_id: int = 0, version: int = 0, name: str = "") -> Rule:
    """The same of a body alone: a draft that is rehearsed."""
    responsible = body.get("responsible")
    return Rule(
        id=rule_id,
        version=version,
        name=name or _text(body.get("name")),
        channels=_texts(body.get("channels")),
        sources=_texts(body.get("sources")),
        every=bool(body.get("every", True)),
        conditions=_conditions(body.get("conditions", ())),
        outcome=_outcome(_mapping(body.get("outcome"))),
        responsible=_responsible(responsible) if isinstance(responsible, Mapping) else None,
        stop=bool(body.get("stop", True)),
    )


def body_of(rule: Rule) -> dict[str, Any]:
    """As it is kept: what has a column of its own is left out."""
    body = asdict(rule)
    for name in ("id", "version", "name"):
        del body[name]
    body["outcome"]["labels"] = list(rule.outcome.labels)
    if rule.responsible is not None:
        body["responsible"]["ways"] = [str(way) for way in rule.responsible.ways]
    return {**body, "channels": list(rule.channels), "sources": list(rule.sources),
            "conditions": [asdict(one) for one in rule.conditions]}  # fmt: skip


def validated(body: Mapping[str, Any]) -> list[Complaint]:
    """All that is wrong with it, in its order; an empty list: it may be kept."""
    rule = read_rule(body)
    return [*_in_scope(rule), *_in_conditions(rule), *_in_outcome(rule.outcome), *_in_ways(rule.responsible)]


def _in_scope(rule: Rule) -> Iterator[Complaint]:
    if not set(rule.channels) <= CHANNELS:
        yield Complaint("channels", "no-such-choice")
    if len(rule.sources) > MOST_SOURCES or any(len(one) > 320 for one in rule.sources):
        yield Complaint("sources", "too-long")


def _in_conditions(rule: Rule) -> Iterator[Complaint]:
    if len(rule.conditions) > MOST_CONDITIONS:
        yield Complaint("conditions", "too-many")
    for place, condition in enumerate(rule.conditions[:MOST_CONDITIONS]):
        if code := sensible(condition):
            yield Complaint(f"conditions.{place}.{_FIELD_OF.get(code, 'value')}", code)


_FIELD_OF = {"no-such-condition": "about", "op-does-not-fit": "op", "name-missing": "name"}


def _in_outcome(outcome: Outcome) -> Iterator[Complaint]:
    if not isinstance(outcome.do, Do):
        yield Complaint("outcome.do", "no-such-choice")
    if outcome.do is Do.DECLINE and outcome.reason not in [one.value for one in DeclineReason]:
        yield Complaint("outcome.reason", "no-such-choice")
    if outcome.do is Do.HOLD and not outcome.reason.strip():
        yield Complaint("outcome.reason", "value-missing")
    if outcome.newcomer not in NEWCOMERS:
        yield Complaint("outcome.newcomer", "no-such-choice")
    if outcome.do is Do.TASK and not outcome.task_title.strip():
        yield Complaint("outcome.task_title", "value-missing")
    if outcome.task_kind not in [one.value for one in TaskKind]:
        yield Complaint("outcome.task_kind", "no-such-choice")
    if not 0 <= outcome.task_minutes <= MOST_MINUTES:
        yield Complaint("outcome.task_minutes", "bad-number")
    yield from _too_long(outcome)


def _too_long(outcome: Outcome) -> Iterator[Complaint]:
    for name, most in LENGTHS.items():
        if len(getattr(outcome, name, "")) > most:
            yield Complaint(f"outcome.{name}", "too-long")
    if len(outcome.labels) > MOST_LABELS or any(len(one) > LENGTHS["label"] for one in outcome.labels):
        yield Complaint("outcome.labels", "too-long")


def _in_ways(responsible: Responsible | None) -> Iterator[Complaint]:
    if responsible is None:
        return
    if not responsible.ways or not all(isinstance(way, Way) for way in responsible.ways):
        yield Complaint("responsible.ways", "no-such-choice")
    if Way.TEAM in responsible.ways and responsible.team_id is None:
        yield Complaint("responsible.team_id", "value-missing")
    if Way.USER in responsible.ways and responsible.user_id is None:
        yield Complaint("responsible.user_id", "value-missing")
    if responsible.by not in BY:
        yield Complaint("responsible.by", "no-such-choice")
    if responsible.then not in THEN:
        yield Complaint("responsible.then", "no-such-choice")
    if not 0 <= responsible.take_minutes <= MOST_MINUTES:
        yield Complaint("responsible.take_minutes", "bad-number")


def _conditions(given: Any) -> tuple[Condition, ...]:
    """What is no list cannot be asked, rather than asking nothing."""
    return tuple(map(_condition, given if isinstance(given, list | tuple) else [given]))


def _condition(given: Any) -> Condition:
    said = _mapping(given)
    about, op = _word(About, said.get("about")), _word(Op, said.get("op"))
    return Condition(about, op, _text(said.get("value")), _text(said.get("name")))


def _outcome(said: Mapping[str, Any]) -> Outcome:
    texts = {name: _text(said.get(name)) for name in (
        "reason", "note", "newcomer", "title", "source", "task_title",
    )}  # fmt: skip
    return Outcome(
        do=_word(Do, said.get("do", Do.NOTHING)),
        status_id=_number(said.get("status_id")),
        labels=tuple(dict.fromkeys(_texts(said.get("labels")))),
        task_kind=_text(said.get("task_kind")) or "call",
        task_minutes=_or(_number(said.get("task_minutes")), 60),
        **texts,
    )


def _responsible(said: Mapping[str, Any]) -> Responsible:
    return Responsible(
        ways=tuple(_word(Way, one) for one in _list(said.get("ways"))),
        team_id=_number(said.get("team_id")),
        by=_text(said.get("by")) or "turn",
        user_id=_number(said.get("user_id")),
        take_minutes=_or(_number(said.get("take_minutes")), 0),
        then=_text(said.get("then")) or "next",
    )


def _word(kind: Callable[[Any], Word], given: Any) -> Word:
    try:
        return kind(given)
    except ValueError:
        return _text(given)  # type: ignore[return-value]  # told of by `validated` and by asking it


def _text(given: Any) -> str:
    return str(given).replace("\0", "").strip() if isinstance(given, str | int | float) else ""


def _texts(given: Any) -> tuple[str, ...]:
    return tuple(text for one in _list(given) if (text := _text(one)))


def _number(given: Any) -> int | None:
    text = _text(given) if not isinstance(given, bool) else ""
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None


def _or(number: int | None, otherwise: int) -> int:
    return otherwise if number is None else number


def _list(given: Any) -> list[Any]:
    return list(given) if isinstance(given, list | tuple) else []


def _mapping(given: Any) -> Mapping[str, Any]:
    return given if isinstance(given, Mapping) else {}
