"""Requests by forms that are no inquiries: those that are held until somebody has looked, spam, and what the
ignore list kept away. Quietly apart, as letters that wait for nobody."""

from typing import Any

from aiohttp import web

from intake.wizard.forms_kept import points_of
from storage.names import names
from storage.submitted import aside_counts, forms_named, submission_seen_by, submissions_in
from storage.tables.forms import Submission, SubmissionState
from web.i18n import gettext
from web.keys import DATABASE, VIEWER
from web.looked import ONLOOKERS
from web.pages import submissions_words as words
from web.pages.cards import actor
from web.pages.cards_edit import card_id
from web.pages.inquiries_filter import place_of, place_text
from web.pages.submissions_shown import shown_submissions
from web.render import fragment, has_route, is_partial, page, urls_of
from web.show import phone

WHO = ("name", "last_name", "first_name", "company", "phone", "email")  # what a row is called by

routes = web.RouteTableDef()


@routes.get("/submissions", name="submissions")
async def submissions(request: web.Request) -> web.Response:
    rows = await _rows(request)
    pane = await _pane(request, rows["rows"][0].id) if rows["rows"] else {"one": None}
    context = rows | await _counts(request) | pane
    return await page(request, "submissions/list.html", reading=False, **context)


@routes.get("/submissions/rows", name="submissions.rows")
async def more_rows(request: web.Request) -> web.Response:
    return fragment(request, "submissions/rows.html", **await _rows(request))


@routes.get("/submissions/counts", name="submissions.counts")
async def kinds(request: web.Request) -> web.Response:
    return fragment(request, "submissions/kinds.html", wanted=_wanted(request), **await _counts(request))


@routes.get("/submissions/{id:\\d+}", name="submission")
async def submission(request: web.Request) -> web.Response:
    """Among those that are no inquiries; the address of any other leads to its inquiry."""
    pane = await _pane(request, card_id(request))
    record: Submission = pane["one"].record
    if is_partial(request):
        return fragment(request, "submissions/pane.html", wanted=_wanted(request), **pane)
    if record.inquiry_id is not None:
        inquiry = urls_of(request.app)("inquiry", id=record.inquiry_id)
        raise web.HTTPSeeOther(f"{inquiry}#submission-{record.id}")
    rows = await _rows(request, record.state)
    context = rows | await _counts(request) | pane
    return await page(request, "submissions/list.html", reading=True, **context)


async def _pane(request: web.Request, submission_id: int) -> dict[str, Any]:
    """Raises NotFound for what the viewer may not see."""
    async with request.app[DATABASE].reading() as session:
        record = await submission_seen_by(session, actor(request), submission_id)
        (shown,) = await shown_submissions(session, [record], request[VIEWER])
        known = await names(session)
    request.app[ONLOOKERS].saw(actor(request), "submissions", [("submission", submission_id)])
    icon, word = words.STATES.get(record.state, ("file-text", ""))
    return {
        "one": shown,
        "who": who_sent(record),
        "seen_by": known.users.get(record.seen_by or 0, ""),
        "ignorable": ", ".join(point.text for point in points_of(record.said)),
        "state_icon": icon,
        "state_word": gettext(word) if word else "",
        "has_route": lambda name: has_route(request.app, name),
    }


async def _rows(request: web.Request, state: SubmissionState | None = None) -> dict[str, Any]:
    wanted = state or _wanted(request)
    async with request.app[DATABASE].reading() as session:
        rows, after = await submissions_in(session, wanted, place_of(request.query.get("after", "")))
        forms = await forms_named(session, rows)
    request.app[ONLOOKERS].saw(actor(request), "submissions", [("submission", row.id or 0) for row in rows])
    open_id = int(request.match_info["id"]) if "id" in request.match_info else rows[0].id if rows else None
    return {
        "rows": rows,
        "after": place_text(after),
        "wanted": wanted,
        "heading": gettext(words.STATES[wanted][1]),
        "form_of": lambda row: forms.get(row.form_id, ""),
        "who_of": who_sent,
        "gist_of": gist,
        "why_of": lambda row: [words.why_short(code) for code in row.held],
        "glyph": words.STATES[wanted][0],
        "open_id": open_id,
    }


async def _counts(request: web.Request) -> dict[str, Any]:
    async with request.app[DATABASE].reading() as session:
        found = await aside_counts(session)
    return {
        "kinds": [
            (state.value, icon, gettext(word), found.get(state, 0))
            for state, (icon, word) in words.STATES.items()
        ]
    }


def who_sent(row: Submission) -> str:
    """As they call themselves, else how they may be reached."""
    name = " ".join(str(row.said.get(part, "")) for part in WHO[:3] if row.said.get(part)).strip()
    for part in WHO[3:]:
        name = name or _first(row.said.get(part))
    return phone(name) if name.startswith("+") else name or gettext("Unknown sender")


def gist(row: Submission) -> str:
    """What stands in it, in a line."""
    said = _first(row.said.get("wanted"))
    return " ".join((said or " · ".join(value for _, _, value in row.values)).split())[:240]


def _first(given: Any) -> str:
    return str(given[0] if isinstance(given, list) and given else given or "")


def _wanted(request: web.Request) -> SubmissionState:
    word = request.query.get("kind", "")
    known = {state.value for state in words.STATES}
    return SubmissionState(word) if word in known else SubmissionState.HELD
