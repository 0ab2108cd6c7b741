"""The product's own search as an engine of this bench, on either database: `by_name` for names, the whole
search of the wizard when other keys are given as well."""

import asyncio
import time
from collections.abc import Callable, Iterable

from sqlalchemy import Connection

from intake.model.hits import Found, Level, PartyHit
from intake.model.wizard import Criteria, Mode, PartyKind
from intake.wizard.search import search
from storage.access import Actor
from storage.database import Database
from storage.search.names import by_name
from tests.bench.names.facts import SHOWN, Query, Ref

WHO = Actor(1, "Анна")


class Ours:
    """`url`: SQLite or PostgreSQL with a world in it, indexed. A SQLite file is read through first: the disk
    is not what is measured."""

    def __init__(self, url: str) -> None:
        self.database = Database(url)
        if self.database.is_sqlite:
            _read_through(str(self.database.url.database))
        self.name = f"ours, {'SQLite' if self.database.is_sqlite else 'PostgreSQL'}"
        self._loop = asyncio.Runner()

    def find(self, query: Query) -> list[Ref]:
        if query.phone or query.email or query.inn:
            return self._loop.run(self._searched(query))
        return self._ask(lambda connection: _named(connection, query.text))

    def close(self) -> None:
        self._loop.run(self.database.close())
        self._loop.close()

    def _ask(self, question: Callable[[Connection], list[Ref]]) -> list[Ref]:
        quick = self.database._quick
        if quick is None:
            return self._loop.run(self.database.ask(question))
        with quick.connect() as connection:  # the same pool as the product's, without its change of threads
            return question(connection)

    async def _searched(self, query: Query) -> list[Ref]:
        criteria = Criteria(query.text, query.inn, query.phone, email=query.email, mode=Mode.INEXACT)
        return _in_order(await search(self.database, criteria, WHO))


def _read_through(path: str) -> None:
    with open(path, "rb") as file:  # noqa: PTH123
        while file.read(2**24):
            pass


def written(url: str, changes: Iterable[Callable[[Connection], object]]) -> float:
    """Do them, each in a transaction of the product's; how many seconds it took."""

    async def write() -> float:
        database = Database(url)
        begun = time.perf_counter()
        for change in changes:
            async with database.transaction() as session:
                connection = await session.connection()
                await connection.run_sync(change)
        seconds = time.perf_counter() - begun
        await database.close()
        return seconds

    return asyncio.run(write())


def _named(connection: Connection, text: str) -> list[Ref]:
    found, _more = by_name(connection, text, Mode.INEXACT, WHO)
    return [Ref(named.kind, named.id) for named in found[:SHOWN]]


def _in_order(found: Found) -> list[Ref]:
    """Both panes in one list, without those that stand there only because of one in the other."""
    clients = [(hit.score, Ref(hit.kind, hit.id)) for hit in found.clients if _by_itself(hit)]
    people = [(hit.score, Ref(PartyKind.CONTACT, hit.id)) for hit in found.contacts if _by_itself(hit)]
    ordered = sorted([*clients, *people], key=lambda scored: -scored[0])
    return [ref for _, ref in ordered[:SHOWN]]


def _by_itself(hit: PartyHit) -> bool:
    own = any(not reason.code.startswith(("contact-", "of-")) for reason in hit.reasons)
    return own and hit.level is not Level.RELATED
