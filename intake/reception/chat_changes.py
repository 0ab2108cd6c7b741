"""What changes a message that is there: further parts of an album, edits, deletions, how far ours came."""

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.model.chats import Attached, ChatKind
from intake.reception.chat_consents import press
from intake.reception.chat_going import Going, World
from intake.reception.chat_rows import SUBJECT, file_columns, first_kind, shown, subject_of
from storage import chats_write
from storage.chat_statuses import apply_status, tell_ahead
from storage.inquiries import announce_inquiry
from storage.tables.chats import ChatFile, ChatMessage, ChatPart, ChatVersion, ChatWay
from storage.tables.inquiries import Inquiry


async def change(session: AsyncSession, one: Going, world: World) -> None:
    """What follows for messages that are there already; those that are new are written."""
    if one.dialogue is None:
        return
    match one.kind:
        case ChatKind.STATUS:
            await _status(session, one)
        case ChatKind.DELETE:
            await _delete(session, one, world)
        case ChatKind.BUTTON:
            await press(session, one)
        case ChatKind.EDIT if not one.new:
            await _edit(session, one)
        case ChatKind.MESSAGE if one.is_album:
            await _continue(session, one, world)
        case ChatKind.MESSAGE if one.late:
            await _came_late(session, one)
        case _:
            return


async def _status(session: AsyncSession, one: Going) -> None:
    event = one.told.event
    if event.status is not None and event.message_id:
        at = event.sent_at or one.told.at
        message = await apply_status(
            session, one.dialogue_id, event.message_id, event.status, at, event.error
        )
        one.message_id = message.id if message is not None else None


async def _delete(session: AsyncSession, one: Going, world: World) -> None:
    """Of an album a part; when all are gone, all of it is. What it said stays."""
    event = one.told.event
    named = (one.dialogue_id, event.message_id)
    if one.message_id is None:
        await tell_ahead(session, *named, one.told.at, None)
        world.ahead.add(named)
        return
    message = await _locked(session, one.message_id)
    parts = select(ChatPart.id).where(
        ChatPart.message_id == message.id, ChatPart.external_id != event.message_id
    )
    others = (await session.exec(parts.limit(1))).first() is not None
    if others and message.album:
        gone = delete(ChatPart).where(col(ChatPart.message_id) == message.id)
        await session.exec(gone.where(col(ChatPart.external_id) == event.message_id))
        world.parts.pop(named, None)
        return
    message.deleted_at = message.deleted_at or one.told.at
    session.add(message)


async def _edit(session: AsyncSession, one: Going) -> None:
    """What it says now; what it said stays as a version. One that is older than what we know is no news."""
    event = one.told.event
    message = await _locked(session, one.message_id or 0)
    if message.way is not ChatWay.IN or event.edited < message.edited:
        return
    files = await _files(session, message)
    was = " ".join(message.text.split())[:SUBJECT]
    gone, added = _compared(files, event.attachments)
    gone = [] if message.album else gone
    message.edited = event.edited
    if message.text != event.text or gone or added:
        names = [file.filename for file in files if file.filename]
        session.add(ChatVersion(message_id=message.id or 0, at=one.told.at, text=message.text, files=names))
        message.text, message.edited_at = event.text, one.told.at
    for file in gone:
        file.removed_at = one.told.at
    session.add_all([message, *gone])
    await session.flush()
    await _attach(session, message, added, len(files))
    if one.dialogue is not None and one.dialogue.last_text == was:
        one.dialogue.last_text, one.dialogue.last_file = shown(event), first_kind(event)


async def _continue(session: AsyncSession, one: Going, world: World) -> None:
    """A further part of an album: its file, and what is said below it."""
    event = one.told.event
    message = await _locked(session, one.message_id or 0)
    if event.text:
        message.text = f"{message.text}\n{event.text}" if message.text else event.text
        session.add(message)
        await _give_subject(session, one)
    if event.message_id:
        await chats_write.add_parts(session, [(one.dialogue_id, event.message_id, message.id or 0)])
        world.parts[one.dialogue_id, event.message_id] = message.id or 0
    place = len(await _files(session, message))
    await _attach(session, message, list(event.attachments), place)
    if one.dialogue is not None:
        one.dialogue.last_text = one.dialogue.last_text or shown(event)


async def _give_subject(session: AsyncSession, one: Going) -> None:
    inquiry = await session.get(Inquiry, one.inquiry_id) if one.inquiry_id is not None else None
    if inquiry is not None and not inquiry.subject:
        inquiry.subject = subject_of(one.told.event.text)
        session.add(inquiry)
        await session.flush()
        announce_inquiry(session, inquiry)


async def _came_late(session: AsyncSession, one: Going) -> None:
    """Its edit was here first: this is what it had said before."""
    event = one.told.event
    message = await _locked(session, one.message_id or 0)
    message.event_id, message.inquiry_id = one.event_id, one.inquiry_id
    message.sent_at = event.sent_at or message.sent_at
    if message.text != event.text:
        names = [file.filename for file in event.attachments if file.filename]
        until = message.edited_at or one.told.at
        session.add(ChatVersion(message_id=message.id or 0, at=until, text=event.text, files=names))
    session.add(message)


async def _attach(session: AsyncSession, message: ChatMessage, some: list[Attached], place: int) -> None:
    rows = [file_columns(file, message.id or 0, place + number) for number, file in enumerate(some)]
    await chats_write.add_files(session, rows)


async def _files(session: AsyncSession, message: ChatMessage) -> list[ChatFile]:
    query = select(ChatFile).where(ChatFile.message_id == message.id, col(ChatFile.removed_at).is_(None))
    return list(await session.exec(query.order_by(col(ChatFile.position), col(ChatFile.id))))


def _compared(files: list[ChatFile], now: tuple[Attached, ...]) -> tuple[list[ChatFile], list[Attached]]:
    """Those that are there no more, and those that are new."""
    gone, added = list(files), []
    for file in now:
        same = next((one for one in gone if _is_same(one, file)), None)
        if same is None:
            added.append(file)
        else:
            gone.remove(same)
    return gone, added


def _is_same(kept: ChatFile, file: Attached) -> bool:
    """Platforms give one file several references; its size, where they say it, stays."""
    named = (file.kind, file.filename, file.title, file.url)
    if (kept.kind, kept.filename, kept.title, kept.url) != named:
        return False
    return not kept.size or not file.size or kept.size == file.size


async def _locked(session: AsyncSession, message_id: int) -> ChatMessage:
    return await session.get_one(ChatMessage, message_id, with_for_update=True, populate_existing=True)
