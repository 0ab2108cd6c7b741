"""The demonstration's past of letters, through the real reception."""

from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import col, select

from intake.demo.house import MAILBOX
from intake.demo.letter_past import ACCEPTED, write_past
from intake.demo.loading import load_world
from intake.demo.world import make_world
from intake.reception import Reception
from storage.database import Database
from storage.files import Files
from storage.tables.inquiries import OPEN_STATES, Channel, Inquiry, InquiryState
from storage.tables.letters import LetterRecord, LetterWay, Mailbox

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
WORLD = make_world(seed=3, companies=200, now=NOW)


async def test_past_letters_became_interests_and_were_answered_and_some_wait(
    database: Database, tmp_path: Path
) -> None:
    async with database.transaction() as session:
        session.add(Mailbox(name=MAILBOX.name, address=MAILBOX.address))
        await load_world(session, WORLD, "hash")
    await write_past(database, Reception(database, Files(tmp_path)), WORLD)
    async with database.reading() as session:
        inquiries = list(await session.exec(select(Inquiry).where(Inquiry.channel == Channel.LETTER)))
        ours = list(await session.exec(select(LetterRecord).where(LetterRecord.way == LetterWay.OUT)))
        outside = select(LetterRecord).where(col(LetterRecord.quarantined))
        assert (await session.exec(outside)).first() is None
    accepted = [one for one in inquiries if one.state is InquiryState.ACCEPTED]
    assert len(accepted) == len(ours) == ACCEPTED
    assert all(one.interest_id and one.line == MAILBOX.address for one in accepted)
    assert len([one for one in inquiries if one.state in OPEN_STATES]) >= 4
