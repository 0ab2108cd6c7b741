"""Messages of ours: asked for in one transaction, sent after it by the outbox, in order within a dialogue
(storage/chat_sending.py, intake/service/chat_sending.py). What has not gone yet: storage/chat_unsent.py."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import Conflict, Rejected
from intake.model.chats import AttachmentKind, ChatStatus, Limits
from storage.access import Actor
from storage.answer_times import answer_time
from storage.bots import bot_of
from storage.chat_state import announce_dialogue, dialogue_to_change, inquiry_to_change, said
from storage.columns import now
from storage.history import journal, stored_id
from storage.inquiries import announce_inquiry
from storage.outbox import add_job
from storage.tables.chats import Bot, ChatFile, ChatMessage, ChatWay, Dialogue, FileState
from storage.tables.people import User

SEND = "send-chat"  # the job: a message
MOST_TEXT = 20_000  # characters
MOST_FILES = 10  # of one message
PHONE, CONSENT = "phone", "consent:"  # what `asks` is, or begins with
KINDS = {
    "image": AttachmentKind.PHOTO,
    "audio": AttachmentKind.AUDIO,
    "video": AttachmentKind.VIDEO,
}


@dataclass(frozen=True, slots=True)
class ChatAnswer:
    """What somebody has written. `token` is 32 hexadecimal digits, given out with the form: the same form
    sent twice is one message. `files` are as drafts keep them; `reply_to` is a message of the dialogue;
    `asks`: «phone», or «consent:{ConsentText.id}», for which `text` has the words."""

    token: str
    text: str = ""
    files: tuple[dict[str, Any], ...] = ()
    reply_to: int | None = None
    asks: str = ""


def why_not(bot: Bot, dialogue: Dialogue, limits: Limits, at: datetime) -> str | None:
    """The code of what forbids to write there now; None when nothing does."""
    if not bot.enabled:
        return "bot-off"
    if not bot.answers:
        return "chat-not-answered"
    if dialogue.blocked_at is not None:
        return "chat-blocked"
    if limits.window is not None and (
        dialogue.last_in_at is None or dialogue.last_in_at + limits.window < at
    ):
        return "chat-window-closed"
    return None


async def queue_chat_answer(
    session: AsyncSession, dialogue_id: int, answer: ChatAnswer, who: Actor, limits: Limits
) -> ChatMessage:
    """It goes out if the transaction commits; the dialogue is theirs from now on.

    Raises NotFound("no-dialogue"), Conflict("dialogue-taken") when a colleague has it, Rejected with the code
    of `why_not`, or for what cannot be sent there.
    """
    dialogue = await dialogue_to_change(session, dialogue_id, who)
    before = await _sent_before(session, answer, who, dialogue)
    if before is not None:
        return before
    moment = now()
    bot = await bot_of(session, dialogue.bot_id)
    if (code := why_not(bot, dialogue, limits, moment)) is not None:
        raise Rejected(code)
    await _take(session, dialogue, who, moment)
    await _check(session, dialogue, answer, limits)
    message = await _keep(session, dialogue, _message(dialogue, answer, who, moment), answer.files)
    await _note(session, message, who)
    dialogue.waiting_since, dialogue.unread = None, 0
    said(dialogue, message, answer.text or ", ".join(str(file["filename"]) for file in answer.files))
    await _send(session, dialogue, message)
    return message


async def queue_by_itself(session: AsyncSession, dialogue: Dialogue, text: str, why: str) -> ChatMessage:
    """Words that nobody has written for them: `why` is «away» or «instead». The dialogue waits for a person
    all the same. That it was said (`said_away_at`, `said_instead_at`) is the caller's to note."""
    message = ChatMessage(
        dialogue_id=dialogue.id or 0,
        inquiry_id=dialogue.inquiry_id,
        way=ChatWay.OUT,
        text=text[:MOST_TEXT],
        by_itself=why,
        status=ChatStatus.QUEUED,
    )
    await _keep(session, dialogue, message, ())
    await _send(session, dialogue, message)
    return message


def job_key(message_id: int) -> str:
    return f"chat/{message_id}"


async def _sent_before(
    session: AsyncSession, answer: ChatAnswer, who: Actor, dialogue: Dialogue
) -> ChatMessage | None:
    """The message that this very form has made already."""
    query = select(ChatMessage).where(ChatMessage.token == answer.token)
    found = (await session.exec(query)).first()
    if found is not None and (found.author_id != who.user_id or found.dialogue_id != dialogue.id):
        raise Rejected("no-such-choice", field="once")
    if found is not None and found.status is ChatStatus.CANCELLED:
        raise Conflict("message-taken-back")
    return found


