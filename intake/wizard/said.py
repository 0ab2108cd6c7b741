"""What an inquiry of any channel says before anybody types, for screens, the API and the rules."""

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.model.prefill import Said
from intake.model.wizard import Criteria
from intake.wizard.forms import merged, said_in_forms
from intake.wizard.letters import said_in_letters
from storage.access import Actor
from storage.tables.calls import PhoneLine
from storage.tables.inquiries import Channel, Inquiry

SEARCHED = ("name", "inn", "phone", "email", "other")


async def said(session: AsyncSession, inquiry: Inquiry, who: Actor) -> Said | None:
    """None for a letter that could not be read, and for a channel that says nothing of itself.

    A form that was joined to a call or a letter fills what these have left open.
    """
    first = await _of_channel(session, inquiry, who)
    if inquiry.channel is Channel.FORM:
        return first
    later = await said_in_forms(session, inquiry)
    return merged(first, later) if first and later else first or later


async def _of_channel(session: AsyncSession, inquiry: Inquiry, who: Actor) -> Said | None:
    match inquiry.channel:
        case Channel.LETTER:
            return await said_in_letters(session, inquiry, who)
        case Channel.FORM:
            return await said_in_forms(session, inquiry) or _of_sender(inquiry)
        case Channel.CALL:
            caller = Criteria(name=inquiry.sender_name or "", phone=inquiry.sender or "")
            return Said(caller, wish=inquiry.subject or "", source=await _source(session, inquiry.line or ""))
        case Channel.CHAT | Channel.MANUAL:
            return _of_sender(inquiry)


def _of_sender(inquiry: Inquiry) -> Said:
    """What stands on the inquiry itself, and what somebody has typed so far."""
    sender = inquiry.sender or ""
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
