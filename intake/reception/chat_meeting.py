"""Who writes in a chat: what their platform says of them, and which client that is."""

from collections.abc import Sequence

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.model.chats import ChatKind
from intake.reception.chat_going import SILENT, Going, World
from storage import callers
from storage.asking_again import BY_ITSELF
from storage.callers import NOBODY
from storage.chat_identities import link, owner_of, party_with_phone
from storage.tables.inquiries import Channel


async def meet(session: AsyncSession, going: Sequence[Going], world: World) -> None:
    """Note what is known of each; find who they are by their account, else by a number that is theirs."""
    for one in going:
        if one.dialogue is not None and one.kind not in SILENT:
            _note(one)
            keys = (one.told.identity, one.told.event.sender.identity, one.phone)
            one.ignored_by = world.house.ignored.entry_for(Channel.CHAT.value, keys)
    for one in going:
        one.caller = world.owners.get(one.told.identity, NOBODY)
        if one.caller == NOBODY and one.ignored_by is None and one.kind not in SILENT:
            await _by_phone(session, one, world)


def _note(one: Going) -> None:
    dialogue, event = one.dialogue, one.told.event
    if dialogue is None:
        return
    called = event.chat_title if event.group else event.sender.name
    dialogue.name = called or dialogue.name or one.told.name
    if not event.group:
        dialogue.username = event.sender.username or dialogue.username
        one.phone_news = one.told.phone is not None and one.told.phone != dialogue.phone
        dialogue.phone = one.told.phone or dialogue.phone
    dialogue.source = event.source or dialogue.source
    dialogue.blocked_at = one.told.at if one.kind is ChatKind.BLOCKED else None


async def _by_phone(session: AsyncSession, one: Going, world: World) -> None:
    """Their account is linked to the one party that has the number for itself, unless somebody has said that
    it does not say whose it is."""
    dialogue = one.dialogue
    if dialogue is None or dialogue.phone is None or dialogue.unlinked or dialogue.phone not in world.points:
        return
    party = await party_with_phone(session, dialogue.phone)
    if party is None:
        one.caller = await callers.who_is(session, dialogue.phone)
        return
    await link(session, dialogue, party, BY_ITSELF, "phone")
    one.caller = world.owners[one.told.identity] = await owner_of(session, dialogue.identity)
    world.keys.setdefault(one.told.identity, []).append(dialogue.phone)
