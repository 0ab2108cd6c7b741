"""Which inquiry a letter belongs to: a reply never opens a second one, and nobody gets into a stranger's."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.answers_sending import note_sent
from storage.database import Database
from storage.letters_write import keep_references
from storage.tables.inquiries import DeclineReason, InquiryState
from storage.tables.interests import Interest, Pipeline, Status
from storage.tables.letters import LetterWay
from storage.tables.parties import Account, Contact, Point, PointKind
from storage.tables.people import User
from storage.threads import LONGEST, MOST_IDS, key, keys
from tests.ignored import ignore
from tests.storage.writing import IGOR, MARINA, START, STRANGER, Post, event, id_of, mailbox, mime, sent

pytestmark = pytest.mark.slow

TOKEN = "0123456789abcdef" * 2


@pytest.fixture
async def post(database: Database, tmp_path: Path) -> Post:
    made = Post(database, tmp_path / "files")
    await made.store(mailbox())
    return made


def reply(to: bytes, sender: str = MARINA, **headers: str) -> bytes:
    return mime(sender, **{"in_reply_to": id_of(to), "references": id_of(to), **headers})


async def test_a_second_letter_on_something_else_is_another_inquiry(post: Post):
    await post.bring(mime(), mime())
    assert len(await post.inquiries()) == 2


async def test_a_reply_joins(post: Post):
    first = mime()
    await post.bring(first, reply(first), reply(first, references=""), reply(first, in_reply_to=""))
    assert len(await post.inquiries()) == 1
    assert {letter.inquiry_id for letter in await post.letters()} == {1}


async def test_a_reply_with_another_subject_joins(post: Post):
    first = mime(subject="Столы")
    await post.bring(first, reply(first, subject="И ещё стулья"))
    assert len(await post.inquiries()) == 1


async def test_replies_whose_root_never_came_join_each_other(post: Post):
    root = "<written-to-a-colleague@romashka.example>"
    await post.bring(
        mime(in_reply_to=root, references=root),
        mime(in_reply_to="<other@romashka.example>", references=f"{root} <other@romashka.example>"),
    )
    assert len(await post.inquiries()) == 1


async def test_a_reply_that_came_first_is_joined_by_what_it_answers(post: Post):
    first = mime()
    await post.bring(reply(first), first)
    assert len(await post.inquiries()) == 1


async def test_the_same_subject_is_no_thread(post: Post):
    first = mime(subject="Re: Столы")
    await post.bring(first, mime(IGOR, subject="Re: Столы", body="> по обращению № 1"))
    assert len(await post.inquiries()) == 2


async def test_a_stranger_who_names_a_letter_stays_outside(post: Post):
    first = mime()
    await post.bring(first, reply(first, STRANGER))
    letters = await post.letters()
    assert [letter.inquiry_id for letter in letters] == [1, 2]
    assert "thread-of-others" in letters[1].problems


async def test_a_stranger_is_not_let_in_by_pretending_in_reply_to(post: Post):
    first = mime()
    await post.bring(first, reply(first, STRANGER, reply_to=MARINA, x_sender=MARINA))
    assert len(await post.inquiries()) == 2


async def test_what_a_stranger_wrote_opens_no_door_to_the_next_one(post: Post):
    first = mime()
    evil = reply(first, STRANGER, cc="mallory@evil2.example")
    await post.bring(first, evil, reply(first, "mallory@evil2.example"))
    assert (await post.letters())[2].inquiry_id != 1


async def test_public_mail_is_no_company(post: Post):
    first = mime(IGOR)
    await post.bring(first, reply(first, "eve@mail.ru"))
    assert len(await post.inquiries()) == 2


async def test_a_colleague_of_theirs_may_go_on(post: Post):
    first = mime(MARINA)
    await post.bring(first, reply(first, "petr@romashka.example"))
    assert len(await post.inquiries()) == 1


async def test_whoever_was_in_copy_may_go_on(post: Post):
    first = mime(MARINA, cc="Lawyer <lawyer@bureau.example>")
    await post.bring(first, reply(first, "lawyer@bureau.example"))
    assert len(await post.inquiries()) == 1


async def test_a_known_contact_of_the_client_may_go_on_from_another_address(post: Post):
    await post.store(Account(name="Ромашка"))
    await post.store(
        Contact(first_name="Марина", account_id=1),
        Point(kind=PointKind.EMAIL, value=MARINA, raw=MARINA, contact_id=1),
        Point(kind=PointKind.EMAIL, value=IGOR, raw=IGOR, account_id=1),
    )
    first = mime()
    await post.bring(first, reply(first, IGOR))
    assert len(await post.inquiries()) == 1


async def test_a_form_that_gives_every_letter_one_id_opens_an_inquiry_each(post: Post):
    form = {"message_id": "<form@house2.example>", "sender": "site@house2.example"}
    await post.bring(mime(**form, body="Имя: Марина"), mime(**form, body="Имя: Игорь"))
    assert len(await post.inquiries()) == 2
    assert len(await post.letters()) == 2


async def test_a_letter_that_was_rewritten_on_its_way_joins_its_other_copy(post: Post):
    first = mime(subject="Столы")
    tagged = first.replace("Столы".encode(), "[SPAM?] Столы".encode())
    await post.bring(first, event(tagged, channel="imap:2"))
    assert len(await post.inquiries()) == 1
    assert len(await post.letters()) == 2


async def test_an_answer_to_ours_joins_though_a_server_changed_our_domain(post: Post):
    first = mime()
    await post.bring(first)
    await post.store(sent(MARINA, TOKEN, inquiry_id=1))
    await refer(post, 2, f"intake.{TOKEN}@house.example")
    await post.bring(mime(in_reply_to=f"<intake.{TOKEN}@relay.example>"))
    assert len(await post.inquiries()) == 1


async def test_an_answer_to_what_we_wrote_first_opens_one_and_takes_ours_in(post: Post):
    """It is for whoever wrote to them."""
    await post.store(User(login="olga", name="Olga", password_hash=""))
    await post.store(sent(MARINA, TOKEN, author_id=1))
    await refer(post, 1, f"intake.{TOKEN}@house.example")
    await post.bring(mime(in_reply_to=f"<intake.{TOKEN}@house.example>"))
    assert (await post.inquiry()).responsible_id == 1
    assert {letter.inquiry_id for letter in await post.letters()} == {1}


async def test_our_letter_that_comes_back_from_the_sent_folder_is_the_same(post: Post):
    """Also with the id that the server has given it."""
    first = mime()
    await post.bring(first)
    await post.store(sent(MARINA, TOKEN, inquiry_id=1))
    await refer(post, 2, f"intake.{TOKEN}@house.example")
    await post.bring(mime("sales@house.example", to=MARINA, x_intake_id=TOKEN))
    assert [letter.way for letter in await post.letters()] == [LetterWay.IN, LetterWay.OUT]


async def test_a_bounce_of_ours_marks_it_as_failed(post: Post):
    first = mime()
    await post.bring(first)
    await post.store(sent(MARINA, TOKEN, inquiry_id=1))
    await refer(post, 2, f"intake.{TOKEN}@house.example")
    await post.bring(bounce("failed"))
    letters = await post.letters()
    assert letters[1].sending == "failed"
    assert letters[2].inquiry_id == 1
    assert len(await post.inquiries()) == 1


async def test_a_house_that_writes_with_the_same_program_is_heard(post: Post):
    """Their X-Intake-Id is none of ours."""
    await post.bring(mime(x_intake_id="f" * 32))
    assert len(await post.inquiries()) == 1


async def test_a_report_that_ours_is_late_fails_nothing(post: Post):
    await post.store(sent(MARINA, TOKEN))
    await refer(post, 1, f"intake.{TOKEN}@house.example")
    await post.bring(bounce("delayed"))
    assert (await post.letters())[0].sending == "sent"


async def test_somebody_elses_bounce_touches_nothing(post: Post):
    await post.store(sent(MARINA, TOKEN))
    await refer(post, 1, f"intake.{TOKEN}@house.example")
    await post.bring(bounce("failed").replace(TOKEN.encode(), b"f" * 32))
    assert (await post.letters())[0].sending == "sent"
    assert await post.inquiries() == []


@pytest.mark.parametrize("state", [InquiryState.ACCEPTED, InquiryState.LINKED, InquiryState.CLOSED])
async def test_who_writes_again_waits_again(post: Post, state: InquiryState):
    first = mime()
    await post.bring(first)
    inquiry = await post.inquiry()
    await post.change(inquiry, state=state, closed_at=inquiry.opened_at, answered_at=inquiry.opened_at)
    again = event(reply(first))
    await post.bring(again)
    inquiry = await post.inquiry()
    assert (inquiry.state, inquiry.opened_at, inquiry.closed_at) == (InquiryState.NEW, again.at, None)
    assert inquiry.answered_at is None
    assert inquiry.version == 1


@pytest.mark.parametrize("reason", list(DeclineReason))
async def test_only_spam_is_not_heard_again(post: Post, reason: DeclineReason):
    first = mime()
    await post.bring(first)
    await post.change(await post.inquiry(), state=InquiryState.DECLINED, decline_reason=reason)
    await post.bring(reply(first))
    waits = (await post.inquiry()).state is InquiryState.NEW
    assert waits is (reason is not DeclineReason.SPAM)
    assert {letter.inquiry_id for letter in await post.letters()} == {1}


async def test_a_blocked_sender_joins_and_disturbs_nobody(post: Post):
    first = mime()
    await post.bring(first)
    await post.change(await post.inquiry(), state=InquiryState.DECLINED, decline_reason=DeclineReason.OTHER)
    await ignore(post.database, "@romashka.example")
    await post.bring(reply(first))
    assert (await post.inquiry()).state is InquiryState.DECLINED


async def test_one_that_was_answered_and_not_decided_waits_since_the_reply(post: Post):
    first = mime()
    await post.bring(first)
    inquiry = await post.inquiry()
    await post.change(inquiry, answered_at=inquiry.opened_at)
    again = event(reply(first))
    await post.bring(again)
    inquiry = await post.inquiry()
    assert (inquiry.opened_at, inquiry.answered_at) == (again.at, None)


async def test_one_that_waits_anyway_waits_since_they_first_wrote(post: Post):
    first = event(mime())
    await post.bring(first)
    second = event(reply(first.raw))
    await post.bring(second)
    inquiry = await post.inquiry()
    assert (inquiry.opened_at, inquiry.touched_at) == (first.at, second.at)


async def test_our_answer_settles_one_that_asked_again(post: Post):
    first = mime()
    await accepted(post, first)
    await post.bring(reply(first))
    assert (await post.inquiry()).state is InquiryState.NEW
    await post.store(sent(MARINA, inquiry_id=1, sending="sending", at=datetime.now(UTC)))
    await went_out(post, 3)
    inquiry = await post.inquiry()
    assert inquiry.state is InquiryState.LINKED
    assert inquiry.answered_at is not None
    assert inquiry.closed_at is not None


async def test_what_came_while_we_answered_still_waits(post: Post):
    first = mime()
    await accepted(post, first)
    await post.bring(again := event(reply(first)))
    await post.store(sent(MARINA, inquiry_id=1, sending="sending", at=again.at - timedelta(seconds=1)))
    await went_out(post, 3)
    assert (await post.inquiry()).state is InquiryState.NEW


async def test_an_answer_leaves_open_what_nobody_has_decided(post: Post):
    await post.bring(mime())
    await post.store(sent(MARINA, inquiry_id=1, sending="sending", at=datetime.now(UTC)))
    await went_out(post, 2)
    inquiry = await post.inquiry()
    assert inquiry.state is InquiryState.NEW
    assert inquiry.answered_at is not None


async def test_an_automatic_reply_joins_and_disturbs_nobody(post: Post):
    first = mime()
    await post.bring(first)
    await post.change(await post.inquiry(), state=InquiryState.ACCEPTED)
    await post.bring(reply(first, auto_submitted="auto-replied"))
    assert (await post.inquiry()).state is InquiryState.ACCEPTED
    assert {letter.inquiry_id for letter in await post.letters()} == {1}


async def test_a_letter_and_its_reply_at_one_moment_are_one_inquiry(post: Post):
    for _ in range(10):
        first = mime()
        second = reply(first)
        third = mime(in_reply_to=id_of(second), references=f"{id_of(first)} {id_of(second)}")
        await asyncio.gather(*(post.bring(each) for each in (first, second, third)))
    assert len(await post.inquiries()) == 10


async def test_a_thread_of_thousands_of_ids_is_followed_by_the_last(post: Post):
    first = mime()
    ids = " ".join(f"<{number}@noise.example>" for number in range(3000))
    await post.bring(first, mime(references=f"{ids} {id_of(first)}"))
    assert len(await post.inquiries()) == 1


def test_long_ids_are_known_by_their_digest():
    """PostgreSQL's indexes take some 2 700 bytes."""
    one, two = "я" * 900, "я" * 899 + "ы"
    assert key(one) != key(two)
    assert len(key(one).encode()) <= LONGEST


