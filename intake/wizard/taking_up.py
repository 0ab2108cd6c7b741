"""A letter that was laid aside turns out to be somebody who asks for something."""

from intake.errors import Conflict
from storage.access import Actor
from storage.aside import letter_seen_by
from storage.callers import who_writes
from storage.columns import now
from storage.database import Database, announce
from storage.history import journal
from storage.inquiries import announce_inquiry
from storage.tables.inquiries import Channel, Inquiry
from storage.tables.letters import LetterRecord, LetterWay, Mailbox


async def take_up(database: Database, letter_id: int, who: Actor) -> tuple[int, int]:
    """An inquiry of it, that waits since the letter came; its id and the action's, for undo. Raises
    Conflict("already-an-inquiry", inquiry=) when somebody was first."""
    async with database.transaction() as session:
        letter = await letter_seen_by(session, who, letter_id)
        if letter.inquiry_id is not None or letter.way is LetterWay.OUT:
            raise Conflict("already-an-inquiry", inquiry=letter.inquiry_id)
        mailbox = await session.get(Mailbox, letter.mailbox_id) if letter.mailbox_id else None
        writer = await who_writes(session, letter.sender_email)
        inquiry = _inquiry_of(letter, mailbox.address if mailbox else None)
        for name in ("account_id", "contact_id", "lead_id", "responsible_id"):
            setattr(inquiry, name, getattr(writer, name))
        async with journal(session, "take-up", who, letter=letter_id) as j:
            await j.add(inquiry)
            await j.change(letter, inquiry_id=inquiry.id)
        announce_inquiry(session, inquiry)
        announce(session, "letter", letter=letter_id, inquiry=inquiry.id)
        return inquiry.id or 0, j.action_id


def _inquiry_of(letter: LetterRecord, line: str | None) -> Inquiry:
    return Inquiry(
        channel=Channel.LETTER,
        opened_at=letter.at,
        touched_at=now(),
        sender=letter.sender_email or None,
        sender_name=letter.sender_name or None,
        subject=letter.subject[:500] or None,
        line=line[:120] if line else None,
    )