async def _take(session: AsyncSession, dialogue: Dialogue, who: Actor, moment: datetime) -> None:
    """Whoever answers has it, so that two do not answer at once."""
    if dialogue.taken_by is None:
        dialogue.taken_by, dialogue.taken_at = who.user_id, moment
    elif dialogue.taken_by != who.user_id:
        colleague = await session.get(User, dialogue.taken_by)
        raise Conflict("dialogue-taken", name=colleague.name if colleague else "")


async def _check(session: AsyncSession, dialogue: Dialogue, answer: ChatAnswer, limits: Limits) -> None:
    if not answer.text.strip() and not answer.files:
        raise Rejected("chat-empty", field="text")
    if len(answer.text) > MOST_TEXT:
        raise Rejected("too-long", field="text", limit=MOST_TEXT)
    if len(answer.files) > MOST_FILES:
        raise Rejected("too-many-files", field="files", limit=MOST_FILES)
    for file in answer.files:
        if int(file["size"]) > limits.file_bytes:
            raise Rejected("file-too-large", field="files", limit=limits.file_bytes)
    _check_question(answer, limits)
    if answer.reply_to is not None:
        found = await session.get(ChatMessage, answer.reply_to)
        if found is None or found.dialogue_id != dialogue.id:
            raise Rejected("no-such-choice", field="reply_to")


def _check_question(answer: ChatAnswer, limits: Limits) -> None:
    """Only where the platform has the buttons for it, and with words for the button to stand below."""
    can = {"": True, PHONE: limits.asks_phone}.get(answer.asks, limits.buttons >= 2)
    known = answer.asks in ("", PHONE) or answer.asks.removeprefix(CONSENT).isdecimal()
    if not can or not known or (answer.asks and not answer.text.strip()):
        raise Rejected("no-such-choice", field="asks")


def _message(dialogue: Dialogue, answer: ChatAnswer, who: Actor, moment: datetime) -> ChatMessage:
    return ChatMessage(
        dialogue_id=dialogue.id or 0,
        inquiry_id=dialogue.inquiry_id,
        way=ChatWay.OUT,
        at=moment,
        text=answer.text,
        reply_to=answer.reply_to,
        author_id=who.user_id,
        token=answer.token,
        asks=answer.asks,
        status=ChatStatus.QUEUED,
    )


async def _keep(
    session: AsyncSession, dialogue: Dialogue, message: ChatMessage, files: tuple[dict[str, Any], ...]
) -> ChatMessage:
    """With its id."""
    message.status_at = message.at
    session.add(message)
    await session.flush()
    session.add_all(_file(message, position, file) for position, file in enumerate(files))
    session.add(dialogue)
    await session.flush()
    return message


def _file(message: ChatMessage, position: int, file: dict[str, Any]) -> ChatFile:
    content_type = str(file["content_type"])
    return ChatFile(
        message_id=stored_id(message),
        position=position,
        kind=KINDS.get(content_type.partition("/")[0], AttachmentKind.FILE),
        filename=str(file["filename"]),
        content_type=content_type,
        size=int(file["size"]),
        digest=str(file["digest"]),
        state=FileState.KEPT,
    )


async def _note(session: AsyncSession, message: ChatMessage, who: Actor) -> None:
    """In the journal, with how soon they were answered."""
    inquiry = await inquiry_to_change(session, message.inquiry_id)
    inquiry_id = inquiry.id if inquiry else None
    details = {"dialogue": message.dialogue_id, "message": stored_id(message)}
    async with journal(session, "chat-answer", who, inquiry_id, **details) as log:
        if inquiry is None or inquiry.answered_at is not None:
            return
        if row := await answer_time(session, inquiry, message.at, who.user_id):
            await log.add(row)
        await log.change(inquiry, answered_at=message.at, answered_by=who.user_id)
    announce_inquiry(session, inquiry)


async def _send(session: AsyncSession, dialogue: Dialogue, message: ChatMessage) -> None:
    message_id = stored_id(message)
    payload = {"dialogue": stored_id(dialogue), "message": message_id}
    await add_job(session, SEND, payload, key=job_key(message_id))
    await session.flush()
    announce_dialogue(session, dialogue, message_id)
