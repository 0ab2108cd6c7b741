"""The rules of automatic processing as they are kept: in order, each with all its wordings, and what came of
them. What a body means is intake/automation's business."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import Conflict, NotFound, Rejected
from storage.access import Actor
from storage.columns import now
from storage.database import announce
from storage.decisions import DECISIONS
from storage.history import Journal, journal, stored_id
from storage.parties import fit
from storage.tables.automation import AutoRule, RuleDecision, RuleVersion
from storage.tables.history import Action
from storage.tables.inquiries import Inquiry
from storage.tables.people import User

COUNTED = timedelta(days=30)
MOST_RULES = 200
MOST_RULE_NAME = 120  # letters


@dataclass(frozen=True, slots=True)
class CountedRule:
    """A rule, and how often it decided lately: by what came of it (intake.model.rules.Did)."""

    row: AutoRule
    outcomes: dict[str, int] = field(default_factory=dict)
    last: datetime | None = None

    @property
    def decided(self) -> int:
        return sum(self.outcomes.values())


@dataclass(frozen=True, slots=True)
class Wording:
    """A version of a rule, and who wrote it."""

    row: RuleVersion
    author: str


async def enabled_rules(session: AsyncSession) -> list[AutoRule]:
    """In the order in which they are asked."""
    query = select(AutoRule).where(col(AutoRule.enabled), col(AutoRule.removed_at).is_(None))
    return list(await session.exec(query.order_by(col(AutoRule.position), col(AutoRule.id))))


async def enabled_versions(session: AsyncSession) -> list[tuple[int, int]]:
    """Their ids and versions in the same order, for whoever has read the wordings before."""
    query: Any = select(AutoRule.id, AutoRule.version)
    query = query.where(col(AutoRule.enabled), col(AutoRule.removed_at).is_(None))
    found = await session.exec(query.order_by(col(AutoRule.position), col(AutoRule.id)))
    return [(rule_id, version) for rule_id, version in found]


async def bodies_of(session: AsyncSession, ids: Sequence[int]) -> list[AutoRule]:
    return list(await session.exec(select(AutoRule).where(col(AutoRule.id).in_(ids))))


async def every_rule(session: AsyncSession) -> list[CountedRule]:
    """Those switched off as well, in order."""
    query = select(AutoRule).where(col(AutoRule.removed_at).is_(None))
    rows = list(await session.exec(query.order_by(col(AutoRule.position), col(AutoRule.id))))
    outcomes: dict[int, dict[str, int]] = {}
    last: dict[int, datetime] = {}
    for rule_id, outcome, times, at in await _counted(session, [stored_id(row) for row in rows]):
        outcomes.setdefault(rule_id, {})[outcome] = times
        last[rule_id] = max(at, last.get(rule_id, at))
    ids = [stored_id(row) for row in rows]
    return [
        CountedRule(row, outcomes.get(id_, {}), last.get(id_)) for row, id_ in zip(rows, ids, strict=True)
    ]


async def rule(session: AsyncSession, rule_id: int) -> AutoRule:
    """Raises NotFound("no-such-rule"); one that was removed is not found either."""
    row = await session.get(AutoRule, rule_id)
    if row is None or row.removed_at is not None:
        raise NotFound("no-such-rule", id=rule_id)
    return row


async def keep_rule(
    session: AsyncSession, rule_id: int | None, name: str, body: dict[str, Any], enabled: bool, who: Actor
) -> AutoRule:
    """Add a rule at the end, or give one another wording: each wording is a version of its own, and switching
    on or off is none. Raises Rejected("name-missing"), ("too-long"), Conflict("too-many-rules"), NotFound."""
    name = fit("name", name, MOST_RULE_NAME)
    if not name:
        raise Rejected("name-missing", field="name")
    async with journal(session, "set-up-rule", who) as j:
        row = await _to_change(session, rule_id) if rule_id is not None else await _new(session, j, name)
        if rule_id is None or (row.name, row.body) != (name, body):
            version = 1 if rule_id is None else row.version + 1
            await j.change(row, name=name, body=body, version=version)
            await j.add(_wording(row, who))
        await j.change(row, enabled=enabled)
    announce(session, "rules", rule=row.id)
    return row


async def switch_rule(session: AsyncSession, rule_id: int, enabled: bool, who: Actor) -> AutoRule:
    """On or off, as it is."""
    row = await rule(session, rule_id)
    return await keep_rule(session, rule_id, row.name, row.body, enabled, who)


async def order_rules(session: AsyncSession, ids: Sequence[int], who: Actor) -> None:
    """They are asked in this order; those that are not named come after them, as they stood."""
    query = select(AutoRule).where(col(AutoRule.removed_at).is_(None)).order_by(col(AutoRule.id))
    rows = {stored_id(row): row for row in await session.exec(query.with_for_update())}
    stood = sorted(rows, key=lambda id_: (rows[id_].position, id_))
    named = [id_ for id_ in dict.fromkeys(ids) if id_ in rows]
    async with journal(session, "order-rules", who) as j:
        for position, id_ in enumerate([*named, *(id_ for id_ in stood if id_ not in named)]):
            if rows[id_].position != position:
                await j.move([rows[id_]], position=position)  # its wording is not touched
    announce(session, "rules")


async def remove_rule(session: AsyncSession, rule_id: int, who: Actor) -> int:
    """It is asked no more; what it decided still names it. The action, for undo."""
    async with journal(session, "remove-rule", who) as j:
        await j.change(await _to_change(session, rule_id), enabled=False, removed_at=now())
    announce(session, "rules", rule=rule_id)
    return j.action_id


async def versions(session: AsyncSession, rule_id: int) -> list[Wording]:
    """The newest first."""
    query = select(RuleVersion, User.name).join(User, col(User.id) == RuleVersion.made_by, isouter=True)
    query = query.where(RuleVersion.rule_id == rule_id).order_by(col(RuleVersion.version).desc())
    return [Wording(row, author or "") for row, author in await session.exec(query)]


async def bring_back(session: AsyncSession, rule_id: int, version: int, who: Actor) -> AutoRule:
    """A former wording, as a new version. Raises NotFound("no-such-rule")."""
    query = select(RuleVersion).where(RuleVersion.rule_id == rule_id, RuleVersion.version == version)
    former = (await session.exec(query)).first()
    row = await rule(session, rule_id)
    if former is None:
        raise NotFound("no-such-rule", id=rule_id)
    return await keep_rule(session, rule_id, former.name, former.body, row.enabled, who)


async def decided_for(session: AsyncSession, sender: str, besides: int, since: datetime) -> dict[int, int]:
    """How many events of this sender each rule has decided since then, but for one."""
    query: Any = select(RuleDecision.rule_id, func.count()).join(
        Inquiry, col(Inquiry.id) == RuleDecision.inquiry_id
    )
    query = query.where(
        Inquiry.sender == sender,
        col(RuleDecision.at) >= since,
        RuleDecision.event_id != besides,
        col(RuleDecision.rule_id).is_not(None),
    )
    return dict(list(await session.exec(query.group_by(RuleDecision.rule_id))))


async def taken_back(session: AsyncSession, inquiry_id: int) -> set[tuple[int, str]]:
    """What rules have done with an inquiry and a person has undone: which rule, the action's kind."""
    query = select(Action).where(Action.inquiry_id == inquiry_id, col(Action.kind).in_(DECISIONS))
    query = query.where(col(Action.user_id).is_(None), col(Action.undone_by).is_not(None))
    signed = [
        (str(one.details.get("rule", "")).partition(".")[0], one.kind) for one in await session.exec(query)
    ]
    return {(int(rule_id), kind) for rule_id, kind in signed if rule_id.isdigit()}


