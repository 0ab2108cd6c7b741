"""How well a channel hears, and what is made good of the times when it did not."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import time_machine
from sqlmodel import select

from intake.model.calls import CallEvent, Direction, Gap, Health, Link, Outcome
from intake.reception import RECOVER, Reception, recover_gap
from storage.calls import last_heard, open_calls
from storage.columns import now
from storage.database import Database
from storage.outbox import do_next
from storage.tables.calls import ChannelGap, ChannelHealth, Pbx
from storage.tables.history import Job
from tests.storage.calling import MARINA, PBX, START, Talk, calls, inquiries, only_inquiry, tell

pytestmark = pytest.mark.slow

UNTIL = START + timedelta(minutes=5)
GAP = Gap(PBX, START, UNTIL)


async def add_pbx(database: Database, cdr: str) -> None:
    async with database.transaction() as session:
        session.add(Pbx(id=1, name="Офис", host="pbx", username="intake", secret="s", cdr=cdr))


async def health(database: Database) -> ChannelHealth:
    async with database.reading() as session:
        return await session.get_one(ChannelHealth, PBX)


async def gaps(database: Database) -> list[ChannelGap]:
    async with database.reading() as session:
        return list(await session.exec(select(ChannelGap)))


async def recover(database: Database, *records: CallEvent) -> None:
    """Let the job be done with these call records."""

    async def source(channel: str, since: datetime, until: datetime) -> list[CallEvent]:
        assert (channel, since, until) == (PBX, START, UNTIL)
        return list(records)

    async def handle(wanted: dict[str, object]) -> None:
        await recover_gap(database, source, wanted)

    assert await do_next(database, {RECOVER: handle})


def from_records(talk: Talk) -> CallEvent:
    talk.call = replace(talk.call, partial=True)
    return talk.end()


async def test_the_link_is_known_with_the_time_since_when(database: Database) -> None:
    receive = Reception(database).receive
    later = START + timedelta(seconds=30)

    await receive(Health(PBX, Link.UP, START))
    await receive(Health(PBX, Link.UP, later))
    assert (await health(database)).model_dump(include={"link", "since", "heard_at"}) == {
        "link": Link.UP,
        "since": START,
        "heard_at": later,
    }

    await receive(Health(PBX, Link.DOWN, later, "no route\0" + "x" * 1000))
    known = await health(database)
    assert (known.link, known.since, known.heard_at) == (Link.DOWN, later, later)
    assert known.detail.startswith("no route\N{REPLACEMENT CHARACTER}x")


async def test_only_a_change_of_the_link_is_announced(database: Database) -> None:
    receive = Reception(database).receive
    async with database.hub.subscribe() as heard:
        await receive(Health(PBX, Link.UP, START))
        await receive(Health(PBX, Link.UP, UNTIL))

        assert [heard.get_nowait().data for _ in range(heard.qsize())] == [{"channel": PBX, "link": "up"}]


async def test_last_heard_is_the_last_word_of_the_channel(database: Database) -> None:
    async def heard_at() -> datetime | None:
        async with database.reading() as session:
            return await last_heard(session, PBX)

    assert await heard_at() is None
    await tell(database, Talk().start())
    assert await heard_at() == START
    await Reception(database).receive(Health(PBX, Link.UP, UNTIL))
    assert await heard_at() == UNTIL


async def test_a_gap_stands_on_the_desk_once(database: Database) -> None:
    for _ in range(2):
        await Reception(database).receive(GAP)

    (gap,) = await gaps(database)
    assert (gap.since, gap.until, gap.recovered, gap.seen_at) == (START, UNTIL, None, None)


@pytest.mark.parametrize(("cdr", "jobs"), [("", 0), ("/var/log/asterisk/cdr-csv/Master.csv", 2)])
async def test_call_records_are_fetched_where_there_are_any(database: Database, cdr: str, jobs: int) -> None:
    await add_pbx(database, cdr)

    for _ in range(2):
        await Reception(database).receive(GAP)

    async with database.reading() as session:
        assert len(list(await session.exec(select(Job)))) == jobs


async def test_a_call_that_came_and_went_in_the_gap_is_recovered(database: Database) -> None:
    await add_pbx(database, "Master.csv")
    await Reception(database).receive(GAP)

    await recover(database, from_records(Talk(rang=("101",))))

    inquiry = await only_inquiry(database)
    assert (inquiry.callback, inquiry.misses) == (MARINA, 1)
    assert [gap.recovered for gap in await gaps(database)] == [1]


async def test_records_are_asked_again_a_minute_later_and_nothing_is_doubled(database: Database) -> None:
    await add_pbx(database, "Master.csv")
    await Reception(database).receive(GAP)
    early, late = from_records(Talk()), from_records(Talk("+78121234567"))

    await recover(database, early)
    with time_machine.travel(now() + timedelta(minutes=2)):
        await recover(database, early, late)

    assert sorted(str(inquiry.callback) for inquiry in await inquiries(database)) == ["+78121234567", MARINA]
    assert [gap.recovered for gap in await gaps(database)] == [2]


async def test_a_call_that_was_heard_to_its_end_needs_no_record(database: Database) -> None:
    await add_pbx(database, "Master.csv")
    talk = Talk()
    await tell(database, *talk.whole_answered())
    await Reception(database).receive(GAP)

    await recover(database, from_records(Talk(linkedid=talk.call.linkedid)))

    (call,) = await calls(database)
    assert (call.outcome, call.partial) == (Outcome.ANSWERED, False)
    assert [gap.recovered for gap in await gaps(database)] == [0]


async def test_a_call_that_still_goes_on_is_not_ended_by_the_record_of_its_first_dial(
    database: Database,
) -> None:
    await add_pbx(database, "Master.csv")
    talk = Talk()
    await tell(database, talk.start(), talk.ring("101"))
    await Reception(database).receive(GAP)

    await recover(database, from_records(Talk(linkedid=talk.call.linkedid)))

    assert (await calls(database))[0].ended_at is None


async def test_a_record_says_who_answered_what_was_heard_in_part(database: Database) -> None:
    await add_pbx(database, "Master.csv")
    talk = Talk()
    await tell(database, talk.start())
    talk.call = replace(talk.call, partial=True)
    talk.at = UNTIL
    await tell(database, talk.end())  # reconciled: it is gone, nobody knows how
    assert (await only_inquiry(database)).callback == MARINA
    await Reception(database).receive(GAP)
    record = Talk(linkedid=talk.call.linkedid)
    record.answer("102")

    await recover(database, from_records(record))

    (call,) = await calls(database)
    assert (call.outcome, call.answered_by) == (Outcome.ANSWERED, ["102"])
    assert (await only_inquiry(database)).callback is None


async def test_calls_that_go_on_are_handed_back_as_they_were_heard(database: Database) -> None:
    going, over, inside = Talk(name="Марина"), Talk(), Talk(direction=Direction.INTERNAL)
    await tell(database, going.start(), going.ring("101", "102"), *over.whole_missed(), inside.start())

    async with database.reading() as session:
        assert await open_calls(session, PBX) == [going.call, inside.call]
        assert await open_calls(session, "asterisk:2") == []
