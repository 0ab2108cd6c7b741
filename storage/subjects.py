"""What is stored of events that rules are asked about, many at once: the fact, its inquiry, the letter or the
submission that it is, the message of a chat."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, exists, func, literal, or_, select

from intake.model.chats import AttachmentKind, ChatKind
from storage.batches import batches
from storage.tables.automation import Touch
from storage.tables.chats import Bot, ChatFile, ChatMessage, Dialogue
from storage.tables.forms import Submission, SubmissionFile, WebForm
from storage.tables.inquiries import Inquiry, InquiryEvent
from storage.tables.letters import Attachment, LetterRecord, LetterWay, Mailbox

CALL_ENDED = "call-ended"
LETTER = "letter"
SUBMISSION = "submission"
MESSAGE = "message"
FORM = "form:"  # begins a form's channel
CHAT = "chat:"  # begins a bot's
MOST_BODY = 20_000  # characters of a letter that rules look at

_event = InquiryEvent.__table__  # type: ignore[attr-defined]
_inquiry = Inquiry.__table__  # type: ignore[attr-defined]
_letter = LetterRecord.__table__  # type: ignore[attr-defined]
_attachment = Attachment.__table__  # type: ignore[attr-defined]
_mailbox = Mailbox.__table__  # type: ignore[attr-defined]
_submission = Submission.__table__  # type: ignore[attr-defined]
_file = SubmissionFile.__table__  # type: ignore[attr-defined]
_touch = Touch.__table__  # type: ignore[attr-defined]
_form = WebForm.__table__  # type: ignore[attr-defined]
_message = ChatMessage.__table__  # type: ignore[attr-defined]
_dialogue = Dialogue.__table__  # type: ignore[attr-defined]
_bot = Bot.__table__  # type: ignore[attr-defined]
_chat_file = ChatFile.__table__  # type: ignore[attr-defined]

_EVENT = (
    _event.c.id, _event.c.inquiry_id, _event.c.channel, _event.c.kind, _event.c.at, _event.c.heard_at,
    _event.c.fact,
)  # fmt: skip
_OF_INQUIRY = (
    _inquiry.c.channel.label("opened_by"), _inquiry.c.state, _inquiry.c.sender, _inquiry.c.sender_name,
    _inquiry.c.subject, _inquiry.c.line, _inquiry.c.queue, _inquiry.c.responsible_id, _inquiry.c.interest_id,
    _inquiry.c.decline_reason,
)  # fmt: skip
_LETTER = (
    _letter.c.id, _letter.c.fingerprint, _letter.c.mailbox_id, _letter.c.message_id, _letter.c.sender_email,
    _letter.c.sender_name, _letter.c.sender_phone, _letter.c.subject, _letter.c.fields, _letter.c.spam,
)  # fmt: skip
_SUBMISSION = (
    _submission.c.id, _submission.c.event_id, _submission.c.form_id, _submission.c.held,
    _submission.c["values"].label("filled"), _submission.c.said, _submission.c.page, _submission.c.utm,
)  # fmt: skip
_MESSAGE = (
    _message.c.id, _message.c.event_id, _message.c.text, _message.c.author, _dialogue.c.identity,
    _dialogue.c.name, _dialogue.c.username, _dialogue.c.phone, _dialogue.c.unlinked,
    _dialogue.c.group.label("in_group"), _dialogue.c.source, _bot.c.name.label("bot"), _bot.c.platform,
)  # fmt: skip
_SENT = (
    AttachmentKind.PHOTO, AttachmentKind.VIDEO, AttachmentKind.VOICE, AttachmentKind.AUDIO,
    AttachmentKind.FILE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class House:
    """What is ours: by it a source is named, and an event that comes from ourselves is known."""

    addresses: frozenset[str] = frozenset()  # lower case
    mailboxes: Mapping[int, str] = field(default_factory=dict)
    forms: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the rules want to know that is dear to fetch."""

    body: bool = True
    headers: bool = True
    again: bool = True


NOTHING = Asked(body=False, headers=False, again=False)


@dataclass(frozen=True, slots=True)
class Stored:
    """All that is stored of some events."""

    events: list[Any]
    letters: Mapping[str, Any]  # by fingerprint
    submissions: Mapping[int, Any]  # by event
    messages: Mapping[int, Any]  # of chats, by event
    with_files: frozenset[tuple[str, int]]  # «letter», «submission» or «message», its id
    ours: frozenset[str]  # message ids that are those of letters we sent


def house(connection: Connection) -> House:
    addresses: set[str] = set()
    mailboxes: dict[int, str] = {}
    for id_, address, aliases in connection.execute(
        select(_mailbox.c.id, _mailbox.c.address, _mailbox.c.aliases)
    ):
        mailboxes[id_] = address
        addresses |= {one.lower() for one in (address, *aliases) if one}
    forms = {row.id: row.name for row in connection.execute(select(_form.c.id, _form.c.name))}
    return House(frozenset(addresses), mailboxes, forms)


def event_of(connection: Connection, inquiry_id: int) -> int | None:
    """The event that has opened an inquiry, where rules are asked about such."""
    query = select(func.min(_event.c.id)).where(_event.c.inquiry_id == inquiry_id, _asked_at_once())
    return connection.execute(query).scalar_one_or_none()


def span_of(connection: Connection, since: datetime, until: datetime) -> tuple[int, int]:
    """The first and last event of a time; (0, -1) where there is none."""
    query = select(func.min(_event.c.id), func.max(_event.c.id)).where(_event.c.at.between(since, until))
    first, last = connection.execute(query).one()
    return (first, last) if first is not None else (0, -1)


