"""Letters that are taken in together become what each would have become by itself."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.model.letters import Letter, LetterEvent
from intake.reception.letter_rows import letter_columns
from intake.reception.opening import Opened
from intake.reception.placing import Became
from storage.database import Database
from storage.tables.inquiries import Inquiry, InquiryEvent
from storage.tables.letters import Attachment, LetterRecord, LetterReference
from storage.tables.parties import Account, Contact, Point, PointKind
from storage.threads import token_key
from tests.ignored import ignore
from tests.storage.test_letters import with_files
from tests.storage.writing import SALES, START, Post, event, id_of, mailbox, mime, sent

LETTER = (
    "subject", "way", "kind", "kind_reason", "spam", "quarantined", "problems", "text", "sender_email",
    "mailbox_id", "at", "raw_size", "sending", "error",
)  # fmt: skip
INQUIRY = ("state", "sender", "subject", "opened_at", "line", "responsible_id", "answered_at")

Bring = Callable[[Post, list[LetterEvent]], Awaitable[None]]


@pytest.fixture
async def post(database: Database, tmp_path: Path) -> Post:
    made = Post(database, tmp_path / "files")
    await made.store(mailbox())
    return made


async def furnish(post: Post, world: str) -> None:
    """A client with a contact, a blocked sender, and a letter of ours that somebody was sent."""
    account = Account(name=f"Ромашка {world}")
    await post.store(account)
    contact = Contact(first_name="Марина", account_id=account.id)
    await post.store(contact)
    address = f"marina@{world}.example"
    await post.store(Point(kind=PointKind.EMAIL, value=address, contact_id=contact.id))
    await ignore(post.database, f"@spam-{world}.example")
    ours = sent(f"vip@{world}.example", token=token_of(world), at=START)
    await post.store(ours)
    await post.store(LetterReference(letter_id=ours.id or 0, message_id=token_key(token_of(world))))


def token_of(world: str) -> str:
    return world.encode().hex().rjust(32, "0")


def letters(world: str) -> list[bytes]:
    """Of all kinds that a mailbox holds; alike in every world but for its name."""

    def one(number: int, who: str = "", **headers: str) -> bytes:
        given = {
            "subject": f"Request {number}",
            "date": f"Sat, 21 Nov 2026 08:00:{number:02} +0000",
            "message_id": f"<{number}@{world}.example>",
            "body": f"Нужно {number} столов.",
        }
        return mime(who or f"ivan{number}@{world}{number}.example", **{**given, **headers})

    first, second = one(1), one(2)
    returned = (
        "--b\r\n\r\nIt was not delivered.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Final-Recipient: rfc822; vip@{world}.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\nX-Intake-Id: {token_of(world)}\r\n\r\nПрайс\r\n--b--"
    )
    return [
        first,
        second,
        one(3, f"ivan1@{world}1.example", in_reply_to=id_of(first), subject="Re: Request 1"),
        one(4, f"eve@stranger-{world}.example", in_reply_to=id_of(second)),
        one(5, f"marina@{world}.example"),
        one(6, f"marina@{world}.example", x_spam_flag="YES"),
        one(7, x_spam_flag="YES"),
        one(8, f"somebody@spam-{world}.example"),
        one(9, auto_submitted="auto-replied"),
        one(10, message_id=f"<form@{world}.example>"),
        one(11, message_id=f"<form@{world}.example>"),
        one(12, f"vip@{world}.example", in_reply_to=f"<intake.{token_of(world)}@house.example>"),
        first,
        one(13, message_id=""),
        with_files(b"%PDF one", b"%PDF two", subject="Request 14", message_id=f"<14@{world}.example>",
                   date="Sat, 21 Nov 2026 08:00:14 +0000"),
        one(15, f"ivan2@{world}2.example", references=f"{id_of(second)} <gone@{world}.example>"),
        one(16, references=f"<gone@{world}.example>"),
        one(17, subject="x" * 3000, to=f"{SALES}, other@{world}.example"),
        one(18, f"mailer-daemon@{world}.example", auto_submitted="auto-replied", body=returned,
            content_type='multipart/report; report-type=delivery-status; boundary="b"'),
        one(19, SALES, to=f"vip@{world}.example", x_intake_id=token_of(world)),
    ]  # fmt: skip


async def became(post: Post, world: str, before: int) -> list[str]:
    """What is stored of a world's letters behind those before; its name and its numbers taken out."""
    async with post.database.reading() as session:
        rows = list(await session.exec(select(LetterRecord).where(col(LetterRecord.id) > before)))
        inquiries = {one.id: one for one in await session.exec(select(Inquiry))}
        references = list(await session.exec(select(LetterReference)))
        files = list(await session.exec(select(Attachment)))
        facts = list(await session.exec(select(InquiryEvent)))
    told = [
        {
            "letter": {name: getattr(row, name) for name in LETTER},
            "inquiry": {name: getattr(inquiries.get(row.inquiry_id), name, None) for name in INQUIRY},
            "known": bool(getattr(inquiries.get(row.inquiry_id), "account_id", None)),
            "beside": sorted(one.subject[:20] for one in rows if one.inquiry_id == row.inquiry_id),
            "references": sorted(one.message_id for one in references if one.letter_id == row.id),
            "files": sorted((f.position, f.filename, f.size) for f in files if f.letter_id == row.id),
            "facts": sorted(
                (one.kind, one.fact["bytes"], one.inquiry_id == row.inquiry_id)
                for one in facts
                if one.fact["fingerprint"] == row.fingerprint
            ),
        }
        for row in rows
    ]
    return sorted(str(one).replace(token_of(world), "TOKEN").replace(world, "WORLD") for one in told)


