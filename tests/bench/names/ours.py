"""The product's own search as an engine of this bench: `by_name` on either database."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.engine import make_url

from intake.matching.companies import fold_company
from intake.model.wizard import Mode
from storage.access import Actor
from storage.database import Database
from storage.search.names import by_name
from tests.bench.names import loading
from tests.bench.names.facts import SHOWN, Query, Ref
from tests.bench.names.world import World

WHO = Actor(1, "Анна")


class Ours:
    """`url`: SQLite or PostgreSQL with a world in it, indexed."""

    def __init__(self, url: str) -> None:
        self._database = Database(url)
        self.name = f"ours, {self._database.url.get_backend_name()}"
        self._loop = asyncio.Runner()

    def find(self, query: Query) -> list[Ref]:
        return self._ask(lambda connection: _named(connection, query.text))

    def close(self) -> None:
        self._loop.run(self._database.close())
        self._loop.close()

    def _ask(self, question: Callable[[Connection], list[Ref]]) -> list[Ref]:
        quick = self._database._quick
        if quick is None:
            return self._loop.run(self._database.ask(question))
        with quick.connect() as connection:  # the same pool as the product's, without its change of threads
            return question(connection)


def _named(connection: Connection, text: str) -> list[Ref]:
    if not hasattr(Mode, "INEXACT"):  # the search before this one
        found, _more = by_name(connection, fold_company(text).split(), Mode.BEGINNING, WHO)
    else:
        found, _more = by_name(connection, text, Mode.INEXACT, WHO)
    return [Ref(named.kind, named.id) for named in found[:SHOWN]]


def stored(cache: Path, world: World) -> str:
    """The address of a SQLite file with the world in it, made once and kept in `cache`."""
    path = cache / f"world-{world.size}-{world.seed}.db"
    url = f"sqlite+aiosqlite:///{path}"
    if not path.exists():
        cache.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        unfinished.unlink(missing_ok=True)
        seconds = written(
            f"sqlite+aiosqlite:///{unfinished}", lambda connection: loading.load(connection, world)
        )
        print(f"{world.size} records loaded in {seconds:.0f} s")
        unfinished.rename(path)
        reindexed(url)
    return url


def reindexed(url: str) -> None:
    seconds = written(url, loading.rebuild)
    print(f"indexed in {seconds:.0f} s")


def written(url: str, change: Callable[[Connection], object]) -> float:
    """One transaction of either engine; how many seconds it took."""

    async def write() -> float:
        database = Database(make_url(url))
        begun = time.perf_counter()
        async with database.transaction() as session:
            await session.run_sync(lambda inner: change(inner.connection()))
        seconds = time.perf_counter() - begun
        await database.close()
        return seconds

    return asyncio.run(write())
