"""What an inquiry's forms leave behind when it is accepted: consents, custom values, the way they came, and
every way to reach them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.matching.emails import read_emails
from intake.matching.phones import read_phones
from intake.model.prefill import Custom
from intake.model.wizard import NewPoint, PartyKind
from intake.wizard.forms import said_in_forms, texts
from intake.wizard.sides import Sides
from storage.consents import hang_on
from storage.custom_values import keep_value
from storage.fields import CardKind
from storage.history import Journal, stored_id
from storage.submitted import submissions_of
from storage.tables.inquiries import Inquiry
from storage.tables.interests import Interest
from storage.tables.parties import PointKind

# Of whom a custom value is said, and on whose card it is kept where there is none of theirs
CARDS = {
    "account": (PartyKind.ACCOUNT, PartyKind.LEAD, PartyKind.CONTACT),
    "contact": (PartyKind.CONTACT, PartyKind.LEAD, PartyKind.ACCOUNT),
}


async def keep_forms(
    session: AsyncSession, j: Journal, inquiry: Inquiry, interest: Interest, sides: Sides
) -> None:
    """All of it is journalled, so that undo takes it back."""
    await hang_on(session, j, stored_id(inquiry), **sides.ids, interest_id=interest.id)
    said = await said_in_forms(session, inquiry)
    if said is None:
        return
    if j.action.kind == "accept" and said.utm and not interest.utm:
        await j.change(interest, utm=dict(said.utm))
    for custom in said.custom:
        owner, owner_id = _owner(custom, interest, sides)
        await keep_value(session, j, owner, owner_id, custom.label, custom.value)


async def points_said(session: AsyncSession, inquiry: Inquiry) -> list[NewPoint]:
    """Every phone and address that its forms name; what cannot be read is no point."""
    return [point for one in await submissions_of(session, inquiry.id or 0) for point in points_of(one.said)]


def points_of(said: Mapping[str, Any]) -> list[NewPoint]:
    phones = [phone for text in texts(said, "phone") for phone in read_phones(text)]
    emails = [email for text in texts(said, "email") for email in read_emails(text)]
    return [
        *(NewPoint(PointKind.PHONE, one.e164, one.extension or "") for one in phones if one.valid),
        *(NewPoint(PointKind.EMAIL, one.address) for one in emails),
    ]


def _owner(custom: Custom, interest: Interest, sides: Sides) -> tuple[CardKind, int]:
    ids = {ref.kind: ref.id for ref in sides.refs}
    kinds: Sequence[PartyKind] = CARDS.get(custom.owner, ())
    kind = next((kind for kind in kinds if kind in ids), None)
    return (CardKind(kind.value), ids[kind]) if kind else (CardKind.INTEREST, stored_id(interest))
