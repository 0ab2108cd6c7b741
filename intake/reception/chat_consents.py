"""A button below a question of ours: what was agreed to is kept as evidence."""

import re

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.reception.chat_going import Going
from storage.consents import announce_consent
from storage.tables.chats import ChatMessage, ChatWay
from storage.tables.work import Consent

_PAYLOAD = re.compile(r"(consent|refuse):(\d{1,9}):(\d{1,9})")


async def press(session: AsyncSession, one: Going) -> None:
    """Where it is an answer to what we asked in this very dialogue. Pressed again it changes nothing; who
    refuses afterwards has taken it back."""
    said = _PAYLOAD.fullmatch(one.told.event.payload)
    if said is None or one.told.event.group:
        return
    text_id, message_id = int(said[2]), int(said[3])
    asked = await session.get(ChatMessage, message_id)
    if asked is None or asked.dialogue_id != one.dialogue_id or asked.way is not ChatWay.OUT:
        return
    if asked.asks != f"consent:{text_id}":
        return
    stands = await _stands(session, message_id)
    if said[1] == "consent" and stands is None:
        stands = _consent(one, text_id, message_id)
    elif said[1] == "refuse" and stands is not None:
        stands.withdrawn_at, stands.withdrawn_how = one.told.at, "chat"
    else:
        return
    session.add(stands)
    await session.flush()
    announce_consent(session, stands)


async def _stands(session: AsyncSession, message_id: int) -> Consent | None:
    query = select(Consent).where(Consent.chat_message_id == message_id, col(Consent.withdrawn_at).is_(None))
    return (await session.exec(query.with_for_update())).first()


def _consent(one: Going, text_id: int, message_id: int) -> Consent:
    return Consent(
        text_id=text_id,
        given="chat",
        at=one.told.at,
        chat_message_id=message_id,
        inquiry_id=one.inquiry_id,
        account_id=one.caller.account_id,
        contact_id=one.caller.contact_id,
        lead_id=one.caller.lead_id,
        page=one.told.identity,
    )
