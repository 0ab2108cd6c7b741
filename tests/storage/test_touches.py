"""The same person by two ways within some minutes is one inquiry; several people never are."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from intake.model.calls import CallEvent
from intake.model.forms import FormEvent
from intake.model.letters import LetterEvent
from intake.reception import Reception
from storage.access import COMMAND_LINE
from storage.callbacks import BELONGINGS
from storage.database import Database
from storage.files import Files
from storage.preferences import change_settings
from storage.tables.automation import InquiryKey, Touch
from storage.tables.forms import Submission
from storage.tables.inquiries import Channel, DeclineReason, Inquiry, InquiryState
from storage.tables.interests import Interest, Pipeline, Status
from storage.tables.parties import Account, Point, PointKind
from storage.tables.people import User
from tests.storage.calling import Talk, outgoing
from tests.storage.visiting import request, web_form
from tests.storage.writing import event as letter_event
from tests.storage.writing import mailbox, mime

pytestmark = pytest.mark.slow

OLGA, PHONE = "olga@klyon.example", "+79165550102"
NOON = datetime.fromisoformat("2026-11-20T12:00:00+00:00")


class Reached:
    """A house that is reached by every way."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.reception = Reception(database, Files(folder))

    async def hear(self, *facts: CallEvent | FormEvent | LetterEvent) -> None:
        for fact in facts:
            await self.reception.receive(fact)

    async def store(self, *rows: Any) -> None:
        async with self.database.transaction() as session:
            for row in rows:
                session.add(row)
                await session.flush()

    async def all(self, table: Any) -> list[Any]:
        async with self.database.reading() as session:
            return list(await session.exec(select(table)))

    async def inquiries(self) -> list[Inquiry]:
        async with self.database.reading() as session:
            query = select(Inquiry).where(col(Inquiry.folded_into).is_(None)).order_by(col(Inquiry.id))
            return list(await session.exec(query))

    async def inquiry(self) -> Inquiry:
        (only,) = await self.inquiries()
        return only

    async def change(self, row: Any, **values: Any) -> None:
        async with self.database.transaction() as session:
            stored = await session.get_one(type(row), row.id)
            for name, value in values.items():
                setattr(stored, name, value)


@pytest.fixture
async def house(database: Database, tmp_path: Path) -> Reached:
    made = Reached(database, tmp_path / "files")
    await made.store(mailbox(), web_form())
    return made


