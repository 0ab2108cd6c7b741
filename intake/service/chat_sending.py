"""Messages of ours on their way to a messenger: the outbox's job `send-chat`.

At least once, and as nearly exactly once as the platforms allow: a message is marked SENDING before its
platform hears of it, and each of its parts is written down right after the platform has taken it, so that
what is tried again goes on where it stopped. What is left is that moment. A process that is killed, or a
database that goes away, between the platform's answer and the commit sends that one part again when the job's
lease is over; so does a connection that dies after the request, where nobody knows whether it was taken. The
part has the same `key` then, by which platforms that know such a thing (VK's random_id, an Idempotency-Key)
drop the second; with the others the person sees it twice, which is better than never.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

import structlog

from intake.channels.messengers.base import Adapter
from intake.channels.messengers.links import link_of
from intake.channels.messengers.parts import buttons, label, parts_of
from intake.errors import Deferred, IntakeError, Rejected
from intake.metrics import CHAT_ANSWERS
from intake.model.chats import Button, ChatOut, Limits, OutFile, channel_of
from intake.service.bot_apis import Apis, adapter_of
from intake.service.bot_troubles import words_of
from intake.service.pace import Pace
from storage.bot_health import note_refusal
from storage.bots import hook_address, keys_of
from storage.chat_answers import CONSENT, PHONE, SEND, why_not
from storage.chat_sending import (
    Due,
    is_last_try,
    is_too_late,
    note_failed,
    note_part,
    note_sent,
    note_waiting,
    take_to_send,
)
from storage.columns import now
from storage.database import Database
from storage.files import Files
from storage.history import stored_id
from storage.outbox import Handler, put_off_for
from storage.tables.chats import ChatFile

TIME = timedelta(minutes=10)  # for a message: files are large
SENDERS = 3  # messages that are sent at the same time: a silent platform does not hold the others up
SHORT = 0.25  # seconds that a worker waits itself
SHARE = {True: "Отправить мой номер", False: "Share my number"}
AGREE = {True: ("Даю согласие", "Не даю"), False: ("I agree", "I do not")}

log = structlog.get_logger()


def chat_handlers(
    database: Database, files: Files, apis: Apis, pace: Pace, public_url: str = ""
) -> Mapping[str, Handler]:
    """For outboxes of their own: give them TIME. `public_url` is where platforms fetch files that they are
    given the addresses of."""
    return {SEND: partial(send_chat, database, Enclosing(files, public_url), apis, pace)}


@dataclass(frozen=True, slots=True)
class Enclosing:
    """What the files of a message are made of: each is a part of its own."""

    files: Files
    public_url: str

    def named(self, due: Due) -> tuple[OutFile, ...]:
        """Without what is in them: that may be half a gigabyte."""
        return tuple(
            OutFile(each.filename, each.content_type, b"", self._link(due, each)) for each in due.files
        )

    def filled(self, part: ChatOut, file: ChatFile | None) -> ChatOut:
        """As it is sent. Reads the file: in a thread."""
        if file is None:
            return part
        try:
            return replace(part, files=(replace(part.files[0], content=self.files.read(file.digest)),))
        except (FileNotFoundError, ValueError) as error:
            raise Rejected("file-gone") from error

    def _link(self, due: Due, file: ChatFile) -> str:
        if not adapter_of(due.bot).links or not self.public_url:
            return ""
        hook = hook_address(due.bot, self.public_url)
        return link_of(hook, keys_of(due.bot), stored_id(file), file.filename)


async def send_chat(
    database: Database, enclosing: Enclosing, apis: Apis, pace: Pace, payload: dict[str, Any]
) -> None:
    """Raises Deferred where the outbox shall try again; what is refused for good is marked so at once."""
    async with database.transaction() as session:
        due = await take_to_send(session, int(payload["message"]))
    if due is None:
        return
    try:
        await _send(database, enclosing, apis, pace, due)
    except Exception as error:
        if _is_for_good(error, due):
            await _give_up(database, due, error)
            return
        await _put_off(database, pace, due, error)
        raise
    async with database.transaction() as session:
        await note_sent(session, stored_id(due.message))
    _count(due, "sent")


async def _send(database: Database, enclosing: Enclosing, apis: Apis, pace: Pace, due: Due) -> None:
    """Those of its parts that have not gone yet."""
    adapter, bot = adapter_of(due.bot), due.bot
    if (code := _why_not(due, adapter.limits)) is not None:
        raise Rejected(code)
    parts = parts_of(message_of(due, enclosing.named(due), adapter.limits), adapter.limits)
    files = iter(due.files)
    wanted = [(part, next(files) if part.files else None) for part in parts]
    async with apis.of(bot) as api:
        for number, (part, file) in list(enumerate(wanted, 1))[due.message.sent_parts :]:
            await _in_its_time(pace, due, adapter)
            filled = await asyncio.to_thread(enclosing.filled, part, file)
            ids = await adapter.send(api, keys_of(bot), filled)
            async with database.transaction() as session:
                await note_part(session, due, number, ids)


def message_of(due: Due, enclosed: tuple[OutFile, ...], limits: Limits) -> ChatOut:
    """The same each time it is tried."""
    message, russian = due.message, _is_russian(due.message.text)
    return ChatOut(
        chat_id=due.dialogue.chat_id,
        key=f"{due.bot.key}-{message.id}",
        text=message.text,
        files=enclosed,
        reply_to=due.reply_to,
        buttons=_asked(message.asks, stored_id(message), russian, limits),
        ask_phone=label(SHARE[russian], limits) if message.asks == PHONE else "",
    )


def _asked(asks: str, message_id: int, russian: bool, limits: Limits) -> tuple[Button, ...]:
    """The buttons of a question for consent: their payloads name the text and this message."""
    if not asks.startswith(CONSENT):
        return ()
    text_id = asks.removeprefix(CONSENT)
    payloads = (f"consent:{text_id}:{message_id}", f"refuse:{text_id}:{message_id}")
    return buttons(list(zip(AGREE[russian], payloads, strict=True)), limits)


def _is_russian(text: str) -> bool:
    """In whose language the buttons are: that of the words above them."""
    return any("а" <= letter <= "я" or letter == "ё" for letter in text.lower())


def _why_not(due: Due, limits: Limits) -> str | None:
    """As when it was written; that nothing is answered there may be said there all the same."""
    code = why_not(due.bot, due.dialogue, limits, now())
    return None if code == "chat-not-answered" and due.message.by_itself else code


async def _in_its_time(pace: Pace, due: Due, adapter: Adapter) -> None:
    """Raises Deferred("bot-busy") where a worker would wait too long."""
    while (wait := pace.take(stored_id(due.bot), stored_id(due.dialogue), adapter.limits)) > 0:
        if wait > SHORT:
            raise Deferred("bot-busy", after=wait, ours=True)
        await asyncio.sleep(wait)


def _is_for_good(error: Exception, due: Due) -> bool:
    if put_off_for(error) is not None:
        return not _is_ours(error) and is_too_late(due.message)
    if isinstance(error, Rejected) and error.code != "bot-token-refused":  # a token can be put right
        return True
    return is_last_try(due.message)


def _is_ours(error: Exception) -> bool:
    """It is we who put it off, and not the platform."""
    return isinstance(error, Deferred) and "ours" in error.params


async def _give_up(database: Database, due: Due, error: Exception) -> None:
    blocked = isinstance(error, IntakeError) and error.code == "chat-blocked"
    log.warning("a message was not sent", message=due.message.id, attempts=due.message.attempts)
    async with database.transaction() as session:
        await note_failed(session, stored_id(due.message), words_of(error), blocked=blocked)
    _count(due, "failed")


async def _put_off(database: Database, pace: Pace, due: Due, error: Exception) -> None:
    after, ours = put_off_for(error), _is_ours(error)
    if after is not None and not ours:
        pace.rest(stored_id(due.bot), stored_id(due.dialogue), after.total_seconds())
    words = "" if ours else words_of(error)
    async with database.transaction() as session:
        await note_waiting(session, stored_id(due.message), words, tried=after is None)
        if isinstance(error, Rejected):
            await note_refusal(session, stored_id(due.bot), words)
    if not ours:
        _count(due, "again")


def _count(due: Due, became: str) -> None:
    CHAT_ANSWERS.labels(channel_of(due.bot.id), became).inc()
