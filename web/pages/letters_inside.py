"""A letter for administrators: its source, and why it was read as it was."""

import asyncio
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from email import message_from_bytes
from email.message import Message

from aiohttp import web

from intake.errors import NotFound
from intake.model.letters import LetterKind
from storage.aside import letter_seen_by
from storage.files import Files
from storage.letter_why import joined_by
from storage.letters import found_in, raw_of
from storage.tables.letters import LetterRecord
from storage.tables.people import Role
from web.access import allow
from web.i18n import gettext
from web.keys import DATABASE, FILES
from web.letter_files import FILE_HEADERS, disposition
from web.looked import ONLOOKERS
from web.pages import letters_words as words
from web.pages.cards import actor
from web.pages.cards_edit import card_id
from web.render import page
from web.times import when

MOST_SOURCE = 200_000  # bytes that are shown on a page
MOST_HEAD = 2_000_000  # bytes that are taken apart for the table of parts
MOST_PARTS = 100
MOST_HEADERS = 60
LONGEST = 500  # characters of a header that are shown
DECIDING = (  # what kinds, threads and senders are told by
    "from", "sender", "reply-to", "return-path", "to", "cc", "delivered-to", "date", "message-id",
    "in-reply-to", "references", "auto-submitted", "precedence", "x-autoreply", "x-auto-response-suppress",
    "x-failed-recipients", "list-id", "list-unsubscribe", "feedback-id", "x-spam-flag", "x-spam-status",
    "x-spam", "x-intake-id", "content-type",
)  # fmt: skip

Fact = tuple[str, str, str]  # what it is about, what was understood, by what

routes = web.RouteTableDef()


@dataclass(frozen=True, slots=True)
class Part:
    depth: int
    kind: str
    charset: str
    encoding: str
    name: str


@routes.get("/letters/{id:\\d+}/source", name="letter.source")
@allow(Role.ADMINISTRATOR)
async def source(request: web.Request) -> web.Response:
    """The beginning as text; whatever is no UTF-8 stands as a mark."""
    letter, raw = await _letter(request)
    text = raw[:MOST_SOURCE].decode(errors="replace")
    cut = len(raw) > MOST_SOURCE
    return await page(request, "letters/source.html", letter=letter, text=text, cut=cut)


@routes.get("/letters/{id:\\d+}/letter.eml", name="letter.eml")
@allow(Role.ADMINISTRATOR)
async def eml(request: web.Request) -> web.Response:
    letter, raw = await _letter(request)
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": disposition("attachment", f"letter-{letter.id}.eml"),
    }
    return web.Response(body=raw, headers=FILE_HEADERS | headers)


@routes.get("/letters/{id:\\d+}/why", name="letter.why")
@allow(Role.ADMINISTRATOR)
async def why(request: web.Request) -> web.Response:
    letter, raw = await _letter(request)
    parts, headers = await asyncio.to_thread(_apart, raw[:MOST_HEAD])
    async with request.app[DATABASE].reading() as session:
        joined = await joined_by(session, letter)
    return await page(
        request,
        "letters/why.html",
        letter=letter,
        facts=[fact for fact in _facts(letter, joined) if fact[1] or fact[2]],
        problems=[(code, words.problem_word(code)) for code in letter.problems],
        parts=parts,
        headers=headers,
    )


async def _letter(request: web.Request) -> tuple[LetterRecord, bytes]:
    """Raises NotFound, also ("source-removed") when retention was here."""
    who = actor(request)
    async with request.app[DATABASE].reading() as session:
        letter = await letter_seen_by(session, who, card_id(request))
    request.app[ONLOOKERS].saw(who, "letter-source", [("letter", letter.id or 0)])
    return letter, await asyncio.to_thread(_raw, letter, request.app[FILES])


def _raw(letter: LetterRecord, files: Files) -> bytes:
    try:
        return raw_of(letter, files)
    except FileNotFoundError as error:
        raise NotFound("source-removed") from error


def _facts(letter: LetterRecord, joined: tuple[LetterRecord, str] | None) -> Iterator[Fact]:
    kind = words.kind_of(letter)
    ordinary = gettext("a letter") if letter.kind is LetterKind.LETTER else letter.kind.value
    yield gettext("Kind"), kind[1] if kind else ordinary, letter.kind_reason
    sender = f"{letter.sender_name} <{letter.sender_email}>".strip()
    yield gettext("Sender"), sender, gettext("by %(what)s", what=words.how_found(letter))
    yield gettext("From"), f"{letter.from_name} <{letter.from_email}>".strip(), ""
    yield gettext("Thread"), *_thread(letter, joined)
    yield gettext("Spam"), letter.spam, ""
    yield gettext("Received"), when(letter.at), ""
    yield gettext("Date by the sender's clock"), when(letter.sent_at), ""
    for name, values in asdict(found_in(letter)).items():
        said = values if isinstance(values, str) else ", ".join(values)
        yield gettext("Found in the text: %(what)s", what=name), said, ""


def _thread(letter: LetterRecord, joined: tuple[LetterRecord, str] | None) -> tuple[str, str]:
    if joined is not None:
        before, shared = joined
        text = gettext(
            "goes on from the letter of %(when)s by %(name)s",
            when=when(before.at),
            name=words.name_of(before),
        )
        return text, gettext("both name the id %(id)s", id=shared)
    if letter.inquiry_id is None:
        return gettext("belongs to no inquiry"), ""
    said = gettext("it answers %(id)s, which is not known here", id=letter.in_reply_to)
    return gettext("begins a thread"), said if letter.in_reply_to else ""


def _apart(raw: bytes) -> tuple[list[Part], list[tuple[str, str]]]:
    """Its parts, and the headers that decide. What the letter says of itself, not what was made of it."""
    message = message_from_bytes(raw)
    headers = [
        (str(name), _text(value)) for name, value in message.raw_items() if str(name).lower() in DECIDING
    ]
    return list(_parts(message, 0))[:MOST_PARTS], headers[:MOST_HEADERS]


def _parts(message: Message, depth: int) -> Iterator[Part]:
    """A stack of its own: nested messages have no end."""
    waiting = [(message, depth)]
    while waiting:
        part, depth = waiting.pop()
        yield Part(
            depth,
            part.get_content_type(),
            _text(part.get_content_charset() or ""),
            _text(part.get("Content-Transfer-Encoding", "")),
            _text(part.get_filename() or ""),
        )
        inner = part.get_payload()
        if isinstance(inner, list):
            waiting += [(one, depth + 1) for one in reversed(inner) if isinstance(one, Message)]


def _text(value: object) -> str:
    return str(value).encode(errors="replace").decode(errors="replace")[:LONGEST]
