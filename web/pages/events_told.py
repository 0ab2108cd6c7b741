"""What the rules said of an event and what was made of it, ready to be shown."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from aiohttp import web
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.automation.bodies import rule_of
from intake.automation.rehearsal import Rehearsed
from intake.model.hits import Reason
from intake.model.rules import Do, Rule, Said
from storage.event_pages import decision_about, event_about, wordings
from storage.tables.automation import RuleDecision
from storage.tables.history import Change, Operation
from web.i18n import gettext, mark
from web.pages.events_words import DID, SAID, WHY, Word
from web.pages.wizard_show import reason_text
from web.render import urls_of
from web.rule_conditions_words import said, seen_word

KINDS = {
    "account": (mark("client"), "building-2"),
    "contact": (mark("contact"), "contact"),
    "lead": (mark("potential client"), "user-plus"),
    "interest": (mark("interest"), "target"),
    "task": (mark("task"), "square-check"),
    "consent": (mark("consent"), "shield-check"),
    "comment": (mark("comment"), "message-square-text"),
}
PARTIES = ("account", "lead", "contact")
UNKNOWN = Word("", "")


@dataclass(frozen=True, slots=True)
class Answer:
    """A condition as a clause, whether it held, and what stood there."""

    clause: str
    held: bool
    value: str


@dataclass(frozen=True, slots=True)
class ToldVerdict:
    rule_id: int
    version: int
    name: str
    said: Word
    code: str
    why: str
    any_of: bool  # one of its conditions is enough
    hold: str  # why it leaves things to a person, in its own words
    answers: list[Answer]

    @property
    def elsewhere(self) -> bool:
        return self.code == Said.ELSEWHERE


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be meant; `href` opens the wizard with them chosen."""

    kind: str
    icon: str
    name: str
    level: str
    reasons: list[str]
    href: str


@dataclass(frozen=True, slots=True)
class Told:
    """What the rules made of an event. `rule`: the one that decided."""

    event_id: int
    outcome: Word
    code: str
    rule_id: int | None
    rule: str
    version: int | None
    why: str  # it waits or was left to a person
    candidates: list[Candidate]
    verdicts: list[ToldVerdict]
    decision: RuleDecision


@dataclass(frozen=True, slots=True)
class Made:
    """A record that an action has made."""

    word: str
    icon: str
    name: str
    href: str


async def told(session: AsyncSession, app: web.Application, decision: RuleDecision) -> Told:
    verdicts = await verdicts_told(session, decision.verdicts)
    decider = next((one for one in verdicts if one.rule_id == decision.rule_id), None)
    return Told(
        decision.event_id,
        DID.get(decision.outcome, UNKNOWN),
        decision.outcome,
        decision.rule_id,
        decider.name if decider else "",
        decision.rule_version,
        (decider.hold or decider.why) if decider else "",
        _candidates(app, decision.candidates, decision.inquiry_id),
        verdicts,
        decision,
    )


async def verdicts_told(
    session: AsyncSession, verdicts: Iterable[Mapping[str, Any]], draft: Rule | None = None
) -> list[ToldVerdict]:
    """Each beside its rule as it was worded then, or as the draft says."""
    listed = [one for one in verdicts if isinstance(one.get("rule_id"), int)]
    rows = await wordings(session, ((one["rule_id"], int(one.get("version") or 0)) for one in listed))
    rules = {key: rule_of(row, key[0]) for key, row in rows.items()}
    if draft is not None:
        rules[draft.id, draft.version] = draft
    return [_verdict(one, rules) for one in listed]


async def decided_about(session: AsyncSession, app: web.Application, inquiry_id: int) -> dict[str, Any]:
    """For an inquiry's pane: what the rules made of it, and where that is told in full."""
    decision = await decision_about(session, inquiry_id)
    event_id = decision.event_id if decision else await event_about(session, inquiry_id)
    return {"decided_event": event_id, "ruled": await told(session, app, decision) if decision else None}


def made_by(app: web.Application, changes: Iterable[Change]) -> list[Made]:
    """The records among what was written."""
    inserts = [one for one in changes if one.operation is Operation.INSERT and one.table in KINDS]
    return [_made(app, one) for one in inserts]


def _verdict(one: Mapping[str, Any], rules: Mapping[tuple[int, int], Rule]) -> ToldVerdict:
    rule_id, version = one["rule_id"], int(one.get("version") or 0)
    rule = rules.get((rule_id, version))
    seen = [each for each in one.get("seen", ()) if isinstance(each, Mapping)]
    answers = [
        Answer(
            said(condition), bool(each.get("held")), seen_word(condition.about, str(each.get("value", "")))
        )
        for condition, each in zip(rule.conditions if rule else (), seen, strict=False)
    ]
    code, why = str(one.get("said", "")), str(one.get("why", ""))
    return ToldVerdict(
        rule_id,
        version,
        str(one.get("name", "")),
        SAID.get(code, UNKNOWN),
        code,
        gettext(WHY[why]) if why in WHY else why,
        rule is not None and not rule.every and len(answers) > 1,
        rule.outcome.reason if rule is not None and rule.outcome.do is Do.HOLD else "",
        answers,
    )


def candidates_told(app: web.Application, one: Rehearsed) -> list[Candidate]:
    """Of one event that is rehearsed."""
    return _candidates(app, [asdict(each) for each in one.candidates], one.inquiry_id)


def _candidates(
    app: web.Application, found: Iterable[Mapping[str, Any]], inquiry_id: int | None
) -> list[Candidate]:
    known = [one for one in found if one.get("kind") in PARTIES and one.get("id")]
    return [_candidate(app, one, inquiry_id) for one in known]


def _candidate(app: web.Application, one: Mapping[str, Any], inquiry_id: int | None) -> Candidate:
    kind, id_ = str(one["kind"]), str(one["id"])
    chosen = {"contact": id_} if kind == "contact" else {"client": f"{kind}:{id_}"}
    url = urls_of(app)
    href = url("wizard", chosen, id=inquiry_id) if inquiry_id else url(kind, id=id_)
    known = [each for each in one.get("reasons", ()) if isinstance(each, Mapping) and "code" in each]
    found = [Reason(str(each["code"]), each.get("params", {})) for each in known]
    reasons = [text for reason in found if (text := reason_text(reason))]
    return Candidate(kind, KINDS[kind][1], str(one.get("name", "")), str(one.get("level", "")), reasons, href)


def _made(app: web.Application, change: Change) -> Made:
    word, icon = KINDS[change.table]
    values = change.after
    name = " ".join(str(values[part]) for part in ("last_name", "first_name") if values.get(part))
    name = name or str(values.get("name") or values.get("title") or values.get("text") or f"№ {change.row}")
    linked = change.table in (*PARTIES, "interest")
    return Made(gettext(word), icon, name[:120], urls_of(app)(change.table, id=change.row) if linked else "")
