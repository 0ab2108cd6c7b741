"""Writing down what is said in chats, and what follows from it: of many dialogues in one transaction."""

from collections.abc import Iterable, Sequence

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.model.chats import ChatKind
from intake.reception.chat_changes import change
from intake.reception.chat_going import NAMELESS, SILENT, Going, World, keys_of
from intake.reception.chat_meeting import meet
from intake.reception.chat_placing import join, place
from intake.reception.chat_rows import dialogue_of, fact_of
from intake.reception.chat_tidy import Brought, Told, names_of
from intake.reception.chat_turns import apart, chat_lock
from intake.reception.chat_words import say_by_itself
from intake.reception.chat_writing import write
from intake.reception.house import House
from storage import chats_write, submissions_write, touches
from storage.chat_identities import owners_of_identities
from storage.chat_profiles import ask_names
from storage.chat_state import announce_dialogue
from storage.events import Fact, record_each
from storage.history import stored_id
from storage.keyed_locks import hold_keys
from storage.tables.chats import ChatMessage
from storage.tables.inquiries import InquiryEvent


async def take_chats(session: AsyncSession, brought: Sequence[Brought], house: House) -> list[int]:
    """Write each down and do what follows from it; how many things of each were news. What happened in one
    dialogue stays in the order it came in.

    The keys of all are held at first: two transactions that took one after another would wait crosswise."""
    told = [one for each in brought for one in each.told]
    world = World(house, keys=await chats_write.keys_of_people(session, {one.identity for one in told}))
    await hold_keys(session, _locks(brought, told, world))
    heard = await chats_write.heard(session, _facts(brought))
    fresh = _once(told, heard)
    if fresh:
        await _take(session, fresh, world)
    await _record_malformed(session, brought, heard)
    return [_news(one, fresh, heard) for one in brought]


def _locks(brought: Sequence[Brought], told: Sequence[Told], world: World) -> set[str]:
    chats = {chat_lock(one) for one in told}
    people = {key for one in told for key in keys_of(one, world)}
    odd = {f"fact:{one.malformed.external_id}" for one in brought if one.malformed is not None}
    return {*chats, *touches.lock_names(people), *odd}


def _facts(brought: Sequence[Brought]) -> set[tuple[str, str]]:
    odd = {(one.channel, one.malformed.external_id) for one in brought if one.malformed is not None}
    return {told.fact for one in brought for told in one.told} | odd


def _once(told: Iterable[Told], heard: set[tuple[str, str]]) -> list[Told]:
    """Those that are news: each once."""
    return list({one.fact: one for one in reversed(list(told)) if one.fact not in heard}.values())[::-1]


def _news(brought: Brought, fresh: Sequence[Told], heard: set[tuple[str, str]]) -> int:
    mine = sum(any(one is each for each in fresh) for one in brought.told)
    odd = brought.malformed
    return mine + (odd is not None and (brought.channel, odd.external_id) not in heard)


async def _record_malformed(
    session: AsyncSession, brought: Sequence[Brought], heard: set[tuple[str, str]]
) -> None:
    facts: dict[tuple[str, str], Fact] = {
        (one.channel, one.malformed.external_id): one.malformed
        for one in brought
        if one.malformed is not None
    }
    if rows := [fact for name, fact in facts.items() if name not in heard]:
        await record_each(session, rows)


async def _take(session: AsyncSession, fresh: Sequence[Told], world: World) -> None:
    await _look(session, fresh, world)
    waiting = list(fresh)
    while waiting:
        some, waiting = apart(waiting, world)
        await _take_some(session, some, world)
    await session.flush()
    await say_by_itself(session, world)
    await ask_names(session, world.dialogues.values())


async def _look(session: AsyncSession, fresh: Sequence[Told], world: World) -> None:
    """At all that is stored of them."""
    world.dialogues = await chats_write.dialogues_to_change(session, {one.chat for one in fresh})
    ids = {stored_id(one) for one in world.dialogues.values()}
    names = names_of(fresh)
    world.parts, world.ahead = await chats_write.named(session, ids, names)
    world.albums = await chats_write.albums(session, ids, {one.event.album for one in fresh} - {""})
    world.owners = await owners_of_identities(session, {one.identity for one in fresh})
    known = await submissions_write.known(session, {key for one in fresh for key in keys_of(one, world)})
    world.points, world.touched = set(known.points), set(known.touches)


async def _take_some(session: AsyncSession, some: Sequence[Told], world: World) -> None:
    going = [Going(one) for one in some]
    await _begin(session, going, world)
    await meet(session, going, world)
    for one in going:
        await _find(session, one, world)
    await place(session, going, world)
    facts = [fact_of(one.told, one.inquiry_id, one.ignored_by) for one in going]
    for one, event_id in zip(going, await record_each(session, facts), strict=True):
        one.event_id = event_id
    await join(session, going, world)
    await write(session, going, world)
    for one in going:
        await change(session, one, world)
        if one.dialogue is not None:
            announce_dialogue(session, one.dialogue, one.message_id)


async def _begin(session: AsyncSession, going: Sequence[Going], world: World) -> None:
    """Each in its dialogue, which it may begin."""
    for one in going:
        one.dialogue = world.dialogues.get(one.told.chat)
        if one.dialogue is None and one.kind not in SILENT:
            one.dialogue = world.dialogues[one.told.chat] = dialogue_of(one.told)
            session.add(one.dialogue)
    if any(one.dialogue is not None and one.dialogue.id is None for one in going):
        await session.flush()


async def _find(session: AsyncSession, one: Going, world: World) -> None:
    """The message that it belongs to or changes, where that is there already."""
    if one.dialogue is None or one.kind in NAMELESS:
        return
    event = one.told.event
    one.message_id = world.parts.get((one.dialogue_id, event.message_id))
    if one.message_id is not None and one.kind is ChatKind.MESSAGE:
        one.late = await _was_edited_before(session, one.message_id)
    elif one.message_id is None and event.album and one.kind is ChatKind.MESSAGE:
        one.message_id = world.albums.get((one.dialogue_id, event.album))
        one.is_album = one.message_id is not None


async def _was_edited_before(session: AsyncSession, message_id: int) -> bool:
    message = await session.get_one(ChatMessage, message_id)
    told_by = await session.get(InquiryEvent, message.event_id) if message.event_id is not None else None
    return told_by is not None and told_by.kind == ChatKind.EDIT
