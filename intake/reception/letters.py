"""Writing a letter down, and what follows from it."""

from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.reception.letter_rows import letter_columns
from intake.reception.naming import named_by
from intake.reception.opening import Opened
from intake.reception.placing import Became, Placed, place
from storage import letters_write, threads
from storage.database import announce
from storage.events import Fact, file_under, record
from storage.letters_write import Known
from storage.tables.letters import LetterWay


class Overtaken(Exception):
    """The same letter came by another way at this very moment: look again."""


async def take_letter(session: AsyncSession, opened: Opened) -> Became:
    """Write it down and do what follows from it. Raises Overtaken; then nothing may be committed."""
    await threads.hold(session, named_by(opened.letter))
    event_id = await record(session, _fact(opened))
    if event_id is None:
        return Became.HEARD
    known = await letters_write.known_letter(session, opened.fingerprint)
    placed = await _placed(session, opened, known)
    if placed.inquiry_id is not None:
        await file_under(session, event_id, placed.inquiry_id)
    if placed.became is not Became.COPY:
        letter_id = await _write(session, opened, known, placed)
        announce(session, "letter", letter=letter_id, inquiry=placed.inquiry_id)
    return placed.became


def _fact(opened: Opened) -> Fact:
    """Its bytes stand with the letter, which the fingerprint finds: not twice."""
    event = opened.event
    said: dict[str, Any] = {"fingerprint": opened.fingerprint, "bytes": len(event.raw)}
    if event.envelope_from is not None:
        said["envelope_from"] = event.envelope_from
    return Fact(event.channel, event.external_id, "letter", event.at, said, raw="")


async def _placed(session: AsyncSession, opened: Opened, known: Known | None) -> Placed:
    """A letter that was laid aside may be worth more where it comes a second time: another mailbox has
    another filter, and a newer reader reads what the older one could not."""
    if known is not None and (known.inquiry_id is not None or known.way is LetterWay.OUT):
        return Placed(Became.COPY, known.inquiry_id)
    if opened.letter is None:
        return Placed(Became.QUARANTINED if known is None else Became.COPY)
    placed = await place(session, opened, opened.letter)
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
