"""A process that saves, renames, moves, merges, deletes, undoes, takes back and packs as often as it is told.

`python -m tests.storage.search_storm URL SEED DEEDS` says a line after each.
"""

import asyncio
import random
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlmodel import func, select

from intake.duplicates.choosing import Merging
from intake.duplicates.merge import merge, undo_merge
from intake.errors import IntakeError
from intake.model.wizard import PartyKind
from storage.access import Actor
from storage.database import Database
from storage.history import journal
from storage.reversal import undo
from storage.search.lists import pack
from storage.secrets import new_key, use_keys
from storage.tables.parties import Account, Contact, Lead
from storage.tables.people import Role, Scope

SURNAMES = "Щербаков Кржижановский Иванов Петров Сомов Озеров Ким Ли Абдуллаев Мельник".split()
FIRST = "Иван Пётр Александр Мария Наталья Ян Глеб Ольга".split()
COMPANIES = "Ромашка Кипарис Завод Электросталь Северный Союз Дубрава Мир".split()
WHO = Actor(1, "Буря", Role.MANAGER, Scope.ALL)

Deed = Callable[["Storm"], Awaitable[None]]


class Storm:
    """`rnd` chooses; new words come up all the time, the same ones in several processes."""

    def __init__(self, database: Database, seed: int) -> None:
        self.database, self.rnd = database, random.Random(seed)
        self.actions: list[tuple[int, bool]] = []

    def word(self, among: list[str]) -> str:
        return f"{self.rnd.choice(among)}{self.rnd.choice(['', '', 'ов', 'ая', str(self.rnd.randrange(60))])}"

    async def some(self, table: type[Any]) -> int:
        async with self.database.reading() as session:
            last = (await session.exec(select(func.max(table.id)))).one() or 1
        return self.rnd.randint(max(last - 60, 1), last)


async def save(storm: Storm) -> None:
    account = Account(name=f"{storm.word(COMPANIES)} {storm.word(COMPANIES)}")
    async with storm.database.transaction() as session:
        session.add(account)
        await session.flush()
        for _ in range(storm.rnd.randrange(4)):
            person = Contact(last_name=storm.word(SURNAMES), first_name=storm.rnd.choice(FIRST))
            person.account_id = account.id
            session.add(person)
        session.add(Lead(last_name=storm.word(SURNAMES), organisation=storm.word(COMPANIES)))


async def rename(storm: Storm) -> None:
    """A company and a person together."""
    chosen: list[tuple[Any, int]] = [
        (Account, await storm.some(Account)),
        (Contact, await storm.some(Contact)),
    ]
    async with storm.database.transaction() as session, journal(session, "edit", WHO) as j:
        for table, id_ in chosen:
            row = await session.get(table, id_, with_for_update=True)
            if isinstance(row, Account):
                await j.change(row, name=f"{storm.word(COMPANIES)} {storm.word(COMPANIES)}")
            elif row is not None:
                await j.change(row, last_name=storm.word(SURNAMES))
    storm.actions.append((j.action_id, False))


async def move(storm: Storm) -> None:
    to = await storm.some(Account)
    async with storm.database.transaction() as session:
        contact = await session.get(Contact, await storm.some(Contact), with_for_update=True)
        if contact is not None and await session.get(Account, to, with_for_update={"read": True}) is not None:
            contact.account_id = to


async def remove(storm: Storm) -> None:
    async with storm.database.transaction() as session:
        contact = await session.get(Contact, await storm.some(Contact), with_for_update=True)
        if contact is not None:
            await session.delete(contact)


async def give_up(storm: Storm) -> None:
    async with storm.database.transaction() as session:
        session.add(Contact(last_name=storm.word(SURNAMES), first_name=f"Никто{storm.rnd.random()}"))
        await session.flush()
        await session.rollback()


async def unite(storm: Storm) -> None:
    kind, table = storm.rnd.choice([(PartyKind.ACCOUNT, Account), (PartyKind.CONTACT, Contact)])
    one, other = await storm.some(table), await storm.some(table)
    storm.actions.append((await merge(storm.database, Merging(kind, one, other, survivor_id=one), WHO), True))


async def take_back(storm: Storm) -> None:
    if not storm.actions:
        return
    action, merged = storm.actions.pop(storm.rnd.randrange(len(storm.actions)))
    if merged:
        await undo_merge(storm.database, action, WHO)
        return
    async with storm.database.transaction() as session:
        await undo(session, action, WHO)


async def tidy(storm: Storm) -> None:
    await storm.database.write(lambda connection: pack(connection, storm.rnd.choice([50, 500])))


DEEDS: list[Deed] = [save, save, save, rename, rename, move, remove, give_up, unite, take_back, tidy]


async def main(url: str, seed: int, deeds: int) -> None:
    use_keys([new_key()])
    database = Database(url)
    storm = Storm(database, seed)
    for deed in storm.rnd.choices(DEEDS, k=deeds):
        try:
            await deed(storm)
            tell("done")
        except IntakeError as error:  # another was first
            tell(f"refused: {error.code}")
        except DBAPIError as error:
            tell(f"FAILED {deed.__name__}: {error!r}"[:800])
    await database.close()


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
