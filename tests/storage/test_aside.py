"""Letters that wait for nobody, what rows tell of letters, what led one to its inquiry; on both engines."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from intake.errors import NotFound
from intake.model.letters import LetterKind
from storage.access import Actor
from storage.aside import Aside, aside_counts, aside_page, letter_seen_by, unread_count, why_aside
from storage.history import stored_id
from storage.letter_rows import LetterLine, last_letters
from storage.letter_why import joined_by
from storage.tables.inquiries import Channel, Inquiry
from storage.tables.letters import Attachment, LetterRecord, LetterReference, LetterWay
from storage.tables.people import Role, Scope, User
from tests.databases import store

START = datetime(2026, 11, 1, tzinfo=UTC)


def letter(number: int, **values: Any) -> LetterRecord:
    at = START + timedelta(minutes=number)
    return LetterRecord(**{"fingerprint": f"{number:064x}", "at": at, "text": f"text {number}", **values})


async def test_each_letter_stands_under_one_word_and_page_and_counts_agree(database):
    kinds = [kind for kind in LetterKind if kind is not LetterKind.LETTER]
    aside = [letter(n, kind=kind) for n, kind in enumerate(kinds)]
    aside += [
        letter(20, spam="yes", kind=LetterKind.LIST),
        letter(21),
        letter(22, quarantined=True, spam="yes"),
    ]
    inquiry = Inquiry(channel=Channel.LETTER)
    await store(database, inquiry)
    await store(database, *aside, letter(30, inquiry_id=inquiry.id), letter(31, way=LetterWay.OUT))
    async with database.reading() as session:
        counts = await aside_counts(session)
        rows, after = await aside_page(session)
        pages = {why: (await aside_page(session, why))[0] for why in Aside}
        assert await unread_count(session) == 1
    assert counts == dict.fromkeys(Aside, 1)
    assert (sum(counts.values()), after) == (len(rows), None)
    assert [row.id for row in rows] == [one.id for one in reversed(aside)]
    assert {why: [row.id for row in found] for why, found in pages.items()} == {
        why_aside(one): [one.id] for one in aside
    }


async def test_the_next_page_begins_where_the_last_one_ended(database):
    await store(database, *[letter(n, at=START + timedelta(minutes=n // 3), spam="yes") for n in range(120)])
    found, after = [], None
    async with database.reading() as session:
        while True:
            rows, after = await aside_page(session, Aside.SPAM, after)
            found += [row.id for row in rows]
            if after is None:
                break
    assert found == sorted(found, reverse=True)
    assert len(found) == 120


async def test_a_row_tells_the_last_letter_that_came_in(database):
    inquiry, quiet = Inquiry(channel=Channel.LETTER), Inquiry(channel=Channel.LETTER)
    await store(database, inquiry, quiet)
    last = letter(2, inquiry_id=inquiry.id, subject="Re: x", text="all of it", reply_text=" new\n text ")
    await store(
        database,
        letter(1, inquiry_id=inquiry.id, subject="x"),
        last,
        letter(3, inquiry_id=inquiry.id, way=LetterWay.OUT, subject="ours"),
    )
    await store(
        database,
        *[
            Attachment(letter_id=stored_id(last), digest="0" * 64, inline=inline)
            for inline in (True, False, False)
        ],
    )
    async with database.reading() as session:
        found = await last_letters(session, [stored_id(inquiry), stored_id(quiet)])
        assert await last_letters(session, []) == {}
    assert found == {inquiry.id: LetterLine("Re: x", "new text", files=2, number=2)}


async def test_what_led_a_letter_to_its_inquiry_is_the_nearest_one_that_names_the_same_id(database):
    inquiry, other = Inquiry(channel=Channel.LETTER), Inquiry(channel=Channel.LETTER)
    await store(database, inquiry, other)
    rows = [letter(n, inquiry_id=inquiry.id) for n in (1, 2, 3)]
    stranger, aside = letter(4, inquiry_id=other.id), letter(5)
    await store(database, *rows, stranger, aside)
    for row in (*rows[:2], stranger, aside):
        await store(database, LetterReference(letter_id=stored_id(row), message_id="root@x"))
    async with database.reading() as session:
        first, second, third = [await joined_by(session, row) for row in rows]
        assert await joined_by(session, stranger) is None
        assert await joined_by(session, aside) is None
    assert (first, third) == (None, None)
    assert second is not None
    assert (second[0].id, second[1]) == (rows[0].id, "root@x")


@pytest.mark.parametrize("scope", list(Scope))
async def test_a_letter_is_seen_by_whoever_may_see_its_inquiry(database, scope):
    anna = User(login="anna", name="Anna", password_hash="x")
    boris = User(login="boris", name="Boris", password_hash="x")
    await store(database, anna, boris)
    theirs = Inquiry(channel=Channel.LETTER, responsible_id=boris.id)
    nobodys = Inquiry(channel=Channel.LETTER)
    await store(database, theirs, nobodys)
    hidden = [letter(1, inquiry_id=theirs.id), letter(2, way=LetterWay.OUT, author_id=boris.id)]
    open_to_all = [
        letter(3, inquiry_id=nobodys.id),
        letter(4),
        letter(5, way=LetterWay.OUT, author_id=anna.id),
    ]
    await store(database, *hidden, *open_to_all)
    who = Actor(anna.id, "Anna", Role.OPERATOR, scope)
    async with database.reading() as session:
        for row in open_to_all:
            assert (await letter_seen_by(session, who, stored_id(row))).id == row.id
        for row in hidden:
            if scope is Scope.ALL:
                assert (await letter_seen_by(session, who, stored_id(row))).id == row.id
                continue
            with pytest.raises(NotFound):
                await letter_seen_by(session, who, stored_id(row))
