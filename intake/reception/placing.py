"""Where a letter belongs: the inquiry of its thread, a new one, or aside (docs/decisions/letters.md)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.matching.emails import read_email
from intake.model.letters import Letter, LetterKind
from intake.reception.letter_rows import inquiry_columns
from intake.reception.naming import named_by, own_keys, returned_keys, says_it_failed
from intake.reception.opening import Opened
from storage import callbacks, callers, letters_write, threads
from storage.asking_again import ask_again
from storage.callers import NOBODY, Caller
from storage.database import announce
from storage.inquiries import announce_inquiry
from storage.openings import at_work, open_inquiries
from storage.tables.letters import Sending
from storage.threads import Ours, Thread

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


def senders(letter: Letter | None) -> tuple[str, ...]:
    """Whose being blocked counts."""
    return (letter.sent_from.email, letter.sender.email) if letter is not None else ()


async def place(session: AsyncSession, opened: Opened, letter: Letter, blocked: bool) -> Placed:
    """Joins or opens an inquiry where it shall; the letter itself is not written yet. `blocked` is one of
    its senders."""
    if letter.kind in ABOUT_OURS:
        placed = await _about_ours(session, opened, letter)
        if placed is not None:
            return placed
    writer = await writer_of(session, letter)
    thread = await threads.thread_of(session, named_by(letter), writer)
    known = writer is not NOBODY or thread.inquiry_id is not None
    waits = not blocked and deserves(letter, known)
    if thread.inquiry_id is not None:
        await _join(session, thread.inquiry_id, opened, waits)
        return Placed(Became.JOINED, thread.inquiry_id)
    problems = (STRANGER,) if thread.stranger_to is not None else ()
    if not waits:
        return Placed(Became.ASIDE, None, problems)
    return Placed(Became.OPENED, await _open(session, opened, letter, writer, thread), problems)


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
