"""The rules, asked one after another: what they want done of an event. Pure."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from intake.automation.conditions import Broken, ask, holding
from intake.automation.texts import folded
from intake.model.rules import Do, Outcome, Plan, Responsible, Rule, Said, Seen, Subject, Verdict

OWN = "own"  # why LOOPING: the event comes from ourselves
TOO_OFTEN = "too-often"  # … the rule fits too often for one sender
STOPPED = "stopped"  # why OVERRULED: a rule before it lets no other have its say
DECIDED = "decided"  # … a rule before it wants something else done
CHANNELS = frozenset({"call", "letter", "form", "chat", "manual"})
_WITH_A_TASK = frozenset({Do.LINK, Do.CREATE, Do.LINK_OR_CREATE, Do.TASK})
_TAKES_A_TASK = _WITH_A_TASK - {Do.TASK}  # a later rule's task may be hung on what these make

Fits = Callable[[Rule, Subject], tuple[bool, tuple[Seen, ...]]]
"""Whether a rule fits, and what its conditions saw."""


@dataclass(slots=True)
class _Walk:
    asking: Fits
    rule: Rule | None = None
    labels: list[str] = field(default_factory=list)
    tasks: list[Outcome] = field(default_factory=list)
    responsible: Responsible | None = None
    named_by: Rule | None = None
    stopped: bool = False
    looped: bool = False


def walk(
    rules: Iterable[Rule], subject: Subject, tired: Collection[int] = (), asking: Fits | None = None
) -> Plan:
    """Every rule is asked, so that each has a verdict. The first that fits and wants something done decides;
    those behind one that lets others go on may add labels, tasks and who is responsible.

    `tired`: rules that have fitted too often for this sender. Where such a rule fits, or the event comes from
    ourselves, nothing is done at all: a person shall look. `asking`: `fits`, or what `made_ready` gave.
    """
    state = _Walk(asking=asking or fits)
    verdicts = tuple(_verdict(rule, subject, state, tired) for rule in rules)
    if state.looped:
        return Plan(None, Outcome(), verdicts=verdicts)
    return Plan(
        rule=state.rule,
        outcome=state.rule.outcome if state.rule else Outcome(),
        labels=tuple(dict.fromkeys(state.labels)),
        tasks=tuple(state.tasks),
        responsible=state.responsible,
        named_by=state.named_by,
        verdicts=verdicts,
    )


def fits(rule: Rule, subject: Subject) -> tuple[bool, tuple[Seen, ...]]:
    """Whether it fits, and what each condition saw. A rule without conditions fits. Raises Broken."""
    seen = tuple(ask(condition, subject) for condition in rule.conditions)
    held = (one.held for one in seen)
    return (all(held) if rule.every else any(held) or not seen), seen


def made_ready(rules: Iterable[Rule]) -> Fits:
    """`fits` of these rules for many events, without what was seen."""
    ready = {rule.id: _ready(rule) for rule in rules}

    def fits_at_all(rule: Rule, subject: Subject) -> tuple[bool, tuple[Seen, ...]]:
        asked = ready[rule.id]
        if isinstance(asked, Broken):
            raise asked
        for one in asked:  # all() and any() would take as long as the conditions themselves
            if one(subject) is not rule.every:
                return not rule.every, ()
        return rule.every or not asked, ()

    return fits_at_all


def _ready(rule: Rule) -> list[Callable[[Subject], bool]] | Broken:
    try:
        return [holding(condition) for condition in rule.conditions]
    except Broken as broken:
        return broken


def is_of(rule: Rule, subject: Subject) -> bool:
    """Of its channels and sources."""
    if rule.channels and subject.channel not in rule.channels:
        return False
    return not rule.sources or any(_same(source, subject) for source in rule.sources)


def _same(source: str, subject: Subject) -> bool:
    return folded(source) in (folded(subject.source), folded(subject.line))


def _verdict(rule: Rule, subject: Subject, state: _Walk, tired: Collection[int]) -> Verdict:
    if not is_of(rule, subject):
        return _said(rule, Said.ELSEWHERE)
    try:
        if not isinstance(rule.outcome.do, Do):
            raise Broken("no-such-outcome")
        held, seen = state.asking(rule, subject)
    except Broken as broken:
        return _said(rule, Said.BROKEN, why=broken.code)
    if not held:
        return _said(rule, Said.NO, seen)
    if subject.loops or rule.id in tired:
        state.looped = state.looped or not state.stopped
        return _said(rule, Said.LOOPING, seen, OWN if subject.loops else TOO_OFTEN)
    why = _against(rule, state)
    if not why:
        _take(rule, state)
    return _said(rule, Said.OVERRULED if why else Said.YES, seen, why)


def _against(rule: Rule, state: _Walk) -> str:
    """Why a rule that fits has no say any more."""
    if state.stopped:
        return STOPPED
    if rule.outcome.do is Do.NOTHING or state.rule is None:
        return ""
    hangs = rule.outcome.do is Do.TASK and state.rule.outcome.do in _TAKES_A_TASK
    return "" if hangs else DECIDED


def _take(rule: Rule, state: _Walk) -> None:
    outcome = rule.outcome
    if state.rule is None and outcome.do is not Do.NOTHING:
        state.rule = rule
    if outcome.do is Do.TASK or (outcome.do in _WITH_A_TASK and outcome.task_title):
        state.tasks.append(outcome)
    state.labels += outcome.labels
    if state.responsible is None and rule.responsible is not None:
        state.responsible, state.named_by = rule.responsible, rule
    state.stopped = rule.stop


def _said(rule: Rule, said: Said, seen: tuple[Seen, ...] = (), why: str = "") -> Verdict:
    return Verdict(rule.id, rule.version, rule.name, said, seen, why)
