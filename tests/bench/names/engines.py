"""Which engines there are, and how each is opened with a world in it."""

import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.bench.names import kept, peers
from tests.bench.names.facts import Engine, World
from tests.bench.names.ours import Ours
from tests.bench.names.pg_trgm import PgTrgm
from tests.real.postgres import Postgres

_IN_A_FOLDER: dict[
    str, type[peers.SqliteLike | peers.TantivyFuzzy | peers.TantivyTrigrams | peers.RapidfuzzAll]
] = {
    "like": peers.SqliteLike,
    "fuzzy": peers.TantivyFuzzy,
    "trigrams": peers.TantivyTrigrams,
    "rapidfuzz": peers.RapidfuzzAll,
}
NAMES = ("ours", "ours-pg", "like", "fuzzy", "trigrams", "rapidfuzz", "pg-trgm")


@contextmanager
def opened(name: str, world: World, folder: Path, *, reindex: bool = False) -> Iterator[Engine]:
    """`folder` keeps what is worth keeping; `reindex`: build the product's index of a kept world anew."""
    if name == "ours":
        with _ours(kept.sqlite_url(folder, world), reindex) as engine:
            yield engine
    elif name in _IN_A_FOLDER:
        with tempfile.TemporaryDirectory() as own, closing(_IN_A_FOLDER[name](world, Path(own))) as peer:
            yield peer
    else:
        with kept.postgres(folder) as server, on_postgres(name, server, world, reindex=reindex) as engine:
            yield engine


@contextmanager
def on_postgres(name: str, server: Postgres, world: World, *, reindex: bool = False) -> Iterator[Engine]:
    """The same for those two that want a server."""
    if name == "ours-pg":
        with _ours(kept.postgres_url(server, world), reindex) as engine:
            yield engine
    else:
        with closing(PgTrgm(world, kept.new_database(server, "pg-trgm"))) as peer:
            yield peer


@contextmanager
def _ours(url: str, reindex: bool) -> Iterator[Engine]:
    kept.complete(url)
    if reindex:
        kept.reindex(url)
    with closing(Ours(url)) as engine:
        yield engine
