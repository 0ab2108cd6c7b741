"""Letters that come in: each is one inquiry, or laid aside with its reason, or in quarantine once."""

import asyncio
import base64
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from intake.errors import Deferred, NotFound
from intake.model.letters import Letter, LetterKind
from intake.reception import Reception, opening
from storage import letters_fresh, letters_write
from storage.database import Database
from storage.files import Files
from storage.letters import attachment, attachments_of, letter, letters_of_inquiry, raw_of
from storage.letters_write import SMALL
from storage.mailboxes import keep_place, mailboxes, own_addresses, place
from storage.retention import forget, sweep, tidy
from storage.tables.inquiries import Channel, InquiryEvent, InquiryState
from storage.tables.letters import Attachment
from storage.tables.parties import Account, Contact, Point, PointKind
from storage.tables.people import User
from tests.ignored import ignore
from tests.storage.writing import IGOR, MARINA, SALES, Post, event, mailbox, mime

pytestmark = pytest.mark.slow

PDF = b"%PDF-1.4 " + bytes(range(256))


@pytest.fixture
async def post(database: Database, tmp_path: Path) -> Post:
    made = Post(database, tmp_path / "files")
    await made.store(mailbox())
    return made


def with_files(*contents: bytes, **headers: str) -> bytes:
    parts = "".join(
        "--b\r\nContent-Type: application/pdf\r\n"
        f'Content-Disposition: attachment; filename="{number}.pdf"\r\n'
        f"Content-Transfer-Encoding: base64\r\n\r\n{_base64(content)}\r\n"
        for number, content in enumerate(contents)
    )
    body = f"--b\r\nContent-Type: text/plain\r\n\r\nSee the files.\r\n{parts}--b--"
    return mime(**{"content_type": 'multipart/mixed; boundary="b"', "body": body, **headers})


def _base64(content: bytes) -> str:
    return base64.encodebytes(content).decode().replace("\n", "\r\n")


async def test_a_letter_opens_an_inquiry(post: Post):
    came = event(mime("Marina Kovaleva <marina@romashka.example>", subject="Tables"))
    await post.bring(came)
    inquiry = await post.inquiry()
    assert (inquiry.channel, inquiry.state) == (Channel.LETTER, InquiryState.NEW)
    assert (inquiry.sender, inquiry.sender_name) == (MARINA, "Marina Kovaleva")
    assert (inquiry.subject, inquiry.line, inquiry.opened_at) == ("Tables", SALES, came.at)


async def test_what_was_read_is_kept_with_it(post: Post):
    raw = mime(to=f"Sales <{SALES}>", cc=IGOR, in_reply_to="<a@b.example>")
    await post.bring(raw)
    (stored,) = await post.letters()
    assert (stored.inquiry_id, stored.mailbox_id, stored.from_email) == (1, 1, MARINA)
    assert stored.in_reply_to == "a@b.example"
    assert stored.recipients == [
        {"role": "to", "email": SALES, "name": "Sales"},
        {"role": "cc", "email": IGOR, "name": ""},
    ]
    assert raw_of(stored, post.files) == raw
    assert not stored.quarantined


async def test_the_fact_is_filed_under_its_inquiry_and_holds_no_second_copy(post: Post):
    await post.bring(mime())
    async with post.database.reading() as session:
        fact = (await session.exec(select(InquiryEvent))).one()
    assert (fact.inquiry_id, fact.kind, fact.raw) == (1, "letter", "")
    assert fact.fact["fingerprint"] == (await post.letters())[0].fingerprint


async def test_the_same_fact_again_changes_nothing(post: Post):
    came = event(mime())
    await post.bring(came, came)
    assert len(await post.inquiries()) == len(await post.letters()) == 1


async def test_the_same_letter_by_imap_and_by_smtp_is_one(post: Post):
    raw = mime()
    by_smtp = event(b"Received: from mx\r\n" + raw, channel="smtp", external_id="abc", envelope_from=MARINA)
    again = event(raw.replace(b"\r\n", b"\n"), external_id="INBOX/2/1")  # UIDVALIDITY has changed
    await post.bring(raw, by_smtp, again)
    assert len(await post.inquiries()) == len(await post.letters()) == 1
    async with post.database.reading() as session:
        assert [fact.inquiry_id for fact in await session.exec(select(InquiryEvent))] == [1, 1, 1]


