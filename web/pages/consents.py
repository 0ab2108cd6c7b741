"""Consents: who agreed to what, with the evidence; withdrawal; the list, and its file for the inspector."""

from datetime import date, datetime, time
from typing import Any

from aiohttp import web

from intake.model.moments import is_sensible
from storage.consents import (
    PAGE,
    WITHDRAWN_HOW,
    Agreed,
    Asked,
    Whom,
    consent_seen_by,
    consents_about,
    consents_page,
    purposes,
    whom,
    withdraw,
)
from storage.database import Database
from storage.history import note
from storage.tables.people import Role
from web.access import Viewer, allow
from web.i18n import gettext, mark
from web.keys import DATABASE, VIEWER
from web.pages.cards import PLURAL_OF, PLURALS, actor, see
from web.pages.cards_edit import card_id
from web.pages.consents_words import GIVEN, HOW, said_as
from web.render import is_partial, page, urls_of
from web.say import say, tell_page
from web.table_files import Rows, send_csv
from web.times import exactly

HEADINGS = (
    mark("Consent №"), mark("Who"), mark("Purpose"), mark("Version"), mark("SHA-256 of the text"),
    mark("Given"),
    mark("How"), mark("Form"), mark("Request №"), mark("Page"), mark("IP address"), mark("Browser"),
    mark("Recorded by"), mark("Withdrawn"), mark("Withdrawn how"), mark("Noted by"), mark("Note"),
    mark("Text"),
)  # fmt: skip

routes = web.RouteTableDef()


@routes.get("/consents", name="consents")
@allow(Role.MANAGER)
async def every_consent(request: web.Request) -> web.Response:
    asked, viewer = _asked(request), request[VIEWER]
    after = int(text) if (text := request.query.get("after", "")).isdecimal() and len(text) < 10 else 0
    async with request.app[DATABASE].reading() as session:
        found = await consents_page(session, asked, viewer.zone, actor(request), after, PAGE + 1)
        people = await whom(session, found)
        known = await purposes(session)
    context: dict[str, Any] = {
        "asked": asked,
        "query": dict(request.query),
        "purposes": [(one, one) for one in known],
        "people": people,
    }
    rows, more = found[:PAGE], len(found) > PAGE
    next_page = {**request.query, "after": str(rows[-1].consent.id)} if more else None
    context |= {"rows": rows, "given_words": said_as(GIVEN), "next_page": next_page}
    return await page(request, "consents/list.html", **context)


@routes.get("/consents/export.csv", name="consents.csv")
@allow(Role.MANAGER)
async def as_csv(request: web.Request) -> web.StreamResponse:
    """That somebody took it is written down first."""
    database, who = request.app[DATABASE], actor(request)
    async with database.transaction() as session:
        await note(session, "export", who, of="consents", format="csv")
    return await send_csv(request, "consents.csv", _table(database, _asked(request), request[VIEWER]))


@routes.get("/consents/{id:\\d+}", name="consent")
async def one(request: web.Request) -> web.Response:
    """The evidence of one."""
    return await _show(request)


@routes.post("/consents/{id:\\d+}/withdraw", name="consent.withdraw")
async def withdraw_it(request: web.Request) -> web.Response:
    data = await request.post()
    how, why = str(data.get("how", "")), str(data.get("note", ""))
    action = await withdraw(request.app[DATABASE], card_id(request), how, why, actor(request))
    say(request, gettext("Withdrawn"), undo=urls_of(request.app)("action.undo", id=action))
    tell_page(request, "consent-withdrawn", id=card_id(request))
    if not is_partial(request):
        raise web.HTTPSeeOther(urls_of(request.app)("consent", id=card_id(request)))
    return await _show(request)


@routes.get("/{cards:accounts|contacts|leads|interests|inquiries}/{id:\\d+}/consents", name="card.consents")
async def of_card(request: web.Request) -> web.Response:
    """All of a card or an inquiry, with their evidence."""
    kind = PLURALS[request.match_info["cards"]]
    about = kind.value if kind else "inquiry"
    async with request.app[DATABASE].reading() as session:
        await see(session, about, card_id(request), actor(request))
        found = await consents_about(session, about, card_id(request))
        people = await whom(session, found)
    return await page(request, "consents/of_card.html", all=found, **_told(request, people))


async def _show(request: web.Request) -> web.Response:
    async with request.app[DATABASE].reading() as session:
        found = await consent_seen_by(session, card_id(request), actor(request))
        people = await whom(session, [found])
    return await page(request, "consents/one.html", one=found, **_told(request, people))


def _told(request: web.Request, people: dict[int, Whom]) -> dict[str, Any]:
    return {
        "people": people,
        "given_words": said_as(GIVEN),
        "how_words": said_as(HOW),
        "how": [(value, gettext(HOW[value])) for value in WITHDRAWN_HOW],
        "plural_of": {kind.value: plural for kind, plural in PLURAL_OF.items()},
        "manages": request[VIEWER].may(Role.MANAGER),
    }


async def _table(database: Database, asked: Asked, viewer: Viewer) -> Rows:
    yield [[gettext(heading) for heading in HEADINGS]]
    after = 0
    while True:
        async with database.reading() as session:
            found = await consents_page(session, asked, viewer.zone, viewer.actor(), after)
            people = await whom(session, found)
        if not found:
            return
        yield [_row(each, people) for each in found]
        after = found[-1].consent.id or 0


def _row(each: Agreed, people: dict[int, Whom]) -> list[str]:
    consent, text = each.consent, each.text
    who = people.get(consent.id or 0)
    return [
        str(consent.id), who.name if who else "", text.purpose, str(text.version), text.digest,
        exactly(consent.at), gettext(GIVEN[consent.given]) if consent.given in GIVEN else consent.given,
        each.form, str(consent.submission_id or ""), consent.page, consent.address, consent.agent,
        each.recorded_by, exactly(consent.withdrawn_at) if consent.withdrawn_at else "",
        gettext(HOW[consent.withdrawn_how]) if consent.withdrawn_how in HOW else consent.withdrawn_how,
        each.withdrawn_by, consent.withdrawn_note, text.text,
    ]  # fmt: skip


def _asked(request: web.Request) -> Asked:
    """A word or a day that makes no sense is as if it were not there."""
    query = request.query
    return Asked(
        purpose=query.get("purpose", "")[:120],
        state=query.get("state", "") if query.get("state") in ("stands", "withdrawn") else "",
        first=_day(query.get("first", "")),
        last=_day(query.get("last", "")),
    )


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if is_sensible(datetime.combine(day, time())) else None
