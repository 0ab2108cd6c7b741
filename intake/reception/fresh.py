"""Letters that have to do with nothing that is stored, nor with one another, are written together.

When a mailbox is scanned for the first time most are such: where one letter is ten statements, several are
seven. Whatever needs a second look is left to those who write one after another.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.reception.letter_facts import fact_of, letter_values
from intake.reception.naming import named_by
from intake.reception.opening import Opened
from intake.reception.placing import (
    ABOUT_OURS,
    Became,
    Placed,
    deserves,
    ignored_by,
    keys_of,
    opening_columns,
    point_of,
    writer_of,
)
from storage import letters_fresh, letters_write, touches
from storage.callers import NOBODY
from storage.database import announce
from storage.events import record_all
from storage.letters_fresh import Keys
from storage.openings import open_inquiries


@dataclass(slots=True)
class _Fresh:
    opened: Opened
    placed: Placed
    columns: dict[str, Any] | None = None  # of the inquiry that it opens


async def take_fresh(session: AsyncSession, opened: Sequence[Opened]) -> dict[int, Became]:
    """What became of those that are such, by place; their ids are held. Raises
    IntegrityError when one comes by another way at this very moment; then nothing may be committed."""
    asked = [_keys(one) for one in opened]
    channels, window = {one.event.channel for one in opened}, _window(opened)
    stored = await letters_fresh.stored_of(session, channels, _joined(asked), *window)
    twice = _twice(asked)
    fresh = {
        place: await _placed(session, one, stored)
        for place, (one, keys) in enumerate(zip(opened, asked, strict=True))
        if _is_fresh(one, keys, stored, twice)
    }
    if fresh:
        await _write(session, list(fresh.values()))
    return {place: one.placed.became for place, one in fresh.items()}


def _keys(one: Opened) -> Keys:
    emails = [point_of(one.letter.sender.email)] if one.letter is not None else []
    touching = keys_of(one) if one.house.touch_minutes else ()
    ids = named_by(one.letter).ids
    return Keys(*map(frozenset, ([one.event.external_id], [one.fingerprint], ids, emails, touching)))


def _window(opened: Sequence[Opened]) -> tuple[datetime, datetime]:
    """Within it somebody may have come by another way; who really did is asked of each alone."""
    minutes = timedelta(minutes=max(one.house.touch_minutes for one in opened))
    times = [one.event.at for one in opened]
    return min(times) - minutes, max(times) + minutes


def _joined(asked: Iterable[Keys]) -> Keys:
    return Keys(*(frozenset().union(*values) for values in zip(*asked, strict=True)))


def _twice(asked: Iterable[Keys]) -> set[str]:
    """Facts, fingerprints and ids that more than one of the letters has."""
    every = chain.from_iterable((*one.facts, *one.fingerprints, *one.message_ids) for one in asked)
    return {value for value, times in Counter(every).items() if times > 1}


def _is_fresh(one: Opened, keys: Keys, stored: Keys, twice: set[str]) -> bool:
    if one.letter is not None and one.letter.kind in ABOUT_OURS:
        return False
    own = {*keys.facts, *keys.fingerprints, *keys.message_ids}
    known = {*stored.facts, *stored.fingerprints, *stored.message_ids}
    return own.isdisjoint(twice) and own.isdisjoint(known) and stored.touches.isdisjoint(keys.touches)


async def _placed(session: AsyncSession, opened: Opened, stored: Keys) -> _Fresh:
    letter = opened.letter
    if letter is None:
        return _Fresh(opened, Placed(Became.QUARANTINED))
    writer = NOBODY
    if letter.sender.phone or point_of(letter.sender.email) in stored.emails:
        writer = await writer_of(session, letter)
    if not deserves(letter, writer is not NOBODY):
        return _Fresh(opened, Placed(Became.ASIDE))
    if (entry := ignored_by(opened, letter)) is not None:
        return _Fresh(opened, Placed(Became.ASIDE, ignored_by=entry))
    columns = opening_columns(opened, letter, writer, writer.responsible_id)
    return _Fresh(opened, Placed(Became.OPENED), columns)


async def _write(session: AsyncSession, fresh: Sequence[_Fresh]) -> None:
    await _open(session, [one for one in fresh if one.columns is not None])
    await record_all(session, [fact_of(one.opened, one.placed) for one in fresh])
    ids = await letters_fresh.add_letters(session, [letter_values(one.opened, one.placed) for one in fresh])
    references: list[tuple[int, str]] = []
    files: list[dict[str, Any]] = []
    for letter_id, one in zip(ids, fresh, strict=True):
        references += [(letter_id, each) for each in named_by(one.opened.letter).ids]
        files += [{"letter_id": letter_id, **row} for row in one.opened.attachments]
        announce(session, "letter", letter=letter_id, inquiry=one.placed.inquiry_id)
    await letters_write.keep_named(session, references)
    await letters_write.attach(session, files)


async def _open(session: AsyncSession, fresh: Sequence[_Fresh]) -> None:
    rows = [(one.opened.event.at, one.columns or {}) for one in fresh]
    for one, inquiry_id in zip(fresh, await open_inquiries(session, rows), strict=True):
        one.placed = replace(one.placed, inquiry_id=inquiry_id)
    known_by = [(one.placed.inquiry_id or 0, key) for one in fresh for key in keys_of(one.opened)]
    await touches.keep_all_keys(session, known_by)
