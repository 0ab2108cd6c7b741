"""Letters that come at the same moment: written together, and yet each as if it had come alone."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from intake.model.letters import LetterEvent
from intake.reception import together
from intake.reception.letters import take_letters
from intake.reception.opening import Opened
from storage import letters_fresh
from storage.database import Database
from tests.ignored import ignore
from tests.storage.writing import IGOR, MARINA, STRANGER, Post, event, id_of, mailbox, mime


async def at_once(post: Post, letters: Sequence[bytes | LetterEvent]) -> list[BaseException | None]:
    return await asyncio.gather(*map(post.bring, letters), return_exceptions=True)


@pytest.fixture
async def post(database: Database, tmp_path: Path) -> Post:
    made = Post(database, tmp_path / "files")
    await made.store(mailbox())
    return made


@pytest.fixture
def groups(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many letters each transaction was tried with."""
    found: list[int] = []

    async def counted(session: Any, opened: Sequence[Opened]) -> Any:
        found.append(len(opened))
        return await take_letters(session, opened)

    monkeypatch.setattr("intake.reception.funnel.take_letters", counted)
    return found


async def test_what_waits_while_others_are_written_is_written_together(post: Post, groups: list[int]) -> None:
    await at_once(post, [mime(f"client{number}@romashka.example") for number in range(25)])
    assert sum(groups) == 25
    assert max(groups) <= together.MOST
    assert len(groups) < 20
    assert len(await post.inquiries()) == 25


async def test_a_fact_and_a_letter_that_come_twice_are_there_once(post: Post) -> None:
    first, second = mime(), mime(IGOR)
    came = event(first)
    await at_once(post, [mime(STRANGER), came, came, first, first, second, event(second, channel="smtp")])
    assert len(await post.letters()) == len(await post.inquiries()) == 3


async def test_an_answer_joins_what_it_answers(post: Post) -> None:
    root = mime(MARINA)
    answer = mime(MARINA, in_reply_to=id_of(root))
    await at_once(post, [mime(IGOR), root, answer, mime(STRANGER)])
    assert len(await post.letters()) == 4
    assert len(await post.inquiries()) == 3
    of_root, of_answer = [one.inquiry_id for one in await post.letters() if one.from_email == MARINA]
    assert of_root == of_answer


async def test_whoever_is_blocked_waits_aside_and_the_others_do_not(post: Post) -> None:
    await ignore(post.database, "@evil.example")
    await at_once(post, [mime(IGOR), mime(STRANGER), mime(MARINA)])
    assert {one.sender for one in await post.inquiries()} == {IGOR, MARINA}
    assert len(await post.letters()) == 3


async def test_one_that_cannot_be_written_takes_no_other_with_it(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = letters_fresh.add_letters

    async def stumbles(session: Any, rows: Sequence[dict[str, Any]]) -> list[int]:
        if any(row["from_email"] == STRANGER and not row["quarantined"] for row in rows):
            raise ValueError("a mistake of ours")
        return await real(session, rows)

    monkeypatch.setattr(letters_fresh, "add_letters", stumbles)
    assert await at_once(post, [mime(MARINA), mime(IGOR), mime(STRANGER), mime(IGOR)]) == [None] * 4
    assert [one.quarantined for one in await post.letters()].count(True) == 1
    assert {one.sender for one in await post.inquiries()} == {IGOR, MARINA}


async def test_whoever_waits_no_longer_holds_up_nobody(post: Post, groups: list[int]) -> None:
    coming = [
        asyncio.create_task(post.bring(mime(f"client{number}@romashka.example"))) for number in range(9)
    ]
    while not groups:
        await asyncio.sleep(0)
    for gone in (coming[0], coming[4]):  # one that writes for others, one that waits
        gone.cancel()
    came = await asyncio.wait_for(asyncio.gather(*coming, return_exceptions=True), 20)
    assert [place for place, one in enumerate(came) if isinstance(one, asyncio.CancelledError)] == [0, 4]
    assert {f"client{number}@romashka.example" for number in (1, 2, 3, 5, 6, 7, 8)} <= {
        one.sender for one in await post.inquiries()
    }
