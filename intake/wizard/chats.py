"""«Принять обращение» in a dialogue: by a message, by several, or by whatever nobody has answered yet."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import NotFound
from intake.matching.touching import touch_keys
from intake.wizard.chats_said import asked
from intake.wizard.claim import inquiry_to_change
from intake.wizard.letter_words import gist
from storage.access import Actor
from storage.callbacks import is_open
from storage.callers import NOBODY, who_is
from storage.chat_identities import owner_of
from storage.chats import SELECTED, dialogue_to_change, heard_in
from storage.columns import now
from storage.database import Database, announce
from storage.history import journal, stored_id
from storage.inquiries import announce_inquiry
from storage.tables.automation import InquiryKey
from storage.tables.chats import Bot, ChatMessage, Dialogue
from storage.tables.inquiries import Channel, Inquiry

TAKE_UP = "take-up-chat"
MOST_SELECTED = 200  # messages; a draft holds their ids
SUBJECT = 200  # characters


async def take_up(database: Database, dialogue_id: int, message_ids: Collection[int], who: Actor) -> int:
    """The inquiry that is accepted for these messages (none: for those that nobody has answered); its id.
    The one that is open in the dialogue, what was selected noted in its draft; else a new one of them.

    Raises NotFound("no-dialogue") for what `who` may not see, NotFound("no-such-message").
    """
    async with database.transaction() as session:
        dialogue = await dialogue_to_change(session, dialogue_id, who)
        chosen = await _chosen(session, dialogue, message_ids)
        inquiry = await _open_one(session, dialogue, who)
        if inquiry is None:
            inquiry = await _opened(session, dialogue, chosen, who)
        elif message_ids:
            inquiry.draft = {**inquiry.draft, SELECTED: [one.id for one in chosen]}
        announce_inquiry(session, inquiry)
        announce(session, "dialogue", dialogue=dialogue.id, inquiry=inquiry.id, message=None)
        return stored_id(inquiry)


async def _chosen(
    session: AsyncSession, dialogue: Dialogue, message_ids: Collection[int]
) -> list[ChatMessage]:
    ids = sorted(set(message_ids))[-MOST_SELECTED:]
    heard = await heard_in(session, [stored_id(dialogue)], ids)
    if not heard:
        raise NotFound("no-such-message", dialogue=dialogue.id)
    return heard if ids else asked(heard)


async def _open_one(session: AsyncSession, dialogue: Dialogue, who: Actor) -> Inquiry | None:
    if dialogue.inquiry_id is None:
        return None
    inquiry = await inquiry_to_change(session, dialogue.inquiry_id, who)
    return inquiry if is_open(inquiry) else None


async def _opened(
    session: AsyncSession, dialogue: Dialogue, chosen: Sequence[ChatMessage], who: Actor
) -> Inquiry:
    """It waits since they wrote the first of these."""
    inquiry = Inquiry(**await _columns(session, dialogue, chosen))
    async with journal(session, TAKE_UP, who, dialogue=dialogue.id) as j:
        await j.add(inquiry)
        await j.move(chosen, inquiry_id=inquiry.id)
        await j.change(dialogue, inquiry_id=inquiry.id)
        for key in _keys(dialogue):
            await j.add(InquiryKey(inquiry_id=stored_id(inquiry), value=key))
        j.action.inquiry_id = inquiry.id
    return inquiry


def _keys(dialogue: Dialogue) -> tuple[str, ...]:
    """By them a further touch of theirs is known."""
    own = () if dialogue.group else (dialogue.identity,)
    return (*touch_keys(dialogue.phone), *own)


async def _columns(
    session: AsyncSession, dialogue: Dialogue, chosen: Sequence[ChatMessage]
) -> dict[str, Any]:
    bot = await session.get_one(Bot, dialogue.bot_id)
    caller = NOBODY if dialogue.group else await owner_of(session, dialogue.identity)
    if caller == NOBODY and dialogue.phone and not dialogue.unlinked:
        caller = await who_is(session, dialogue.phone)
    said = gist("\n".join(one.text for one in chosen))
    return {
        "channel": Channel.CHAT,
        "opened_at": chosen[0].at,
        "touched_at": now(),
        "sender": dialogue.phone or dialogue.identity,
        "sender_name": dialogue.name or None,
        "subject": said[:SUBJECT] or None,
        "line": bot.name,
        "account_id": caller.account_id,
        "contact_id": caller.contact_id,
        "lead_id": caller.lead_id,
        "responsible_id": caller.responsible_id,
    }
