"""The demonstration's past of forms, through the real reception; and its visitors."""

from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from sqlmodel import select

from intake.demo.form_past import ACCEPTED, write_requests
from intake.demo.loading import load_world
from intake.demo.visitors import Visitors
from intake.demo.world import make_world
from intake.reception import Reception
from storage.database import Database
from storage.files import Files
from storage.tables.forms import Submission, SubmissionState
from storage.tables.inquiries import Channel, Inquiry, InquiryState
from storage.tables.work import Consent

pytestmark = pytest.mark.slow

WORLD = make_world(seed=3, companies=200, now=datetime(2026, 11, 20, 9, 0, tzinfo=UTC))


async def test_past_requests_became_interests_and_some_wait_and_some_are_held(
    database: Database, tmp_path: Path
) -> None:
    async with database.transaction() as session:
        await load_world(session, WORLD, "hash")
    files = Files(tmp_path)
    keys = await write_requests(database, Reception(database, files), files, WORLD)
    async with database.reading() as session:
        inquiries = list(await session.exec(select(Inquiry).where(Inquiry.channel == Channel.FORM)))
        sent = list(await session.exec(select(Submission)))
        consents = list(await session.exec(select(Consent)))
    accepted = [one for one in inquiries if one.state is InquiryState.ACCEPTED]
    assert len(accepted) == ACCEPTED
    assert all(one.interest_id for one in accepted)
    assert [one for one in inquiries if one.state is InquiryState.NEW]
    assert [one.held for one in sent if one.state is SubmissionState.HELD] == [
        ["honeypot", "too-quick", "links"]
    ] * 3
    assert len(consents) >= ACCEPTED
    assert len(keys) == 2


def test_visitors_are_honest_hurried_and_robots() -> None:
    visits = Visitors(WORLD, Random(1)).visits()
    some = [next(visits) for _ in range(60)]
    assert any(one.robot for one in some)
    assert any(one.picture for one in some)
    assert {one.place for one in some} == {0, 1}
    assert all(dict(one.typed)["phone"] for one in some)
