"""Inquiries whose people have not got our letter, on both engines."""

from datetime import timedelta
from typing import Any

import pytest

from storage.access import Actor
from storage.columns import now
from storage.database import Database
from storage.inquiries import Filter, inquiries_page
from storage.inquiry_counts import counts
from storage.letters import letters_of_inquiry
from storage.tables.inquiries import Channel, Inquiry, InquiryState
from storage.tables.letters import LetterWay, Sending
from storage.tables.people import Scope, User
from storage.unsent import is_unsent
from tests import answering

pytestmark = pytest.mark.slow

EVERYBODY = Actor(None, "system")


async def ours(database: Database, about: int | None, sending: Sending, minutes: int, error: str = "") -> int:
    """A letter of ours of so many minutes ago."""
    return await answering.letter(
        database, about, way=LetterWay.OUT, sending=sending, error=error,
        at=now() - timedelta(minutes=minutes), message_id=f"{about}.{sending}.{minutes}@lamps.example",
    )  # fmt: skip


async def found(database: Database, who: Actor = EVERYBODY) -> list[int | None]:
    """By the filter, which the count and the letters of each must agree with."""
    async with database.reading() as session:
        page = await inquiries_page(session, who, Filter(states=(), unsent=True))
        assert (await counts(session, who)).unsent == len(page.rows)
        for row in page.rows:
            letters = await letters_of_inquiry(session, row.inquiry.id or 0)
            assert row.unsent
            assert any(is_unsent(one, letters) for one in letters)
    return [row.inquiry.id for row in page.rows]


async def test_a_letter_given_up_or_tried_in_vain_is_found_whatever_became_of_the_inquiry(database: Database):
    refused = await answering.inquiry(database)
    await ours(database, refused, Sending.FAILED, 5, "550 no such user")
    trying = await answering.inquiry(database, state=InquiryState.ACCEPTED)
    await ours(database, trying, Sending.QUEUED, 5, "451 later")
    under_way = await answering.inquiry(database, state=InquiryState.DECLINED)
    await ours(database, under_way, Sending.SENDING, 5, "451 later")

    assert await found(database) == [refused, trying, under_way]


@pytest.mark.parametrize("sending", [Sending.QUEUED, Sending.SENDING, Sending.SENT, Sending.CANCELLED])
async def test_what_goes_its_way_is_not(database: Database, sending: Sending):
    about = await answering.inquiry(database)
    await answering.letter(database, about)
    await ours(database, about, sending, 5)
    await ours(database, about, Sending.SENT, 4, "one@of.them: 550 refused")

    assert await found(database) == []


async def test_what_was_given_up_counts_until_another_letter_has_gone(database: Database):
    about = await answering.inquiry(database)
    await ours(database, about, Sending.SENT, 9)
    await ours(database, about, Sending.FAILED, 5, "550 no such user")
    assert await found(database) == [about]

    await ours(database, about, Sending.QUEUED, 2)
    assert await found(database) == [about]
    await ours(database, about, Sending.SENT, 1)
    assert await found(database) == []


async def test_a_letter_of_no_inquiry_is_on_no_list(database: Database):
    await ours(database, None, Sending.FAILED, 5, "550 no such user")

    assert await found(database) == []


async def test_one_sees_only_what_is_ones_own(database: Database):
    people: list[Any] = [User(login=name, name=name, password_hash="x") for name in ("anna", "boris")]
    anna, boris = [await answering.stored(database, one) for one in people]
    about = await answering.inquiry(database, responsible_id=boris)
    await ours(database, about, Sending.FAILED, 5, "550 no such user")

    assert await found(database, Actor(boris, "Борис", scope=Scope.OWN)) == [about]
    assert await found(database, Actor(anna, "Анна", scope=Scope.OWN)) == []


async def test_a_row_that_was_joined_to_another_is_left_out(database: Database):
    into = await answering.inquiry(database)
    away = await answering.stored(
        database, Inquiry(channel=Channel.LETTER, state=InquiryState.CLOSED, folded_into=into)
    )
    await ours(database, away, Sending.FAILED, 5, "550 no such user")

    assert await found(database) == []
