"""`intake rules …` and `intake replay`: rules from the command line."""

import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from intake.automation.bodies import read_rule, rule_of, validated
from intake.automation.rehearsal import Rehearsal, Rehearsed
from intake.automation.rehearse import rehearse, rehearse_event
from intake.automation.replay import Left, Replayed, replay_event, replay_span
from intake.errors import Rejected
from intake.model.rules import Rule
from intake.opening import opened
from intake.settings import Settings
from storage.columns import now
from storage.database import Database
from storage.rules import every_rule, rule
from storage.secrets import use_keys

WIDE = 36  # characters of a column


@dataclass(frozen=True, slots=True)
class Asked:
    """What shall be decided again: these events, and all of a time."""

    events: tuple[int, ...]
    since: datetime | None
    until: datetime | None
    channel: str
    dry_run: bool


async def listed(settings: Settings) -> str:
    """Every rule in its order, with what it decided within thirty days."""
    async with _database(settings) as database, database.reading() as session:
        rules = await every_rule(session)
    rows = [
        (
            f"{one.row.id}.{one.row.version}",
            "on" if one.row.enabled else "off",
            one.row.name,
            str(one.decided),
        )
        for one in rules
    ]
    return table(("rule", "", "name", "decided"), rows)


async def drafted(settings: Settings, text: str | None, rule_id: int | None) -> Rule:
    """A rule out of JSON, else a stored one, in whose place it is asked. Raises Rejected("bad-rule", where=)
    for what cannot be asked, NotFound("no-such-rule")."""
    if text is not None:
        body = _body(text)
        complaints = [f"{one.at}: {one.code}" for one in validated(body)]
        if complaints:
            raise Rejected("bad-rule", where="; ".join(complaints))
        return read_rule(body, rule_id or 0)
    async with _database(settings) as database, database.reading() as session:
        return rule_of(await rule(session, rule_id or 0), rule_id or 0)


async def tried(settings: Settings, draft: Rule, days: int) -> Rehearsal:
    """On the last days."""
    async with _database(settings) as database:
        until = now()
        return await rehearse(database, draft, until - timedelta(days=days), until)


async def tried_on(settings: Settings, draft: Rule, event_id: int) -> Rehearsed:
    """On one event, with whoever is alike."""
    async with _database(settings) as database:
        return await rehearse_event(database, draft, event_id)


async def replayed(settings: Settings, asked: Asked, say: Callable[[str], None]) -> bool:
    """Says each event as it is done; False when something could not be taken back."""
    clean = True
    async with _database(settings) as database:
        async for one in _each(database, asked):
            say(as_json(one))
            clean = clean and one.left is not Left.USED_SINCE
    return clean


async def _each(database: Database, asked: Asked) -> AsyncIterator[Replayed]:
    for event_id in asked.events:
        yield await replay_event(database, event_id, dry=asked.dry_run)
    if asked.since is None and asked.until is None:
        return
    until = _moment(asked.until, now())
    since = _moment(asked.since, until - timedelta(days=1))
    async for one in replay_span(database, since, until, asked.channel, dry=asked.dry_run):
        yield one


def told(rehearsal: Rehearsal) -> str:
    """A rehearsal for people's eyes."""
    totals = rehearsal.totals
    counts = ", ".join(f"{did.value} {number}" for did, number in totals.outcomes.items())
    beside = ", ".join(f"{one.value} {number}" for one, number in totals.beside.items())
    head = [
        f"{totals.events} events in {rehearsal.seconds:.1f} s; the rule fits {totals.fits} of them "
        f"and decides {totals.decides}",
        f"would be: {counts or '-'} (whoever is new: if nobody alike is found)",
        f"beside what happened: {beside or '-'}",
    ]
    if totals.broken:
        head.append(f"it cannot be asked: {totals.broken}")
    rows = [_told_row(one) for one in rehearsal.rows]
    columns = ("event", "at", "by", "from", "would be", "of", "happened", "whose")
    return "\n".join((*head, *((table(columns, rows),) if rows else ())))


def _told_row(one: Rehearsed) -> tuple[str, ...]:
    whom = one.interest or one.whom or ("newcomer" if one.newcomer else one.why)
    who, at = one.sender_name or one.sender, f"{one.at:%Y-%m-%d %H:%M}"
    return str(one.event_id), at, one.channel, who, one.did.value, whom, one.happened, one.responsible


def as_json(value: Any) -> str:
    """For programs: one line."""
    return json.dumps(_plain(value), ensure_ascii=False)


def _moment(given: datetime | None, otherwise: datetime) -> datetime:
    """A moment without a zone is UTC."""
    if given is None:
        return otherwise
    return given if given.tzinfo else given.replace(tzinfo=UTC)


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as they need, texts cut."""
    cut = [
        [text if len(text) <= WIDE else f"{text[: WIDE - 1]}…" for text in row] for row in (columns, *rows)
    ]
    widths = [max(len(row[place]) for row in cut) for place in range(len(columns))]
    lines = ("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) for row in cut)
    return "\n".join(line.rstrip() for line in lines)


def _body(text: str) -> dict[str, Any]:
    try:
        body = json.loads(text)
    except ValueError as error:
        raise Rejected("bad-rule", where=str(error)) from None
    if not isinstance(body, dict):
        raise Rejected("bad-rule", where="{}")
    return body


def _plain(value: Any) -> Any:
    if hasattr(value, "__dataclass_fields__"):
        return {name: _plain(part) for name, part in _fields(value).items()}
    if isinstance(value, dict):
        return {
            "/".join(key) if isinstance(key, tuple) else str(key): _plain(one) for key, one in value.items()
        }
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, datetime) else value


def _fields(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


@asynccontextmanager
async def _database(settings: Settings) -> AsyncIterator[Database]:
    use_keys(settings.secret_keys())
    async with opened(settings) as database:
        yield database
