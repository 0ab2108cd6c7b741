"""A draft of a rule rehearsed on a hundred thousand past events, among twenty rules: within a minute, and
without writing anything."""

from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import cycle, islice
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from intake.automation.bodies import body_of
from intake.automation.rehearse import rehearse
from intake.demo.facts import World
from intake.demo.loading import load_world
from intake.model.rules import About, Condition, Do, Op, Outcome, Rule
from storage import rules
from storage.access import COMMAND_LINE
from storage.columns import now
from storage.database import Database
from storage.tables import metadata
from tests.bench.conftest import FULL
from tests.bench.past_events import DAYS, write_past
from tests.house import HASH

EVENTS = 100_000 if FULL else 2_000
RULES = 20
SHOWN = 300
MOST_SECONDS = 60

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

SORTS: tuple[tuple[Do, Condition, dict[str, Any]], ...] = (
    (Do.DECLINE, Condition(About.BODY, Op.MATCHES, r"продвижени[ея]\s+(сайт|магазин)"), {"reason": "spam"}),
    (Do.HOLD, Condition(About.SUBJECT, Op.CONTAINS, "договор поставки"), {"reason": "юристам"}),
    (Do.LINK, Condition(About.FIELD, Op.CONTAINS, "доставка", "Вопрос"), {}),
    (Do.TASK, Condition(About.CALL_OUTCOME, Op.IS, "missed"), {"task_title": "Перезвонить"}),
    (Do.DECLINE, Condition(About.SENDER, Op.ENDS, "@mail7.example"), {"reason": "not-ours"}),
    (Do.NOTHING, Condition(About.UTM, Op.IS, "yandex", "utm_source"), {"labels": ("реклама",)}),
    (Do.NOTHING, Condition(About.AGAIN, Op.IS, "yes"), {"labels": ("снова",)}),
    (Do.HOLD, Condition(About.LANGUAGE, Op.IS, "en"), {"reason": "по-английски"}),
)  # fmt: skip


@pytest.fixture
async def stored(stored_url: str, world: World) -> AsyncIterator[Database]:
    """Clients, their past and twenty rules."""
    database = Database(stored_url)
    if not database.is_sqlite:
        async with database.transaction() as session:
            await load_world(session, world, HASH)
    await database.write(lambda connection: write_past(connection, EVENTS))
    async with database.transaction() as session:
        for number, (do, condition, outcome) in enumerate(islice(cycle(SORTS), RULES)):
            rule = Rule(0, 0, "", conditions=(condition,), stop=False, outcome=Outcome(do=do, **outcome))
            await rules.keep_rule(session, None, f"Правило {number}", body_of(rule), True, COMMAND_LINE)
    if not database.is_sqlite:
        async with database.engine.begin() as connection:
            await connection.exec_driver_sql("ANALYZE")
    yield database
    await database.close()


async def test_a_rule_is_rehearsed_on_the_past_within_a_minute(stored: Database) -> None:
    known = Condition(About.KNOWN, Op.ONE_OF, "nobody, client, lead")
    draft = Rule(0, 0, "", conditions=(known,), outcome=Outcome(do=Do.LINK_OR_CREATE))
    before = await stored.ask(_written)

    told = await rehearse(stored, draft, now() - timedelta(days=DAYS + 1), now() + timedelta(days=1), SHOWN)

    engine, totals = stored.url.get_backend_name(), told.totals
    print(f"\n{totals.events} events, {RULES} rules on {engine}: {told.seconds:.1f} s; {totals.outcomes}")
    assert totals.events >= EVENTS  # the world has some of its own
    assert len(told.rows) == SHOWN
    assert told.seconds < MOST_SECONDS
    assert await stored.ask(_written) == before


def _written(connection: Connection) -> dict[str, int]:
    """How many rows each table has."""
    return {
        table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in metadata.sorted_tables
    }
