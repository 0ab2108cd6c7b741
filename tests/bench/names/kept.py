"""What takes long is made once and kept in a folder: worlds in databases, queries with their truth. Whatever
was made by other code than this is thrown away."""

import asyncio
import pickle
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
from sqlalchemy.engine import make_url

from intake.model.wizard import PartyKind
from storage.tables import metadata
from tests.bench.names import loading
from tests.bench.names.facts import Query, World
from tests.bench.names.ours import written
from tests.bench.names.queries import make_queries
from tests.real.postgres import Postgres

CACHE = Path(tempfile.gettempdir()) / "bench-names"  # PostgreSQL's own user must come there as well
_HERE = Path(__file__).parent
_QUERIES = ("queries", "slips", "truth", "given_names")


def sqlite_url(folder: Path, world: World) -> str:
    """A file with the world in it, indexed."""
    path = _path(folder, f"world-{world.name}", world.code, ".db")
    url = f"sqlite+aiosqlite:///{path}"
    if not path.exists():
        unfinished = path.with_suffix(".part")
        unfinished.unlink(missing_ok=True)
        fill(f"sqlite+aiosqlite:///{unfinished}", world)
        unfinished.rename(path)
    return url


@contextmanager
def postgres(folder: Path) -> Iterator[Postgres]:
    """A server whose data stay; the folder must be reachable for the user «postgres»."""
    data = folder / "postgres"
    data.mkdir(parents=True, exist_ok=True)
    server = Postgres(data)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def postgres_url(server: Postgres, world: World) -> str:
    """A database with the world in it, indexed; analysed, as autovacuum would have done."""
    name = f"world-{world.name}-{_mark(world.code)}"
    url = server.url(name)
    if not asyncio.run(_fetch(server.url(), "SELECT 1 FROM pg_database WHERE datname = $1", name)):
        new_database(server, name)
        try:
            fill(url, world)
        except BaseException:
            server.drop_database(f'"{name}"')
            raise
        asyncio.run(_fetch(url, "VACUUM ANALYZE"))
    return url


def new_database(server: Postgres, name: str) -> str:
    """An empty one, whatever was there by that name."""
    asyncio.run(_fetch(server.url(), f'DROP DATABASE IF EXISTS "{name}"'))
    asyncio.run(_fetch(server.url(), f'CREATE DATABASE "{name}"'))
    return server.url(name)


def plain(url: str) -> str:
    """As asyncpg itself takes it."""
    return url.replace("postgresql+asyncpg", "postgresql")


async def _fetch(url: str, statement: str, *values: str) -> object:
    connection = await asyncpg.connect(plain(url))
    try:
        return await connection.fetchval(statement, *values)
    finally:
        await connection.close()


def fill(url: str, world: World) -> tuple[float, float]:
    """Write the world into an empty database and index it; how many seconds each took."""
    loaded = written(url, loading.loads(world))
    print(f"{world.size} records into {make_url(url).get_backend_name()} in {loaded:.1f} s")
    return loaded, reindex(url)


def complete(url: str) -> None:
    """Make the tables that came to be since the world was kept."""
    written(url, [metadata.create_all])


def reindex(url: str) -> float:
    """Build the product's index anew; how many seconds it took."""
    seconds = written(url, [loading.reindex])
    print(f"indexed in {seconds:.1f} s")
    return seconds


def queries(folder: Path, world: World, each: int, kind: PartyKind | None = None) -> list[Query]:
    name = f"queries-{world.name}-{each}-{kind or 'all'}"
    path = _path(folder, name, (*world.code, *_QUERIES), ".pickle")
    if not path.exists():
        path.write_bytes(pickle.dumps(make_queries(world, each, kind)))
    found: list[Query] = pickle.loads(path.read_bytes())  # noqa: S301 our own file
    return found


def _path(folder: Path, name: str, code: tuple[str, ...], suffix: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{_mark(code)}{suffix}"
    for old in folder.glob(f"{name}-????????{suffix}*"):
        if not old.name.startswith(path.name):
            old.unlink()
    return path


def _mark(code: tuple[str, ...]) -> str:
    return f"{zlib.crc32(b''.join((_HERE / f'{name}.py').read_bytes() for name in code)):08x}"