async def _counted(session: AsyncSession, ids: Sequence[int]) -> Sequence[Any]:
    query: Any = select(
        RuleDecision.rule_id, RuleDecision.outcome, func.count(), func.max(col(RuleDecision.at))
    ).where(col(RuleDecision.rule_id).in_(ids), col(RuleDecision.at) >= now() - COUNTED)
    return list(await session.exec(query.group_by(RuleDecision.rule_id, RuleDecision.outcome)))


async def _to_change(session: AsyncSession, rule_id: int) -> AutoRule:
    query = select(AutoRule).where(AutoRule.id == rule_id, col(AutoRule.removed_at).is_(None))
    row = (await session.exec(query.with_for_update().execution_options(populate_existing=True))).first()
    if row is None:
        raise NotFound("no-such-rule", id=rule_id)
    return row


async def _new(session: AsyncSession, j: Journal, name: str) -> AutoRule:
    there: Any = select(func.count(), func.max(AutoRule.position)).where(col(AutoRule.removed_at).is_(None))
    number, last = (await session.exec(there)).one()
    if number >= MOST_RULES:
        raise Conflict("too-many-rules", limit=MOST_RULES)
    return await j.add(AutoRule(name=name, position=0 if last is None else last + 1))


def _wording(row: AutoRule, who: Actor) -> RuleVersion:
    return RuleVersion(
        rule_id=stored_id(row), version=row.version, name=row.name, body=row.body, made_by=who.user_id
    )