async def one_by_one(post: Post, events: list[LetterEvent]) -> None:
    for each in events:
        await post.reception.receive(each)


async def together(post: Post, events: list[LetterEvent]) -> None:
    await asyncio.gather(*map(post.reception.receive, events))


async def brought(post: Post, world: str, how: Bring, order: list[int]) -> list[str]:
    before = max((one.id or 0 for one in await post.letters()), default=0)
    await furnish(post, world)
    made = letters(world)
    await how(post, [placed(world, place, made[place]) for place in order])
    return await became(post, world, before)


def placed(world: str, place: int, raw: bytes) -> LetterEvent:
    return event(raw, external_id=f"{world}/{place}", at=START + timedelta(seconds=place))


async def nothing_is_fresh(session: AsyncSession, opened: Sequence[Opened]) -> dict[int, Became]:
    return {}


@pytest.mark.parametrize("seed", range(3))
async def test_together_each_becomes_what_it_would_have_become_alone(
    post: Post, seed: int, monkeypatch: pytest.MonkeyPatch
):
    order = list(range(len(letters("aaaa"))))
    if seed:
        Random(seed).shuffle(order)
    with monkeypatch.context() as patch:
        patch.setattr("intake.reception.letters.take_fresh", nothing_is_fresh)
        alone = await brought(post, "aaaa", one_by_one, order)
    assert len(alone) == len(order) - 1, "one came twice, one was ours that came back; ours is there too"
    assert await brought(post, "bbbb", together, order) == alone


async def test_together_and_again_changes_nothing(post: Post):
    made = [placed("aaaa", place, raw) for place, raw in enumerate(letters("aaaa"))]
    await furnish(post, "aaaa")
    await together(post, made)
    before = await became(post, "aaaa", 0)
    await together(post, made[5:])
    await one_by_one(post, made[:5])
    assert await became(post, "aaaa", 0) == before


async def test_the_same_letters_together_and_one_by_one_at_one_moment_are_each_there_once(post: Post):
    raws = letters("aaaa")
    await furnish(post, "aaaa")
    before = len(await post.letters())
    by_smtp = [event(raw, channel="smtp", external_id=f"smtp {place}") for place, raw in enumerate(raws)]
    by_imap = [placed("aaaa", place, raw) for place, raw in enumerate(raws)]
    await asyncio.gather(together(post, by_imap), *map(post.reception.receive, reversed(by_smtp)))
    stored = await post.letters()
    assert len(stored) == before + len(raws) - 2, "one came twice, one was ours that came back"
    assert len({one.fingerprint for one in stored}) == len(stored)
    opened = [one.id for one in await post.inquiries()]
    assert sorted({one.inquiry_id for one in stored if one.inquiry_id}) == opened, "none is of no letter"


async def test_one_that_cannot_be_stored_is_in_quarantine_and_takes_no_other_with_it(
    post: Post, monkeypatch: pytest.MonkeyPatch
):
    real = letter_columns

    def stumbles(letter: Letter | None, problems: Sequence[str] = ()) -> dict[str, Any]:
        if letter is not None and letter.subject == "Bad":
            raise ValueError("a mistake of ours")
        return real(letter, problems)

    monkeypatch.setattr("intake.reception.letter_facts.letter_columns", stumbles)
    subjects = ["Bad" if number == 3 else f"Request {number}" for number in range(12)]
    await together(post, [event(mime(subject=subject)) for subject in subjects])
    stored = await post.letters()
    assert sorted(one.subject for one in stored) == sorted([*(set(subjects) - {"Bad"}), ""])
    assert [one.problems for one in stored if one.quarantined] == [["ValueError"]]
    assert len(await post.inquiries()) == 11
