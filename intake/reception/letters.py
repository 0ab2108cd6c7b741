"""Writing a letter down, and what follows from it."""

from dataclasses import replace
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.reception.letter_rows import letter_columns
from intake.reception.naming import named_by
from intake.reception.opening import Opened
from intake.reception.placing import Became, Placed, place, senders
from storage import letters_known, letters_write, threads
from storage.database import announce
from storage.events import Fact, record
from storage.letters_known import Before, Known
from storage.tables.letters import LetterWay


class Overtaken(Exception):
    """The same letter, or its very fact, came by another way at this very moment: look again."""


async def take_letter(session: AsyncSession, opened: Opened) -> Became:
    """Write it down and do what follows from it. Raises Overtaken; then nothing may be committed."""
    await threads.hold(session, named_by(opened.letter).ids)
    return await take_held(session, opened)


async def take_held(session: AsyncSession, opened: Opened) -> Became:
    """As `take_letter`, for whoever holds its ids.

    The fact is written once it is known where it belongs, and is the last word on whether we had it."""
    fact = _fact(opened)
    before = await letters_known.before(
        session, fact.channel, fact.external_id, opened.fingerprint, senders(opened.letter)
    )
    if before.heard:
        return Became.HEARD
    placed = await _placed(session, opened, before)
    if await record(session, replace(fact, inquiry_id=placed.inquiry_id)) is None:
        raise Overtaken
    if placed.became is not Became.COPY:
        letter_id = await _write(session, opened, before.letter, placed)
        announce(session, "letter", letter=letter_id, inquiry=placed.inquiry_id)
    return placed.became


def _fact(opened: Opened) -> Fact:
    """Its bytes stand with the letter, which the fingerprint finds: not twice."""
    event = opened.event
    said: dict[str, Any] = {"fingerprint": opened.fingerprint, "bytes": len(event.raw)}
    if event.envelope_from is not None:
        said["envelope_from"] = event.envelope_from
    return Fact(event.channel, event.external_id, "letter", event.at, said, raw="")


async def _placed(session: AsyncSession, opened: Opened, before: Before) -> Placed:
    """A letter that was laid aside may be worth more where it comes a second time: another mailbox has
    another filter, and a newer reader reads what the older one could not."""
    known = before.letter
    if known is not None and (known.inquiry_id is not None or known.way is LetterWay.OUT):
        return Placed(Became.COPY, known.inquiry_id)
    if opened.letter is None:
        return Placed(Became.QUARANTINED if known is None else Became.COPY)
    placed = await place(session, opened, opened.letter, before.blocked)
    if known is not None and not known.quarantined and placed.inquiry_id is None:
        return Placed(Became.COPY)
    return placed


async def _write(session: AsyncSession, opened: Opened, known: Known | None, placed: Placed) -> int:
    problems = (*opened.event.problems, *placed.problems, *([opened.why] if opened.why else []))
    values = {
        "inquiry_id": placed.inquiry_id,
        "mailbox_id": opened.box.id,
        "at": opened.event.at,
        "fingerprint": opened.fingerprint,
        **letter_columns(opened.letter, problems),
        **opened.raw,
    }
    if known is not None:
        letter_id: int | None = known.id
        await letters_write.change_letter(session, known.id, **values)
    else:
        letter_id = await letters_write.add_letter(session, values)
    if letter_id is None:
        raise Overtaken
    if known is None or known.quarantined:
        await letters_write.keep_references(session, letter_id, named_by(opened.letter).ids)
        await letters_write.keep_attachments(session, letter_id, opened.attachments)
    return letter_id
