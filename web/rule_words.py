"""A rule as a sentence: «Если заявка с формы «Обратный звонок» и клиент неизвестен — создать интерес …»."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from intake.model.rules import About, Do, Op, Outcome, Responsible, Rule, Way
from intake.model.wizard import PartyKind
from storage.rule_names import RuleNames
from storage.tables.inquiries import Channel, DeclineReason
from web.i18n import gettext, mark, ngettext
from web.pages.inquiries_words import REASONS
from web.rule_conditions_words import all_of, any_of, quoted, said

COMING: Mapping[str, str] = {
    Channel.CALL: mark("a call"),
    Channel.LETTER: mark("a letter"),
    Channel.FORM: mark("a request from a form"),
    Channel.CHAT: mark("a message in a chat"),
    Channel.MANUAL: mark("an inquiry by hand"),
}
FROM_FORMS = mark("a request from the form %(names)s")
PLACES: Mapping[str, str] = {
    "form": mark("from the form %(names)s"),
    "imap": mark("to the mailbox %(names)s"),
    "did": mark("to the line %(names)s"),
    "chat": mark("to the bot %(names)s"),
}
CHANNEL_OF = {"form": Channel.FORM, "imap": Channel.LETTER, "did": Channel.CALL, "chat": Channel.CHAT}
TASKS: Mapping[str, str] = {
    "call": mark("plan a call"), "letter": mark("plan a letter"), "task": mark("set a task"),
}  # fmt: skip
NEWCOMERS: Mapping[str, str] = {
    PartyKind.ACCOUNT: mark("newcomers become clients"),
    PartyKind.LEAD: mark("newcomers become potential clients"),
}
WAYS: Mapping[Way, str] = {
    Way.OWN: mark("whoever looks after the client"),
    Way.LAST: mark("who talked with them last"),
    Way.DEFAULT: mark("by default"),
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """In its parts, so that a page may weigh them."""

    when: str
    then: str
    who: str  # empty when the rule does not say
    on: str

    def __str__(self) -> str:
        return f"{self.when} — {self.then}{self.who and f'; {self.who}'}; {self.on}."


def sentence_of(rule: Rule, names: RuleNames) -> Sentence:
    done = outcome_words(rule.outcome, names) or [gettext("only say who is responsible")]
    who = ", ".join(responsible_words(rule.responsible, names))
    return Sentence(_when(rule, names), ", ".join(done), who, _going_on(rule))


def clauses_of(rule: Rule, names: RuleNames) -> list[str]:
    """The same, a clause each: what two versions are compared by."""
    how = [] if rule.every or len(rule.conditions) < 2 else [gettext("one condition is enough")]
    return [
        gettext("it is called %(name)s", name=quoted(rule.name)),
        _coming(rule, names),
        *how,
        *(said(condition) for condition in rule.conditions),
        *outcome_words(rule.outcome, names),
        *responsible_words(rule.responsible, names),
        _going_on(rule),
    ]


def signed(details: Mapping[str, Any], rules: Mapping[int, str]) -> str:
    """«Правило «Спам», версия 3»: in whose name an action was done; nothing when a person did it."""
    rule, _, version = str(details.get("rule", "")).partition(".")
    if not rule.isdecimal():
        return ""
    name = quoted(rules.get(int(rule), f"№ {rule}"))
    return gettext("rule %(name)s, version %(version)s", name=name, version=version or "?")


def outcome_words(outcome: Outcome, names: RuleNames) -> list[str]:
    """What is done; a task, labels and the note behind it."""
    labels = [gettext("put on %(labels)s", labels=all_of(map(quoted, outcome.labels)))]
    note = [gettext("note %(note)s", note=quoted(outcome.note))]
    return [*_done(outcome, names), *(labels if outcome.labels else []), *(note if outcome.note else [])]


def _done(outcome: Outcome, names: RuleNames) -> list[str]:
    hung = [_task(outcome)] if outcome.task_title else []
    match outcome.do:
        case Do.DECLINE:
            done = [gettext("decline it as «%(why)s»", why=_reason(outcome))]
        case Do.HOLD:
            done = [_hold(outcome)]
        case Do.LINK:
            done = [gettext("link it to the open interest"), *hung]
        case Do.CREATE:
            made = gettext("create an interest%(how)s", how=_made(outcome, names))
            done = [made, *_newcomer(outcome), *hung]
        case Do.LINK_OR_CREATE:
            how = _made(outcome, names)
            made = gettext("link it to the open interest or create one%(how)s", how=how)
            done = [made, *_newcomer(outcome), *hung]
        case Do.TASK:
            done = [_task(outcome)]
        case _:
            done = [] if outcome.labels else [gettext("leave it open")]
    return done


def _reason(outcome: Outcome) -> str:
    known = outcome.reason in set(DeclineReason)
    return gettext(REASONS[DeclineReason(outcome.reason)]) if known else "…"


def responsible_words(asked: Responsible | None, names: RuleNames) -> list[str]:
    """Who gets it, and what happens when they do not take it; nothing when the rule does not say."""
    if asked is None:
        return []
    ways = [_way(way, asked, names) for way in asked.ways]
    who = gettext(", or else ").join(ways) or "…"
    said_ = [gettext("responsible — %(who)s", who=who)]
    if asked.take_minutes:
        after = ngettext(
            "not taken within %(num)s working minute", "not taken within %(num)s working minutes",
            asked.take_minutes,
        )  # fmt: skip
        next_ = gettext("to the team's leader") if asked.then == "up" else gettext("to the next one")
        said_.append(f"{after} — {next_}")
    return said_


def _when(rule: Rule, names: RuleNames) -> str:
    coming, held = _coming(rule, names), [said(condition) for condition in rule.conditions]
    if _says_call(rule):
        return gettext("If %(what)s", what=all_of(held))
    if rule.every or len(held) < 2:
        return gettext("If %(what)s", what=all_of([coming, *held]))
    return gettext("If %(what)s and at least one holds: %(any)s", what=coming, any="; ".join(held))


def _says_call(rule: Rule) -> bool:
    """«Если звонок пропущен» needs no «звонок» before it."""
    told = any(one.about is About.CALL_OUTCOME and one.op is Op.IS for one in rule.conditions)
    return told and rule.every and rule.channels == (Channel.CALL,) and not rule.sources


def _coming(rule: Rule, names: RuleNames) -> str:
    """«звонок или письмо», «заявка с формы «Обратный звонок»»."""
    places = _places(rule.sources, names)
    if list(places) == ["form"] and set(rule.channels) <= {Channel.FORM}:
        return gettext(FROM_FORMS, names=places["form"])
    channels = rule.channels or tuple(CHANNEL_OF[kind] for kind in places if kind in CHANNEL_OF)
    coming = any_of(gettext(COMING[one]) for one in channels if one in COMING) or gettext("anything comes")
    where = [gettext(PLACES[kind], names=listed) for kind, listed in places.items() if kind in PLACES]
    return " ".join([coming, any_of(where)]) if where else coming


def _places(sources: Iterable[str], names: RuleNames) -> dict[str, str]:
    """Kind of source -> their names."""
    grouped: dict[str, list[str]] = {}
    for source in sources:
        kind, _, value = source.partition(":")
        known = names.sources.get(source, value if kind in PLACES else source)
        grouped.setdefault(kind if kind in PLACES else "imap", []).append(quoted(known))
    return {kind: any_of(found) for kind, found in grouped.items()}


def _hold(outcome: Outcome) -> str:
    if outcome.reason:
        return gettext("leave it to a person: %(why)s", why=quoted(outcome.reason))
    return gettext("leave it to a person")


def _made(outcome: Outcome, names: RuleNames) -> str:
    """Behind «создать интерес»: its title, status, source."""
    parts = [quoted(outcome.title)] if outcome.title else []
    if outcome.status_id is not None:
        status = names.statuses.get(outcome.status_id, "?")
        parts.append(gettext("with the status %(name)s", name=quoted(status)))
    if outcome.source:
        parts.append(gettext("with the source %(name)s", name=quoted(outcome.source)))
    return "".join(f" {part}" for part in parts)


def _newcomer(outcome: Outcome) -> list[str]:
    return [gettext(NEWCOMERS[outcome.newcomer])] if outcome.newcomer in NEWCOMERS else []


def _task(outcome: Outcome) -> str:
    what = gettext(TASKS.get(outcome.task_kind, TASKS["task"]))
    title = f" {quoted(outcome.task_title)}" if outcome.task_title else ""
    within = ngettext("within %(num)s working minute", "within %(num)s working minutes", outcome.task_minutes)
    return f"{what}{title} {within}"


def _way(way: Way, asked: Responsible, names: RuleNames) -> str:
    if way is Way.USER:
        return names.users.get(asked.user_id or 0, "…")
    if way is Way.TEAM:
        team = quoted(names.teams.get(asked.team_id or 0, "…"))
        by_load = gettext("who has least to do in %(team)s", team=team)
        return by_load if asked.by == "load" else gettext("by turn in %(team)s", team=team)
    return gettext(WAYS[way])


def _going_on(rule: Rule) -> str:
    return gettext("then look no further") if rule.stop else gettext("and look at the rules behind it")
