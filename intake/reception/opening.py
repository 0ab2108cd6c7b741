"""A letter as it came in is opened: read, and what is large in it put into files. Nothing is decided yet."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from intake import metrics
from intake.errors import Deferred
from intake.letters.problems import Problem
from intake.letters.read import read_letter
from intake.model.letters import Letter, LetterEvent, LetterKind
from intake.reception.house import Box, House
from intake.reception.letter_rows import attachment_columns
from storage.files import LARGEST, MOST, Files
from storage.letter_fingerprint import fingerprint
from storage.letters_write import SMALL, kept_raw, stored_raw

INLINE = 8_000  # bytes of a letter that is read at once: two milliseconds, 40 for the worst that was found
PATIENCE = 30.0  # seconds for a larger one, in a thread; reading takes two at the very most, of a free core
READERS = 2  # threads: one that hangs leaves another

log = logging.getLogger(__name__)

_threads = ThreadPoolExecutor(READERS, "letter")


@dataclass(frozen=True, slots=True)
class Opened:
    """`letter` is None for one that nobody could read, for the reason `why`; its attachments are files.
    `raw` and `attachments` are columns of their tables; `raw` is empty until it is kept."""

    event: LetterEvent
    box: Box
    fingerprint: str
    letter: Letter | None
    raw: dict[str, Any] = field(repr=False)
    attachments: tuple[dict[str, Any], ...] = ()
    why: str = ""
    house: House = field(default_factory=House, repr=False)  # as it was then


class Opener:
    def __init__(self, files: Files) -> None:
        self._files = files
        self._free = asyncio.Semaphore(READERS)
        self._turn = asyncio.Lock()

    async def open(self, event: LetterEvent, house: House) -> Opened:
        """Does not hold up the loop. Raises Deferred("files-unavailable") when the disk does not take it."""
        box = house.box(event.channel, event.mailbox)
        with metrics.LETTER_READING.time():
            if len(event.raw) <= INLINE:
                async with self._turn:
                    opened = _read(event, box, house)
                    await asyncio.sleep(0)  # whoever waits for the loop has it before the next is read
            else:
                opened = await self._in_a_thread(event, box, house)
        if opened.raw and not (opened.letter and opened.letter.attachments):
            return opened
        try:
            return await asyncio.to_thread(_filed, opened, self._files)
        except OSError as error:
            raise Deferred("files-unavailable", reason=type(error).__name__) from error

    async def _in_a_thread(self, event: LetterEvent, box: Box, house: House) -> Opened:
        """A thread cannot be stopped: one that takes too long goes on, and its letter is not waited for."""
        loop = asyncio.get_running_loop()
        async with self._free:
            reading = loop.run_in_executor(_threads, _read, event, box, house)
            done, _ = await asyncio.wait([reading], timeout=PATIENCE)
        if done:
            return reading.result()
        log.error("a letter takes too long to be read: %s", event.external_id)
        name = await asyncio.to_thread(fingerprint, event.raw)
        return Opened(event, box, name, None, {}, why="too-slow", house=house)


def as_it_came(opened: Opened, why: str) -> Opened:
    """The raw letter alone, for what was read and cannot be stored so."""
    return replace(opened, letter=None, attachments=(), why=why)


def _read(event: LetterEvent, box: Box, house: House) -> Opened:
    name, raw = fingerprint(event.raw), stored_raw(event.raw) if len(event.raw) <= SMALL else {}
    try:
        letter = read_letter(event.raw, own=house.own, labels=box.form_labels)
    except Exception as error:  # its fault or ours: the next one must go on
        log.exception("a letter could not be read: %s", event.external_id)
        return Opened(event, box, name, None, raw, why=type(error).__name__, house=house)
    if Problem.FAILED in letter.problems:
        return Opened(event, box, name, None, raw, why=Problem.FAILED, house=house)
    if letter.kind is LetterKind.OWN and letter.sent_from.email.lower() not in house.own:
        letter = replace(letter, kind=LetterKind.LETTER, kind_reason="")  # of a house with the same program
    return Opened(event, box, name, letter, raw, house=house)


def _filed(opened: Opened, files: Files) -> Opened:
    """In a thread: the disk is waited for."""
    raw, letter = opened.raw or kept_raw(files, opened.event.raw), opened.letter
    if letter is None:
        return replace(opened, raw=raw)
    rows = tuple(
        attachment_columns(
            each, place, files.keep(each.content) if each.size <= LARGEST else "", opened.event.at
        )
        for place, each in enumerate(letter.attachments[:MOST])
    )
    return replace(opened, raw=raw, letter=replace(letter, attachments=()), attachments=rows)
