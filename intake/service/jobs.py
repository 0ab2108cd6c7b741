"""What the outbox can do: kind of job -> who does it."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from intake.automation.decide import decide
from intake.automation.escalating import escalate
from intake.automation.giving import ESCALATE
from intake.channels.asterisk import cdr
from intake.model.calls import CallEvent
from intake.reception import RECOVER, recover_gap
from intake.service.connections import connections
from storage.database import Database
from storage.deciding import DECIDE
from storage.outbox import Handler

DECIDERS = 2  # at the same time: one that has much to do does not hold the next inquiry up
TOGETHER = 5  # inquiries that one of them claims at once


def handlers(database: Database) -> Mapping[str, Handler]:
    return {
        RECOVER: partial(recover_gap, database, partial(_recorded, database)),
        ESCALATE: partial(escalate, database),
    }


def decide_handlers(database: Database) -> Mapping[str, Handler]:
    """For outboxes of their own: they come in great numbers, each is small, and somebody waits for it."""
    return {DECIDE: partial(decide, database)}


async def _recorded(database: Database, channel: str, since: datetime, until: datetime) -> list[CallEvent]:
    """What the PBX's call records say of a time, as it is set up now."""
    async with database.reading() as session:
        connection = (await connections(session)).get(channel)
    if connection is None or connection.cdr is None:
        return []
    return await cdr.recover(connection.cdr, channel, connection.lines, cdr.Span(since, until))
