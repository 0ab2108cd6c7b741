"""An inquiry that a program or a person writes down without deciding it yet."""

import secrets
from dataclasses import asdict
from typing import Any

from sqlalchemy.exc import IntegrityError

from intake.matching.emails import read_email
from intake.matching.phones import read_phone
from intake.model.wizard import Criteria
from intake.wizard.claim import BY_HAND, external_id, inquiry_of_key
from storage.access import Actor
from storage.columns import now
from storage.database import Database
from storage.history import Journal, journal
from storage.inquiries import announce_inquiry
from storage.parties import fit
from storage.tables.inquiries import Channel, Inquiry, InquiryEvent

MAX_SUBJECT = 500
MAX_NOTE = 20_000
MAX_SAID = 320  # letters kept of each field that was searched


async def write_down(
    database: Database, said: Criteria, subject: str, note: str, request_key: str, who: Actor
) -> int:
    """A new inquiry in the queue; its id. The same `request_key` again is the same inquiry."""
    for attempt in (1, 2):
        try:
            async with database.transaction() as session:
                if (before := await inquiry_of_key(session, request_key, who)) is not None:
                    return before
                async with journal(session, "open", who) as j:
                    inquiry = await open_inquiry(j, said, request_key, who)
                    inquiry.subject = fit("subject", subject, MAX_SUBJECT) or None
                    inquiry.note = fit("note", note, MAX_NOTE) or None
                announce_inquiry(session, inquiry)
                return int(inquiry.id or 0)
        except IntegrityError:  # the other request with this key was a moment earlier
            if attempt == 2:
                raise
    raise AssertionError("not reached")


async def open_inquiry(
    j: Journal, said: Criteria, request_key: str, who: Actor, number: str | None = None
) -> Inquiry:
    """The fact, unique by its key, and the inquiry that it is of."""
    key = external_id(request_key or secrets.token_urlsafe(16), who)
    phone, email = read_phone(said.phone, area_code=said.area_code), read_email(said.email)
    sender = number or (phone and phone.e164) or (email and email.address) or None
    name = fit("name", said.name, 300) or None
    inquiry = await j.add(Inquiry(channel=Channel.MANUAL, sender=sender, sender_name=name))
    event = InquiryEvent(channel=BY_HAND, external_id=key, kind="opened-by-hand", at=now())
    event.inquiry_id, event.fact = inquiry.id, _fact(said)
    await j.add(event)
    j.action.inquiry_id = inquiry.id
    return inquiry


def _fact(said: Criteria) -> dict[str, Any]:
    values = {name: value for name, value in asdict(said).items() if value}
    return {name: value[:MAX_SAID] if isinstance(value, str) else value for name, value in values.items()}
