"""What visitors send by forms is written down once, opens an inquiry, and is answered with a number."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from intake.errors import Deferred
from intake.model.forms import Suspicion, Ticked, Upload
from intake.reception import forms
from storage.columns import now
from storage.database import Database
from storage.tables.automation import IgnoreEntry, InquiryKey
from storage.tables.forms import SubmissionFile, SubmissionState
from storage.tables.inquiries import Channel, InquiryState
from storage.tables.parties import Account, Contact, Point, PointKind
from storage.tables.people import User
from storage.tables.work import Consent, ConsentText
from tests.databases import store
from tests.storage.visiting import Visitors, request, web_form

pytestmark = pytest.mark.slow

MARINA = {
    "name": "Марина",
    "phone": "8 (495) 123-45-67",
    "email": "Marina@Romashka.example",
    "wanted": "Столы\nи стулья",
}


@pytest.fixture
async def visitors(database: Database, tmp_path: Path) -> Visitors:
    await store(database, web_form())
    return Visitors(database, tmp_path / "files")


async def romashka(database: Database) -> tuple[int, int, int]:
    """A client with a telephone and an address, somebody's: the ids of user, account and contact."""
    [user] = await store(database, User(login="anna", name="Анна", password_hash="-"))
    [account] = await store(database, Account(name="Ромашка", responsible_id=user))
    [contact] = await store(database, Contact(account_id=account, first_name="Марина"))
    await store(
        database,
        Point(contact_id=contact, kind=PointKind.PHONE, value="+74951234567"),
        Point(account_id=account, kind=PointKind.EMAIL, value="marina@romashka.example"),
    )
    return user, account, contact


async def test_a_request_opens_an_inquiry_and_is_answered_with_its_number(visitors: Visitors) -> None:
    taken = await visitors.send(said=MARINA)

    [submission], [inquiry] = await visitors.submissions(), await visitors.inquiries()
    [event], [job] = await visitors.events(), await visitors.jobs()
    assert (taken.number, taken.fresh, taken.inquiry_id) == (submission.id, True, inquiry.id)
    assert (submission.state, submission.inquiry_id) == (SubmissionState.TAKEN, inquiry.id)
    assert (submission.event_id, submission.said) == (event.id, MARINA)
    assert (inquiry.channel, inquiry.state) == (Channel.FORM, InquiryState.NEW)
    assert (inquiry.sender, inquiry.sender_name) == ("+74951234567", "Марина")
    assert (inquiry.subject, inquiry.line) == ("Столы", "Заявка с сайта")
    assert (event.kind, event.inquiry_id) == ("form", inquiry.id)
    assert job.payload == {"inquiry": inquiry.id, "step": "opened"}


async def test_the_same_request_twice_is_one_and_has_one_number(visitors: Visitors) -> None:
    event = request()

    first, again = await visitors.send(event), await visitors.send(event)

    assert (again.number, again.inquiry_id) == (first.number, first.inquiry_id)
    assert (first.fresh, again.fresh) == (True, False)
    assert await visitors.counts() == (1, 1, 1, 1)


async def test_of_a_double_click_one_is_written(visitors: Visitors) -> None:
    event = request()

    taken = await asyncio.gather(*(visitors.send(event) for _ in range(5)))

    assert len({one.number for one in taken}) == 1
    assert [one.fresh for one in taken].count(True) == 1
    assert await visitors.counts() == (1, 1, 1, 1)


async def test_two_processes_that_hear_the_same_write_it_once(visitors: Visitors, tmp_path: Path) -> None:
    events = [request() for _ in range(10)]
    other = Visitors(visitors.database, tmp_path / "files")

    ours, theirs = await asyncio.gather(
        asyncio.gather(*map(visitors.send, events)), asyncio.gather(*map(other.send, reversed(events)))
    )

    assert [one.number for one in ours] == [one.number for one in reversed(theirs)]
    assert await visitors.counts() == (10, 10, 10, 10)


async def test_the_same_content_in_the_next_window_is_one_while_it_is_young(visitors: Visitors) -> None:
    at = now() - timedelta(minutes=30)
    first = await visitors.send(external_id="window 1", at=at, said=MARINA)
    again = await visitors.send(
        external_id="window 2", earlier="window 1", at=at + timedelta(minutes=9), said=MARINA
    )
    later = await visitors.send(
        external_id="window 2", earlier="window 1", at=at + timedelta(minutes=11), said=MARINA
    )

    assert (again.number, again.fresh) == (first.number, False)
    assert later.number != first.number
    assert later.fresh


async def test_many_at_once_each_open_one_of_their_own(visitors: Visitors) -> None:
    taken = await asyncio.gather(*(visitors.send() for _ in range(45)))

    assert len({one.number for one in taken}) == len({one.inquiry_id for one in taken}) == 45
    assert await visitors.counts() == (45, 45, 45, 45)


async def test_whoever_is_known_by_exact_keys_is_known_at_once(visitors: Visitors) -> None:
    user, account, contact = await romashka(visitors.database)

    await visitors.send(said=MARINA)

    [inquiry] = await visitors.inquiries()
    assert (inquiry.account_id, inquiry.contact_id, inquiry.responsible_id) == (account, contact, user)


async def test_a_number_and_an_address_of_different_clients_are_nobodys(visitors: Visitors) -> None:
    await romashka(visitors.database)
    [other] = await store(visitors.database, Account(name="Лютик"))
    await store(visitors.database, Point(account_id=other, kind=PointKind.EMAIL, value="info@lutik.example"))

    await visitors.send(said=MARINA | {"email": "info@lutik.example"})

    [inquiry] = await visitors.inquiries()
    assert (inquiry.account_id, inquiry.contact_id) == (None, None)


