"""What an inquiry of any channel says before anybody types, for screens, the API and the rules."""

from functools import reduce

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.model.chats import is_identity
from intake.model.prefill import Said
from intake.model.wizard import Criteria
from intake.wizard.chats_said import said_in_chats
from intake.wizard.forms import merged, said_in_forms
from intake.wizard.letters import said_in_letters
from storage.access import Actor
from storage.tables.calls import PhoneLine
from storage.tables.inquiries import Channel, Inquiry

SEARCHED = ("name", "inn", "phone", "email", "other")


async def said(session: AsyncSession, inquiry: Inquiry, who: Actor) -> Said | None:
    """None for a letter that could not be read, and for a channel that says nothing of itself.

    A form or a chat that was joined to a call or a letter fills what these have left open.
    """
    first = await _of_channel(session, inquiry, who)
    later = [] if inquiry.channel is Channel.FORM else [await said_in_forms(session, inquiry)]
    later += [] if inquiry.channel is Channel.CHAT else [await said_in_chats(session, inquiry, who)]
    return reduce(lambda known, said: merged(known, said) if known and said else known or said, later, first)


async def _of_channel(session: AsyncSession, inquiry: Inquiry, who: Actor) -> Said | None:
    match inquiry.channel:
        case Channel.LETTER:
            return await said_in_letters(session, inquiry, who)
        case Channel.FORM:
            return await said_in_forms(session, inquiry) or _of_sender(inquiry)
        case Channel.CALL:
            caller = Criteria(name=inquiry.sender_name or "", phone=inquiry.sender or "")
            return Said(caller, wish=inquiry.subject or "", source=await _source(session, inquiry.line or ""))
        case Channel.CHAT:
            return await said_in_chats(session, inquiry, who) or _of_sender(inquiry)
        case Channel.MANUAL:
            return _of_sender(inquiry)


def _of_sender(inquiry: Inquiry) -> Said:
    """What stands on the inquiry itself, and what somebody has typed so far."""
    sender = "" if is_identity(inquiry.sender) else inquiry.sender or ""
    typed = {name: str(inquiry.draft.get(name) or "") for name in SEARCHED}
    criteria = Criteria(
        name=typed["name"] or inquiry.sender_name or "",
        inn=typed["inn"],
        phone=typed["phone"] or ("" if "@" in sender else sender),
        email=typed["email"] or (sender if "@" in sender else ""),
        other=typed["other"],
    )
    return Said(criteria, wish=inquiry.subject or "", source=inquiry.line or "")


async def _source(session: AsyncSession, line: str) -> str:
    """What the line is said to bring, else the line's name."""
    query = select(PhoneLine).where(PhoneLine.did == line).order_by(col(PhoneLine.id)).limit(1)
    found = (await session.exec(query)).first() if line else None
    return (found.source or found.name) if found else line