async def test_the_same_letter_by_both_ways_at_one_moment_is_one(post: Post):
    for number in range(10):
        raw = mime(message_id="") if number % 2 else mime()
        await asyncio.gather(*(post.bring(event(raw, channel=way)) for way in ("imap:1", "imap:2", "smtp")))
    assert len(await post.inquiries()) == len(await post.letters()) == 10


async def test_two_letters_with_one_message_id_are_both_kept(post: Post):
    await post.bring(mime(message_id="<1@bug.example>"), mime(message_id="<1@bug.example>"))
    assert len(await post.letters()) == 2


async def test_a_known_sender_is_shown_with_their_card(post: Post):
    await post.store(User(login="olga", name="Olga", password_hash=""))
    await post.store(Account(name="Ромашка", responsible_id=1))
    await post.store(
        Contact(first_name="Марина", account_id=1),
        Point(kind=PointKind.EMAIL, value=MARINA, raw=MARINA, contact_id=1),
    )
    await post.bring(mime("Marina@Romashka.example"))
    inquiry = await post.inquiry()
    assert (inquiry.account_id, inquiry.contact_id, inquiry.responsible_id) == (1, 1, 1)


async def test_an_address_of_two_clients_says_nothing(post: Post):
    for number in (1, 2):
        await post.store(Account(name=f"Клиент {number}"))
        await post.store(Point(kind=PointKind.EMAIL, value=MARINA, raw=MARINA, account_id=number))
    await post.bring(mime())
    assert (await post.inquiry()).account_id is None


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({"auto_submitted": "auto-replied"}, LetterKind.AUTO_REPLY),
        ({"list_id": "<news.example>", "list_unsubscribe": "<https://news.example>"}, LetterKind.LIST),
        ({"sender": SALES}, LetterKind.OWN),
    ],
)
async def test_what_nobody_asks_is_laid_aside(post: Post, headers: dict[str, str], kind: LetterKind):
    await post.bring(mime(**headers))
    (stored,) = await post.letters()
    assert (stored.kind, stored.inquiry_id) == (kind, None)
    assert await post.inquiries() == []


async def test_spam_is_laid_aside(post: Post):
    await post.bring(mime(x_spam_flag="YES"))
    assert await post.inquiries() == []
    assert (await post.letters())[0].spam


async def test_a_filter_is_not_believed_against_a_client(post: Post):
    await post.store(Account(name="Ромашка"))
    await post.store(Point(kind=PointKind.EMAIL, value=MARINA, raw=MARINA, account_id=1))
    await post.bring(mime(x_spam_flag="YES"))
    assert (await post.inquiry()).account_id == 1


async def test_what_one_mailbox_takes_for_spam_another_may_not(post: Post):
    raw = mime()
    await post.bring(event(b"X-Spam-Flag: YES\r\n" + raw), event(raw, channel="imap:2"))
    assert len(await post.inquiries()) == 1
    (stored,) = await post.letters()
    assert (stored.spam, stored.inquiry_id) == ("", 1)


@pytest.mark.parametrize("blocked", [MARINA, "@romashka.example"])
async def test_a_blocked_sender_waits_for_nobody(post: Post, blocked: str):
    await ignore(post.database, blocked)
    await post.bring(mime(), mime(IGOR))
    assert [inquiry.sender for inquiry in await post.inquiries()] == [IGOR]
    assert [stored.inquiry_id for stored in await post.letters()] == [None, 1]


async def test_attachments_are_files_with_their_names(post: Post):
    await post.bring(with_files(PDF, b"two"))
    async with post.database.reading() as session:
        (both,) = (await attachments_of(session, [1, 2])).values()
        assert await attachment(session, both[0].id or 0) == both[0]
    assert [(each.filename, each.size) for each in both] == [("0.pdf", len(PDF)), ("1.pdf", 3)]
    assert post.files.read(both[0].digest) == PDF


async def test_a_large_letter_is_a_file(post: Post):
    raw = mime(body="x" * SMALL)
    await post.bring(raw)
    (stored,) = await post.letters()
    assert stored.raw is None
    assert raw_of(stored, post.files) == raw


