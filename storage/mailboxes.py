"""The mailboxes, and up to where each of their folders has been taken in."""

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.insert import insert_into
from storage.tables.letters import Mailbox, MailboxPlace


async def mailboxes(session: AsyncSession) -> list[Mailbox]:
    """All of them, those that are switched off too."""
    return list(await session.exec(select(Mailbox).order_by(col(Mailbox.name))))


async def own_addresses(session: AsyncSession) -> set[str]:
    """Every address of ours, in lower case, also of mailboxes that are switched off."""
    rows = await session.exec(select(Mailbox.address, Mailbox.aliases))
    return {each.lower() for address, aliases in rows for each in (address, *aliases) if each}


async def place(session: AsyncSession, mailbox_id: int, folder: str) -> tuple[int, int]:
    """UIDVALIDITY and the last UID that is stored; (0, 0) for a folder nobody has looked into."""
    known = await session.get(MailboxPlace, (mailbox_id, folder))
    return (known.uidvalidity, known.uid) if known else (0, 0)


async def keep_place(session: AsyncSession, mailbox_id: int, folder: str, uidvalidity: int, uid: int) -> None:
    """Only after everything up to there is committed. It may go back: UIDs begin anew with UIDVALIDITY."""
    values = {"uidvalidity": uidvalidity, "uid": uid}
    query = (
        insert_into(session, MailboxPlace)
        .values(mailbox_id=mailbox_id, folder=folder, **values)
        .on_conflict_do_update(index_elements=["mailbox_id", "folder"], set_=values)
    )
    await (await session.connection()).execute(query)
