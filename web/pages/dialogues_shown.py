"""A thread as templates show it: in the window of dialogues, beside the wizard, in the pane of an inquiry.

shown = await thread_shown(session, dialogue, bot)
{% with thread = shown, place = "wizard" %}{% include "dialogues/thread.html" %}{% endwith %}
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.model.chats import AttachmentKind, ChatStatus
from storage.dialogues_thread import Part, Said, last_part
from storage.history import stored_id
from storage.tables.chats import Bot, ChatFile, ChatMessage, ChatVersion, ChatWay, Dialogue, FileState
from web.i18n import gettext
from web.letter_files import icon_of, safe_name
from web.messages import worded
from web.pages import dialogues_words as words
from web.times import here

TOGETHER = timedelta(minutes=5)  # what one person says within it stands under one name
SNIPPET = 120  # characters of an answered message
PICTURES = (AttachmentKind.PHOTO, AttachmentKind.STICKER)
PLAYED = (AttachmentKind.VOICE, AttachmentKind.AUDIO, AttachmentKind.VIDEO)


@dataclass(frozen=True, slots=True)
class ShownFile:
    """`place`: where its template puts it: picture, audio, video, card (a place, a contact, a link) or file.
    `missing`: why it is not here, in words."""

    id: int
    kind: AttachmentKind
    place: str
    icon: str
    word: str
    name: str
    row: ChatFile
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a message answers."""

    id: int
    who: str
    snippet: str


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """`day`: it is the first of this day; `head`: its author is to be named."""

    id: int
    row: ChatMessage
    ours: bool
    at: datetime
    author: str
    day: date | None
    head: bool
    reply: Reply | None
    files: dict[str, list[ShownFile]]
    versions: Sequence[ChatVersion]
    status: words.Status | None
    happened: tuple[str, str] | None
    asked: str
    by_itself: str

    @property
    def bare(self) -> bool:
        """Nothing is written in it: pictures stand without a frame."""
        return not self.row.text and not self.reply and set(self.files) <= {"picture"}

    @property
    def waits(self) -> bool:
        """It has not gone: it can be taken back, or tried again."""
        return self.row.status in (ChatStatus.QUEUED, ChatStatus.FAILED)

    @property
    def why(self) -> str:
        """It has not gone."""
        return worded(self.row.error)

    @property
    def spoken(self) -> bool:
        """They said it: it can be accepted as a request, and answered."""
        return not self.ours and self.happened is None


@dataclass(frozen=True, slots=True)
class ShownThread:
    """`inquiry_id`: only what belongs to it. `first`: the message by which it is asked for again."""

    dialogue: Dialogue
    platform: words.Platform
    bot: str
    name: str
    messages: list[ShownMessage]
    earlier: bool
    first: int
    inquiry_id: int | None = None

    @property
    def query(self) -> dict[str, str]:
        """Of the addresses that ask for more of it."""
        return {"inquiry": str(self.inquiry_id)} if self.inquiry_id is not None else {}


async def thread_shown(
    session: AsyncSession, dialogue: Dialogue, bot: Bot, inquiry_id: int | None = None
) -> ShownThread:
    """The last of what was said; with `inquiry_id` only what belongs to it."""
    return shown_part(dialogue, bot, await last_part(session, dialogue.id or 0, inquiry_id), inquiry_id)


def shown_part(
    dialogue: Dialogue, bot: Bot, part: Part, inquiry_id: int | None = None, since: int | None = None
) -> ShownThread:
    """`since`: the message that it was asked for by: it is asked for by the same one again."""
    return ShownThread(
        dialogue=dialogue,
        platform=words.platform(bot.platform),
        bot=bot.name,
        name=words.name_of(dialogue),
        messages=_messages(dialogue, part),
        earlier=part.earlier,
        first=part.first if since is None else since,
        inquiry_id=inquiry_id,
    )


def _messages(dialogue: Dialogue, part: Part) -> list[ShownMessage]:
    shown: list[ShownMessage] = []
    for said in part.said:
        if said.message.status is not ChatStatus.CANCELLED:
            shown.append(_message(dialogue, said, shown[-1] if shown else None))
    return shown


def _message(dialogue: Dialogue, said: Said, before: ShownMessage | None) -> ShownMessage:
    message = said.message
    ours = message.way is ChatWay.OUT
    author = _author(dialogue, said)
    new_day = before is None or here(before.at).date() != here(message.at).date()
    apart = before is None or (before.author, before.ours) != (author, ours) or before.happened is not None
    return ShownMessage(
        id=stored_id(message),
        row=message,
        ours=ours,
        at=message.at,
        author=author,
        day=here(message.at).date() if new_day else None,
        head=new_day or apart or (before is not None and message.at - before.at > TOGETHER),
        reply=_reply(dialogue, said),
        files=_files(said.files),
        versions=said.versions,
        status=words.status_of(message),
        happened=words.happened(message),
        asked=words.asked(message),
        by_itself=words.by_itself(message),
    )


def _author(dialogue: Dialogue, said: Said) -> str:
    if said.message.way is ChatWay.IN:
        return said.message.author or words.name_of(dialogue)
    return said.author or gettext("Intake")


def _reply(dialogue: Dialogue, said: Said) -> Reply | None:
    if (answered := said.answered) is None:
        return None
    who = gettext("we") if answered.way is ChatWay.OUT else answered.author or words.name_of(dialogue)
    return Reply(stored_id(answered), who, snippet_of(answered))


def snippet_of(message: ChatMessage) -> str:
    """A message in a line."""
    return " ".join(message.text[: SNIPPET * 2].split())[:SNIPPET] or gettext("a file")


def _files(files: Sequence[ChatFile]) -> dict[str, list[ShownFile]]:
    found: dict[str, list[ShownFile]] = {}
    for file in files:
        shown = _file(file)
        found.setdefault(shown.place, []).append(shown)
    return found


def _file(file: ChatFile) -> ShownFile:
    icon, word = words.file_words(file.kind)
    missing = _missing(file)
    name = safe_name(file.filename) if file.filename else word
    if file.kind is AttachmentKind.FILE:
        icon = icon_of(file.content_type, name)
    return ShownFile(stored_id(file), file.kind, _place(file, missing), icon, word, name, file, missing)


def _place(file: ChatFile, missing: str) -> str:
    if file.kind in (AttachmentKind.LOCATION, AttachmentKind.CONTACT, AttachmentKind.LINK):
        return "card"
    if file.kind is AttachmentKind.STICKER and not file.content_type.startswith("image/"):
        return "emoji" if file.title else "file"
    if missing:
        return "file"
    if file.kind in PICTURES:
        return "picture"
    if file.kind in PLAYED:
        return "video" if file.kind is AttachmentKind.VIDEO else "audio"
    return "file"


def _missing(file: ChatFile) -> str:
    if file.removed_at is not None:
        return gettext("removed")
    return {
        FileState.WAITING: gettext("is being fetched"),
        FileState.FAILED: gettext("could not be fetched"),
        FileState.TOO_LARGE: gettext("too large to be fetched"),
        FileState.NONE: gettext("is not here"),
        FileState.KEPT: "" if file.digest else gettext("is not here"),
    }[file.state]
