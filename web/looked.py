"""Who has seen whose numbers: searches and lists go into the audit log as cards do that are opened.

Nobody waits for it. What one person sees in one place within a few seconds (a search asks anew with every
letter) is one action with the ids of all who were shown.
"""

import asyncio
from collections.abc import Iterable
from typing import Any, NamedTuple

from aiohttp import web

from intake.model.hits import Found
from intake.model.wizard import PartyKind
from storage.access import Actor
from storage.database import Database
from storage.history import note, stored_id
from storage.inquiries import InquiryRow
from web.afterwards import Afterwards

TOGETHER = 3.0  # seconds that are one look
LOG = "view-numbers"

Shown = Iterable[tuple[str, int]]  # kind of record, id


class Look(NamedTuple):
    who: Actor
    place: str  # search, find, accounts, inquiries …


class Onlookers:
    """What was shown and is not written down yet."""

    def __init__(self, database: Database, afterwards: Afterwards) -> None:
        self._database = database
        self._afterwards = afterwards
        self._shown: dict[Look, set[tuple[str, int]]] = {}
        self._timers: dict[Look, asyncio.TimerHandle] = {}

    def saw(self, who: Actor, place: str, shown: Shown) -> None:
        """Costs microseconds: it is written later."""
        look = Look(who, place)
        records = self._shown.get(look)
        if records is not None:
            records.update(shown)
        elif records := set(shown):
            self._shown[look] = records
            loop = asyncio.get_running_loop()
            self._timers[look] = loop.call_later(TOGETHER, self._write_down, look)

    def write_down_all(self) -> None:
        """Now, whatever was to be waited for."""
        for look in list(self._shown):
            self._write_down(look)

    def _write_down(self, look: Look) -> None:
        self._timers.pop(look).cancel()
        self._afterwards.do(_write(self._database, look, self._shown.pop(look)))


def with_numbers(found: Found) -> Shown:
    """The parties of a search whose numbers or addresses it shows."""
    for client in found.clients:
        if client.points:
            yield client.kind.value, client.id
    for contact in found.contacts:
        if contact.points:
            yield PartyKind.CONTACT.value, contact.id


def with_senders(rows: Iterable[InquiryRow]) -> Shown:
    """The inquiries whose senders' numbers or addresses are shown."""
    return [("inquiry", stored_id(row.inquiry)) for row in rows if row.inquiry.sender]


async def _write(database: Database, look: Look, shown: set[tuple[str, int]]) -> None:
    ids: dict[str, Any] = {}
    for kind, id_ in sorted(shown):
        ids.setdefault(kind, []).append(id_)
    async with database.transaction() as session:
        await note(session, LOG, look.who, place=look.place, people=len(shown), **ids)


ONLOOKERS = web.AppKey("onlookers", Onlookers)
