"""The demonstration's bot, and what was written to it in the days before: chats that became interests, with
our answers, and those that wait."""

from datetime import datetime, timedelta
from random import Random

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.demo.chat_texts import ANSWERS, AWAY, TALKS
from intake.demo.chats import Chats
from intake.demo.facts import Wish, World
from intake.demo.form_past import ACCEPTED as FORMS
from intake.demo.letter_past import ACCEPTED as LETTERS
from intake.demo.letter_past import past_wishes
from intake.demo.messengers.max import FakeMax
from intake.demo.messengers.telegram import FakeTelegram
from intake.demo.writers import Writer
from intake.matching.phones import read_phone
from intake.model.chats import ChatEvent, ChatKind, ChatsHeard, ChatStatus, Person
from intake.model.wizard import Existing, PartyKind
from intake.reception import Reception
from storage.access import COMMAND_LINE
from storage.chat_identities import link
from storage.columns import now
from storage.database import Database
from storage.tables.chats import Bot, ChatMessage, ChatPart, ChatWay, Dialogue
from storage.tables.inquiries import Inquiry, InquiryState
from storage.tables.interests import Interest

ACCEPTED = 8  # past chats that became interests
WAITING = 3  # chats that wait for an answer
FIRST = 500_000_000  # the number of the first account


async def furnish_bots(session: AsyncSession, telegram: FakeTelegram, max_: FakeMax, secret: str) -> Bot:
    """As they are when an administrator has connected them; that of Telegram."""
    bots = [
        Bot(
            key=platform, platform=platform, name=name, token=server.token, secret=secret,
            api_base=server.base, away=AWAY, title=server.name, username=server.username,
            link=f"{link}/{server.username}", connected_at=now(),
        )
        for platform, name, server, link in (
            ("telegram", "Телеграм-бот", telegram, "https://t.me"),
            ("max", "Бот в MAX", max_, "https://max.ru"),
        )
    ]  # fmt: skip
    session.add_all(bots)
    await session.flush()
    return bots[0]


async def write_chats(database: Database, reception: Reception, world: World, bot_id: int) -> None:
    """Through the reception, as if they came now; what became of them is put down afterwards."""
    rng = Random(world.seed + 2)
    past = past_wishes(world)[: -LETTERS - FORMS][-ACCEPTED:]
    for number, (wish, writer) in enumerate(past, FIRST):
        lines = ("Добрый день!", f"{wish.title.partition(' — ')[0]}. {wish.wanted}.")
        await _hear(reception, bot_id, number, writer, lines, wish.inquired_at)
        async with database.transaction() as session:
            await _accept(session, bot_id, number, wish, rng)
    chats = Chats(world, rng)
    for number in range(FIRST + ACCEPTED, FIRST + ACCEPTED + WAITING):
        talk = chats.talk(TALKS[3])
        at = world.now - timedelta(minutes=rng.randrange(2, 90))
        await _hear(reception, bot_id, number, talk.who, talk.lines, at)


async def _hear(
    reception: Reception, bot_id: int, number: int, writer: Writer, lines: tuple[str, ...], at: datetime
) -> None:
    """Somebody writes line by line; who is a client has given their number."""
    phone = read_phone(writer.phone.partition(",")[0])
    nick = writer.email.partition("@")[0].replace(".", "_")
    person = Person(str(number), f"chat:telegram:{number}", writer.name, nick, phone.e164 if phone else "")
    for place, line in enumerate(lines):
        moment = at + timedelta(seconds=20 * place)
        event = ChatEvent(
            f"past-{number}-{place}",
            ChatKind.MESSAGE,
            str(number),
            person,
            str(place + 1),
            line,
            sent_at=moment,
        )
        await reception.receive(ChatsHeard(bot_id, moment, (event,)))


async def _accept(session: AsyncSession, bot_id: int, number: int, wish: Wish, rng: Random) -> None:
    """What became of it, and what we wrote back."""
    same = (Interest.title == wish.title, Interest.inquired_at == wish.inquired_at)
    interest = (await session.exec(select(Interest).where(*same).limit(1))).first()
    here = (Dialogue.bot_id == bot_id, Dialogue.chat_id == str(number))
    dialogue = (await session.exec(select(Dialogue).where(*here).with_for_update())).one()
    inquiry = await session.get(Inquiry, dialogue.inquiry_id)
    if interest is None or inquiry is None:
        return
    closed = wish.inquired_at + timedelta(minutes=rng.randrange(2, 30))
    inquiry.state, inquiry.closed_at, inquiry.answered_at = InquiryState.ACCEPTED, closed, closed
    inquiry.interest_id, inquiry.responsible_id = interest.id, interest.responsible_id
    inquiry.account_id, inquiry.contact_id, inquiry.lead_id = (
        interest.account_id, interest.contact_id, interest.lead_id,
    )  # fmt: skip
    if (ref := _party(interest)) is not None:
        await link(session, dialogue, ref, COMMAND_LINE, "accept")
    await _answer(session, dialogue, interest, closed, rng)


async def _answer(
    session: AsyncSession, dialogue: Dialogue, interest: Interest, at: datetime, rng: Random
) -> None:
    message = ChatMessage(
        dialogue_id=dialogue.id or 0, inquiry_id=dialogue.inquiry_id, way=ChatWay.OUT, at=at,
        text=rng.choice(ANSWERS), author_id=interest.responsible_id, status=ChatStatus.SENT, status_at=at,
        sent_parts=1,
    )  # fmt: skip
    session.add(message)
    await session.flush()
    session.add(ChatPart(dialogue_id=dialogue.id or 0, external_id="900", message_id=message.id or 0))
    dialogue.last_at, dialogue.last_text, dialogue.last_way = at, message.text[:200], ChatWay.OUT.value
    dialogue.waiting_since, dialogue.unread = None, 0
    session.add(dialogue)


def _party(interest: Interest) -> Existing | None:
    """The person, rather than their company."""
    whose = (
        (PartyKind.CONTACT, interest.contact_id),
        (PartyKind.LEAD, interest.lead_id),
        (PartyKind.ACCOUNT, interest.account_id),
    )
    return next((Existing(kind, id_) for kind, id_ in whose if id_ is not None), None)