def after(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def form(minutes: float, **said: str) -> FormEvent:
    said = said or {"name": "Ольга Зайцева", "phone": PHONE, "email": OLGA, "wanted": "Свет"}
    return request(at=after(minutes), said=said)


def call(minutes: float, number: str | None = PHONE) -> Talk:
    return Talk(number, after(minutes))


def letter(minutes: float, sender: str = OLGA, **headers: str) -> LetterEvent:
    return letter_event(mime(sender, **headers), at=after(minutes))


def answered(minutes: float, number: str | None = PHONE) -> list[CallEvent]:
    return call(minutes, number).whole_answered()


async def decide(house: Reached, inquiry: Inquiry, minutes: float) -> int:
    """As a rule does it: an interest is there at once."""
    pipeline = Pipeline(name="Клиенты")
    await house.store(pipeline)
    status = Status(pipeline_id=pipeline.id or 0, name="Новый")
    await house.store(status)
    interest = Interest(title="Свет", status_id=status.id or 0)
    await house.store(interest)
    await house.change(
        inquiry, state=InquiryState.ACCEPTED, interest_id=interest.id, closed_at=after(minutes)
    )
    return interest.id or 0


Heard = CallEvent | FormEvent | LetterEvent

WAYS: dict[str, tuple[Callable[[], Sequence[Heard]], Callable[[], Sequence[Heard]]]] = {
    "form, call": (lambda: [form(0)], lambda: answered(3)),
    "call, form": (lambda: answered(0), lambda: [form(3)]),
    "letter, call": (
        lambda: [letter(0, "site@tilda.example", body=f"Имя: Ольга\r\nТелефон: {PHONE}\r\nEmail: {OLGA}")],
        lambda: answered(3),
    ),
    "letter, form": (lambda: [letter(0)], lambda: [form(3)]),
    "form, letter": (lambda: [form(0)], lambda: [letter(3)]),
    "form, another form": (
        lambda: [form(0)], lambda: [form(3, name="Ольга", email=OLGA.upper(), wanted="И проводка")]
    ),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
async def test_the_same_person_by_two_ways_is_one_inquiry_and_says_so(house: Reached, way: str) -> None:
    first, second = WAYS[way]
    await house.hear(*first(), *second())
    inquiry = await house.inquiry()
    assert inquiry.state is InquiryState.NEW
    (touch,) = await house.all(Touch)
    assert (touch.inquiry_id, touch.minutes, touch.asked_again) == (inquiry.id, 30, False)
    assert touch.by_key in (PHONE, OLGA)


async def test_a_letter_joins_what_the_call_of_its_writer_began(house: Reached) -> None:
    body = f"Имя: Ольга\r\nТелефон: {PHONE}\r\nEmail: {OLGA}"
    await house.hear(*answered(0), letter(3, "site@tilda.example", body=body))
    assert (await house.inquiry()).channel is Channel.CALL
    assert len(await house.all(Touch)) == 1


async def test_after_the_window_they_are_two(house: Reached) -> None:
    await house.hear(form(0), *answered(31))
    assert len(await house.inquiries()) == 2
    assert await house.all(Touch) == []


async def test_a_closed_window_joins_nothing(house: Reached) -> None:
    async with house.database.transaction() as session:
        await change_settings(session, COMMAND_LINE, touch_minutes=0)
    await house.hear(form(0), *answered(3), letter(4))
    assert len(await house.inquiries()) == 3


async def test_two_letters_and_two_calls_stay_what_their_own_ways_say(house: Reached) -> None:
    await house.hear(letter(0), letter(1), *answered(2, "+79160000001"), *answered(3, "+79160000001"))
    assert len(await house.inquiries()) == 4


async def test_a_known_address_with_a_new_number_is_one_person_with_both(house: Reached) -> None:
    account = Account(name="Клён")
    await house.store(account)
    await house.store(Point(kind=PointKind.EMAIL, value=OLGA, account_id=account.id))
    await house.hear(form(0), *answered(3))
    inquiry = await house.inquiry()
    assert inquiry.account_id == account.id
    kept = {(key.inquiry_id, key.value) for key in await house.all(InquiryKey)}
    assert kept == {(inquiry.id, OLGA), (inquiry.id, PHONE)}


async def test_who_calls_about_what_was_decided_a_moment_ago_is_the_same_and_decided_again(
    house: Reached,
) -> None:
    await house.hear(form(0))
    interest = await decide(house, await house.inquiry(), 1)
    talk = call(5)
    await house.hear(talk.start(), talk.ring("101"))
    ringing = await house.inquiry()
    assert (ringing.state, ringing.interest_id) == (InquiryState.NEW, interest)
    assert (await house.all(Touch))[0].asked_again
    await house.hear(talk.answer(), talk.end())
    assert (await house.inquiry()).state is InquiryState.LINKED


async def test_whoever_has_it_open_while_they_talk_keeps_it(house: Reached) -> None:
    await house.store(User(login="anna", name="Анна", password_hash="x"))
    await house.hear(form(0))
    await decide(house, await house.inquiry(), 1)
    talk = call(5)
    await house.hear(talk.start(), talk.answer())
    await house.change(await house.inquiry(), state=InquiryState.IN_WORK, holder_id=1)
    await house.hear(talk.end())
    assert (await house.inquiry()).state is InquiryState.IN_WORK


async def test_who_sent_a_form_and_rang_in_vain_is_called_back_and_still_to_be_decided(
    house: Reached,
) -> None:
    await house.hear(form(0), *call(3).whole_missed())
    missed = await house.inquiry()
    assert (missed.callback, missed.misses, missed.channel) == (PHONE, 1, Channel.FORM)
    await house.hear(*outgoing(after(10), PHONE).whole_answered())
    called_back = await house.inquiry()
    assert (called_back.state, called_back.callback) == (InquiryState.NEW, None)
    assert called_back.answered_at is not None


async def test_what_was_declined_as_spam_is_not_asked_again(house: Reached) -> None:
    await house.hear(form(0))
    spam = {"state": InquiryState.DECLINED, "decline_reason": DeclineReason.SPAM, "closed_at": after(1)}
    await house.change(await house.inquiry(), **spam)
    await house.hear(*answered(3))
    assert [one.channel for one in await house.inquiries()] == [Channel.FORM, Channel.CALL]


async def test_several_people_of_one_forms_sender_stay_several(house: Reached) -> None:
    for number, name in enumerate(("Анна", "Борис", "Вера")):
        await house.hear(
            letter(
                number, "wordpress@house.example", body=f"Имя: {name}\r\nТелефон: +7 916 555-01-1{number}"
            ),
            form(number, name=name, email="no-reply@tilda.example"),
        )
    assert len(await house.inquiries()) == 6
    assert {key.value for key in await house.all(InquiryKey)} == {f"+7916555011{n}" for n in range(3)}


@pytest.mark.parametrize("whose", ["shared", "mobile", "email", "ours"])
async def test_a_key_of_several_or_of_our_own_joins_nobody(house: Reached, whose: str) -> None:
    rows: dict[str, list[Any]] = {
        "shared": [Account(name="Клён"), Point(kind=PointKind.PHONE, value=PHONE, account_id=1, shared=True)],
        "mobile": [User(login="anna", name="Анна", password_hash="x", mobile=PHONE)],
        "email": [User(login="anna", name="Анна", password_hash="x", email=OLGA)],
        "ours": [mailbox(OLGA)],
    }
    await house.store(*rows[whose])
    key = {"phone": PHONE} if whose in ("shared", "mobile") else {"email": OLGA}
    await house.hear(form(0, name="Анна", **key), form(1, name="Борис", wanted="Другое", **key))
    assert len(await house.inquiries()) == 2


async def test_another_inn_is_another_company(house: Reached) -> None:
    await house.hear(
        form(0, name="Ольга", phone=PHONE, inn="7707083893"),
        form(1, name="Ольга", phone=PHONE, inn="7728168971"),
        form(2, name="Ольга", phone=PHONE, inn="7728168971", wanted="ещё"),
    )
    assert len(await house.inquiries()) == 2


async def test_withheld_numbers_are_nobodys(house: Reached) -> None:
    await house.hear(*answered(0, None), form(1), *answered(2, None))
    assert len(await house.inquiries()) == 3


@pytest.mark.parametrize("ways", ["form and call", "form and letter"])
async def test_two_touches_at_the_same_moment_open_one_inquiry(
    house: Reached, tmp_path: Path, ways: str
) -> None:
    """Of two processes: each has its own reception."""
    for number in range(6):
        phone, email = f"+7916777000{number}", f"guest{number}@somewhere.example"
        other = letter(0, email) if ways.endswith("letter") else Talk(phone, after(0)).start()
        came = (form(0, name="Гость", phone=phone, email=email), other)
        receptions = [Reception(house.database, Files(tmp_path / "files")) for _ in came]
        await asyncio.gather(*(one.receive(fact) for one, fact in zip(receptions, came, strict=True)))
    assert len(await house.inquiries()) == 6
    assert len(await house.all(Touch)) == 6


async def test_two_forms_at_the_same_moment_open_one_inquiry(house: Reached, tmp_path: Path) -> None:
    receptions = [Reception(house.database, Files(tmp_path / "files")) for _ in range(4)]
    await asyncio.gather(*(one.receive(form(0)) for one in receptions))
    assert len(await house.inquiries()) == 1
    assert len(await house.all(Touch)) == 3


def test_all_that_belongs_to_an_inquiry_moves_when_it_is_folded() -> None:
    assert {Submission, Touch} <= set(BELONGINGS)
