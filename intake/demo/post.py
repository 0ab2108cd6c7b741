"""The demonstration's post office, all on this machine: brings letters to the service's SMTP receiver, takes
those that it sends, and has whoever gets one answer it after a while."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr

import aiosmtplib
import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session

from intake.demo import letter_texts
from intake.demo.facts import World
from intake.demo.house import MAILBOX
from intake.demo.letters import Desk, Posted, answered
from intake.demo.writers import Writer

FIRST_LETTER = 6.0  # seconds: after the first call, so that each is seen
ANSWERS = (15.0, 40.0)  # seconds until somebody answers us
MOST_ANSWERS = 3  # in a thread: nobody writes without end
HOST = "127.0.0.1"

log = structlog.get_logger()


class Post:
    """`port` is where our letters are taken; `receiver` where the service takes in what others write."""

    def __init__(self, world: World, rng: random.Random) -> None:
        self.port = 0
        self.receiver = 0
        self._desk, self._rng = Desk(world, rng), rng
        self._answering: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Post"]:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: SMTP(self, hostname="post.example", loop=loop, enable_SMTPUTF8=True), HOST, 0
        )
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            for task in self._answering:
                task.cancel()
            server.close()

    async def keep_writing(self, pace: float) -> None:
        """A letter every `pace` seconds on average, until cancelled."""
        await asyncio.sleep(FIRST_LETTER)
        for posted in self._desk.letters(lambda: datetime.now(UTC)):
            await self.bring(posted)
            await asyncio.sleep(min(self._rng.expovariate(1 / pace), 3 * pace))

    async def bring(self, posted: Posted) -> None:
        """To the service; one that it does not take now is lost, as in no real post office."""
        try:
            async with aiosmtplib.SMTP(
                hostname=HOST, port=self.receiver, start_tls=False, timeout=10
            ) as smtp:
                await smtp.sendmail(posted.sender, [MAILBOX.address], posted.raw)
        except (aiosmtplib.SMTPException, OSError) as error:
            log.warning("a letter was not brought", error=type(error).__name__)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """One of ours, for somebody of the world."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        message = message_from_bytes(content, policy=default)
        if isinstance(message, EmailMessage) and not message.get("Auto-Submitted"):
            task = asyncio.create_task(self._answer(message))
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)
        return "250 Taken"

    async def _answer(self, ours: EmailMessage) -> None:
        if len(str(ours.get("References", "")).split()) > 2 * MOST_ANSWERS:
            return
        await asyncio.sleep(self._rng.uniform(*ANSWERS))
        name, email = parseaddr(str(ours["To"]))
        writer = Writer(name or email, email)
        text = self._rng.choice(letter_texts.REPLIES)
        message = answered(writer, ours, text, datetime.now(UTC), self._rng)
        await self.bring(Posted(email, message))