async def test_a_full_disk_means_later_not_never(post: Post, monkeypatch: pytest.MonkeyPatch):
    raw = with_files(PDF)

    def full(_files: Files, _content: bytes) -> str:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Files, "keep", full)
        with pytest.raises(Deferred):
            await post.bring(raw)
    assert await post.letters() == []
    await post.bring(raw)
    assert len(await post.inquiries()) == 1


async def test_a_database_that_is_away_means_later(post: Post, monkeypatch: pytest.MonkeyPatch):
    async def away(*_: Any) -> None:
        raise OperationalError("INSERT", {}, OSError("gone"))

    came = event(mime())
    with monkeypatch.context() as patch:
        patch.setattr(letters_fresh, "add_letters", away)
        with pytest.raises(Deferred):
            await post.bring(came)
    assert await post.inquiries() == []
    await post.bring(came)
    assert len(await post.inquiries()) == 1


async def test_without_a_folder_letters_wait_where_they_are(database: Database):
    with pytest.raises(Deferred):
        await Reception(database).receive(event(mime()))


async def test_what_cannot_be_read_is_in_quarantine_once_and_the_next_goes_on(
    post: Post, monkeypatch: pytest.MonkeyPatch
):
    def stumbles(raw: bytes, **_: Any) -> Letter:
        raise RecursionError

    bad = mime()
    with monkeypatch.context() as patch:
        patch.setattr(opening, "read_letter", stumbles)
        await post.bring(bad, event(bad, channel="smtp"))
    await post.bring(mime())
    first, second = await post.letters()
    assert (first.quarantined, first.inquiry_id, first.problems) == (True, None, ["RecursionError"])
    assert raw_of(first, post.files) == bad
    assert (second.quarantined, second.inquiry_id) == (False, 1)


async def test_what_was_in_quarantine_is_taken_out_when_it_comes_again_and_can_be_read(
    post: Post, monkeypatch: pytest.MonkeyPatch
):
    def stumbles(raw: bytes, **_: Any) -> Letter:
        raise RecursionError

    raw = with_files(PDF)
    with monkeypatch.context() as patch:
        patch.setattr(opening, "read_letter", stumbles)
        await post.bring(raw)
    await post.bring(raw)
    (stored,) = await post.letters()
    assert (stored.quarantined, stored.inquiry_id) == (False, 1)
    async with post.database.reading() as session:
        assert len((await attachments_of(session, [1]))[1]) == 1


async def test_what_cannot_be_stored_as_read_is_in_quarantine(post: Post, monkeypatch: pytest.MonkeyPatch):
    real = letters_write.keep_named

    async def stumbles(session: Any, references: Any) -> None:
        if references:
            raise ValueError("a mistake of ours")
        await real(session, references)

    monkeypatch.setattr(letters_write, "keep_named", stumbles)
    await post.bring(mime())
    (stored,) = await post.letters()
    assert (stored.quarantined, stored.problems) == (True, ["ValueError"])
    assert await post.inquiries() == []


async def test_a_letter_that_takes_too_long_is_in_quarantine(post: Post, monkeypatch: pytest.MonkeyPatch):
    def slow(raw: bytes, **_: Any) -> Letter:
        time.sleep(0.4)
        raise AssertionError("nobody waits for this")

    monkeypatch.setattr(opening, "read_letter", slow)
    monkeypatch.setattr(opening, "PATIENCE", 0.05)
    await post.bring(mime(body="x" * opening.INLINE))
    (stored,) = await post.letters()
    assert (stored.quarantined, stored.problems) == (True, ["too-slow"])


