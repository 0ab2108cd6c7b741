"""What the receiver answers to each command."""

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from weakref import WeakKeyDictionary

from aiosmtpd.smtp import SMTP, Envelope, Session

from intake.channels.smtp.addresses import comparable
from intake.channels.smtp.guests import Guests
from intake.channels.smtp.limits import origin
from intake.channels.smtp.text import hops
from intake.errors import Rejected
from intake.model.letters import LetterEvent

CHANNEL = "smtp"
LONGEST_ADDRESS = 320  # characters that are kept of one

OK = "250 2.1.0 OK"
TAKEN = "250 2.0.0 Taken as {id}"
LATER = "451 4.3.0 Trouble here, nothing was taken: try again later"
TOO_FAST = "451 4.7.1 Too many letters in a minute: try again later"
UNKNOWN = "550 5.1.1 No such mailbox here"
TOO_MANY_UNKNOWN = "421 4.7.1 Too many unknown recipients"
TOO_MANY = "452 4.5.3 Too many recipients"
IN_CIRCLES = "554 5.4.6 Routing loop: too many Received headers"
UNKEEPABLE = "554 5.6.0 This cannot be kept"

logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd tells of every line that anybody sends

log = logging.getLogger(__name__)


class Handler:
    """aiosmtpd's hooks. A letter to several addresses of ours is one fact, of the first of them: it is one
    letter, one commit and one answer, and reception would find the copies to be the same one anyway.

    The fact holds the bytes as they were sent, without a Received header of ours: they go no further, and a
    sender who did not hear our 250 brings the very same bytes again, which must be known to be the same.
    Who brought it stands in the log.
    """

    def __init__(
        self,
        owns: Callable[[str], bool],
        deliver: Callable[[LetterEvent], Awaitable[None]],
        guests: Guests,
    ) -> None:
        self._owns = owns
        self._deliver = deliver
        self._guests = guests
        self._strangers: WeakKeyDictionary[SMTP, int] = WeakKeyDictionary()
        self.delivering: set[asyncio.Task[str]] = set()

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Nobody logs in here; commands may come in a row, since none is forgotten while another is done."""
        session.host_name = hostname
        offered = [line for line in responses if not line.startswith(("250-AUTH", "250 "))]
        return [*offered, "250-PIPELINING", "250 ENHANCEDSTATUSCODES"]

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not await self._guests.may_write(origin(session.peer)):
            return TOO_FAST
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return OK

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        ours = comparable(address)
        if not self._owns(ours):
            return self._unknown(server, session)
        if len(envelope.rcpt_tos) >= self._guests.limits.recipients:
            return TOO_MANY
        envelope.rcpt_tos.append(ours)
        return OK

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        raw = envelope.original_content or b""
        if hops(raw) > self._guests.limits.hops:
            return IN_CIRCLES
        event = LetterEvent(
            channel=CHANNEL,
            external_id=f"{time.time_ns() // 1000:x}-{secrets.token_hex(6)}",
            at=datetime.now(UTC),
            raw=raw,
            mailbox=envelope.rcpt_tos[0],
            envelope_from=_sender(envelope.mail_from or ""),
        )
        return await self._commit(event, session)

    async def handle_exception(self, error: Exception) -> str:
        """What aiosmtpd stumbled over: a command made to be stumbled over, a TLS handshake that failed."""
        log.info("an SMTP client was not understood: %s", type(error).__name__)
        return LATER

    def _unknown(self, server: SMTP, session: Session) -> str:
        tried = self._strangers.get(server, 0) + 1
        self._strangers[server] = tried
        if tried < self._guests.limits.strangers:
            return UNKNOWN
        log.info("an SMTP client guesses addresses: %s", origin(session.peer))
        asyncio.get_running_loop().call_soon(_close, server)
        return TOO_MANY_UNKNOWN

    async def _commit(self, event: LetterEvent, session: Session) -> str:
        """A client that goes away meanwhile does not tear the commit: it brings the letter again, and the
        second is found to be the same."""
        task = asyncio.create_task(self._deliver_one(event))
        self.delivering.add(task)
        task.add_done_callback(self.delivering.discard)
        answer = await asyncio.shield(task)
        tls = "in the clear" if session.ssl is None else "by TLS"
        said = (event.external_id, len(event.raw) // 1000, origin(session.peer), tls, answer[:3])
        log.info("letter %s by SMTP, %d kB, from %s %s: %s", *said)
        return answer

    async def _deliver_one(self, event: LetterEvent) -> str:
        try:
            await self._deliver(event)
        except Rejected as error:
            log.warning("letter %s by SMTP cannot be kept: %s", event.external_id, error.code)
            return UNKEEPABLE
        except Exception:
            log.exception("letter %s by SMTP was not taken", event.external_id)
            return LATER
        return TAKEN.format(id=event.external_id)


def _sender(address: str) -> str:
    if address == "<>":
        return ""
    clean = "".join(each for each in comparable(address) if each.isprintable())
    return clean[:LONGEST_ADDRESS]


def _close(server: SMTP) -> None:
    if server.transport is not None:
        server.transport.close()
