"""Mailboxes as the administrator set them up -> connections as the IMAP channel takes them."""

from functools import partial

from intake.channels.imap.connection import Connection, Places
from intake.channels.oauth2 import Grant, Renewed
from storage.database import Database
from storage.mailboxes import keep_place, place
from storage.tables.letters import Mailbox, MailLogin

INBOX = "INBOX"


def channel_of(mailbox: Mailbox) -> str:
    return f"imap:{mailbox.id}"


def connection(mailbox: Mailbox) -> Connection:
    """Of a mailbox with an IMAP server."""
    with_grant = mailbox.login is MailLogin.OAUTH2
    return Connection(
        channel=channel_of(mailbox),
        address=mailbox.address,
        host=mailbox.imap_host,
        port=mailbox.imap_port,
        username=mailbox.username or mailbox.address,
        secret="" if with_grant else mailbox.secret,
        grant=grant(mailbox) if with_grant else None,
        security=mailbox.imap_security.value,
        ca_file=mailbox.ca_file,
        folders=tuple(mailbox.folders) or (INBOX,),
        after=mailbox.after_storing.value,
        move_to=mailbox.move_to,
        scan_from=mailbox.scan_from,
        most_bytes=mailbox.most_bytes,
    )


def places(database: Database, mailbox_id: int) -> Places:
    """Up to where its folders are stored, in the database."""

    async def known(folder: str) -> tuple[int, int]:
        async with database.reading() as session:
            return await place(session, mailbox_id, folder)

    async def keep(folder: str, uidvalidity: int, uid: int) -> None:
        async with database.transaction() as session:
            await keep_place(session, mailbox_id, folder, uidvalidity, uid)

    return Places(known, keep)


def renewed(database: Database, mailbox_id: int) -> Renewed:
    """Keeps the refresh token that a mailbox's server has replaced by another."""
    return partial(_renew, database, mailbox_id)


async def _renew(database: Database, mailbox_id: int, refresh_token: str) -> None:
    async with database.transaction() as session:
        mailbox = await session.get(Mailbox, mailbox_id)
        if mailbox is not None:
            mailbox.secret = refresh_token
            session.add(mailbox)


def grant(mailbox: Mailbox) -> Grant:
    """What somebody has allowed us to do at its provider, for IMAP and SMTP alike."""
    return Grant(
        token_url=mailbox.oauth_token_url,
        client_id=mailbox.oauth_client_id,
        client_secret=mailbox.oauth_client_secret,
        refresh_token=mailbox.secret,
        scope=mailbox.oauth_scope,
    )
