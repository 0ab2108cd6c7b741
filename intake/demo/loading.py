"""Writes a world into a database, empty or not, in the caller's transaction, thousands of rows at once."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, func, insert, select, text, update
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.demo import past, rows
from intake.demo.facts import World
from intake.demo.rows import Ids, Row
from intake.demo.trade import LABELS
from intake.matching.names import fold
from intake.model.wizard import PartyKind
from storage.batches import batches
from storage.search.following import index_made
from storage.search.records import KIND_OF, Names, own_names
from storage.tables import metadata
from storage.tables.interests import StatusKind
from storage.tables.people import Role

CHUNK = 5000  # rows written at once
_NUMBERED = ("account", "contact", "lead", "interest", "inquiry")  # their ids are given here


async def load_world(session: AsyncSession, world: World, password_hash: str) -> None:
    """Everything of the world but its lines: users (who all have this password), clients, history."""
    connection = await session.connection()
    await connection.run_sync(_load, world, password_hash)


async def load_lines(session: AsyncSession, world: World, pbx_id: int) -> None:
    """The numbers of ours that people dial at this PBX."""
    made = [asdict(line) | {"pbx_id": pbx_id} for line in world.lines]
    connection = await session.connection()
    await connection.execute(insert(metadata.tables["phone_line"]), made)


def _load(connection: Connection, world: World, password_hash: str) -> None:
    ids = Ids(
        before={table: _last_id(connection, table) for table in _NUMBERED},
        contacts=rows.contacts_before(world),
        users=_users(connection, world, password_hash),
        statuses=_statuses(connection, world),
        labels=_labels(connection),
    )
    for kind, made in (
        (PartyKind.ACCOUNT, rows.accounts(world, ids)),
        (PartyKind.CONTACT, rows.contacts(world, ids)),
        (PartyKind.LEAD, rows.leads(world, ids)),
    ):
        _write_parties(connection, kind, made)
    for table, written in (
        ("contact_point", rows.points(world, ids)),
        ("interest", past.interests(world, ids)),
        ("interest_member", past.members(world, ids)),
        ("interest_label", past.interest_labels(world, ids)),
        ("inquiry", past.inquiries(world, ids)),
        ("call", past.calls(world, ids)),
        ("comment", past.comments(world, ids)),
        ("task", past.tasks(world, ids)),
    ):
        _write(connection, table, written)
    _take_turns(connection)
    _go_on_counting(connection)


def _take_turns(connection: Connection) -> None:
    """Whoever answers calls has a place in their team's turn, and a manager has what they do not take."""
    user, team, seat = (metadata.tables[name] for name in ("user_account", "team", "seat"))
    if connection.execute(select(seat.c.user_id).limit(1)).first() is not None:
        return
    sitting = select(user.c.team_id, user.c.id).where(
        user.c.team_id.is_not(None), user.c.role == Role.OPERATOR, user.c.active
    )
    seats = [
        {"team_id": team_id, "user_id": user_id, "weight": 1, "most_open": 0, "paused": False, "passed": 0,
         "given": 0}
        for team_id, user_id in connection.execute(sitting)
    ]  # fmt: skip
    if seats:
        connection.execute(insert(seat), seats)
    leader = select(func.min(user.c.id)).where(user.c.role == Role.MANAGER).scalar_subquery()
    connection.execute(update(team).where(team.c.leader_id.is_(None)).values(leader_id=leader))


def _users(connection: Connection, world: World, password_hash: str) -> dict[str, int]:
    teams = _found_or_added(connection, "team", "name", [{"name": name} for name in world.teams])
    return _found_or_added(
        connection,
        "user_account",
        "login",
        [
            {
                "login": worker.login,
                "name": worker.name,
                "password_hash": password_hash,
                "role": Role(worker.role),
                "team_id": teams[worker.team],
                "extension": worker.extension,
                "mobile": worker.mobile,
                "email": worker.email,
            }
            for worker in world.workers
        ],
    )


def _statuses(connection: Connection, world: World) -> dict[tuple[str, str], int]:
    paths = [{"name": path.name, "position": place} for place, path in enumerate(world.paths)]
    pipelines = _found_or_added(connection, "pipeline", "name", paths)
    found: dict[tuple[str, str], int] = {}
    status = metadata.tables["status"]
    for path in world.paths:
        mine = status.c.pipeline_id == pipelines[path.name]
        if connection.execute(select(status.c.id).where(mine)).first() is None:
            stages = [
                {"pipeline_id": pipelines[path.name], "name": stage.name, "position": place}
                | {"kind": StatusKind(stage.kind)}
                for place, stage in enumerate(path.stages)
            ]
            connection.execute(insert(status), stages)
        known = connection.execute(select(status.c.name, status.c.id).where(mine))
        found.update({(path.name, name): status_id for name, status_id in known})
    return found


def _labels(connection: Connection) -> dict[str, int]:
    folded = [{"name": name, "folded": fold(name)} for name in LABELS]
    known = _found_or_added(connection, "label", "folded", folded)
    return {name: known[fold(name)] for name in LABELS}


def _found_or_added(connection: Connection, table_name: str, key: str, wanted: list[Row]) -> dict[Any, int]:
    """The ids of rows by their unique key; what is missing is added."""
    table = metadata.tables[table_name]
    query = select(table.c[key], table.c.id)
    known = {row[0] for row in connection.execute(query)}
    missing = [row for row in wanted if row[key] not in known]
    if missing:
        connection.execute(insert(table), missing)
    return {row[0]: row[1] for row in connection.execute(query)}


def _write_parties(connection: Connection, kind: PartyKind, made: Iterable[Row]) -> None:
    """Together with the words of their names, by which they are searched."""
    for chunk in batches(made, CHUNK):
        connection.execute(insert(metadata.tables[kind.value]), chunk)
        place = KIND_OF[kind.value]
        index_made(connection, (Names(place, row["id"], own_names(kind.value, row)) for row in chunk))


def _write(connection: Connection, table: str, made: Iterable[Row]) -> None:
    for chunk in batches(made, CHUNK):
        connection.execute(insert(metadata.tables[table]), chunk)


def _last_id(connection: Connection, table_name: str) -> int:
    table = metadata.tables[table_name]
    return int(connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one())


def _go_on_counting(connection: Connection) -> None:
    """PostgreSQL does not notice ids that it did not give."""
    if connection.dialect.name != "postgresql":
        return
    for table in _NUMBERED:
        query = f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"  # noqa: S608
        connection.execute(text(query))
