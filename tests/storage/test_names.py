"""Who is found by a name, in every mode and however it is misspelled, from the moment it is saved."""

import asyncio
import time

import pytest

from intake.model.wizard import Mode
from storage.access import Actor
from storage.columns import now
from storage.database import Database
from storage.history import journal
from storage.reversal import undo
from storage.tables.parties import Account, Contact
from storage.tables.people import Role, Scope, User
from tests.storage.naming import company, found, keep, lead, packed, person, wrong

pytestmark = pytest.mark.slow

HOSTILE = [
    "", " ", "я" * 10_000, "a" * 10_000, "1" * 10_000, "иванов " * 2_000, "«»—...!?", "%", "_", "\\", "%_%",
    "\x00", "иванов\x00", "🙂", "🙂иванов🙂", "\u202eвонави", "عبد الله", "\ud800", "ив\udfffанов",
    "'; DROP TABLE contact; --", '" OR 1=1', "$1 :1 ?1", "AMONG TEXTS 1", "EACH 1", "[]", "{}", "\n\t\r",
    "ﷺ" * 300, "а " * 3_000, "株式会社", "а\u0301" * 500,
]  # fmt: skip


@pytest.fixture
async def people(database: Database) -> dict[str, tuple[str, int]]:
    """By a word of theirs."""
    account, factory = await keep(
        database, company("Ромашка", legal_form="ООО"), company("Завод Электросталь 12")
    )
    rows = [
        person("Щербаков Александр Николаевич", account_id=account),
        person("Кржижановская Мария Петровна"),
        person("Иванов Иван Иванович", account_id=account),
        person("Иванов Пётр"),
        person("Петров-Водкин Кузьма"),
        lead("Ветрова Наталья", "ИП Ветрова"),
    ]
    ids = await keep(database, *rows)
    await keep(
        database, *(person(f"Прохожий Глеб{'аеиоуы'[number % 6] * (number + 2)}") for number in range(20))
    )
    names = ["щербаков", "кржижановская", "иванов", "пётр", "водкин"]
    by_word = {name: ("contact", id_) for name, id_ in zip(names, ids, strict=False)}
    return by_word | {
        "ветрова": ("lead", ids[-1]),
        "ромашка": ("account", account),
        "завод": ("account", factory),
    }


People = dict[str, tuple[str, int]]


@pytest.mark.parametrize("how", ["fresh", "packed"])
async def test_however_it_is_misspelled_the_record_is_the_first_found(
    database: Database, people: People, how: str
) -> None:
    if how == "packed":
        await packed(database)
    misspelled = {
        "щербаков": (
            "щербаков александр николаевич", "Щербаков", "shcherbakov", "Scherbakov Alexander", "щербоков",
            "щебраков", "щербакков", "шербаков", "щербаков саша", "александр щербаков", "щербаков а н",
            "oth,frjd", "oth,frjd fktrcfylh", "ербаков", "щеpбaкoв", "щербаковалександр", "щер баков",
            "ЩЕРБАКОВ А.Н.", "щерб", "щрбаков",
        ),
        "кржижановская": (
            "кржыжановская", "кржижановска маша", "кржжановская",
            "krzhizhanovskaya", "крижижановкая",
        ),
        "пётр": ("иванов петр", "иванов петя", "петр ивнов", "ivanov petr", "bdfyjd gtnh"),
        "водкин": ("петров водкин", "петровводкин", "водкин", "петров-вадкин", "петров водкин кузьма"),
        "ветрова": ("ветрова наташа", "натальяветрова", "витрова наталья"),
        "ромашка": ("ооо ромашка", "АО «Ромашка»", "romashka", "ромшака", "hjvfirf", "рамашка", "омашка"),
        "завод": (
            "электросталь", "завод электросталь 12", "электро сталь",
            "завод электросталь12", "электрсталь завод",
        ),
    }  # fmt: skip
    missed = [
        query
        for name, queries in misspelled.items()
        for query in queries
        if (await found(database, query))[:1] != [people[name]]
    ]
    assert missed == []


@pytest.mark.parametrize(
    ("mode", "query", "whom"),
    [
        (Mode.BEGINNING, "щер ал", ["щербаков"]),
        (Mode.BEGINNING, "ербаков", []),
        (Mode.BEGINNING, "щербоков", []),
        (Mode.BEGINNING, "иванов", ["иванов", "пётр"]),
        (Mode.BEGINNING, "иван иван иван", ["иванов"]),
        (Mode.PART, "ербак ксан", ["щербаков"]),
        (Mode.PART, "ив", ["иванов", "пётр"]),
        (Mode.PART, "1", ["завод"]),
        (Mode.PART, "ебраков", []),
        (Mode.EXACT, "Иванов Пётр", ["пётр"]),
        (Mode.EXACT, "Иванов", []),
        (Mode.EXACT, "ООО Ромашка", ["ромашка"]),
    ],
)
async def test_the_literal_modes_do_not_guess(
    database: Database, people: People, mode: Mode, query: str, whom: list[str]
) -> None:
    assert set(await found(database, query, mode)) >= {people[name] for name in whom}
    assert whom or not await found(database, query, mode)
    assert len(await found(database, query, mode)) == len(whom)


@pytest.mark.parametrize("mode", [Mode.INEXACT, Mode.BEGINNING, Mode.PART])
async def test_a_companys_people_are_found_by_its_name_and_theirs(
    database: Database, people: People, mode: Mode
) -> None:
    assert (await found(database, "Иванов Ромашка", mode))[0] == people["иванов"]
    assert people["пётр"] not in (await found(database, "Иванов Ромашка", mode))[:1]


