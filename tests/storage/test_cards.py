"""Cards, lists and what people change by hand, on both engines."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from intake.errors import Conflict, Forbidden, NotFound, Rejected
from intake.model.wizard import Existing, NewPoint, PartyKind
from storage import edits, interest_edits
from storage.access import Actor
from storage.cards import note_view, party_card
from storage.database import Database
from storage.fields import CardKind
from storage.history import stored_id
from storage.lists import Wanted, listed
from storage.newcomers import Newborn, make
from storage.tables.history import Action
from storage.tables.interests import Interest, Pipeline, Status, StatusKind
from storage.tables.parties import Account, Contact, Point, PointKind
from storage.tables.people import Role, Scope, Team, User
from storage.tables.work import Task
from storage.tasks import add_task, set_done, tasks
from tests.databases import store


@pytest.fixture
async def anna(database: Database) -> Actor:
    (id_,) = await store(database, User(login="anna", name="Anna", password_hash="x"))
    return Actor(id_, "Anna")


async def account(database: Database, **values: Any) -> int:
    (id_,) = await store(database, Account(**{"name": "Ромашка", **values}))
    return id_


async def test_looking_twice_within_an_hour_is_one_look(database, anna):
    one, other = await account(database), await account(database)
    for looked_at in (one, one, other, one):
        await note_view(database, CardKind.ACCOUNT, looked_at, anna)
    async with database.reading() as session:
        looked = [action.details["id"] for action in await session.exec(select(Action).order_by("id"))]
    assert looked == [one, other]


async def test_a_field_is_changed_told_and_put_back(database, anna):
    id_ = await account(database)
    async with database.transaction() as session:
        action = await edits.change_field(session, CardKind.ACCOUNT, id_, "revenue", "1 500,5", anna)
        told = session.info["announcements"]
    assert [(one.topic, one.data) for one in told] == [("record", {"kind": "account", "id": id_})]
    assert action is not None
    async with database.transaction() as session:
        await edits.take_back(session, action, anna)
    async with database.reading() as session:
        assert (await session.get_one(Account, id_)).revenue is None


async def test_what_others_have_changed_since_is_not_undone(database, anna):
    id_ = await account(database)
    async with database.transaction() as session:
        action = await edits.change_field(session, CardKind.ACCOUNT, id_, "city", "Тула", anna)
    async with database.transaction() as session:
        await edits.change_field(session, CardKind.ACCOUNT, id_, "city", "Орёл", anna)
    with pytest.raises(Conflict, match="cannot-undo"):
        async with database.transaction() as session:
            await edits.take_back(session, action or 0, anna)


async def test_only_whoever_may_undoes_what_another_did(database, anna):
    (boris, boss) = await store(
        database,
        User(login="boris", name="B", password_hash="x"),
        User(login="boss", name="C", password_hash="x"),
    )
    id_ = await account(database)
    async with database.transaction() as session:
        action = await edits.change_field(session, CardKind.ACCOUNT, id_, "city", "Тула", anna)
    with pytest.raises(Forbidden):
        async with database.transaction() as session:
            await edits.take_back(session, action or 0, Actor(boris, "B"))
    async with database.transaction() as session:
        await edits.take_back(session, action or 0, Actor(boss, "C", Role.MANAGER))


async def test_there_is_one_main_phone_and_undo_gives_the_old_one_back(database, anna):
    owner = Existing(PartyKind.ACCOUNT, await account(database))
    async with database.transaction() as session:
        await edits.keep_point(session, owner, NewPoint("phone", "+7 495 000-00-01"), anna)
        await edits.keep_point(session, owner, NewPoint("phone", "+7 495 000-00-02"), anna)
    async with database.transaction() as session:
        points = list(await session.exec(select(Point).order_by("id")))
        assert [point.main for point in points] == [True, False]
        action = await edits.make_main(session, owner, stored_id(points[1]), anna)
    async with database.reading() as session:
        card = await party_card(session, owner, anna)
        assert [point.value for point in card.points] == ["+74950000002", "+74950000001"]
    async with database.transaction() as session:
        await edits.take_back(session, action, anna)
    async with database.reading() as session:
        card = await party_card(session, owner, anna)
        assert [point.value for point in card.points] == ["+74950000001", "+74950000002"]


async def test_the_same_phone_is_not_added_twice(database, anna):
    owner = Existing(PartyKind.ACCOUNT, await account(database))
    async with database.transaction() as session:
        await edits.keep_point(session, owner, NewPoint("phone", "8 495 000-00-01"), anna)
    with pytest.raises(Conflict, match="same-point"):
        async with database.transaction() as session:
            await edits.keep_point(session, owner, NewPoint("phone", "+7 (495) 000 00 01"), anna)


async def test_a_team_sees_its_own_and_nobodys(database):
    ours, theirs = await store(database, Team(name="Ours"), Team(name="Theirs"))
    me, mate, other = await store(
        database,
        User(login="me", name="Me", password_hash="x", team_id=ours),
        User(login="mate", name="Mate", password_hash="x", team_id=ours),
        User(login="other", name="Other", password_hash="x", team_id=theirs),
    )
    who = Actor(me, "Me", scope=Scope.TEAM, team_id=ours)
    (seen, unseen) = await store(
        database, Account(name="Seen", responsible_id=mate), Account(name="Unseen", responsible_id=other)
    )
    people = await store(
        database,
        Contact(last_name="Of seen", account_id=seen),
        Contact(last_name="Of unseen", account_id=unseen),
        Contact(last_name="Nobody's"),
    )
    async with database.reading() as session:
        contacts = await listed(session, CardKind.CONTACT, who, Wanted(sort="account"))
        assert {line.record.id for line in contacts.lines} == {people[0], people[2]}
        assert contacts.total == 2
        with pytest.raises(NotFound):
            await party_card(session, Existing(PartyKind.CONTACT, people[1]), who)


async def test_lists_keep_what_is_empty_at_the_end_both_ways(database, anna):
    day = datetime(2026, 5, 1, tzinfo=UTC)
    old, never, young = await store(
        database,
        Account(name="Old", touched_at=day),
        Account(name="Never"),
        Account(name="Young", touched_at=day + timedelta(days=1)),
    )
    async with database.reading() as session:
        for descending, order in ((False, [old, young, never]), (True, [young, old, never])):
            wanted = Wanted(sort="touched", descending=descending)
            found = await listed(session, CardKind.ACCOUNT, anna, wanted)
            assert [line.record.id for line in found.lines] == order


async def test_signs_of_like_in_a_filter_are_only_signs(database, anna):
    await account(database, name="100% хлопок")
    await account(database, name="Ромашка")
    async with database.reading() as session:
        for text, found in (("%", 0), ("_", 0), ("ром_лют", 0), ("100%", 1), ("хлоп", 1)):
            assert (await listed(session, CardKind.ACCOUNT, anna, Wanted(text=text))).total == found, text


async def path(database: Database) -> list[int]:
    (pipeline,) = await store(database, Pipeline(name="Sales"))
    return await store(
        database,
        Status(pipeline_id=pipeline, name="New"),
        Status(pipeline_id=pipeline, name="Lost", position=1, kind=StatusKind.LOST),
    )


async def test_an_interest_is_lost_for_a_reason_and_found_again(database, anna):
    new, lost = await path(database)
    (interest,) = await store(database, Interest(title="Lamps", status_id=new))
    async with database.transaction() as session:
        action = await interest_edits.change_status(session, interest, lost, anna, "Price")
    async with database.reading() as session:
        gone = await session.get_one(Interest, interest)
        assert (gone.status_id, gone.lost_reason, gone.closed_at is None) == (lost, "Price", False)
    async with database.transaction() as session:
        await edits.take_back(session, action or 0, anna)
    async with database.reading() as session:
        back = await session.get_one(Interest, interest)
        assert (back.status_id, back.lost_reason, back.closed_at) == (new, None, None)


async def test_a_label_made_for_an_interest_is_gone_with_its_undo(database, anna):
    new, _ = await path(database)
    (interest,) = await store(database, Interest(title="Lamps", status_id=new))
    async with database.transaction() as session:
        action = await interest_edits.add_label(session, interest, "Срочно", anna)
    async with database.transaction() as session:
        await edits.take_back(session, action or 0, anna)
        await interest_edits.add_label(session, interest, "СРОЧНО", anna)


async def test_a_record_and_its_phones_are_made_in_one_go_or_not_at_all(database, anna):
    good, bad = NewPoint("phone", "+74950000001"), NewPoint("phone", "nothing")
    with pytest.raises(Rejected, match="bad-point"):
        async with database.transaction() as session:
            await make(session, Newborn(CardKind.LEAD, {"organisation": "Лютик"}, (good, bad)), anna)
    async with database.reading() as session:
        assert list(await session.exec(select(Point))) == []
    async with database.transaction() as session:
        made = await make(session, Newborn(CardKind.LEAD, {"organisation": "Лютик"}, (good,)), anna)
        assert (await session.exec(select(Point))).one().kind is PointKind.PHONE
    async with database.transaction() as session:
        await edits.take_back(session, made.action_id, anna)
    async with database.reading() as session:
        assert list(await session.exec(select(Point))) == []


async def test_a_task_is_done_once_and_undone(database, anna):
    about = ("account", await account(database))
    async with database.transaction() as session:
        task = await add_task(session, anna, "Ring", "call", None, None, about)
    task_id = stored_id(task)
    async with database.transaction() as session:
        action = await set_done(session, task_id, True, anna)
        assert await set_done(session, task_id, True, anna) is None
    async with database.reading() as session:
        assert await tasks(session, anna, mine=True, done=False) == []
    async with database.transaction() as session:
        await edits.take_back(session, action or 0, anna)
    async with database.reading() as session:
        (row,) = await tasks(session, anna, mine=True, done=False)
        assert (row.task.title, row.account and row.account.name) == ("Ring", "Ромашка")
        assert isinstance(row.task, Task)
