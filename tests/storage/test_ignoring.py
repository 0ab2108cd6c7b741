"""Who is ignored makes no work by any way, and nothing of it is lost."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from intake.errors import Conflict, Rejected
from intake.matching.ignoring import DOMAIN, EXACT
from intake.wizard.decline import decline
from intake.wizard.never_again import NeverAgain
from intake.wizard.undo import undo
from storage.access import COMMAND_LINE
from storage.callcards import cards_of
from storage.columns import now
from storage.database import Database
from storage.history import journal
from storage.ignoring import Wanted, change_entry, ignore_entry, put_on_list, take_off
from storage.tables.automation import IgnoreEntry
from storage.tables.calls import CallRecord
from storage.tables.forms import Submission, SubmissionState
from storage.tables.inquiries import InquiryEvent, InquiryState
from storage.tables.letters import LetterRecord
from tests.ignored import ignore, ignored
from tests.storage.test_touches import OLGA, PHONE, Reached, answered, call, form, letter
from tests.storage.visiting import web_form
from tests.storage.writing import mailbox

pytestmark = pytest.mark.slow


@pytest.fixture
async def house(database: Database, tmp_path: Path) -> Reached:
    made = Reached(database, tmp_path / "files")
    await made.store(mailbox(), web_form())
    return made


async def hits(house: Reached) -> list[tuple[str, int | None]]:
    rows = [(one.kind, one.ignored_by) for one in await house.all(InquiryEvent) if one.ignored_by]
    return sorted(rows)


async def put(house: Reached, wanted: Wanted) -> int:
    async with house.database.transaction() as session:
        async with journal(session, "ignore", COMMAND_LINE) as j:
            await put_on_list(session, j, wanted)
        return j.action_id


async def test_a_call_is_kept_and_makes_no_work_and_no_card(house: Reached) -> None:
    entry = await ignore(house.database, PHONE)
    talk = call(0)
    await house.hear(talk.start(), talk.ring("101"))
    async with house.database.reading() as session:
        assert await cards_of(session, "101") == []
    await house.hear(talk.answer(), talk.end(), *call(5).whole_missed())
    assert await house.inquiries() == []
    assert [one.ignored_by for one in await house.all(CallRecord)] == [entry, entry]
    assert await hits(house) == [("call-started", entry)] * 2


@pytest.mark.parametrize("text", [PHONE, "+7916555*", r"/^\+7916555\d+$/"])
async def test_a_number_is_known_whole_by_its_beginning_or_by_an_expression(
    house: Reached, text: str
) -> None:
    await ignore(house.database, text)
    await house.hear(*answered(0), *answered(1, "+74951112233"), form(2))
    assert [one.sender for one in await house.inquiries()] == ["+74951112233"]
    (submission,) = await house.all(Submission)
    assert submission.state is SubmissionState.IGNORED


@pytest.mark.parametrize("text", [OLGA.upper(), "@klyon.example", "@example", "/klyon/"])
async def test_letters_wait_aside_with_the_entry_that_kept_them(house: Reached, text: str) -> None:
    if text == "@example":
        with pytest.raises(Rejected, match="no-such-domain"):
            await ignore(house.database, text)
        return
    entry = await ignore(house.database, text)
    await house.hear(letter(0), letter(1, "anna@mail.klyon.example"))
    kept = {one.sender_email: one.ignored_by for one in await house.all(LetterRecord)}
    assert kept[OLGA] == entry
    assert (kept["anna@mail.klyon.example"] == entry) is (text != OLGA.upper())
    assert len(await hits(house)) == len([one for one in kept.values() if one])


async def test_an_entry_is_of_the_channels_it_names(house: Reached) -> None:
    await ignore(house.database, PHONE, "call")
    await house.hear(*answered(0), form(1))
    assert [one.sender for one in await house.inquiries()] == [PHONE]


async def test_what_has_expired_keeps_nobody_out(house: Reached) -> None:
    entry = await ignore(house.database, PHONE)
    await house.change(IgnoreEntry(id=entry, pattern=PHONE), expires_at=now() - timedelta(seconds=1))
    house = Reached(house.database, Path("/nowhere"))
    await house.hear(*answered(0))
    assert len(await house.inquiries()) == 1


async def test_never_again_is_a_part_of_declining_and_goes_with_it(house: Reached) -> None:
    await house.hear(form(0))
    inquiry = await house.inquiry()
    never = NeverAgain("sender", 30)
    action = await decline(house.database, inquiry.id or 0, "spam", "звонят роботы", COMMAND_LINE, never)
    assert set(await ignored(house.database)) == {PHONE, OLGA}
    row = (await house.all(IgnoreEntry))[0]
    assert (row.inquiry_id, row.note) == (inquiry.id, "звонят роботы")
    assert timedelta(days=29) < row.expires_at - now() <= timedelta(days=30)
    await house.hear(*answered(100))
    assert len(await house.inquiries()) == 1
    await undo(house.database, action, COMMAND_LINE)
    assert await ignored(house.database) == []
    assert (await house.inquiry()).state is InquiryState.NEW
    assert len(await hits(house)) == 1  # and what it kept away stays known


@pytest.mark.parametrize(
    ("sender", "code", "pattern"),
    [(OLGA, "", "klyon.example"), ("ivan@mail.ru", "public-domain", ""), (PHONE, "nothing-to-ignore", "")],
)
async def test_a_whole_domain_is_a_companys_own(house: Reached, sender: str, code: str, pattern: str) -> None:
    await house.hear(*([letter(0, sender)] if "@" in sender else answered(0, sender)))
    inquiry_id = (await house.inquiry()).id or 0
    if not code:
        await decline(house.database, inquiry_id, "spam", "", COMMAND_LINE, NeverAgain("domain"))
        assert await ignored(house.database) == [pattern]
        return
    with pytest.raises(Rejected, match=code):
        await decline(house.database, inquiry_id, "spam", "", COMMAND_LINE, NeverAgain("domain"))
    assert (await house.inquiry()).state is InquiryState.NEW


async def test_who_is_on_the_list_already_is_kept_out_at_least_as_long(house: Reached) -> None:
    await put(house, Wanted(EXACT, PHONE, ("call",), "роботы", now() + timedelta(days=30)))
    await put(house, Wanted(EXACT, PHONE, ("letter",), "", now() + timedelta(days=5)))
    (entry,) = await house.all(IgnoreEntry)
    assert (entry.channels, entry.note) == (["call", "letter"], "роботы")
    assert entry.expires_at > now() + timedelta(days=29)
    await put(house, Wanted(EXACT, PHONE))
    (entry,) = await house.all(IgnoreEntry)
    assert (entry.channels, entry.expires_at) == ([], None)


async def test_who_was_taken_off_and_comes_back_begins_anew(house: Reached) -> None:
    await put(house, Wanted(EXACT, PHONE, (), "роботы", now() + timedelta(days=30)))
    (entry,) = await house.all(IgnoreEntry)
    async with house.database.transaction() as session, journal(session, "x", COMMAND_LINE) as j:
        await take_off(session, j, [await ignore_entry(session, entry.id)])
    assert await ignored(house.database) == []
    await put(house, Wanted(EXACT, PHONE, ("call",), "другое"))
    (entry,) = await house.all(IgnoreEntry)
    assert (entry.channels, entry.note, entry.expires_at) == (["call"], "другое", None)


async def test_two_entries_never_say_the_same(house: Reached) -> None:
    await put(house, Wanted(EXACT, PHONE))
    await put(house, Wanted(DOMAIN, "klyon.example"))
    async with house.database.reading() as session:
        query = select(IgnoreEntry.id).where(col(IgnoreEntry.pattern) == PHONE)
        entry_id = (await session.exec(query)).one() or 0
    with pytest.raises(Conflict, match="already-ignored"):
        async with house.database.transaction() as session:
            await change_entry(session, entry_id, Wanted(DOMAIN, "klyon.example"), COMMAND_LINE)


async def test_the_list_is_heard_of_at_once(house: Reached) -> None:
    await house.hear(*answered(0))
    await ignore(house.database, PHONE)
    await house.hear(*answered(40))
    assert len(await house.inquiries()) == 1
