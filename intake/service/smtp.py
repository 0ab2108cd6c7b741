"""Has the SMTP receiver listen, for the mailboxes as they are set up now."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

import structlog

from intake.channels.pauses import Pauses
from intake.channels.smtp.addresses import comparable
from intake.channels.smtp.handler import CHANNEL
from intake.channels.smtp.limits import Limits
from intake.channels.smtp.receiver import Place, certificate
from intake.channels.smtp.receiver import receiving as listening
from intake.channels.surely import surely
from intake.errors import IntakeError
from intake.model.calls import Health, Link
from intake.reception import Reception
from intake.settings import Settings
from storage.channels import forget_health
from storage.columns import now
from storage.database import Database
from storage.live import Announcement
from storage.mailboxes import mailboxes

CHANGED = frozenset({"mailbox", "resync"})  # topics after which other addresses may be ours
AGAIN = Pauses(first=1.0, longest=60.0)  # after it could not listen
LOOK = 60.0  # seconds between two looks whether the certificate was renewed; so old «heard until» may be

log = structlog.get_logger()


@asynccontextmanager
async def receiving(
    settings: Settings, database: Database, reception: Reception, limits: Limits | None = None
) -> AsyncIterator["Receiver | None"]:
    """Letters to enabled mailboxes are taken in while inside; None where no receiver is wanted.

    A port that is taken or a certificate that cannot be used does not keep the service from starting: it is
    told as Health of the channel «smtp», and tried again.
    """
    if settings.smtp_host:
        async with Receiver(settings, database, reception, limits).running() as receiver:
            yield receiver
    else:
        async with database.transaction() as session:
            await forget_health(session, CHANNEL)
        yield None


class Receiver:
    """The receiver of this process. `port` is None as long as it cannot listen."""

    def __init__(
        self, settings: Settings, database: Database, reception: Reception, limits: Limits | None = None
    ) -> None:
        self.port: int | None = None
        self._settings = settings
        self._database = database
        self._reception = reception
        self._limits = limits
        self._own: set[str] = set()
        self._tried = asyncio.Event()

    def owns(self, address: str) -> bool:
        """Whether letters to this address (as `comparable` writes it) are taken in."""
        return address in self._own

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Self]:
        """Yields when it listens, or has failed to for the first time."""
        async with self._database.hub.subscribe() as news:
            await self._look()
            tasks = [asyncio.create_task(self._follow(news)), asyncio.create_task(self._keep_listening())]
            try:
                await self._tried.wait()
                yield self
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.wait(tasks)

    async def _follow(self, news: asyncio.Queue[Announcement]) -> None:
        while True:
            if (await news.get()).topic in CHANGED:
                await surely(self._look)

    async def _look(self) -> None:
        async with self._database.reading() as session:
            found = await mailboxes(session)
        self._own = {comparable(each) for box in found if box.enabled for each in (box.address, *box.aliases)}

    async def _keep_listening(self) -> None:
        failures = 0
        while True:
            try:
                await self._listen()
            except Exception as error:
                failures += 1
                log.exception("the SMTP receiver does not listen")
                await self._tell(_meaning(error), f"{type(error).__name__}: {error}")
            finally:
                self.port = None
                self._tried.set()
            await asyncio.sleep(AGAIN.after(failures))

    async def _listen(self) -> None:
        place, made = await self._place(), _made(self._settings.smtp_certificate)
        async with listening(place, self.owns, self._reception.receive, self._limits) as self.port:
            while True:
                await self._tell(Link.UP, f"{place.host}:{self.port}")
                self._tried.set()
                await asyncio.sleep(LOOK)
                made = self._renew(place.tls, made)

    def _renew(self, context: ssl.SSLContext | None, made: float) -> float:
        """Takes a certificate that was put in place of the old one; one that is no good is not taken."""
        path = self._settings.smtp_certificate
        if context is not None and path is not None and _made(path) not in (made, 0.0):
            try:
                certificate(path)
                context.load_cert_chain(path)
            except OSError:
                log.exception("the new certificate of the SMTP receiver cannot be used")
            return _made(path)
        return made

    async def _place(self) -> Place:
        wanted = self._settings
        return Place(
            host=wanted.smtp_host,
            port=wanted.smtp_port,
            name=wanted.smtp_name or await asyncio.to_thread(socket.getfqdn),
            tls=certificate(wanted.smtp_certificate) if wanted.smtp_certificate else None,
            shared=not self._database.is_sqlite,
        )

    async def _tell(self, link: Link, detail: str) -> None:
        """Letters are taken in even where the database is too busy to note that they are."""
        try:
            await self._reception.receive(Health(CHANNEL, link, now(), detail))
        except IntakeError:
            log.exception("the health of the SMTP receiver was not noted")


def _meaning(error: Exception) -> Link:
    """A wrong certificate or a forbidden port waits for a person; a port that is taken may come free."""
    return (
        Link.REFUSED if isinstance(error, ssl.SSLError | FileNotFoundError | PermissionError) else Link.DOWN
    )


def _made(path: Path | None) -> float:
    """When the certificate was put there; whoever renews it need not tell us."""
    try:
        return path.stat().st_mtime if path else 0.0
    except OSError:
        return 0.0
