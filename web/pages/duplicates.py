"""Cards that may be of one party: the list of pairs, and how far the look through the base is."""

from typing import Any

from aiohttp import web

from intake.duplicates.progress import current
from intake.duplicates.search import STAGES, start
from intake.errors import Conflict
from intake.model.duplicates import Likelihood
from intake.model.wizard import PartyKind
from storage.duplicates import PAGE, how_many, marked, pairs
from storage.exports import begin_export
from storage.fields import CardKind
from storage.names import names
from storage.parties import name_of
from storage.tables.duplicates import DuplicateSearch
from storage.tables.people import Role
from web.access import allow
from web.i18n import gettext, mark, pgettext
from web.keys import DATABASE, VIEWER
from web.messages import sentence
from web.pages.cards import PLURAL_OF, actor
from web.pages.duplicates_table import of_pairs, pair_table
from web.pages.duplicates_words import SURENESS, reasons
from web.render import fragment, is_partial, page
from web.say import say
from web.table_files import send_csv

MAX_PAGE = 10_000
KINDS = {
    PartyKind.CONTACT: mark("Contacts"),
    PartyKind.ACCOUNT: mark("Clients"),
    PartyKind.LEAD: mark("Leads"),
}
BY_NAMES = 0.6  # of the way is done when the names are written down

routes = web.RouteTableDef()


@routes.get("/duplicates", name="duplicates")
async def pair_list(request: web.Request) -> web.Response:
    """?kind=account; ?show=probable, ?show=marked for what somebody said are two."""
    context = await _listed(request)
    if is_partial(request) and request.query.get("part") == "rows":
        return fragment(request, "duplicates/rows.html", **context)
    return await page(request, "duplicates/list.html", **context)


@routes.post("/duplicates/search", name="duplicates.search")
@allow(Role.MANAGER)
async def look_through(request: web.Request) -> web.Response:
    try:
        await start(request.app[DATABASE], actor(request))
        say(request, gettext("Looking through all cards. You can go on meanwhile."))
    except Conflict as error:
        say(request, sentence(error))
    raise web.HTTPSeeOther("/duplicates")


@routes.get("/duplicates/export.csv", name="duplicates.csv")
@allow(Role.MANAGER)
async def as_csv(request: web.Request) -> web.StreamResponse:
    """The pairs that the list shows, all pages of it."""
    kind, likelihood = _kind(request), _likelihood(request)
    who, database = actor(request), request.app[DATABASE]
    async with database.transaction() as session:
        number = await how_many(session, kind, who, likelihood)
        await begin_export(session, of_pairs(kind), who, "csv", number, likelihood or "")
    return await send_csv(request, f"{of_pairs(kind)}.csv", pair_table(database, kind, who, likelihood))


async def _listed(request: web.Request) -> dict[str, Any]:
    kind, show, number = _kind(request), request.query.get("show", ""), _page(request)
    who = actor(request)
    async with request.app[DATABASE].reading() as session:
        if show == "marked":
            found = await marked(session, kind, who, number)
        else:
            found = await pairs(session, kind, who, _likelihood(request), number)
        search, known = await current(session), await names(session)
    return {
        "found": found,
        "kind": kind.value,
        "kinds": [(one.value, gettext(word)) for one, word in KINDS.items()],
        "show": show if show in ("probable", "marked") else "",
        "shows": _shows(),
        "cards": PLURAL_OF[CardKind(kind.value)],
        "page_number": number,
        "pages": max(1, -(-found.total // PAGE)),
        "search": search,
        "percent": percent(search) if search else 0,
        "manages": request[VIEWER].may(Role.MANAGER),
        "names": known,
        "name_of": lambda card: name_of(card) or gettext("Without a name"),
        "reasons": reasons,
        "sureness": {one: gettext(word) for one, word in SURENESS.items()},
    }


def _likelihood(request: web.Request) -> Likelihood | None:
    return Likelihood.PROBABLE if request.query.get("show") == "probable" else None


def _shows() -> list[tuple[str, str]]:
    return [
        ("", pgettext("pairs", "all")),
        ("probable", pgettext("pairs", "probable")),
        ("marked", pgettext("pairs", "not duplicates")),
    ]


def percent(search: DuplicateSearch) -> int:
    """How far a look through the base is, 0 … 100."""
    if search.finished_at is not None:
        return 100
    kinds = len(PartyKind)
    if search.stage < kinds:
        return int(100 * BY_NAMES * search.seen / max(search.total, search.seen, 1))
    compared = (search.stage - kinds) / (len(STAGES) - kinds)
    return int(100 * (BY_NAMES + (1 - BY_NAMES) * compared))


def _kind(request: web.Request) -> PartyKind:
    asked = request.query.get("kind", "")
    return PartyKind(asked) if asked in set(PartyKind) else PartyKind.CONTACT


def _page(request: web.Request) -> int:
    number = request.query.get("page", "1")
    return max(1, min(int(number), MAX_PAGE)) if number.isdecimal() and len(number) < 9 else 1