async def test_a_lead_is_found_by_the_person_or_the_organisation(database: Database) -> None:
    [id_] = await keep(database, lead("Озеров Глеб", "ООО Кипарис"))

    for query in ("озеров", "кипарис", "глеб озеров", "озеров кипарис", "кипорис"):
        assert (await found(database, query))[:1] == [("lead", id_)], query


async def test_what_another_connection_has_saved_is_found_at_once(
    database: Database, database_url: str
) -> None:
    other = Database(database_url)
    try:
        for number, name in enumerate(("Новосельцев", "Калугина", "Самохвалов")):
            [id_] = await keep(other, person(name))
            assert await found(database, name[:-2]) == [("contact", id_)], number
    finally:
        await other.close()


async def test_who_was_renamed_is_found_by_the_new_name_only(database: Database) -> None:
    [id_] = await keep(database, person("Новосельцев"))

    async with database.transaction() as session:
        (await session.get_one(Contact, id_)).last_name = "Калугин"

    assert await found(database, "калугин") == [("contact", id_)]
    assert await found(database, "новосельцев") == []


async def test_who_was_deleted_or_never_committed_is_not_found(database: Database) -> None:
    [id_] = await keep(database, person("Новосельцев"))
    async with database.transaction() as session:
        await session.delete(await session.get_one(Contact, id_))
    async with database.transaction() as session:
        session.add(person("Самохвалов"))
        await session.flush()
        await session.rollback()

    assert await found(database, "новосельцев") == await found(database, "самохвалов") == []
    assert await wrong(database) == []


async def test_what_was_rolled_back_in_part_is_not_found_and_the_rest_is(database: Database) -> None:
    async with database.transaction() as session:
        session.add(person("Калугина"))
        inner = await session.begin_nested()
        session.add(person("Самохвалов"))
        await session.flush()
        await inner.rollback()

    assert len(await found(database, "калугина")) == 1
    assert await found(database, "самохвалов") == []
    assert await wrong(database) == []


async def test_what_was_undone_is_found_as_it_was(database: Database) -> None:
    account, user = (
        Account(name="Ромашка"),
        User(login="boss", name="Босс", password_hash="-", role=Role.MANAGER),
    )
    await keep(database, account, user)
    [id_] = await keep(database, person("Новосельцев", account_id=account.id))
    who = Actor(user.id, user.name, Role.MANAGER)
    async with database.transaction() as session, journal(session, "edit", who) as j:
        await j.change(await session.get_one(Contact, id_), last_name="Калугин")
        await j.change(await session.get_one(Account, account.id), name="Кипарис")
    assert await found(database, "калугин кипарис", Mode.BEGINNING) == [("contact", id_)]

    async with database.transaction() as session:
        await undo(session, j.action_id, who)

    assert await found(database, "новосельцев ромашка", Mode.BEGINNING) == [("contact", id_)]
    assert await found(database, "калугин") == await found(database, "кипарис") == []
    assert await wrong(database) == []


async def test_the_people_of_a_renamed_company_are_found_by_its_new_name(database: Database) -> None:
    [account] = await keep(database, company("Ромашка"))
    [id_] = await keep(database, person("Новосельцев", account_id=account))

    async with database.transaction() as session:
        (await session.get_one(Account, account)).name = "Кипарис"

    assert (await found(database, "новосельцев кипарис", Mode.BEGINNING)) == [("contact", id_)]
    assert await found(database, "новосельцев ромашка", Mode.BEGINNING) == []
    assert await wrong(database) == []


async def test_who_joins_a_company_while_it_is_renamed_is_found_by_the_new_name(database: Database) -> None:
    """Whichever of the two is first."""
    for number in range(6):
        [account] = await keep(database, company(f"Ромашка{number}"))

        async def rename(account: int = account, number: int = number) -> None:
            async with database.transaction() as session:
                (await session.get_one(Account, account)).name = f"Кипарис{number}"
                await session.flush()
                await asyncio.sleep(0.01 * (number % 3))

        async def join(account: int = account) -> None:
            async with database.transaction() as session:
                session.add(person("Новосельцев", account_id=account))
                await session.flush()
                await asyncio.sleep(0.01)

        await asyncio.gather(rename(), join())
        assert len(await found(database, f"новосельцев кипарис{number}", Mode.BEGINNING)) == 1

    assert await wrong(database) == []


@pytest.mark.parametrize("mode", [Mode.INEXACT, Mode.BEGINNING])
async def test_ones_own_is_found_behind_very_many_that_one_may_not_see(
    database: Database, mode: Mode
) -> None:
    mine, other = (
        User(login=login, name=login, password_hash="-", scope=Scope.OWN) for login in ("mine", "other")
    )
    await keep(database, mine, other)
    await keep(
        database, *(person("Иванов Иван", responsible_id=other.id, touched_at=now()) for _ in range(1_500))
    )
    [own] = await keep(database, person("Иванов Иван", responsible_id=mine.id))
    who = Actor(mine.id, mine.name, Role.OPERATOR, Scope.OWN)

    assert await found(database, "иванов", mode, who) == [("contact", own)]
    assert await found(database, "иван", mode, who) == [("contact", own)]
    assert len(await found(database, "иванов", mode)) > 20


@pytest.mark.parametrize("mode", Mode)
async def test_whatever_is_asked_is_answered_soon_and_never_fails(
    database: Database, people: People, mode: Mode
) -> None:
    for text in HOSTILE:
        start = time.perf_counter()
        await found(database, text, mode)
        assert time.perf_counter() - start < 2, text[:20]


async def test_whatever_is_saved_can_be_saved_and_checked(database: Database) -> None:
    stored = [text[:100].replace("\x00", "") for text in HOSTILE if "\\ud" not in ascii(text[:100])]
    await keep(database, *(company(text or "?") for text in stored))

    assert await wrong(database) == []
    assert len(await found(database, "株式会社")) == 1
