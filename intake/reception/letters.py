"""Writing a letter down, and what follows from it."""

from collections.abc import Sequence
from itertools import chain

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.reception.fresh import take_fresh
from intake.reception.letter_facts import fact_of, letter_values
from intake.reception.naming import named_by
from intake.reception.opening import Opened
from intake.reception.persistently import Overtaken
from intake.reception.placing import Became, Placed, coming, keys_of, place
from storage import letters_known, letters_write, threads, touches
from storage.database import announce
from storage.events import record
from storage.keyed_locks import hold_keys
from storage.letters_known import Before, Known
from storage.tables.letters import LetterWay


async def take_letters(session: AsyncSession, opened: Sequence[Opened]) -> list[Became]:
    """Write each down and do what follows from it. Raises Overtaken; then nothing may be committed.

    All their ids and senders are held at first: two transactions that took one after another would wait
    crosswise."""
    await hold_keys(session, chain.from_iterable(_locks(one) for one in opened))
    became = await take_fresh(session, opened)
    for number, one in enumerate(opened):
        if number not in became:
            became[number] = await _take(session, one)
    return [became[number] for number in range(len(opened))]


def _locks(one: Opened) -> list[str]:
    return [*threads.lock_names(named_by(one.letter).ids), *touches.lock_names(keys_of(one))]


async def _take(session: AsyncSession, opened: Opened) -> Became:
    """The fact is written once it is known where it belongs, and is the last word on whether we had it."""
    event = opened.event
    before = await letters_known.before(session, event.channel, event.external_id, opened.fingerprint)
    if before.heard:
        return Became.HEARD
    placed = await _placed(session, opened, before)
    event_id = await record(session, fact_of(opened, placed))
    if event_id is None:
        raise Overtaken
    if placed.became is not Became.COPY:
        letter_id = await _write(session, opened, before.letter, placed)
        announce(session, "letter", letter=letter_id, inquiry=placed.inquiry_id)
    await _known_again(session, opened, placed, event_id)
    return placed.became


async def _known_again(session: AsyncSession, opened: Opened, placed: Placed, event_id: int) -> None:
    """Who has written is known by it when they come again."""
    if placed.recent is not None:
        await touches.join(session, placed.recent, coming(opened, placed.writer), event_id)
    elif placed.became in (Became.OPENED, Became.JOINED) and placed.inquiry_id is not None:
        await touches.keep_keys(session, placed.inquiry_id, keys_of(opened))


async def _placed(session: AsyncSession, opened: Opened, before: Before) -> Placed:
    """A letter that was laid aside may be worth more where it comes a second time: another mailbox has
    another filter, and a newer reader reads what the older one could not."""
    known = before.letter
    if known is not None and (known.inquiry_id is not None or known.way is LetterWay.OUT):
        return Placed(Became.COPY, known.inquiry_id)
    if opened.letter is None:
        return Placed(Became.QUARANTINED if known is None else Became.COPY)
    placed = await place(session, opened, opened.letter)
    if known is not None and not known.quarantined and placed.inquiry_id is None:
        return Placed(Became.COPY)
    return placed


async def _write(session: AsyncSession, opened: Opened, known: Known | None, placed: Placed) -> int:
    values = letter_values(opened, placed)
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