def events_between(
    connection: Connection, since: datetime, until: datetime, ids: tuple[int, int], limit: int
) -> list[Any]:
    """Those that rules are asked about: of ended calls, and what has opened an inquiry. The newest first."""
    query = _events().where(_event.c.at.between(since, until), _event.c.id.between(*ids), _is_asked())
    return list(connection.execute(query.order_by(_event.c.id.desc()).limit(limit)))


def events(connection: Connection, ids: Collection[int]) -> list[Any]:
    """These, whether rules were ever asked about them or not; the oldest first."""
    query = _events().order_by(_event.c.id)
    return [
        row for some in batches(sorted(ids)) for row in connection.execute(query.where(_event.c.id.in_(some)))
    ]


def stored_of(connection: Connection, found: list[Any], asked: Asked) -> Stored:
    """What belongs to these events."""
    prints = [str(row.fact.get("fingerprint", "")) for row in found if row.kind == LETTER]
    letters = {
        row.fingerprint: row for row in _in(connection, _letters(asked), _letter.c.fingerprint, prints)
    }
    forms = [row.id for row in found if row.channel.startswith(FORM)]
    submissions = {
        row.event_id: row for row in _in(connection, select(*_SUBMISSION), _submission.c.event_id, forms)
    }
    chats = [row.id for row in found if row.channel.startswith(CHAT)]
    messages = {row.event_id: row for row in _in(connection, _messages(), _message.c.event_id, chats)}
    return Stored(
        found, letters, submissions, messages,
        with_files=frozenset((
            *_with_files(connection, letters.values(), submissions.values()),
            *_sent_along(connection, messages.values()),
        )),
        ours=frozenset(_ours(connection, letters.values())),
    )  # fmt: skip


def heard(
    connection: Connection, senders: Iterable[str], since: datetime, until: datetime
) -> dict[str, list[tuple[datetime, int]]]:
    """When these opened inquiries, and which."""
    found: dict[str, list[tuple[datetime, int]]] = defaultdict(list)
    query = select(_inquiry.c.sender, _inquiry.c.opened_at, _inquiry.c.id)
    query = query.where(_inquiry.c.opened_at.between(since, until))
    for sender, at, inquiry_id in _in(connection, query, _inquiry.c.sender, sorted(set(senders))):
        found[sender].append((at, inquiry_id))
    return found


def _events() -> Select[Any]:
    joined = _event.outerjoin(_inquiry, _inquiry.c.id == _event.c.inquiry_id)
    return select(*_EVENT, *_OF_INQUIRY).select_from(joined)


def _is_asked() -> Any:
    """A further letter of a thread is not; what a person brought by another way within the window is."""
    other = _event.alias()
    earlier = exists().where(other.c.inquiry_id == _event.c.inquiry_id, other.c.id < _event.c.id)
    touched = exists().where(_touch.c.event_id == _event.c.id)
    opened = and_(_asked_at_once(), or_(~earlier, touched))
    return and_(_event.c.inquiry_id.is_not(None), or_(_event.c.kind == CALL_ENDED, opened))


def _asked_at_once() -> Any:
    return or_(_event.c.kind == LETTER, _event.c.channel.startswith(FORM), _says_something())


def _says_something() -> Any:
    """In a chat: a press of a button, an edit or «blocked» asks for nothing."""
    said = exists().where(_message.c.event_id == _event.c.id, _message.c.kind == ChatKind.MESSAGE)
    return and_(_event.c.channel.startswith(CHAT), said)


def _messages() -> Select[Any]:
    joined = _message.join(_dialogue, _dialogue.c.id == _message.c.dialogue_id)
    joined = joined.join(_bot, _bot.c.id == _dialogue.c.bot_id)
    return select(*_MESSAGE).select_from(joined).where(_message.c.kind == ChatKind.MESSAGE)


def _letters(asked: Asked) -> Select[Any]:
    text = func.coalesce(func.nullif(_letter.c.reply_text, ""), _letter.c.text)
    body = func.substr(text, 1, MOST_BODY) if asked.body else literal("")
    raw = _letter.c.raw if asked.headers else literal(None, _letter.c.raw.type)
    return select(*_LETTER, body.label("body"), raw.label("raw"))


def _with_files(
    connection: Connection, letters: Iterable[Any], submissions: Iterable[Any]
) -> Iterable[tuple[str, int]]:
    attached = select(_attachment.c.letter_id).where(_attachment.c.inline.is_(False)).distinct()
    for row in _in(connection, attached, _attachment.c.letter_id, [one.id for one in letters]):
        yield LETTER, row[0]
    sent = select(_file.c.submission_id).distinct()
    for row in _in(connection, sent, _file.c.submission_id, [one.id for one in submissions]):
        yield SUBMISSION, row[0]


def _sent_along(connection: Connection, messages: Iterable[Any]) -> Iterable[tuple[str, int]]:
    sent = select(_chat_file.c.message_id).where(_chat_file.c.kind.in_(_SENT)).distinct()
    for row in _in(connection, sent, _chat_file.c.message_id, [one.id for one in messages]):
        yield MESSAGE, row[0]


def _ours(connection: Connection, letters: Iterable[Any]) -> Iterable[str]:
    ids = {one.message_id for one in letters if one.message_id}
    query = select(_letter.c.message_id).where(_letter.c.way == LetterWay.OUT)
    return (row[0] for row in _in(connection, query, _letter.c.message_id, sorted(ids)))


def _in(connection: Connection, query: Select[Any], column: Any, values: Collection[Any]) -> Iterable[Any]:
    for some in batches(values):
        yield from connection.execute(query.where(column.in_(some)))
