"""The outbox's job `send-notice`: a letter to whoever has not seen a notification by then and wants one."""

import secrets
from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.channels.sending import send
from intake.errors import Rejected
from intake.letters.outgoing.building import build
from intake.letters.outgoing.letter import Outgoing, message_id
from intake.model.chats import is_identity
from intake.model.letters import Address
from intake.model.notices import Way, ways_of
from intake.service.answers import server_of
from storage.columns import now
from storage.database import Database
from storage.notifications import NOTICE
from storage.outbox import Handler
from storage.preferences import settings
from storage.tables.inquiries import Inquiry
from storage.tables.letters import Mailbox
from storage.tables.outgoing import Notification
from storage.tables.people import User

SUBJECTS = {
    "ru": {
        "assigned": "Вам обращение",
        "escalated": "Обращение ждёт слишком долго",
        "again": "Вам пишут снова",
        "alarm": "Требует внимания",
    },
    "en": {
        "assigned": "An inquiry for you",
        "escalated": "An inquiry waits too long",
        "again": "They wrote again",
        "alarm": "Somebody must look",
    },
}
"""Letters are written where no page is, so their words are here and not in the pages' catalogue."""


def notice_handlers(database: Database, public_url: str) -> Mapping[str, Handler]:
    return {NOTICE: partial(send_notice, database, public_url)}


async def send_notice(database: Database, public_url: str, payload: dict[str, Any]) -> None:
    """Nothing is sent without a mailbox to send from, an address to send to, or the wish for it."""
    async with database.reading() as session:
        found = await _wanted(session, int(payload["id"]))
        if found is None:
            return
        notice, user, mailbox = found
        inquiry = await session.get(Inquiry, notice.inquiry_id) if notice.inquiry_id else None
    letter = _letter(notice, user, mailbox, inquiry, public_url)
    await send(await server_of(database, mailbox), build(letter), mailbox.address, letter.recipients)


async def _wanted(session: AsyncSession, notice_id: int) -> tuple[Notification, User, Mailbox] | None:
    notice = await session.get(Notification, notice_id)
    if notice is None or notice.read_at is not None:
        return None
    user = await session.get_one(User, notice.user_id)
    wanted = Way.LETTER in ways_of(user.preferences).of(notice.kind)
    mailbox_id = (await settings(session)).notify_mailbox_id
    mailbox = await session.get(Mailbox, mailbox_id) if mailbox_id else None
    if not (wanted and user.active and user.email and mailbox and mailbox.enabled and mailbox.smtp_host):
        return None
    return notice, user, mailbox


def _who(inquiry: Inquiry) -> str:
    """The key by which a messenger knows somebody says nothing."""
    return inquiry.sender_name or ("" if is_identity(inquiry.sender) else inquiry.sender or "")


def _letter(
    notice: Notification, user: User, mailbox: Mailbox, inquiry: Inquiry | None, public_url: str
) -> Outgoing:
    """Who and what in a line each, and where to look: nothing of the content goes by mail."""
    if not user.email:
        raise Rejected("no-recipients")
    words = SUBJECTS.get(user.locale, SUBJECTS["ru"])
    subject = words.get(notice.kind, words["alarm"])
    who = _who(inquiry) if inquiry else str(notice.details.get("name", ""))
    path = f"/inquiries/{notice.inquiry_id}" if notice.inquiry_id else "/alarms"
    lines = [subject, who, (inquiry.subject or "") if inquiry else "", f"{public_url}{path}"]
    token = secrets.token_hex(16)
    return Outgoing(
        sender=Address(mailbox.address, mailbox.from_name),
        to=(Address(user.email, user.name),),
        subject=" — ".join(part for part in (subject, who) if part),
        text="\n".join(line for line in lines if line),
        date=now(),
        message_id=message_id(token, mailbox.address),
        token=token,
    )
