"""What is new in a dialogue, as messages with their files; and how the dialogue stands after them."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.model.chats import ChatKind
from intake.reception.chat_going import NAMELESS, SILENT, Going, World
from intake.reception.chat_rows import file_columns, first_kind, message_columns, shown
from storage import chats_write
from storage.chat_statuses import deleted_ahead
from storage.tables.chats import ChatMessage, ChatWay

SAID = frozenset({ChatKind.MESSAGE, ChatKind.COMMAND, ChatKind.BUTTON, ChatKind.EDIT})
READ = SAID - {ChatKind.COMMAND}  # somebody should look at them


async def write(session: AsyncSession, going: Sequence[Going], world: World) -> None:
    """Those that are messages of their own; dialogues are flushed later."""
    new = [one for one in going if one.message_id is None and one.kind not in SILENT]
    rows = [
        message_columns(one.told, one.dialogue_id, one.event_id, one.inquiry_id)
        | {"ignored_by": one.ignored_by, "reply_to": _answers(one, world)}
        for one in new
    ]
    for one, message_id in zip(new, await chats_write.add_messages(session, rows), strict=True):
        one.message_id, one.new = message_id, True
    for one in going:
        if one.new or one.late:
            _stand(one, world)
    await chats_write.add_parts(session, _parts(new, world))
    files = [
        file_columns(file, one.message_id or 0, place)
        for one in new
        for place, file in enumerate(one.told.event.attachments)
    ]
    await chats_write.add_files(session, files)
    await _take_back(session, new, world)


def _answers(one: Going, world: World) -> int | None:
    """The message that it answers; a button stands on one."""
    event = one.told.event
    answered = event.message_id if one.kind is ChatKind.BUTTON else event.reply_to
    return world.parts.get((one.dialogue_id, answered)) if answered else None


def _parts(new: Sequence[Going], world: World) -> list[tuple[int, str, int]]:
    """The ids that they are known by from now on."""
    found = []
    for one in new:
        event = one.told.event
        if event.message_id and one.kind not in NAMELESS and one.message_id is not None:
            found.append((one.dialogue_id, event.message_id, one.message_id))
            world.parts[one.dialogue_id, event.message_id] = one.message_id
        if event.album and one.message_id is not None:
            world.albums[one.dialogue_id, event.album] = one.message_id
    return found


def _stand(one: Going, world: World) -> None:
    """The dialogue after it. Whoever is ignored waits for nobody."""
    dialogue, event, at = one.dialogue, one.told.event, one.told.at
    if dialogue is None or one.kind not in SAID:
        return
    dialogue.last_at, dialogue.last_way = max(dialogue.last_at, at), ChatWay.IN.value
    dialogue.last_text, dialogue.last_file = shown(event), first_kind(event)
    dialogue.last_in_at = _later(dialogue.last_in_at, event.sent_at or at)
    if one.ignored_by is not None or one.kind not in READ:
        return
    dialogue.unread += 1
    if one.waits or one.kind is ChatKind.EDIT:
        dialogue.waiting_since = dialogue.waiting_since or at
        world.spoken[one.dialogue_id] = one


def _later(before: datetime | None, at: datetime) -> datetime:
    return at if before is None else max(before, at)


async def _take_back(session: AsyncSession, new: Sequence[Going], world: World) -> None:
    """What was deleted before it came."""
    for one in new:
        named = (one.dialogue_id, one.told.event.message_id)
        if named in world.ahead and await deleted_ahead(session, *named):
            message = await session.get_one(ChatMessage, one.message_id)
            message.deleted_at = one.told.at
