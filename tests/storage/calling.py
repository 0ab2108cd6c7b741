"""Calls as a channel would tell of them, step by step."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from sqlmodel import col, select

from intake.model.calls import Call, CallEvent, Direction, Outcome, Step
from intake.reception import Reception
from storage.database import Database
from storage.tables.calls import CallRecord
from storage.tables.inquiries import Inquiry
from storage.tables.parties import Point, PointKind

PBX = "asterisk:1"
MARINA = "+79161234567"
START = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)

_numbers = count(1)


class Talk:
    """One call; each step is a second after the one before. Words of a step are fields of the snapshot."""

    def __init__(
        self,
        number: str | None = MARINA,
        at: datetime = START,
        direction: Direction = Direction.IN,
        linkedid: str | None = None,
        **fields: Any,
    ) -> None:
        linkedid = linkedid or f"{at:%s}.{next(_numbers)}"
        self.at = at
        self.call = Call(linkedid, direction, number=number, started=at, did="74951000101", **fields)
        self.count = 0

    def step(self, step: Step, **changes: Any) -> CallEvent:
        self.call = replace(self.call, **changes)
        event = CallEvent(PBX, f"{self.call.linkedid}:{step}:{self.count}", self.at, step, self.call, "{}")
        self.count += 1
        self.at += timedelta(seconds=1)
        return event

    def start(self) -> CallEvent:
        return self.step(Step.STARTED)

    def ring(self, *extensions: str) -> CallEvent:
        return self.step(Step.RINGING, ringing=extensions, rang=extensions)

    def answer(self, extension: str = "101") -> CallEvent:
        return self.step(
            Step.ANSWERED, ringing=(), talking=(extension,), answered_by=(extension,), answered=self.at
        )

    def end(self, outcome: Outcome | None = None) -> CallEvent:
        outcome = outcome or (Outcome.ANSWERED if self.call.answered_by else Outcome.MISSED)
        return self.step(Step.ENDED, ringing=(), talking=(), waiting=False, outcome=outcome, ended=self.at)

    def whole_missed(self) -> list[CallEvent]:
        return [self.start(), self.ring("101"), self.end()]

    def whole_answered(self) -> list[CallEvent]:
        return [self.start(), self.ring("101"), self.answer(), self.end()]


def outgoing(at: datetime, number: str = MARINA) -> Talk:
    return Talk(number, at, Direction.OUT)


async def tell(database: Database, *events: CallEvent) -> None:
    reception = Reception(database)
    for event in events:
        await reception.receive(event)


async def inquiries(database: Database) -> list[Inquiry]:
    """Those that a list shows, in the order they were opened."""
    async with database.reading() as session:
        query = select(Inquiry).where(col(Inquiry.folded_into).is_(None))
        return list(await session.exec(query.order_by(col(Inquiry.opened_at), col(Inquiry.id))))


async def only_inquiry(database: Database) -> Inquiry:
    (inquiry,) = await inquiries(database)
    return inquiry


async def calls(database: Database) -> list[CallRecord]:
    async with database.reading() as session:
        return list(await session.exec(select(CallRecord).order_by(col(CallRecord.id))))


def phone(number: str = MARINA, **fields: Any) -> Point:
    return Point(kind=PointKind.PHONE, value=number, raw=number, **fields)