async def test_what_is_ticked_is_kept_as_evidence(visitors: Visitors) -> None:
    _, account, contact = await romashka(visitors.database)
    [text] = await store(
        visitors.database, ConsentText(purpose="Обработка", text="Согласен", digest="0" * 64)
    )

    taken = await visitors.send(
        said=MARINA,
        ticks=(Ticked("agree", text),),
        address="203.0.113.5",
        page="https://shop.example/tables",
        agent="Firefox",
    )

    [consent] = await visitors.all(Consent)
    assert (consent.text_id, consent.given, consent.submission_id) == (text, "form", taken.number)
    assert (consent.inquiry_id, consent.account_id, consent.contact_id) == (
        taken.inquiry_id,
        account,
        contact,
    )
    assert (consent.address, consent.agent) == ("203.0.113.5", "Firefox")
    assert consent.page == "https://shop.example/tables"


async def test_files_stand_with_the_request(visitors: Visitors) -> None:
    uploads = tuple(Upload("plan", f"{name}.pdf", "application/pdf", 5, "0" * 64) for name in "ab")

    taken = await visitors.send(files=uploads)

    files = await visitors.all(SubmissionFile)
    assert [(one.submission_id, one.position, one.filename) for one in files] == [
        (taken.number, 0, "a.pdf"),
        (taken.number, 1, "b.pdf"),
    ]


async def test_what_is_suspicious_waits_until_somebody_looks_and_is_answered_all_the_same(
    visitors: Visitors,
) -> None:
    taken = await visitors.send(held=(Suspicion.HONEYPOT, Suspicion.TOO_QUICK))

    [submission] = await visitors.submissions()
    assert (taken.number, taken.fresh, taken.inquiry_id) == (submission.id, True, None)
    assert (submission.state, submission.held) == (SubmissionState.HELD, ["honeypot", "too-quick"])
    assert await visitors.counts() == (1, 1, 0, 0)


async def test_whoever_is_on_the_ignore_list_makes_no_work_and_is_counted(visitors: Visitors) -> None:
    [entry] = await store(visitors.database, IgnoreEntry(pattern="+74951234567", note="звонил 100 раз"))

    taken = await visitors.send(said=MARINA)

    [submission], [event] = await visitors.submissions(), await visitors.events()
    assert (taken.number, taken.inquiry_id) == (submission.id, None)
    assert (submission.state, event.ignored_by) == (SubmissionState.IGNORED, entry)
    assert await visitors.counts() == (1, 1, 0, 0)


async def test_what_no_database_takes_is_cut_and_taken(visitors: Visitors) -> None:
    said = {"name": "a\0b\ud800" + "я" * 30_000, "wanted": "\n\n  " + "о" * 30_000}

    taken = await visitors.send(
        said=said,
        external_id="k" * 999 + "\0",
        agent="\0" * 999,
        page="p" * 9999,
        raw="\0" * 300_000,
        problems=(("name", "too-long\0"),),
        utm=(("utm_source", "\0"),),
        at=now() + timedelta(days=9),
    )

    [submission], [event] = await visitors.submissions(), await visitors.events()
    assert taken.inquiry_id == submission.inquiry_id
    assert submission.at <= now()
    assert "\0" not in event.raw + submission.agent + str(submission.said)


async def test_what_we_stumble_over_is_kept_as_it_came_and_has_its_number(visitors: Visitors) -> None:
    other, taken = await asyncio.gather(
        visitors.send(), visitors.send(ticks=(Ticked("agree", 999),), raw="q=1")
    )

    [_, event] = sorted(await visitors.events(), key=lambda one: one.raw == "q=1")
    [good, bare] = sorted(await visitors.submissions(), key=lambda one: one.event_id == event.id)
    assert (other.number, good.state) == (good.id, SubmissionState.TAKEN)
    assert (taken.number, taken.inquiry_id, event.raw) == (bare.id, None, "q=1")
    assert (bare.state, bare.held) == (SubmissionState.HELD, ["unreadable"])


async def test_a_database_that_is_away_takes_nothing_and_says_so(
    visitors: Visitors, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*arguments: Any) -> None:
        raise OSError

    with monkeypatch.context() as broken:
        broken.setattr(visitors.database, "at_once", away)
        with pytest.raises(Deferred):
            await visitors.send(event := request())

    assert (await visitors.send(event)).fresh


async def test_by_number_and_address_a_further_touch_is_known(visitors: Visitors) -> None:
    taken = await visitors.send(said=MARINA)

    keys = await visitors.all(InquiryKey)
    assert {(one.value, one.inquiry_id) for one in keys} == {
        ("+74951234567", taken.inquiry_id),
        ("marina@romashka.example", taken.inquiry_id),
    }


async def test_several_are_written_in_one_transaction(
    visitors: Visitors, monkeypatch: pytest.MonkeyPatch
) -> None:
    groups: list[int] = []

    async def counted(session: Any, sent: Any, house: Any) -> Any:
        groups.append(len(sent))
        return await forms.take_forms(session, sent, house)

    monkeypatch.setattr("intake.reception.funnel.take_forms", counted)
    await asyncio.gather(*(visitors.send() for _ in range(40)))

    assert sum(groups) == 40
    assert len(groups) < 20
