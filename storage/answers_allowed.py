"""What may be written at all: from which mailboxes, to whom, and how often."""

from datetime import timedelta

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import Rejected
from intake.letters.outgoing.letter import MOST_RECIPIENTS
from intake.letters.outgoing.policy import WhyNot, may_answer, too_often
from intake.model.letters import Address, LetterKind
from storage.columns import now
from storage.mailboxes import own_addresses
from storage.tables.letters import LetterRecord, LetterWay, Mailbox, Sending


async def able_mailboxes(session: AsyncSession) -> list[Mailbox]:
    """Those that a letter can go from."""
    query = select(Mailbox).where(col(Mailbox.enabled), col(Mailbox.smtp_host) != "")
    return list(await session.exec(query.order_by(col(Mailbox.name))))


async def able_mailbox(session: AsyncSession, mailbox_id: int) -> Mailbox:
    """Raises Rejected("mailbox-cannot-send")."""
    mailbox = await session.get(Mailbox, mailbox_id)
    if mailbox is None or not mailbox.enabled or not mailbox.smtp_host:
        raise Rejected("mailbox-cannot-send", field="mailbox")
    return mailbox


def why_not(answered: LetterRecord, own: set[str]) -> WhyNot | None:
    """What forbids to answer this letter; None when nothing does."""
    if answered.quarantined:
        return WhyNot.NO_SENDER
    return may_answer(answered.kind, answered.sender_email, own=own)


async def check_recipients(
    session: AsyncSession, to: tuple[Address, ...], cc: tuple[Address, ...], answered: LetterRecord | None
) -> None:
    """Raises Rejected for whom we never write to, for a letter that is never answered, and for too many."""
    if not to:
        raise Rejected("no-recipients", field="to")
    if len(to) + len(cc) > MOST_RECIPIENTS:
        raise Rejected("too-many-recipients", field="to", most=MOST_RECIPIENTS)
    own = await own_addresses(session)
    if answered is not None and answered.way is LetterWay.IN and (why := why_not(answered, own)):
        raise Rejected("never-answered", why=why.value)
    for field, addresses in (("to", to), ("cc", cc)):
        for each in addresses:
            await _check_recipient(session, field, each, own)


async def _check_recipient(session: AsyncSession, field: str, to: Address, own: set[str]) -> None:
    if why := may_answer(LetterKind.LETTER, to.email, own=own):
        raise Rejected("never-written-to", field=field, address=to.email, why=why.value)
    if too_often(await _sent_to(session, to, 1), await _sent_to(session, to, 24)):
        raise Rejected("written-too-often", field=field, address=to.email)


async def _sent_to(session: AsyncSession, to: Address, hours: int) -> int:
    query = select(func.count()).where(
        LetterRecord.way == LetterWay.OUT,
        LetterRecord.sender_email == to.email,
        col(LetterRecord.at) > now() - timedelta(hours=hours),
        col(LetterRecord.sending) != Sending.CANCELLED,
    )
    return int((await session.exec(query)).one())
