"""Keeps a listener running for every mailbox with an IMAP server."""

from collections.abc import Awaitable
from contextlib import AbstractAsyncContextManager
from typing import TypeVar

from sqlmodel import col, select

from intake.channels.imap.channel import ImapChannel
from intake.channels.imap.connection import Connection, Patience
from intake.channels.imap.trial import try_out
from intake.channels.sending import try_out as try_sending
from intake.errors import IntakeError
from intake.model.calls import Health, Link
from intake.reception import Reception
from intake.service.answers import server_of
from intake.service.listeners import Listeners
from intake.service.mail_servers import channel_of, connection, places, renewed
from storage.channels import forget_health
from storage.columns import now
from storage.database import Database, announce
from storage.mailboxes import mailboxes
from storage.tables.calls import ChannelHealth
from storage.tables.letters import Mailbox
from web.mailboxes import Tried

CHANGED = frozenset({"mailbox", "resync"})  # topics after which the connections may be others

T = TypeVar("T")


class Mailboxes:
    """All mailboxes of the house. Each is listened to by one process."""

    def __init__(self, database: Database, reception: Reception, patience: Patience | None = None) -> None:
        self._database = database
        self._reception = reception
        self._patience = patience or Patience()
        self._listeners = Listeners(database, CHANGED, self._wanted, self._listen, self._forget)

    def running(self) -> AbstractAsyncContextManager[None]:
        """As of `Listeners`."""
        return self._listeners.running()

    async def try_out(self, mailbox: Mailbox) -> Tried:
        """«Test connection» of a mailbox as it is given: both its servers, so far as it has them."""
        keep = renewed(self._database, mailbox.id or 0)
        hears = sends = None
        if mailbox.imap_host:
            hears = await _outcome(try_out(connection(mailbox), keep, self._patience))
        if mailbox.smtp_host:
            sends = await _outcome(self._try_sending(mailbox))
        if isinstance(hears, int) and mailbox.id is not None:
            await self._listeners.try_again(channel_of(mailbox))
        return Tried(hears, sends)

    async def _try_sending(self, mailbox: Mailbox) -> str:
        return await try_sending(await server_of(self._database, mailbox))

    async def _wanted(self) -> dict[str, Connection]:
        async with self._database.reading() as session:
            found = await mailboxes(session)
        return {channel_of(box): connection(box) for box in found if box.enabled and box.imap_host}

    async def _forget(self, channels: set[str]) -> None:
        """A mailbox that is listened to no more is neither well nor ill."""
        query = select(ChannelHealth.channel).where(col(ChannelHealth.channel).like("imap:%"))
        async with self._database.transaction() as session:
            for channel in set(await session.exec(query)) - channels:
                await forget_health(session, channel)
                announce(session, "channel", channel=channel)

    async def _listen(self, wanted: Connection) -> None:
        mailbox_id = int(wanted.channel.partition(":")[2])
        await self._reception.receive(Health(wanted.channel, Link.CONNECTING, now()))
        known, keep = places(self._database, mailbox_id), renewed(self._database, mailbox_id)
        channel = ImapChannel(wanted, known, keep, self._patience)
        await channel.listen(self._reception.receive)


async def _outcome(trial: Awaitable[T]) -> T | IntakeError:
    try:
        return await trial
    except IntakeError as error:
        return error
