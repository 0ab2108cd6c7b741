"""Letters of ours on their way to a server: the outbox's job `send-letter`.

As often as exactly once as SMTP allows: the letter is marked SENT in the transaction right after the server's
250. What is left is that moment: a process that is killed, or a database that goes away, between the 250 and
the commit sends the letter again when the job's lease is over, and so does a connection that dies after the
last dot, where nobody knows whether the server has taken it. Both copies are the same bytes with the same
Message-ID, which mail servers and readers take for one letter.
"""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

import structlog

from intake.channels.oauth2 import Tokens
from intake.channels.sending import LONGEST, Password, Security, Sent, Server, Token, send
from intake.errors import Deferred, Rejected
from intake.letters.outgoing.building import build
from intake.letters.outgoing.letter import Enclosed, Outgoing, token_of
from intake.model.letters import Address
from intake.service.mail_servers import grant, renewed
from storage.answers_sending import Due, is_last_try, note_failed, note_sent, note_waiting, take_to_send
from storage.answers_state import SEND
from storage.database import Database
from storage.files import Files
from storage.letters_write import kept_raw
from storage.outbox import Handler
from storage.tables.letters import Attachment, Mailbox, MailLogin

TIME = timedelta(seconds=LONGEST * 1.5)  # for a letter: the server's, and some for us
SENDERS = 3  # letters that are sent at the same time: a silent server does not hold the others up
MOST_WORDS = 1000  # characters of what a server said that are kept

log = structlog.get_logger()


def letter_handlers(database: Database, files: Files) -> Mapping[str, Handler]:
    """For outboxes of their own: give them TIME."""
    return {SEND: partial(send_letter, database, files)}


async def send_letter(database: Database, files: Files, payload: dict[str, Any]) -> None:
    """Raises Deferred where the outbox shall try again; what is refused for good is marked so at once."""
    letter_id, about = int(payload["letter"]), str(payload.get("about", ""))
    async with database.transaction() as session:
        due = await take_to_send(session, letter_id)
    if due is None:
        return
    try:
        raw, sent = await _send(database, files, due)
    except Rejected as error:
        await _give_up(database, due, about, _words(error))
    except Exception as error:
        if is_last_try(due.record):
            await _give_up(database, due, about, _words(error))
            return
        async with database.transaction() as session:
            await note_waiting(session, letter_id, about, _words(error))
        raise
    else:
        refused = "; ".join(f"{each.address}: {each.code} {each.words}" for each in sent.refused)
        columns = await asyncio.to_thread(kept_raw, files, raw)
        async with database.transaction() as session:
            await note_sent(session, letter_id, about, columns, refused[:MOST_WORDS])


async def _send(database: Database, files: Files, due: Due) -> tuple[bytes, Sent]:
    if due.mailbox is None or not due.mailbox.enabled or not due.mailbox.smtp_host:
        raise Rejected("mailbox-cannot-send")
    letter = _outgoing(due, await asyncio.to_thread(_enclosed, files, due.attachments))
    raw = await asyncio.to_thread(build, letter)
    server = await server_of(database, due.mailbox)
    return raw, await send(server, raw, due.record.from_email, letter.recipients)


def _outgoing(due: Due, enclosed: tuple[Enclosed, ...]) -> Outgoing:
    """The same each time it is tried: Date is when it was written, or when it was to be sent."""
    record = due.record
    people = {
        role: tuple(Address(one["email"], one["name"]) for one in record.recipients if one["role"] == role)
        for role in ("to", "cc")
    }
    return Outgoing(
        sender=Address(record.from_email, record.from_name),
        to=people["to"],
        cc=people["cc"],
        subject=record.subject,
        text=record.text,
        date=max(record.at, record.send_at or record.at),
        message_id=record.message_id,
        token=token_of(record.message_id) or "",
        attachments=enclosed,
        in_reply_to=record.in_reply_to,
        references=due.references,
    )


def _enclosed(files: Files, attachments: list[Attachment]) -> tuple[Enclosed, ...]:
    try:
        return tuple(
            Enclosed(each.filename, each.content_type, files.read(each.digest)) for each in attachments
        )
    except FileNotFoundError as error:
        raise Rejected("file-gone") from error


async def server_of(database: Database, mailbox: Mailbox) -> Server:
    """Of a mailbox as it is set up. Raises as `Tokens.token` where its server wants OAuth2."""
    return Server(
        host=mailbox.smtp_host,
        port=mailbox.smtp_port,
        security=Security(mailbox.smtp_security.value),
        login=await _login(database, mailbox),
        ca_file=mailbox.ca_file,
    )


async def _login(database: Database, mailbox: Mailbox) -> Password | Token | None:
    if mailbox.login is MailLogin.OAUTH2:
        tokens = Tokens(grant(mailbox), renewed(database, mailbox.id or 0))
        return Token(mailbox.username or mailbox.address, await tokens.token())
    if not mailbox.secret:  # a server on the same machine that asks for nothing
        return None
    return Password(mailbox.username or mailbox.address, mailbox.secret)


async def _give_up(database: Database, due: Due, about: str, words: str) -> None:
    log.warning("a letter was not sent", letter=due.record.id, attempts=due.record.attempts)
    async with database.transaction() as session:
        await note_failed(session, due.record.id or 0, about, words)


def _words(error: Exception) -> str:
    """What the server said, else what went wrong."""
    if isinstance(error, Rejected | Deferred):
        number, words = error.params.get("number", ""), error.params.get("words", "")
        return f"{number} {words or error.code}".strip()[:MOST_WORDS]
    return f"{type(error).__name__}: {error}"[:MOST_WORDS]
