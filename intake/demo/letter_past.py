"""Letters of the days before: those that became interests, with our answers, and those that wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.demo.facts import Wish, World
from intake.demo.house import MAILBOX
from intake.demo.letters import Desk, Posted, letter
from intake.demo.writers import Writer, writer_of
from intake.model.letters import LetterEvent
from intake.reception import Reception
from storage.database import Database
from storage.letter_fingerprint import fingerprint
from storage.tables.inquiries import Inquiry, InquiryState
from storage.tables.interests import Interest
from storage.tables.letters import LetterRecord, LetterReference, LetterWay, Sending

ACCEPTED = 24  # past letters that became interests
HISTORY = "history"  # the channel that past letters came by


@dataclass(frozen=True, slots=True)
class PastLetter:
    wish: Wish
    posted: Posted
    writer: Writer


async def write_past(database: Database, reception: Reception, world: World) -> None:
    """Through the reception, as if they came now; what became of them is put down afterwards."""
    rng = Random(world.seed)
    desk = Desk(world, rng)
    past = _past(world, rng)
    for place, one in enumerate(past):
        event = LetterEvent(
            HISTORY, f"past-{place}", one.wish.inquired_at, one.posted.raw, MAILBOX.address, one.posted.sender
        )
        await reception.receive(event)
    for place, write in enumerate(
        (*[desk.request] * 3, desk.with_files, desk.form, desk.laid_out, desk.away)
    ):
        at = world.now - timedelta(minutes=rng.randrange(2, 170))
        posted = write(at)
        await reception.receive(
            LetterEvent(HISTORY, f"waits-{place}", at, posted.raw, MAILBOX.address, posted.sender)
        )
    async with database.transaction() as session:
        for one in past:
            await _accept(session, one, rng)


def _past(world: World, rng: Random) -> Sequence[PastLetter]:
    """The latest of them."""
    found = []
    for wish, writer in past_wishes(world)[-ACCEPTED:]:
        text = f"Добрый день!\n\n{wish.title.partition(' — ')[0]}. {wish.wanted}.\n\nС уважением,\n"
        text += "\n".join(writer.signature)
        subject = wish.title.partition(" — ")[0]
        message = letter(writer, subject, text, wish.inquired_at, rng)
        found.append(PastLetter(wish, Posted(writer.email, message), writer))
    return found


def past_wishes(world: World) -> list[tuple[Wish, Writer]]:
    """Interests that no call brought about, of people with an address, the latest last."""
    called = {talk.wish for talk in world.talks}
    found = [
        (wish, writer)
        for place, wish in enumerate(world.wishes)
        if place not in called and (writer := _writer(world, wish)) is not None
    ]
    return sorted(found, key=lambda one: one[0].inquired_at)


def _writer(world: World, wish: Wish) -> Writer | None:
    if wish.whose.prospect is not None:
        prospect = world.prospects[wish.whose.prospect]
        return writer_of(prospect.person, prospect)
    if wish.whose.company is None or wish.whose.person is None:
        return None
    company = world.companies[wish.whose.company]
    return writer_of(company.people[wish.whose.person], company)


async def _accept(session: AsyncSession, one: PastLetter, rng: Random) -> None:
    message_id = str(one.posted.message["Message-ID"]).strip("<>")
    found = await session.exec(select(LetterRecord).where(LetterRecord.message_id == message_id))
    same = (Interest.title == one.wish.title, Interest.inquired_at == one.wish.inquired_at)
    interest = (await session.exec(select(Interest).where(*same).limit(1))).first()
    record = found.first()
    if record is None or interest is None:
        return
    closed = one.wish.inquired_at + timedelta(minutes=rng.randrange(4, 90))
    values = {
        "state": InquiryState.ACCEPTED, "closed_at": closed, "answered_at": closed,
        "interest_id": interest.id, "account_id": interest.account_id, "contact_id": interest.contact_id,
        "lead_id": interest.lead_id, "responsible_id": interest.responsible_id,
    }  # fmt: skip
    await session.exec(update(Inquiry).where(col(Inquiry.id) == record.inquiry_id).values(**values))
    await _answer(session, one, record, interest, closed)


async def _answer(
    session: AsyncSession, one: PastLetter, asked: LetterRecord, interest: Interest, at: datetime
) -> None:
    """What we wrote back."""
    text = f"{one.writer.name}, добрый день!\n\nСпасибо за обращение, предложение подготовим завтра."
    message_id = f"answer-{asked.id}@{MAILBOX.address.rpartition('@')[2]}"
    answer = LetterRecord(
        inquiry_id=asked.inquiry_id, mailbox_id=asked.mailbox_id, way=LetterWay.OUT, at=at,
        fingerprint=fingerprint(message_id.encode()), message_id=message_id, in_reply_to=asked.message_id,
        from_email=MAILBOX.address, from_name=MAILBOX.name, sender_email=one.writer.email,
        sender_name=one.writer.name, subject=f"Re: {asked.subject}", text=text, reply_text=text,
        recipients=[{"role": "to", "email": one.writer.email, "name": one.writer.name}],
        author_id=interest.responsible_id, answers_id=asked.id, sending=Sending.SENT,
    )  # fmt: skip
    session.add(answer)
    await session.flush()
    session.add(LetterReference(letter_id=answer.id or 0, message_id=message_id))
