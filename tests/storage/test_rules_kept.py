"""Rules as they are kept: each wording is a version, the order is the house's, traces outlive the rule."""

import pytest
from sqlmodel import select

from intake.errors import NotFound, Rejected
from storage import rules
from storage.access import Actor
from storage.columns import now
from storage.database import Database
from storage.history import stored_id
from storage.tables.automation import RuleDecision
from storage.tables.history import Action
from storage.tables.inquiries import InquiryEvent
from storage.tables.people import Role
from tests.databases import store

pytestmark = pytest.mark.slow

BOSS = Actor(None, "Громова", Role.ADMINISTRATOR)


async def kept(database: Database, name: str, body: dict[str, object] | None = None, on: bool = True) -> int:
    async with database.transaction() as session:
        return stored_id(await rules.keep_rule(session, None, name, body or {}, on, BOSS))


async def test_a_new_wording_is_a_new_version_and_switching_on_is_none(database: Database) -> None:
    rule_id = await kept(database, "Спам", {"stop": True}, on=False)
    async with database.transaction() as session:
        assert (await rules.switch_rule(session, rule_id, True, BOSS)).version == 1
    async with database.transaction() as session:
        row = await rules.keep_rule(session, rule_id, "Спам", {"stop": False}, True, BOSS)
        assert row.version == 2
    async with database.transaction() as session:
        row = await rules.bring_back(session, rule_id, 1, BOSS)
        assert (row.version, row.body, row.enabled) == (3, {"stop": True}, True)
    async with database.reading() as session:
        assert [one.row.version for one in await rules.versions(session, rule_id)] == [3, 2, 1]
        assert len(list(await session.exec(select(Action).where(Action.kind == "set-up-rule")))) == 4


async def test_rules_are_asked_in_the_order_that_was_set(database: Database) -> None:
    first, second, third = [await kept(database, name) for name in ("А", "Б", "В")]
    off = await kept(database, "Выключено", on=False)
    async with database.transaction() as session:
        await rules.order_rules(session, [third, first, 999], BOSS)
    async with database.reading() as session:
        assert [row.id for row in await rules.enabled_rules(session)] == [third, first, second]
        assert [one.row.id for one in await rules.every_rule(session)] == [third, first, second, off]


async def test_a_removed_rule_is_asked_no_more_and_its_traces_stay(database: Database) -> None:
    rule_id = await kept(database, "Спам")
    event = InquiryEvent(channel="smtp", external_id="1", kind="letter", at=now())
    event_id = (await store(database, event))[0]
    await store(database, RuleDecision(event_id=event_id, rule_id=rule_id, outcome="declined"))
    async with database.reading() as session:
        counted = (await rules.every_rule(session))[0]
        assert (counted.decided, counted.outcomes) == (1, {"declined": 1})
        assert counted.last is not None
    async with database.transaction() as session:
        await rules.remove_rule(session, rule_id, BOSS)
    async with database.transaction() as session:
        assert await rules.enabled_rules(session) == []
        assert await rules.every_rule(session) == []
        with pytest.raises(NotFound, match="no-such-rule"):
            await rules.keep_rule(session, rule_id, "Спам", {}, True, BOSS)
    async with database.reading() as session:
        assert (await session.get(RuleDecision, event_id)) is not None


async def test_a_rule_has_a_name(database: Database) -> None:
    async with database.transaction() as session:
        with pytest.raises(Rejected, match="name-missing"):
            await rules.keep_rule(session, None, " \x00 ", {}, True, BOSS)
