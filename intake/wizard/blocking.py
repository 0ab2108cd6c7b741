"""Letters of somebody whom nobody wants to hear of wait for nobody: the sender goes on the ignore list. It
can be undone, like declining."""

from typing import Literal

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import NotFound, Rejected
from intake.matching.emails import company_domain
from intake.matching.ignoring import DOMAIN, EXACT, key_of
from intake.wizard.claim import OPEN, inquiry_to_change
from intake.wizard.decline import decline_in
from storage.access import Actor
from storage.aside import letter_seen_by
from storage.database import Database, announce
from storage.history import journal
from storage.ignoring import Wanted, live_among, put_on_list, take_off
from storage.inquiries import announce_inquiry
from storage.tables.inquiries import Channel, DeclineReason, Inquiry
from storage.tables.letters import LetterRecord

What = Literal["address", "domain"]


async def block_sender(database: Database, letter_id: int, what: What, who: Actor) -> int:
    """Returns the id of the action, for undo. The letter's inquiry is declined as spam with it, unless it is
    decided. Raises Rejected("public-domain", domain=), Rejected("nothing-to-block") and NotFound."""
    async with database.transaction() as session:
        letter = await letter_seen_by(session, who, letter_id)
        how, pattern = to_block(letter, what)
        inquiry = await _undecided(session, letter, who)
        kind = "decline" if inquiry is not None else "block-sender"
        async with journal(session, kind, who, letter.inquiry_id, blocked=pattern, letter=letter_id) as j:
            await put_on_list(session, j, _wanted(how, pattern, letter, who))
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
        blocked = await live_among(session, _blocks(letter))
        if not blocked:
            raise NotFound("no-such-block")
        async with journal(session, "unblock-sender", who, letter=letter_id) as j:
            await take_off(session, j, blocked)
        announce(session, "letter", letter=letter_id, inquiry=letter.inquiry_id)
        return j.action_id


def to_block(letter: LetterRecord, what: What) -> tuple[str, str]:
    """How, and «a@b.ru» or «b.ru». A domain where everybody has a mailbox is never blocked whole."""
    address = _senders(letter)[0] if _senders(letter) else ""
    if "@" not in address:
        raise Rejected("nothing-to-block")
    if what == "address":
        return EXACT, address
    domain = company_domain(address)
    if domain is None:
        raise Rejected("public-domain", domain=address.rpartition("@")[2])
    return DOMAIN, domain


def _senders(letter: LetterRecord) -> list[str]:
    return [key_of(one) for one in (letter.sender_email, letter.from_email) if one]


async def _undecided(session: AsyncSession, letter: LetterRecord, who: Actor) -> Inquiry | None:
    if letter.inquiry_id is None:
        return None
    inquiry = await inquiry_to_change(session, letter.inquiry_id, who)
    return inquiry if inquiry.state in OPEN else None


def _wanted(how: str, pattern: str, letter: LetterRecord, who: Actor) -> Wanted:
    note = letter.subject[:300]
    return Wanted(how, pattern, (Channel.LETTER.value,), note, None, letter.inquiry_id, who.user_id)


def _blocks(letter: LetterRecord) -> list[tuple[str, str]]:
    """What keeps this sender out: the address, its domain and those that it is a part of."""
    domains = [one.rpartition("@")[2] for one in _senders(letter)]
    wider = {one.split(".", n)[n] for one in domains for n in range(one.count("."))}
    return [*((EXACT, one) for one in _senders(letter)), *((DOMAIN, one) for one in sorted(wider))]
