"""How a dialogue looks in words and glyphs: its platform, how far a message has come, what has happened."""

from dataclasses import dataclass

from intake.channels.messengers.registry import ADAPTERS
from intake.model.chats import AttachmentKind, ChatKind, ChatStatus, Limits
from storage.dialogues import View
from storage.tables.chats import Bot, ChatMessage, ChatWay, Dialogue
from storage.tables.inquiries import Inquiry
from web.i18n import gettext, mark, pgettext
from web.pages.inquiries_words import STATE_WORDS
from web.platforms import Platform, platform
from web.show import phone

__all__ = ["Platform", "platform"]  # of use to templates and pages as well

VIEWS = {
    View.WAITING: ("clock", mark("Waiting")),
    View.MINE: ("user", mark("Mine")),
    View.ALL: ("inbox", mark("All of them")),
}
STATUSES = {
    ChatStatus.QUEUED: ("clock", mark("waits to be sent")),
    ChatStatus.SENDING: ("clock", mark("is being sent")),
    ChatStatus.SENT: ("check", mark("sent")),
    ChatStatus.DELIVERED: ("check-check", mark("delivered")),
    ChatStatus.READ: ("check-check", mark("read")),
    ChatStatus.FAILED: ("circle-alert", mark("the message has not gone")),
    ChatStatus.CANCELLED: ("undo-2", mark("taken back")),
}
HAPPENED = {
    ChatKind.STARTED: ("zap", mark("Has opened the dialogue")),
    ChatKind.BLOCKED: ("circle-slash", mark("Has blocked our bot")),
    ChatKind.UNBLOCKED: ("circle-check", mark("Has allowed us to write again")),
}
FILES = {
    AttachmentKind.PHOTO: ("image", mark("Photo")),
    AttachmentKind.VIDEO: ("play", mark("Video")),
    AttachmentKind.VOICE: ("mic", mark("Voice message")),
    AttachmentKind.AUDIO: ("volume-2", mark("Audio")),
    AttachmentKind.FILE: ("paperclip", mark("File")),
    AttachmentKind.STICKER: ("sticker", mark("Sticker")),
    AttachmentKind.LOCATION: ("map-pin", mark("Place")),
    AttachmentKind.CONTACT: ("contact", mark("Contact")),
    AttachmentKind.LINK: ("link", mark("A link")),
}
BY_ITSELF = {
    "away": mark("said by itself: outside working hours"),
    "instead": mark("said by itself: another channel is offered"),
}


@dataclass(frozen=True, slots=True)
class Status:
    """`kind`: good, bad or nothing: its colour."""

    icon: str
    word: str
    kind: str = ""


def limits_of(bot: Bot) -> Limits:
    adapter = ADAPTERS.get(bot.platform)
    return adapter.limits if adapter else Limits()


def name_of(dialogue: Dialogue) -> str:
    """As they call themselves, else how they may be told apart."""
    nick = f"@{dialogue.username}" if dialogue.username else ""
    return dialogue.name or nick or phone(dialogue.phone) or gettext("Unknown sender")


def status_of(message: ChatMessage) -> Status | None:
    """Of a message of ours."""
    if message.way is ChatWay.IN or message.status is None:
        return None
    icon, word = STATUSES[message.status]
    kind = {ChatStatus.FAILED: "bad", ChatStatus.READ: "good"}.get(message.status, "")
    return Status(icon, gettext(word), kind)


def happened(message: ChatMessage) -> tuple[str, str] | None:
    """Icon and words of what is nothing that was said."""
    if message.kind is ChatKind.BUTTON:
        return _pressed(message)
    icon, word = HAPPENED.get(message.kind, ("", ""))
    return (icon, gettext(word)) if word else None


def _pressed(message: ChatMessage) -> tuple[str, str]:
    if message.payload.startswith("consent:"):
        return "shield-check", gettext("Has consented by the button")
    if message.payload.startswith("refuse:"):
        return "shield-alert", gettext("Has refused to consent")
    return "circle-dot", gettext("Pressed: %(button)s", button=message.text or message.payload)


def asked(message: ChatMessage) -> str:
    """What a message of ours asks for by a button."""
    if message.asks == "phone":
        return gettext("asks for the phone number")
    return gettext("asks for a consent") if message.asks else ""


def by_itself(message: ChatMessage) -> str:
    return gettext(BY_ITSELF[message.by_itself]) if message.by_itself in BY_ITSELF else ""


def file_words(kind: AttachmentKind | str) -> tuple[str, str]:
    icon, word = FILES[AttachmentKind(kind)]
    return icon, gettext(word)


def views() -> list[tuple[str, str, str]]:
    """Value, icon and word of each."""
    return [(view.value, icon, gettext(word)) for view, (icon, word) in VIEWS.items()]


def inquiry_word(inquiry: Inquiry | None) -> str:
    """What has become of what they asked."""
    return gettext(STATE_WORDS[inquiry.state]) if inquiry is not None else ""


def view_title(view: View) -> str:
    return {
        View.WAITING: gettext("Dialogues that wait"),
        View.MINE: gettext("My dialogues"),
        View.ALL: pgettext("dialogues", "All dialogues"),
    }[view]
