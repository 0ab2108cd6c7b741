"""Keeps a listener running for every mailbox with an IMAP server."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import TypeVar

import structlog
from sqlmodel import col, select

from intake.channels.imap.channel import ImapChannel
from intake.channels.imap.connection import Connection, Patience
from intake.channels.imap.trial import try_out
from intake.channels.pauses import Pauses
from intake.channels.sending.server import try_out as try_sending
from intake.channels.surely import surely
from intake.errors import IntakeError
from intake.model.calls import Health, Link
from intake.reception import Reception
from intake.service.answers import server_of
from intake.service.mail_servers import connection, places, renewed
from storage.channels import forget_health
from storage.columns import now
from storage.database import Database, announce
from storage.leader import leadership
from storage.live import Announcement
from storage.mailboxes import mailboxes
from storage.tables.calls import ChannelHealth
from storage.tables.letters import Mailbox
from web.mailboxes import Tried

CHANGED = frozenset({"mailbox", "resync"})  # topics after which the connections may be others
AGAIN = Pauses(first=1.0, longest=60.0)  # after a listener fell over

T = TypeVar("T")

log = structlog.get_logger()


class Mailboxes:
    """All mailboxes of the house. Each is listened to by one process."""

    def __init__(self, database: Database, reception: Reception, patience: Patience | None = None) -> None:
        self._database = database
        self._reception = reception
        self._patience = patience or Patience()
        self._arranging = asyncio.Lock()
        self._running: dict[int, tuple[Connection, asyncio.Task[None]]] = {}

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Listen to what is set up, follow changes, stop everything at the end."""
        async with self._database.hub.subscribe() as news:
            await self._arrange()
            follow = asyncio.create_task(self._follow(news), name="mailbox settings")
            try:
                yield
            finally:
                await _end([follow])
                await _end([task for _, task in self._running.values()])

    async def try_out(self, mailbox: Mailbox) -> Tried:
        """«Test connection» of a mailbox as it is given: both its servers, so far as it has them."""
        keep = renewed(self._database, mailbox.id or 0)
        hears = sends = None
        if mailbox.imap_host:
            hears = await _outcome(try_out(connection(mailbox), keep, self._patience))
        if mailbox.smtp_host:
            sends = await _outcome(self._try_sending(mailbox))
        if isinstance(hears, int) and mailbox.id is not None:
            await self._try_again(mailbox.id)
        return Tried(hears, sends)

    async def _try_sending(self, mailbox: Mailbox) -> str:
        return await try_sending(await server_of(self._database, mailbox))

    async def _try_again(self, mailbox_id: int) -> None:
        """Somebody has put a mailbox right that we wait for: not in ten minutes, now."""
        async with self._database.reading() as session:
            health = await session.get(ChannelHealth, f"imap:{mailbox_id}")
        if mailbox_id in self._running and (health is None or health.link is not Link.UP):
            await _end([self._running.pop(mailbox_id)[1]])
            await self._arrange()

    async def _follow(self, news: asyncio.Queue[Announcement]) -> None:
        while True:
            if (await news.get()).topic in CHANGED:
                await surely(self._arrange)

    async def _arrange(self) -> None:
        """Start what is new, stop what is gone, restart what has changed."""
        async with self._arranging:
            wanted = await self._wanted()
            stale = [key for key, (known, _) in self._running.items() if wanted.get(key) != known]
            await _end([self._running.pop(key)[1] for key in stale])
            for key in wanted.keys() - self._running.keys():
                task = asyncio.create_task(self._keep_listening(key, wanted[key]), name=wanted[key].channel)
                self._running[key] = (wanted[key], task)
            await self._forget({each.channel for each in wanted.values()})

    async def _wanted(self) -> dict[int, Connection]:
        async with self._database.reading() as session:
            found = await mailboxes(session)
        return {box.id: connection(box) for box in found if box.id and box.enabled and box.imap_host}

    async def _forget(self, channels: set[str]) -> None:
        """A mailbox that is listened to no more is neither well nor ill."""
        query = select(ChannelHealth.channel).where(col(ChannelHealth.channel).like("imap:%"))
        async with self._database.transaction() as session:
            for channel in set(await session.exec(query)) - channels:
                await forget_health(session, channel)
                announce(session, "channel", channel=channel)

    async def _keep_listening(self, mailbox_id: int, wanted: Connection) -> None:
        failures = 0
        while True:
            try:
                async with leadership(self._database, wanted.channel):
                    await self._listen(mailbox_id, wanted)
            except Exception:
                failures += 1
                log.exception("a listener fell over", channel=wanted.channel)
                await asyncio.sleep(AGAIN.after(failures))

    async def _listen(self, mailbox_id: int, wanted: Connection) -> None:
        await self._reception.receive(Health(wanted.channel, Link.CONNECTING, now()))
        known, keep = places(self._database, mailbox_id), renewed(self._database, mailbox_id)
        await ImapChannel(wanted, known, keep, self._patience).listen(self._reception.receive)


async def _outcome(trial: Awaitable[T]) -> T | IntakeError:
    try:
        return await trial
    except IntakeError as error:
        return error


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    for task in tasks:
        with contextlib.suppress(asyncio.CancelledError):
            await task