async def test_reading_a_large_letter_does_not_stall_the_loop(post: Post):
    raw = with_files(b"x" * 8_000_000)
    longest, stop = 0.0, asyncio.Event()

    async def watch() -> None:
        nonlocal longest
        while not stop.is_set():
            begun = time.perf_counter()
            await asyncio.sleep(0.001)
            longest = max(longest, time.perf_counter() - begun)

    watching = asyncio.create_task(watch())
    await post.bring(raw)
    stop.set()
    await watching
    assert longest < 0.25  # on an idle machine below 0.05


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0" * 1000,
        b"\xff\xfe\xfd" * 1000,
        b"From: \xd0\r\nSubject: \0\xed\xa0\x80\r\n\r\n\0",
        b"Subject: " + b"=?utf-8?b?AAAA?=" * 50 + b"\r\n\r\n=00",
        b"Message-ID: <" + "я".encode() * 3000 + b">\r\nFrom: a@b\r\n\r\n",
        b"Date: Mon, 1 Jan 0001 00:00:00 +1400\r\nFrom: a@b.example\r\n\r\nx",
        b"Date: Fri, 31 Dec 9999 23:59:59 -1200\r\nFrom: a@b.example\r\n\r\nx",
        b"From: " + b"x" * 500 + b"@b.example\r\nSubject: " + b"y" * 5000 + b"\r\n\r\nx",
    ],
    ids=["empty", "nul", "binary", "broken", "encoded nul", "long id", "year one", "last year", "long"],
)
async def test_any_bytes_are_kept(post: Post, raw: bytes):
    await post.bring(raw, mime())
    stored = await post.letters()
    assert len(stored) == 2
    assert raw_of(stored[0], post.files) == raw
    assert stored[0].quarantined or stored[0].inquiry_id or stored[0].kind is not LetterKind.LETTER


async def test_ids_and_texts_of_any_length_fit(post: Post):
    came = event(mime(subject="Ж" * 3000), external_id="x" * 1000, mailbox="y" * 1000)
    await post.bring(came, came)
    assert len(await post.inquiries()) == 1


async def test_nothing_comes_from_the_future(post: Post):
    await post.bring(event(mime(), at=datetime.now(UTC) + timedelta(days=300)))
    assert (await post.inquiry()).opened_at <= datetime.now(UTC)


async def test_letters_are_told_in_their_order(post: Post):
    first = mime(message_id="<first@romashka.example>")
    await post.bring(first, mime(in_reply_to="<first@romashka.example>"))
    async with post.database.reading() as session:
        assert [each.id for each in await letters_of_inquiry(session, 1)] == [1, 2]
        assert (await letter(session, 2)).in_reply_to == "first@romashka.example"
        with pytest.raises(NotFound):
            await letter(session, 3)
        with pytest.raises(NotFound):
            await attachment(session, 3)


async def test_old_files_go_and_names_stay(post: Post):
    await post.bring(with_files(PDF), with_files(PDF, b"new"))
    first, second = await post.letters()
    await post.change(second, at=datetime.now(UTC))
    assert await forget(post.database, datetime.now(UTC) - timedelta(hours=1)) == 1
    assert await sweep(post.database, post.files, older_than=-1) == 0, "the second letter has the same file"
    assert await forget(post.database, datetime.now(UTC) + timedelta(hours=1)) == 1
    assert await sweep(post.database, post.files, older_than=-1) == 2
    first, _ = await post.letters()
    assert (first.raw, first.raw_file) == (None, None)
    assert first.raw_size > 0
    with pytest.raises(FileNotFoundError):
        raw_of(first, post.files)
    async with post.database.reading() as session:
        files = [row.filename for row in await session.exec(select(Attachment)) if row.removed_at]
    assert files == ["0.pdf", "0.pdf", "1.pdf"]


async def test_nothing_goes_unless_the_administrator_says_so(post: Post):
    await post.bring(with_files(PDF))
    assert await tidy(post.database, post.files) == 0
    assert (await post.letters())[0].raw is not None


async def test_a_file_of_nobody_goes_when_it_is_old(post: Post):
    await post.bring(with_files(PDF))
    post.files.keep(b"of a transaction that never was")
    assert await sweep(post.database, post.files) == 0, "it may be going on"
    assert await sweep(post.database, post.files, older_than=-1) == 1


async def test_places_in_folders_are_remembered(database: Database):
    async with database.transaction() as session:
        session.add(mailbox())
        session.add(mailbox("info@house.example", aliases=["Help@House.example"], enabled=False))
        await session.flush()
        assert await place(session, 1, "INBOX") == (0, 0)
        await keep_place(session, 1, "INBOX", 2**32 - 1, 42)
        await keep_place(session, 1, "INBOX", 2**32 - 1, 43)
        await keep_place(session, 1, "Спам", 5, 1)
    async with database.reading() as session:
        assert await place(session, 1, "INBOX") == (2**32 - 1, 43)
        assert await own_addresses(session) == {SALES, "info@house.example", "help@house.example"}
        assert [each.address for each in await mailboxes(session)] == ["info@house.example", SALES]
