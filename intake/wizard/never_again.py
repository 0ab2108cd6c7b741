"""«Decline → never again»: who is declined goes on the ignore list in the same action, so that taking the
decline back takes them off again."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import Rejected
from intake.matching.emails import company_domain
from intake.matching.ignoring import DOMAIN, EXACT, key_of
from intake.model.chats import is_identity
from storage.columns import now
from storage.history import Journal
from storage.ignoring import Wanted, put_on_list
from storage.tables.automation import InquiryKey
from storage.tables.inquiries import Inquiry

MOST_DAYS = 3_650
MOST_KEYS = 10  # numbers and addresses of one inquiry


@dataclass(frozen=True, slots=True)
class NeverAgain:
    """`what`: the numbers, addresses and chats they came with, or everybody of their company's domain;
    `days`: for how long, 0 for ever."""

    what: Literal["sender", "domain"] = "sender"
    days: int = 0


async def keep_out(session: AsyncSession, j: Journal, inquiry: Inquiry, never: NeverAgain, note: str) -> None:
    """Raises Rejected("nothing-to-ignore") for somebody without a number or address, and
    Rejected("public-domain", domain=)."""
    if not 0 <= never.days <= MOST_DAYS:
        raise Rejected("no-such-choice", field="days", value=str(never.days)[:40])
    keys = await _keys(session, inquiry)
    wanted = [(EXACT, key) for key in keys] if never.what == "sender" else [(DOMAIN, _domain(keys))]
    if not wanted:
        raise Rejected("nothing-to-ignore")
    until = now() + timedelta(days=never.days) if never.days else None
    said = (note or inquiry.subject or inquiry.sender_name or "")[:300]
    for how, pattern in wanted:
        entry = Wanted(how, pattern, (), said, until, inquiry.id, j.action.user_id)
        await put_on_list(session, j, entry)


async def _keys(session: AsyncSession, inquiry: Inquiry) -> list[str]:
    query = select(InquiryKey.value).where(InquiryKey.inquiry_id == inquiry.id).limit(MOST_KEYS)
    found = await session.exec(query)
    known = [key for key in found if key.startswith("+") or "@" in key or is_identity(key)]
    sender = [key_of(inquiry.sender)] if inquiry.sender else []
    return list(dict.fromkeys([*sender, *known]))


def _domain(keys: list[str]) -> str:
    """A company's own: where everybody has a mailbox nobody is kept out whole."""
    addresses = [key for key in keys if "@" in key]
    if not addresses:
        raise Rejected("nothing-to-ignore")
    domain = company_domain(addresses[0])
    if domain is None:
        raise Rejected("public-domain", domain=addresses[0].rpartition("@")[2])
    return domain
