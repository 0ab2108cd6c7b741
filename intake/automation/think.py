"""What the rules want done of one event, thought out before anything is locked or written."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from intake.automation.act import Intent
from intake.automation.aims import ALIKE, SEVERAL_PARTIES, Aim, aim_of
from intake.automation.breaker import tired
from intake.automation.match import alike
from intake.automation.subjects import Asking, subject_of, wanted_by
from intake.automation.walk import walk
from intake.model.prefill import Said
from intake.model.rules import About, Did, Rule
from intake.model.worktime import ALWAYS, WorkHours
from intake.wizard.said import said
from storage.access import Actor
from storage.database import Database
from storage.subjects import Asked, House, house
from storage.tables.inquiries import Inquiry
from storage.tables.people import Role
from storage.worktime import hours

RULES = Actor(None, "", Role.ADMINISTRATOR, via="rule")  # who looks, before it is known which rule decides
OF_A_PARTY = frozenset({Did.CREATED, Did.LINKED, Did.WAITS})


async def think(database: Database, event_id: int, rules: Sequence[Rule]) -> Intent | None:
    """None for an event that rules are not asked about."""
    intent = await _think(database, event_id, rules, _now)
    return intent and await _with_candidates(database, intent)


async def think_then(database: Database, event_id: int, rules: Sequence[Rule]) -> Intent | None:
    """The same as it was known when the event was heard, to compare with; nobody is looked for."""
    return await _think(database, event_id, rules, _then)


def _now(ours: House, worked: WorkHours, asked: Asked) -> Asking:
    return Asking(ours, worked, asked)


def _then(ours: House, worked: WorkHours, asked: Asked) -> Asking:
    return Asking(ours, worked, asked, then=True)


async def _think(
    database: Database,
    event_id: int,
    rules: Sequence[Rule],
    asking: Callable[[House, WorkHours, Asked], Asking],
) -> Intent | None:
    worked = await _hours(database, rules)
    subject = await database.ask(
        lambda connection: subject_of(
            connection, event_id, asking(house(connection), worked, wanted_by(rules))
        )
    )
    if subject is None or subject.inquiry_id is None:
        return None
    async with database.reading() as session:
        plan = walk(rules, subject)
        if weary := await tired(session, plan, subject):
            plan = walk(rules, subject, weary)
        aim = aim_of(plan, subject)
        inquiry = await session.get(Inquiry, subject.inquiry_id)
        told = await said(session, inquiry, RULES) if inquiry and aim.did in OF_A_PARTY else None
    return Intent(subject, plan, aim, told or Said())


async def _hours(database: Database, rules: Sequence[Rule]) -> WorkHours:
    """Looked up only where a rule asks for them."""
    if not any(condition.about is About.WORKING_TIME for rule in rules for condition in rule.conditions):
        return ALWAYS
    async with database.reading() as session:
        return await hours(session)


async def _with_candidates(database: Database, intent: Intent) -> Intent:
    """Nobody is made anew while somebody may be meant who is there."""
    if not (intent.aim.newcomer or intent.aim.why == SEVERAL_PARTIES):
        return intent
    found = await alike(database, intent.said, RULES)
    aim = Aim(Did.WAITS, ALIKE) if found and intent.aim.newcomer else intent.aim
    return replace(intent, aim=aim, candidates=found)
