"""Page 2 of the wizard: accept the inquiry. What is typed is never lost: whatever is refused comes back
with it."""

import contextlib
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from intake.errors import Conflict, NotFound, Rejected
from intake.model.wizard import Chosen, Existing, PartyKind
from intake.wizard.accept import accept
from intake.wizard.holding import choose
from storage.tables.inquiries import Inquiry
from web.keys import DATABASE, VIEWER
from web.pages.wizard_accept_page import accept_helpers, doubts, refused, show_accept
from web.pages.wizard_acceptance import acceptance, problems
from web.pages.wizard_done import done
from web.pages.wizard_form import Form, read_form, with_query
from web.pages.wizard_known import Known, doubles, fill, known
from web.pages.wizard_open import Opened, hold, open_wizard
from web.pages.wizard_places import inquiry_id_of, places
from web.render import fragment, is_partial

routes = web.RouteTableDef()


@routes.get("/inquiries/{id:\\d+}/wizard/accept")
@routes.get("/wizard/accept")
async def accept_page(request: web.Request) -> web.Response:
    """Looking changes nothing."""
    opened = await open_wizard(request)
    form = with_draft(opened)
    about = await known(request, form)
    return await show_accept(request, opened, fill(_linked(form, about, request.query), about), about)


@routes.post("/inquiries/{id:\\d+}/wizard/on")
@routes.post("/wizard/on")
async def go_on(request: web.Request) -> web.Response:
    """From page 1 to page 2: who it is, as the operator says, is remembered. Scripts get the page."""
    data = await request.post()
    sent = read_form(data)
    await hold(request)
    opened = await open_wizard(request, sent)
    about = await known(request, sent)
    await _remember(request, opened, about)
    if is_partial(request):
        form = with_draft(opened)
        return await show_accept(request, opened, fill(form, about), about)
    raise web.HTTPSeeOther(with_query(places(request).accept, {**sent, "go": str(data.get("go", ""))[:8]}))


def _linked(form: Form, about: Known, query: Mapping[str, str]) -> Form:
    """«To the interest», where there is only one that it can be."""
    interests = about.about.interests
    if query.get("go") == "link" and not form["interest"].isdigit() and len(interests) == 1:
        return form | {"interest": str(interests[0].id)}
    return form


@routes.post("/inquiries/{id:\\d+}/wizard/accept")
@routes.post("/wizard/accept")
async def accept_it(request: web.Request) -> web.Response:
    """`go`: accept, next (and open the next one that waits), quick (from page 1, with what is proposed)."""
    data = await request.post()
    sent, go = read_form(data), str(data.get("go", "accept"))
    opened = await open_wizard(request, sent)
    try:
        about = await known(request, sent)
        form = fill(sent, about) if go == "quick" else sent
        found = problems(form)
        if found:
            return await show_accept(request, opened, form, about, errors=found, code=422)
        decided = acceptance(form, about)
        who = request[VIEWER].actor(request.remote)
        accepted = await accept(request.app[DATABASE], inquiry_id_of(request), decided, who)
    except (Conflict, NotFound, Rejected) as error:
        return await refused(request, opened, sent, error, page_one=go == "quick")
    return await done(request, accepted, with_next=go == "next")


@routes.post("/inquiries/{id:\\d+}/wizard/check")
@routes.post("/wizard/check")
async def check(request: web.Request) -> web.Response:
    """Doubts about the newcomer being typed."""
    form = read_form(await request.post())
    found = await doubles(request, form)
    context: dict[str, Any] = {"form": form, "doubles": found, "doubts": doubts(form), "at": places(request)}
    return fragment(request, "wizard/doubts.html", None, 200, **context, **accept_helpers(form))


async def _remember(request: web.Request, opened: Opened, about: Known) -> None:
    """Who it is, as the operator says, stands on the inquiry from now on: for this call nobody asks again."""
    inquiry = opened.inquiry
    if inquiry is None or inquiry.id is None or about.newcomer:
        return
    chosen = Chosen(about.party, about.contact.id if about.contact else None)
    if _whom(inquiry) != chosen:
        with contextlib.suppress(Conflict):
            await choose(request.app[DATABASE], inquiry.id, chosen, request[VIEWER].actor(request.remote))


def _whom(inquiry: Inquiry) -> Chosen:
    if inquiry.account_id is not None:
        return Chosen(Existing(PartyKind.ACCOUNT, inquiry.account_id), inquiry.contact_id)
    lead = Existing(PartyKind.LEAD, inquiry.lead_id) if inquiry.lead_id is not None else None
    return Chosen(lead, inquiry.contact_id)


def with_draft(opened: Opened) -> Form:
    """What was typed on page 2 before comes back; what was said of another party does not."""
    form = opened.form
    if opened.inquiry is None or not opened.inquiry.draft:
        return form
    draft = read_form(opened.inquiry.draft)
    same = all(draft[name] == form[name] for name in ("client", "contact", "new"))
    names = [*WISHES, *(PARTIES if same else ())]
    kept = {name: draft[name] for name in names if draft[name] and not form[name]}
    choices_kept = {name: value for name, value in draft.items() if name.startswith("diff-") and same}
    return form | kept | choices_kept


WISHES = (
    "title", "status", "source", "responsible", "amount", "wanted", "due", "labels", "note", "step",
    "step_due", "step_title", "consent",
)  # fmt: skip
PARTIES = (
    "org", "org_inn", "kpp", "ogrn", "city", "last_name", "first_name", "middle_name", "position",
    "contact_phone", "contact_ext", "contact_email",
)  # fmt: skip
