"""What the tests of the search by names share: records by name, and who is found."""

from typing import Any

from sqlalchemy import Connection

from intake.model.wizard import Mode
from storage.access import Actor
from storage.database import Database
from storage.search.check import problems
from storage.search.lists import pack
from storage.search.names import by_name
from storage.search.records import TABLES
from storage.tables.parties import Account, Contact, Lead

EVERYBODY = Actor(None, "all")
EVERYTHING = range(len(TABLES))


def person(full: str, **values: Any) -> Contact:
    last, first, middle = (*full.split(), "", "")[:3]
    return Contact(last_name=last, first_name=first, middle_name=middle, **values)


def company(name: str, **values: Any) -> Account:
    return Account(name=name, **values)


def lead(full: str, organisation: str, **values: Any) -> Lead:
    last, first, middle = (*full.split(), "", "")[:3]
    return Lead(last_name=last, first_name=first, middle_name=middle, organisation=organisation, **values)


async def keep(database: Database, *rows: Any) -> list[int]:
    async with database.transaction() as session:
        session.add_all(rows)
    return [row.id for row in rows]


async def found(
    database: Database, text: str, mode: Mode = Mode.INEXACT, who: Actor = EVERYBODY
) -> list[tuple[str, int]]:
    """(table, id), the best first."""

    def ask(connection: Connection) -> list[tuple[str, int]]:
        named, _ = by_name(connection, text, mode, who, EVERYTHING)
        return [(str(TABLES[one.place].__tablename__), one.id) for one in named]

    return await database.ask(ask)


async def wrong(database: Database) -> list[str]:
    return await database.ask(lambda connection: list(problems(connection)))


async def packed(database: Database, most: int = 1_000_000) -> int:
    return await database.write(lambda connection: pack(connection, most))
