"""The whole base looked through for duplicates, in the background, and then kept in step.

It goes in small steps: each reads a block in a picture of its own, weighs it in another thread, and writes
what came out in a short transaction together with how far it is. Whoever is stopped goes on where it was;
of two processes one does each step. Afterwards the audit log says which cards have changed.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from time import monotonic
from typing import Any

import structlog
from sqlalchemy import Connection, select, update
from sqlalchemy.exc import DBAPIError

from intake.duplicates.following import heed_changes
from intake.duplicates.keys import kind_of, name_keys
from intake.duplicates.look import Material, Pair, gather, weigh
from intake.duplicates.progress import begin, current
from intake.errors import Conflict
from intake.model.duplicates import Facts
from intake.model.wizard import PartyKind
from storage import blocks, duplicate_keys, duplicates
from storage.access import Actor
from storage.blocks import Block
from storage.columns import now
from storage.database import Database
from storage.history import note
from storage.live import Announcement
from storage.tables.duplicates import DuplicateSearch
from storage.tables.parties import PointKind

NAMED = 150  # cards a step whose names are looked at
GROUPS = 100  # blocks a step
ORDERED = 4000  # cards whose keys make one part: fewer, and drafting would write pages all over the table
SLICES = 8  # of a part, each put in order by a step of its own
LOOK_SECONDS = 15.0  # between looks at the log
REST = 1.0  # times the time that a step took, before the next: others have something to do as well

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Stage:
    """`what`: names (their keys are written down), order (… and put where they belong), point, inn, or alike
    (names are compared)."""

    what: str
    of: str = ""


STAGES = (
    *(Stage("names", kind) for kind in PartyKind), Stage("order"),
    *(Stage("point", kind) for kind in PointKind),
    Stage("inn", PartyKind.ACCOUNT), Stage("inn", PartyKind.LEAD),
    Stage("alike"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """What one step came to. `after` is where to go on, None when the stage is over."""

    after: Any
    write: Callable[[Connection], None]
    seen: int = 0


async def start(database: Database, who: Actor) -> int:
    """Ask for a look through the whole base. Raises Conflict("search-runs") while one is under way."""
    async with database.transaction() as session:
        running = await current(session)
        if running is not None and running.finished_at is None:
            raise Conflict("search-runs")
        await note(session, "find-duplicates", who)
        search = await begin(session, who.user_id)
    return search.id or 0


async def keep_finding(database: Database) -> None:
    """Until cancelled: look through the base when asked to (and once by itself), else heed what changes."""
    while True:
        begun = monotonic()
        try:
            done = await _anything_done(database)
            pause = REST * (monotonic() - begun) if done else LOOK_SECONDS
        except DBAPIError as error:
            log.warning("duplicates were not looked for", error=type(error).__name__)
            pause = LOOK_SECONDS
        await asyncio.sleep(pause)


async def _anything_done(database: Database) -> bool:
    async with database.reading() as session:
        search = await current(session)
    if search is None:
        async with database.transaction() as session:
            await begin(session, None)
        return True
    if search.finished_at is None:
        return await step(database, search)
    return await heed_changes(database, search)


async def search_all(database: Database) -> None:
    """All that is left of the newest look, at once."""
    while True:
        async with database.reading() as session:
            search = await current(session)
        if search is None or search.finished_at is not None:
            return
        await step(database, search)


async def step(database: Database, search: DuplicateSearch) -> bool:
    """One step; of two at once the later does nothing."""
    stage = STAGES[search.stage]
    match stage.what:
        case "names":
            done = await _name_step(database, PartyKind(stage.of), search)
        case "order":
            done = await _order_step(database, search)
        case _:
            done = await _compare_step(database, stage, search)
    over = [Announcement("duplicates")] if done.after is None else []
    await database.write(partial(_keep, search=search, done=done), over)
    return True


def _keep(connection: Connection, search: DuplicateSearch, done: Step) -> None:
    """In one go: whoever waits for SQLite's writer waits for no loop of ours as well."""
    if _advance(connection, search, done):
        done.write(connection)


async def _name_step(database: Database, kind: PartyKind, search: DuplicateSearch) -> Step:
    after = search.after or 0
    found = await database.ask(lambda connection: blocks.facts_after(connection, kind, after, NAMED))
    keys = await asyncio.to_thread(_keys, found)
    write = partial(duplicate_keys.draft, keys=keys, parts=_parts(search))
    return Step(found[-1].id if len(found) == NAMED else None, write, len(found))


def _keys(found: Sequence[Facts]) -> tuple[tuple[int, int], ...]:
    return tuple((key, facts.id) for facts in found for key in name_keys(facts))


def _parts(search: DuplicateSearch) -> int:
    """So many that each can be put in order at once; the same for the whole search."""
    return 1 << max(0, (search.total // ORDERED).bit_length())


async def _order_step(database: Database, search: DuplicateSearch) -> Step:
    piece, pieces = search.after or 0, _parts(search) * SLICES
    drafted = await database.ask(lambda connection: duplicate_keys.drafted(connection, piece // SLICES))
    keys = [key for key in drafted if duplicate_keys.part_of(key[0], pieces) == piece]

    def write(connection: Connection) -> None:
        duplicate_keys.replace(connection, piece, pieces, keys)
        if piece + 1 == pieces:
            duplicate_keys.clear_draft(connection)

    return Step(piece + 1 if piece + 1 < pieces else None, write)


async def _compare_step(database: Database, stage: Stage, search: DuplicateSearch) -> Step:
    material, after = await database.ask(lambda connection: _read(connection, stage, search.after))
    verdicts = [one for one in await asyncio.to_thread(weigh, material) if one.likelihood]
    return Step(after, partial(duplicates.keep_pairs, verdicts=verdicts, search_id=search.id or 0))


def _read(connection: Connection, stage: Stage, after: Any) -> tuple[Material, Any]:
    found, last = _blocks(connection, stage, after)
    return gather(connection, _pairs(found)), last


def _blocks(connection: Connection, stage: Stage, after: Any) -> tuple[list[Block], Any]:
    match stage.what:
        case "point":
            return blocks.point_blocks(connection, PointKind(stage.of), after or "", GROUPS)
        case "inn":
            return blocks.inn_blocks(connection, PartyKind(stage.of), after or "", GROUPS)
    groups, last = blocks.name_blocks(connection, -1 if after is None else after, GROUPS)
    return [[(kind_of(key), id_) for id_ in ids] for key, ids in groups], last


def _pairs(found: Sequence[Block]) -> list[Pair]:
    """Within each block, cards of one kind with each other."""
    pairs: set[Pair] = set()
    for block in found:
        for kind in PartyKind:
            ids = sorted({id_ for of, id_ in block if of is kind})
            pairs.update((kind, one, other) for one, other in combinations(ids, 2))
    return sorted(pairs)


def _advance(connection: Connection, search: DuplicateSearch, done: Step) -> bool:
    """Write down how far it is; False when another process was first."""
    table = DuplicateSearch.__table__  # type: ignore[attr-defined]
    row = connection.execute(select(table).where(table.c.id == search.id).with_for_update()).one()
    if (row.stage, row.after) != (search.stage, search.after) or row.finished_at is not None:
        return False
    values: dict[str, Any] = {"after": done.after, "seen": row.seen + done.seen}
    if done.after is None:
        values["stage"] = row.stage + 1
    if values.get("stage") == len(STAGES):
        values |= {"stage": row.stage, "finished_at": now()}
        duplicates.drop_unseen(connection, search.id or 0)
    connection.execute(update(table).where(table.c.id == search.id).values(**values))
    return True
