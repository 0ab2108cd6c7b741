"""A rule on the past: what would have been done beside what was. It runs on by itself; the page asks how far
it is."""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog
from aiohttp import web

from intake.automation.decisions import verdict_body
from intake.automation.rehearsal import Beside, Rehearsal, Rehearsed
from intake.automation.rehearse import rehearse, rehearse_event
from intake.errors import IntakeError, NotFound
from intake.model.rules import Rule
from storage.columns import now
from storage.database import Database
from storage.tables.people import Role
from web.access import allow
from web.i18n import gettext, mark
from web.keys import DATABASE, VIEWER
from web.looked import ONLOOKERS
from web.messages import sentence
from web.pages.events_told import ToldVerdict, candidates_told, verdicts_told
from web.pages.events_words import DID, WHY, Word
from web.pages.inquiries_words import REASONS, STATE_WORDS
from web.pages.rules import PATH
from web.render import fragment, is_partial, page

log = structlog.get_logger()

SPANS = (1, 7, 30, 90)  # days
USUAL = 7
MOST_DAYS = 3660
SHOWN = 200  # events in the table
PATIENCE = 1.5  # seconds; what is ready by then needs no second question
KEPT = 20  # rehearsals of all people
MOST_DIGITS = 9

BESIDE: Mapping[Beside, Word] = {
    Beside.OTHER: Word(mark("decided otherwise"), "bad", "triangle-alert"),
    Beside.SPARED: Word(mark("would spare the work"), "good", "check"),
    Beside.LEFT: Word(mark("would go to a person"), "warn", "user"),
    Beside.SAME: Word(mark("decided the same"), "", "circle-check"),
}

routes = web.RouteTableDef()


@dataclass(slots=True)
class Running:
    """A rehearsal that goes on or is over. `asked`: events so far."""

    token: str
    user_id: int
    rule: Rule
    days: int
    event_id: int | None
    at: str  # address of the editor
    asked: int = 0
    result: Rehearsal | None = None
    one: Rehearsed | None = None
    failed: str = ""
    task: "asyncio.Task[None] | None" = field(default=None, repr=False)

    @property
    def over(self) -> bool:
        return bool(self.result or self.one or self.failed)

    @property
    def rows(self) -> tuple[Rehearsed, ...]:
        return self.result.rows if self.result else (self.one,) if self.one else ()


REHEARSALS = web.AppKey("rehearsals", dict[str, Running])


def register(app: web.Application) -> None:
    app[REHEARSALS] = {}
    app.on_cleanup.append(_stop)


def begin(request: web.Request, rule: Rule, data: Mapping[str, Any]) -> Running:
    """Of the last `days`, or of one `event`. One that the same person began before is given up."""
    token, mine = secrets.token_urlsafe(12), request[VIEWER].id
    running = Running(token, mine, rule, _days(data), _event(data), request.path)
    ours = request.app[REHEARSALS]
    for former in [one for one in ours.values() if one.user_id == running.user_id] + list(ours.values())[
        :-KEPT
    ]:
        ours.pop(former.token, None)
        if former.task is not None:
            former.task.cancel()
    ours[running.token] = running
    running.task = asyncio.create_task(_run(request.app[DATABASE], running))
    return running


@routes.get(PATH + "/rehearsals/{name}", name="settings.rehearsal")
@allow(Role.ADMINISTRATOR)
async def show(request: web.Request) -> web.Response:
    """?only=other: of the table only those. Raises NotFound, also for what somebody else has begun."""
    running = request.app[REHEARSALS].get(request.match_info["name"])
    if running is None or running.user_id != request[VIEWER].id:
        raise NotFound("no-such-rehearsal")
    context = await shown(request, running)
    if is_partial(request):
        return fragment(request, "rules/rehearsal.html", **context)
    return await page(request, "rules/rehearsed.html", **(context | {"at": ""}))


async def shown(request: web.Request, running: Running) -> dict[str, Any]:
    """For the template, once it is over or patience is."""
    if running.task is not None and not running.over:
        await asyncio.wait({running.task}, timeout=PATIENCE)
    only = request.query.get("only", "")
    rows = [one for one in running.rows if not only or one.beside == only]
    looked = [("inquiry", one.inquiry_id) for one in rows if one.inquiry_id]
    request.app[ONLOOKERS].saw(request[VIEWER].actor(request.remote), "rehearsal", looked)
    return {
        **blank(),
        "running": running,
        "at": running.at,
        "rows": rows,
        "only": only,
        "verdicts": await _verdicts(request, running),
        "candidates": candidates_told(request.app, running.one) if running.one else [],
    }


def blank() -> dict[str, Any]:
    """For the template before anything is rehearsed."""
    return {
        "running": None,
        "rehearsal_error": "",
        "spans": SPANS,
        "usual": USUAL,
        "did": DID,
        "besides": BESIDE,
        "why_of": lambda code: gettext(WHY[code]) if code in WHY else code,
        "state_of": lambda state: gettext(STATE_WORDS[state]) if state in STATE_WORDS else "",
        "reason_of": lambda reason: gettext(REASONS[reason]) if reason in REASONS else "",
    }


async def _run(database: Database, running: Running) -> None:
    def progress(asked: int) -> None:
        running.asked = asked

    try:
        if running.event_id is not None:
            running.one = await rehearse_event(database, running.rule, running.event_id)
        else:
            until = now()
            since = until - timedelta(days=running.days)
            running.result = await rehearse(database, running.rule, since, until, SHOWN, progress)
    except IntakeError as error:
        running.failed = sentence(error)
    except Exception:
        log.exception("a rehearsal broke")
        running.failed = gettext("Something broke on our side. It has been written down.")


async def _verdicts(request: web.Request, running: Running) -> list[ToldVerdict]:
    """Of one event: what each rule says."""
    if running.one is None:
        return []
    async with request.app[DATABASE].reading() as session:
        bodies = [verdict_body(one) for one in running.one.verdicts]
        return await verdicts_told(session, bodies, running.rule)


async def _stop(app: web.Application) -> None:
    tasks = [one.task for one in app[REHEARSALS].values() if one.task is not None]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _days(data: Mapping[str, Any]) -> int:
    text = str(data.get("days", ""))
    days = int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else USUAL
    return min(max(days, 1), MOST_DAYS)


def _event(data: Mapping[str, Any]) -> int | None:
    text = str(data.get("event", "")).strip()
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else None
