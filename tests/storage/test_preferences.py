from typing import Any

import pytest
from sqlmodel import select

from intake.errors import Rejected
from intake.model.wizard import PartyKind
from storage.access import Actor
from storage.database import Database
from storage.preferences import Settings, change_settings, settings
from storage.tables.history import Action, Change, Setting

BOSS = Actor(None, "Админ")


async def change(database: Database, **changes: Any) -> Settings:
    async with database.transaction() as session:
        return await change_settings(session, BOSS, **changes)


async def read(database: Database) -> Settings:
    async with database.reading() as session:
        return await settings(session)


async def test_settings_that_were_never_made_have_their_defaults(database: Database) -> None:
    assert await read(database) == Settings()


async def test_a_setting_is_kept_with_who_changed_it(database: Database) -> None:
    await change(database, call_answer_minutes=45, newcomer_kind=PartyKind.ACCOUNT)

    found = await read(database)
    assert (found.call_answer_minutes, found.newcomer_kind) == (45, PartyKind.ACCOUNT)
    async with database.reading() as session:
        (action,) = list(await session.exec(select(Action)))
        changed = {change.row for change in await session.exec(select(Change))}
    assert (action.kind, changed) == ("change-settings", {"call-answer-minutes", "newcomer-kind"})


async def test_a_setting_can_be_changed_again(database: Database) -> None:
    await change(database, call_answer_minutes=45)
    await change(database, call_answer_minutes=50)

    assert (await read(database)).call_answer_minutes == 50


@pytest.mark.parametrize(
    "wrong",
    [{"call_answer_minutes": 0}, {"newcomer_kind": "contact"}, {"no_such": 1}, {"wizard_opens": "<script>"}],
)
async def test_a_wrong_value_is_refused_and_nothing_kept(database: Database, wrong: dict[str, Any]) -> None:
    with pytest.raises(Rejected) as refused:
        await change(database, letter_answer_minutes=5, **wrong)

    assert refused.value.params == {"fields": sorted(wrong)}
    assert await read(database) == Settings()


async def test_a_stored_value_that_makes_no_sense_is_as_if_never_made(database: Database) -> None:
    async with database.transaction() as session:
        session.add(Setting(key="call-answer-minutes", value="soon"))
        session.add(Setting(key="letter-answer-minutes", value=7))
        session.add(Setting(key="of-a-newer-version", value=1))

    assert await read(database) == Settings(letter_answer_minutes=7)
