"""Letters of somebody whom nobody wants to hear of wait for nobody. It can be undone, like declining."""

from typing import Literal

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import NotFound, Rejected
from intake.matching.emails import company_domain
from intake.wizard.claim import OPEN, inquiry_to_change
from intake.wizard.decline import decline_in
from storage.access import Actor
from storage.aside import letter_seen_by
from storage.database import Database, announce
from storage.history import Journal, journal
from storage.inquiries import announce_inquiry
from storage.tables.inquiries import DeclineReason, Inquiry
from storage.tables.letters import BlockedSender, LetterRecord

What = Literal["address", "domain"]


async def block_sender(database: Database, letter_id: int, what: What, who: Actor) -> int:
    """Returns the id of the action, for undo. The letter's inquiry is declined as spam with it, unless it is
    decided. Raises Rejected("public-domain", domain=), Rejected("nothing-to-block") and NotFound."""
    async with database.transaction() as session:
        letter = await letter_seen_by(session, who, letter_id)
        address = to_block(letter, what)
        inquiry = await _undecided(session, letter, who)
        kind = "decline" if inquiry is not None else "block-sender"
        async with journal(session, kind, who, letter.inquiry_id, blocked=address, letter=letter_id) as j:
            await _block(session, j, address, letter.subject)
            if inquiry is not None:
                why = {"reason": DeclineReason.SPAM.value, "was": inquiry.responsible_id}
                j.action.details = {**j.action.details, **why}
                await decline_in(j, inquiry, DeclineReason.SPAM)
                announce_inquiry(session, inquiry)
        announce(session, "letter", letter=letter_id, inquiry=letter.inquiry_id)
        return j.action_id


async def unblock_sender(database: Database, letter_id: int, who: Actor) -> int:
    """The address of the letter, and its domain. Raises NotFound("no-such-block")."""
    async with database.transaction() as session:
        letter = await letter_seen_by(session, who, letter_id)
        blocked = await _blocks_of(session, letter)
        if not blocked:
            raise NotFound("no-such-block")
        async with journal(session, "unblock-sender", who, letter=letter_id) as j:
            for one in blocked:
                await j.delete(one)
        announce(session, "letter", letter=letter_id, inquiry=letter.inquiry_id)
        return j.action_id


def to_block(letter: LetterRecord, what: What) -> str:
    """«a@b.ru» or «@b.ru». A domain where everybody has a mailbox is never blocked whole."""
    address = _senders(letter)[0] if _senders(letter) else ""
    if "@" not in address:
        raise Rejected("nothing-to-block")
    if what == "address":
        return address
    domain = company_domain(address)
    if domain is None:
        raise Rejected("public-domain", domain=address.rpartition("@")[2])
    return f"@{domain}"


def _senders(letter: LetterRecord) -> list[str]:
    return [one.lower() for one in (letter.sender_email, letter.from_email) if one]


async def _undecided(session: AsyncSession, letter: LetterRecord, who: Actor) -> Inquiry | None:
    if letter.inquiry_id is None:
        return None
    inquiry = await inquiry_to_change(session, letter.inquiry_id, who)
    return inquiry if inquiry.state in OPEN else None


async def _block(session: AsyncSession, j: Journal, address: str, subject: str) -> None:
    known = await session.exec(select(BlockedSender).where(BlockedSender.address == address))
    if known.first() is None:
        await j.add(BlockedSender(address=address, reason=subject[:300], created_by=j.action.user_id))


async def _blocks_of(session: AsyncSession, letter: LetterRecord) -> list[BlockedSender]:
    addresses = _senders(letter)
    addresses += [f"@{one.rpartition('@')[2]}" for one in addresses]
    return list(await session.exec(select(BlockedSender).where(col(BlockedSender.address).in_(addresses))))
