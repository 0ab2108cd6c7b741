"""Where a letter belongs: the inquiry of its thread, a new one, or aside (docs/decisions/letters.md)."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.matching.emails import read_email
from intake.matching.touching import touch_keys
from intake.model.letters import Letter, LetterKind, SenderFrom
from intake.reception.letter_rows import fit_inquiry, inquiry_columns
from intake.reception.naming import named_by, own_keys, returned_keys, says_it_failed
from intake.reception.opening import Opened
from storage import callbacks, callers, letters_write, threads, touches
from storage.asking_again import ask_again
from storage.callers import NOBODY, Caller
from storage.database import announce
from storage.inquiries import announce_inquiry
from storage.openings import at_work, open_inquiries
from storage.tables.inquiries import Channel
from storage.tables.letters import Sending
from storage.threads import Ours, Thread
from storage.touches import Coming, Recent

ABOUT_OURS = frozenset({LetterKind.OWN, LetterKind.BOUNCE})
STRANGER = "thread-of-others"  # a problem: it names letters of people with whom its sender has no part


class Became(StrEnum):
    """What became of a letter."""

    HEARD = "heard"  # this very fact was told before
    COPY = "copy"  # the letter had come by another way
    OPENED = "opened"
    JOINED = "joined"
    ASIDE = "aside"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True)
class Placed:
    became: Became
    inquiry_id: int | None = None
    problems: tuple[str, ...] = ()
    ignored_by: int | None = None  # an entry of the ignore list: but for this it would wait
    recent: Recent | None = None  # it is to join this one, by the repeat-touch window
    writer: Caller = NOBODY


def ignored_by(opened: Opened, letter: Letter) -> int | None:
    """The entry of the ignore list that speaks of one of its senders."""
    senders = (letter.sent_from.email, letter.sender.email, letter.sender.phone)
    return opened.house.ignored.entry_for(Channel.LETTER, senders)


def keys_of(opened: Opened) -> tuple[str, ...]:
    """By which its sender's next touch is known. Who only passes a form's letters on is nobody's sender."""
    letter = opened.letter
    if letter is None or letter.kind is not LetterKind.LETTER:
        return ()
    by_form = letter.sender.why is SenderFrom.FORM_BODY
    email = "" if by_form and letter.sender.email == letter.sent_from.email else letter.sender.email
    return touch_keys(email, letter.sender.phone, own=opened.house.own)


def coming(opened: Opened, writer: Caller) -> Coming:
    letter = opened.letter
    said = {"sender_name": letter.sender.name, "subject": letter.subject} if letter else {}
    fitting = {name: fit_inquiry(name, value) for name, value in said.items()}
    return Coming(keys_of(opened), opened.event.at, Channel.LETTER, caller=writer, said=fitting)


async def place(session: AsyncSession, opened: Opened, letter: Letter) -> Placed:
    """Joins or opens an inquiry where it shall; the letter itself is not written yet, and the one that it
    is to join by the window is only locked (`recent`)."""
    if letter.kind in ABOUT_OURS:
        placed = await _about_ours(session, opened, letter)
        if placed is not None:
            return placed
    writer = await writer_of(session, letter)
    thread = await threads.thread_of(session, named_by(letter), writer)
    waits = deserves(letter, known=writer is not NOBODY or thread.inquiry_id is not None)
    ignored = ignored_by(opened, letter) if waits else None
    if thread.inquiry_id is not None:
        await _join(session, thread.inquiry_id, opened, waits and ignored is None)
        return Placed(Became.JOINED, thread.inquiry_id, ignored_by=ignored)
    problems = (STRANGER,) if thread.stranger_to is not None else ()
    if not waits or ignored is not None:
        return Placed(Became.ASIDE, None, problems, ignored)
    placed = await _join_or_open(session, opened, letter, writer, thread)
    return replace(placed, problems=problems)


async def _join_or_open(
    session: AsyncSession, opened: Opened, letter: Letter, writer: Caller, thread: Thread
) -> Placed:
    """What they began a moment ago by another way, else a new one."""
    recent = await touches.find_recent(session, coming(opened, writer), opened.house.touch_minutes)
    if recent is None:
        return Placed(Became.OPENED, await _open(session, opened, letter, writer, thread))
    inquiry_id = recent.inquiry.id or 0
    await threads.adopt(session, thread.loose, inquiry_id)
    return Placed(Became.JOINED, inquiry_id, recent=recent, writer=writer)


async def _about_ours(session: AsyncSession, opened: Opened, letter: Letter) -> Placed | None:
    """Our own letter, come back as it was or in a report; None when it is about none that we know."""
    bounced, raw = letter.kind is LetterKind.BOUNCE, opened.event.raw
    ids = returned_keys(letter, raw) if bounced else own_keys(letter, raw)
    ours = await threads.ours_among(session, ids)
    if ours is None:
        return None
    if not bounced:
        return Placed(Became.COPY, ours.inquiry_id)
    if says_it_failed(raw):
        await _failed(session, ours, letter.kind_reason or "bounced")
    if ours.inquiry_id is None:
        return Placed(Became.ASIDE)
    announce_inquiry(session, await callbacks.inquiry(session, ours.inquiry_id))
    return Placed(Became.JOINED, ours.inquiry_id)


async def _failed(session: AsyncSession, ours: Ours, error: str) -> None:
    """As when its server refuses it: whoever wrote it is told."""
    await letters_write.change_letter(session, ours.id, sending=Sending.FAILED, error=error)
    about = f"inquiry/{ours.inquiry_id}" if ours.inquiry_id else ""
    announce(session, "letter", letter=ours.id, inquiry=ours.inquiry_id)
    announce(session, "answer-failed", letter=ours.id, author=ours.author_id, about=about)


def deserves(letter: Letter, known: bool) -> bool:
    """Whether a person shall see it waiting. A filter's word counts only against people nobody knows."""
    return letter.kind is LetterKind.LETTER and (known or not letter.spam)


async def writer_of(session: AsyncSession, letter: Letter) -> Caller:
    """Who it is, by exact keys: the address, else the telephone of a form."""
    found = await callers.who_writes(session, point_of(letter.sender.email))
    if found is NOBODY and letter.sender.phone:
        return await callers.who_is(session, letter.sender.phone)
    return found


def point_of(email: str) -> str:
    """As points are kept: a domain that is not of ASCII letters stands there in its own ones."""
    if email.isascii() and "xn--" not in email:
        return email
    read = read_email(email)
    return read.address if read else email


async def _join(session: AsyncSession, inquiry_id: int, opened: Opened, waits: bool) -> None:
    inquiry = await callbacks.inquiry(session, inquiry_id)
    if waits:
        await ask_again(session, inquiry, opened.event.at)
    await session.flush()
    announce_inquiry(session, inquiry)


async def _open(session: AsyncSession, opened: Opened, letter: Letter, writer: Caller, thread: Thread) -> int:
    """Who wrote to them first is the one to go on with them, unless the client is somebody's."""
    responsible_id = writer.responsible_id or await at_work(session, thread.author_id)
    values = opening_columns(opened, letter, writer, responsible_id)
    [inquiry_id] = await open_inquiries(session, [(opened.event.at, values)])
    await threads.adopt(session, thread.loose, inquiry_id)
    return inquiry_id


def opening_columns(
    opened: Opened, letter: Letter, writer: Caller, responsible_id: int | None
) -> dict[str, Any]:
    """Of the inquiry that a letter opens."""
    party = {"account_id": writer.account_id, "contact_id": writer.contact_id, "lead_id": writer.lead_id}
    return inquiry_columns(letter, opened.event.mailbox) | party | {"responsible_id": responsible_id}