def test_of_many_ids_the_root_and_the_last_are_kept():
    kept = keys([str(number) for number in range(1000)])
    assert (len(kept), kept[0], kept[-1]) == (MOST_IDS, "0", "999")


async def test_a_huge_id_can_be_stored(post: Post):
    await post.bring(mime(message_id=f"<{'x' * 5000}@a.example>", references=f"<{'y' * 5000}@a.example>"))
    assert len(await post.inquiries()) == 1


async def accepted(post: Post, raw: bytes) -> None:
    """It came, and was linked to an interest."""
    await post.bring(raw)
    await post.store(Pipeline(name="Клиенты"))
    await post.store(Status(pipeline_id=1, name="Новый"))
    await post.store(Interest(title="Столы", status_id=1))
    closed = {"closed_at": START, "answered_at": START}
    await post.change(await post.inquiry(), state=InquiryState.LINKED, interest_id=1, **closed)


async def went_out(post: Post, letter_id: int) -> None:
    async with post.database.transaction() as session:
        await note_sent(session, letter_id, "inquiry/1", {})


def bounce(action: str) -> bytes:
    return mime(
        "mailer-daemon@romashka.example",
        content_type='multipart/report; report-type=delivery-status; boundary="b"',
        auto_submitted="auto-replied",
        body=f"--b\r\n\r\nIt was not delivered.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; romashka.example\r\n\r\nFinal-Recipient: rfc822; {MARINA}\r\n"
        f"Action: {action}\r\nStatus: 5.1.1\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
        f"From: sales@house.example\r\nMessage-ID: <intake.{TOKEN}@house.example>\r\n"
        f"X-Intake-Id: {TOKEN}\r\n\r\nПрайс\r\n--b--",
    )


async def refer(post: Post, letter_id: int, message_id: str) -> None:
    """As sending does it."""
    async with post.database.transaction() as session:
        await keep_references(session, letter_id, [key(message_id)])
