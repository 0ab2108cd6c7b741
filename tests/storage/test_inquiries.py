"""The list of inquiries, the counts beside its filters, and the timeline of one."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from intake.errors import NotFound
from intake.model.calls import Direction, Outcome
from storage import inquiries as listing
from storage.access import Actor, actor_of
from storage.columns import now
from storage.database import Database
from storage.history import journal, stored_id
from storage.inquiries import Filter, InquiryRow, Order, inquiries_page, inquiry_row
from storage.inquiry_counts import counts
from storage.tables.calls import CallRecord, Pbx, PhoneLine
from storage.tables.inquiries import Channel, Inquiry, InquiryEvent, InquiryState
from storage.tables.interests import Interest, Pipeline, Status, StatusKind
from storage.tables.parties import Account, Contact, Lead, Point, PointKind
from storage.tables.people import Scope, User
from storage.tables.work import Comment, Task
from storage.timeline import Deed, timeline
from tests.databases import store
from tests.storage.calling import MARINA, Talk, only_inquiry, tell

NOW = now()
EVERYBODY = Actor(None, "system")
LATE = dict.fromkeys(("call", "form"), NOW - timedelta(minutes=20))


def inquiry(minutes: float = 1, **fields: Any) -> Inquiry:
    """Opened so many minutes ago."""
    return Inquiry(
        **{"channel": Channel.CALL, "opened_at": NOW - timedelta(minutes=minutes), "sender": MARINA, **fields}
    )


async def page(database: Database, wanted: Filter | None = None, who: Actor = EVERYBODY) -> list[InquiryRow]:
    async with database.reading() as session:
        return (await inquiries_page(session, who, wanted or Filter(), late=LATE)).rows


async def lines_found(database: Database, wanted: Filter, who: Actor = EVERYBODY) -> list[str | None]:
    return [row.inquiry.line for row in await page(database, wanted, who)]


@pytest.fixture
async def anna(database: Database) -> User:
    user = User(login="anna", name="Анна Петрова", password_hash="-", scope=Scope.OWN)
    await store(database, user)
    return user


async def test_who_waits_longest_stands_first(database: Database) -> None:
    await store(database, inquiry(5, line="2"), inquiry(9, line="1"), inquiry(1, line="3"))

    assert await lines_found(database, Filter()) == ["1", "2", "3"]


async def test_a_row_says_who_it_is(database: Database, anna: User) -> None:
    account = Account(name="Северный свет", legal_form="ООО", responsible_id=anna.id)
    pbx = Pbx(name="Офис", host="pbx", username="u", secret="s")
    pipeline = Pipeline(name="Продажи")
    await store(database, account, pbx, pipeline)
    contact = Contact(first_name="Марина", last_name="Ковалёва", account_id=account.id)
    status = Status(pipeline_id=stored_id(pipeline), name="Новый")
    won = Status(pipeline_id=stored_id(pipeline), name="Куплено", kind=StatusKind.WON)
    await store(database, contact, status, won, PhoneLine(pbx_id=stored_id(pbx), did="495", name="Продажи"))
    for number in range(2):
        await store(
            database, Interest(title=f"И{number}", status_id=stored_id(status), account_id=account.id)
        )
    await store(database, Interest(title="Старый", status_id=stored_id(won), account_id=account.id))
    await store(
        database,
        inquiry(
            line="495",
            account_id=account.id,
            contact_id=contact.id,
            responsible_id=anna.id,
            holder_id=anna.id,
        ),
    )

    (row,) = await page(database)

    assert (row.person, row.company) == ("Марина Ковалёва", "ООО «Северный свет»")
    assert (row.line_name, row.responsible, row.holder) == ("Продажи", "Анна Петрова", "Анна Петрова")
    assert (row.open_interests, row.call, row.live) == (2, None, False)


async def test_a_lead_is_a_person_of_an_organisation(database: Database) -> None:
    lead = Lead(first_name="Илья", organisation="Технопарк")
    await store(database, lead)
    await store(database, inquiry(lead_id=lead.id))

    (row,) = await page(database)

    assert (row.person, row.company) == ("Илья", "Технопарк")


async def test_a_row_has_the_call_that_goes_on_else_the_last_one(database: Database) -> None:
    first, last, going = (
        Talk(at=NOW),
        Talk(at=NOW + timedelta(minutes=1)),
        Talk(at=NOW - timedelta(minutes=1)),
    )
    await tell(database, *first.whole_missed(), *last.whole_missed())
    (row,) = await page(database)
    assert (row.call and row.call.linkedid, row.live) == (last.call.linkedid, False)

    await tell(database, going.start())
    (row,) = await page(database)
    assert (row.call and row.call.linkedid, row.live) == (going.call.linkedid, True)


async def test_filters_narrow_together(database: Database, anna: User) -> None:
    await store(
        database,
        inquiry(30, line="1", responsible_id=anna.id, callback=MARINA),
        inquiry(30, line="2", channel=Channel.FORM),
        inquiry(30, line="3", answered_at=NOW, holder_id=anna.id),
        inquiry(1, line="4"),
        inquiry(1, line="5", state=InquiryState.DECLINED),
    )
    who = Actor(anna.id, "Анна")

    assert await lines_found(database, Filter()) == ["1", "2", "3", "4"]
    assert await lines_found(database, Filter(channels=(Channel.FORM,))) == ["2"]
    assert await lines_found(database, Filter(lines=("2", "4"))) == ["2", "4"]
    assert await lines_found(database, Filter(mine=True), who) == ["1", "3"]
    assert await lines_found(database, Filter(overdue=True)) == ["1", "2"]
    assert await lines_found(database, Filter(callbacks=True)) == ["1"]
    assert await lines_found(database, Filter(overdue=True, mine=True), who) == ["1"]
    assert await lines_found(database, Filter(states=(InquiryState.DECLINED,))) == ["5"]
    assert len(await lines_found(database, Filter(states=()))) == 5


async def test_counts_agree_with_the_filters(database: Database, anna: User) -> None:
    await store(
        database,
        inquiry(30, line="1", responsible_id=anna.id, callback=MARINA),
        inquiry(30, line="2", channel=Channel.FORM, state=InquiryState.IN_WORK),
        inquiry(1, line="1"),
        inquiry(1, line=None),
        inquiry(1, line="1", state=InquiryState.DECLINED),
    )
    who = Actor(anna.id, "Анна")

    async with database.reading() as session:
        found = await counts(session, who, LATE)

    assert (found.open, found.mine, found.overdue, found.callbacks) == (4, 1, 2, 1)
    assert found.channels == {Channel.CALL: 3, Channel.FORM: 1}
    assert found.lines == {"1": 2, "2": 1}
    assert found.states == {InquiryState.NEW: 3, InquiryState.IN_WORK: 1, InquiryState.DECLINED: 1}


async def test_nothing_is_counted_where_there_is_nothing(database: Database) -> None:
    async with database.reading() as session:
        found = await counts(session, EVERYBODY)

    assert (found.open, found.states, found.lines) == (0, {}, {})


async def test_own_scope_shows_own_and_nobodys(database: Database, anna: User) -> None:
    boris = User(login="boris", name="Борис", password_hash="-")
    await store(database, boris)
    await store(
        database,
        inquiry(3, line="own", responsible_id=anna.id),
        inquiry(2, line="nobody's"),
        inquiry(1, line="another's", responsible_id=boris.id),
    )

    assert await lines_found(database, Filter(), actor_of(anna)) == ["own", "nobody's"]
    async with database.reading() as session:
        assert (await counts(session, actor_of(anna))).open == 2


@pytest.mark.parametrize("order", list(Order))
async def test_pages_follow_one_another_without_gap_or_overlap(
    database: Database, monkeypatch: pytest.MonkeyPatch, order: Order
) -> None:
    monkeypatch.setattr(listing, "PAGE", 3)
    await store(database, *(inquiry(minutes // 2, line=str(minutes)) for minutes in range(10)))

    seen, after = [], None
    async with database.reading() as session:
        while True:
            found = await inquiries_page(session, EVERYBODY, Filter(), order, after)
            seen += [row.inquiry.id for row in found.rows]
            after = found.after
            if after is None:
                break

    assert len(seen) == len(set(seen)) == 10
    times = [row.inquiry.opened_at for row in await page(database)]
    assert times == sorted(times)


async def test_an_inquiry_folded_into_another_is_shown_as_that(database: Database) -> None:
    first, second = Talk(), Talk()
    await tell(database, first.start(), second.start())
    async with database.reading() as session:
        ids = [row.inquiry.id for row in (await inquiries_page(session, EVERYBODY, Filter())).rows]
    await tell(database, first.end(), second.end())
    kept = await only_inquiry(database)

    async with database.reading() as session:
        shown = {(await inquiry_row(session, EVERYBODY, id_ or 0)).inquiry.id for id_ in ids}
        assert (await counts(session, EVERYBODY)).states == {InquiryState.NEW: 1}

    assert len(ids) == 2
    assert shown == {kept.id}


async def test_an_inquiry_that_is_not_there_or_not_mine_to_see_is_not_found(
    database: Database, anna: User
) -> None:
    boris = User(login="boris", name="Борис", password_hash="-")
    await store(database, boris)
    others = inquiry(responsible_id=boris.id)
    await store(database, others)

    for row_id, who in ((others.id or 0, actor_of(anna)), (10**6, EVERYBODY)):
        async with database.reading() as session:
            with pytest.raises(NotFound):
                await inquiry_row(session, who, row_id)


# -- timeline --------------------------------------------------------------------------------------------


async def test_everything_about_an_inquiry_stands_on_one_timeline(database: Database, anna: User) -> None:
    talk = Talk()
    await tell(database, *talk.whole_missed())
    item = await only_inquiry(database)
    async with database.transaction() as session, journal(session, "note", actor_of(anna), item.id) as log:
        await log.add(Comment(text="Перезвонить", author_id=anna.id, inquiry_id=item.id))
        await log.add(Task(title="Счёт", created_by=anna.id, inquiry_id=item.id))
        stored = await session.get_one(Inquiry, item.id)
        await log.change(stored, note="важно")

    async with database.reading() as session:
        entries = await timeline(session, "inquiry", item.id or 0)
        facts = list(await session.exec(select(InquiryEvent.kind).order_by(col(InquiryEvent.id))))

    assert {(type(entry.what), entry.who) for entry in entries} == {
        (CallRecord, ""),
        (Comment, "Анна Петрова"),
        (Task, "Анна Петрова"),
        (Deed, "Анна Петрова"),
    }
    assert [entry.at for entry in entries] == sorted((entry.at for entry in entries), reverse=True)
    (deed,) = [entry.what for entry in entries if isinstance(entry.what, Deed)]
    assert [change.table for change in deed.changes] == ["comment", "task", "inquiry"]
    assert facts == ["call-started", "call-ringing", "call-ended"]


async def test_a_party_has_the_calls_of_its_numbers_and_inquiries(database: Database) -> None:
    lead = Lead(last_name="Ковалёва")
    await store(database, lead)
    await store(database, Point(kind=PointKind.PHONE, value=MARINA, lead_id=lead.id))
    await tell(database, *Talk(direction=Direction.OUT).whole_answered(), *Talk().whole_answered())
    await tell(database, *Talk("+78121234567").whole_missed())

    async with database.reading() as session:
        entries = await timeline(session, "lead", lead.id or 0)

    kinds = sorted(type(entry.what).__name__ for entry in entries)
    assert kinds == ["CallRecord", "CallRecord", "Inquiry"]
    calls = [entry.what for entry in entries if isinstance(entry.what, CallRecord)]
    assert {call.outcome for call in calls} == {Outcome.ANSWERED}
