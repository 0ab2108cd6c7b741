"""PostgreSQL's trigrams: similarity of 0.3 by a GIN index, the best 200, and rapidfuzz over these."""

import asyncio
from collections.abc import Iterable
from itertools import islice

import asyncpg

from tests.bench.names.facts import Query, Record, Ref
from tests.bench.names.kept import plain
from tests.bench.names.peers import BATCH, CANDIDATES, folded, named, ranked

THRESHOLD = 0.3
_ASK = f"SELECT id, text FROM name WHERE text % $1 ORDER BY similarity(text, $1) DESC LIMIT {CANDIDATES}"  # noqa: S608


class PgTrgm:
    """`url`: a fresh database that one may create extensions in."""

    name = "pg_trgm 0.3, GIN + rapidfuzz"

    def __init__(self, records: Iterable[Record], url: str) -> None:
        self._loop = asyncio.Runner()
        self._refs: list[Ref] = []
        self._connection = self._loop.run(self._filled(records, url))

    def find(self, query: Query) -> list[Ref]:
        text = folded(query.text)
        rows = self._loop.run(self._connection.fetch(_ASK, text))
        return ranked(text, [(self._refs[number], found) for number, found in rows])

    def close(self) -> None:
        self._loop.run(self._connection.close())
        self._loop.close()

    async def _filled(self, records: Iterable[Record], url: str) -> asyncpg.Connection:
        connection = await asyncpg.connect(plain(url))
        await connection.execute("CREATE EXTENSION pg_trgm; CREATE TABLE name (id int, text text)")
        everything = named(records)
        while some := list(islice(everything, BATCH)):
            rows = [(len(self._refs) + place, text) for place, (_, text) in enumerate(some)]
            await connection.copy_records_to_table("name", records=rows)
            self._refs += [ref for ref, _ in some]
        await connection.execute("CREATE INDEX ON name USING gin (text gin_trgm_ops); ANALYZE name")
        await connection.execute(f"SET pg_trgm.similarity_threshold = {THRESHOLD}")
        return connection
