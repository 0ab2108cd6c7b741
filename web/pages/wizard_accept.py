"""Page 2 of the wizard: accept the inquiry. What is typed is never lost: whatever is refused comes back
with it."""

import contextlib
from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from aiohttp import web

from intake.errors import Conflict, IntakeError, NotFound, Rejected
from intake.matching.inn import clean_inn, clean_kpp, clean_ogrn, inn_problem, kpp_problem, ogrn_problem
from intake.model.wizard import Chosen, Existing, Mode, PartyKind
from intake.wizard.accept import accept
from intake.wizard.holding import choose
from storage import choices
from storage.tables.inquiries import Inquiry
from web import times
from web.i18n import gettext, mark, pgettext
from web.keys import DATABASE, VIEWER
from web.messages import sentence, status
from web.pages.wizard import helpers, show_search
from web.pages.wizard_acceptance import acceptance, problems
from web.pages.wizard_differences import shown
from web.pages.wizard_done import done
from web.pages.wizard_form import SEARCHED, Form, read_form, with_query
from web.pages.wizard_known import Known, doubles, fill, is_proposed_title, known
from web.pages.wizard_open import Opened, hold, open_wizard
from web.pages.wizard_places import inquiry_id_of, places
from web.pages.wizard_refusal import Refusal, field_of, refusal_of
from web.pages.wizard_show import POINT_REASONS, about_interest, about_party, titled_side
from web.render import fragment, is_partial, page

# Why the responsible person is proposed
BECAUSE = {
    "own": mark("responsible for the client"),
    "last": mark("talked with them last"),
    "me": mark("nobody is responsible for them yet"),
}

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
    return fragment(request, "wizard/doubts.html", None, 200, **context, **_helpers(form))


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


async def show_accept(
    request: web.Request,
    opened: Opened,
    form: Form,
    about: Known,
    refusal: Refusal | None = None,
    errors: dict[str, str] | None = None,
    code: int = 200,
) -> web.Response:
    async with request.app[DATABASE].reading() as session:
        choice = {
            "users": await choices.workers(session),
            "pipelines": await choices.pipelines(session),
            "sources": await choices.sources(session),
            "known_labels": await choices.label_names(session),
            "consent": await choices.consent_text(session, about.about.consent_text_id),
        }
    context = opened.context | choice | _helpers(form)
    return await page(
        request,
        "wizard/accept.html",
        status=code,
        **(context | {"form": form, "carried": _carried(opened, form)}),
        known=about,
        about=about.about,
        diffs=shown(about.differences, form),
        suggested_title=form["title"] if is_proposed_title(form, about) else about.about.title,
        refusal=refusal,
        errors=_Blank(errors or {}),
        doubts=doubts(form) if about.newcomer else _Blank(),
        doubles=await doubles(request, form) if about.newcomer else [],
        step_kinds=_step_kinds(),
        soon=_soon(),
        ready=not about.newcomer and not errors,
        because=gettext(BECAUSE[about.about.because]),
    )


async def refused(
    request: web.Request, opened: Opened, form: Form, error: IntakeError, page_one: bool = False
) -> web.Response:
    """The same page with what was typed, and the reason where it belongs."""
    field = field_of(error)
    refusal = None if field else refusal_of(request, error)
    if isinstance(error, NotFound):
        form = form | {"client": "", "contact": ""}
        page_one = True
    if page_one:
        return await show_search(request, opened, refusal_of(request, error), status(error))
    about = await known(request, form)
    errors = {field: sentence(error)} if field else {}
    return await show_accept(request, opened, form, about, refusal, errors, status(error))


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


def doubts(form: Form) -> dict[str, str]:
    """Under a company's numbers: what looks wrong, and stops nothing."""
    checks: tuple[tuple[str, Callable[[str], str], Callable[[str], str | None]], ...] = (
        ("org_inn", clean_inn, inn_problem),
        ("kpp", clean_kpp, kpp_problem),
        ("ogrn", clean_ogrn, ogrn_problem),
    )
    said = {
        "length": gettext("Not that many digits."),
        "checksum": gettext("The check digits do not agree."),
        "same-digits": gettext("All digits are alike."),
        "digits": gettext("Digits only."),
    }
    found = _Blank()
    for name, clean, problem in checks:
        why = problem(clean(form[name])) if form[name] else None
        if why:
            found[name] = said[why]
    return found


class _Blank(dict[str, str]):
    """A field without a word about it has none."""

    def __missing__(self, name: str) -> str:
        return ""


def _carried(opened: Opened, form: Form) -> dict[str, str]:
    """Page 1's fields, and the choice, go with page 2's form."""
    names = (*SEARCHED, "mode", "client", "contact")
    carried: Form = opened.context["carried"]
    return carried | {name: form[name] for name in names if form[name]}


def _helpers(form: Form) -> dict[str, Any]:
    return helpers(Mode.PART, form) | {
        "about_party": about_party,
        "about_interest": about_interest,
        "point_reasons": POINT_REASONS,
        "titled_side": titled_side,
    }


def _step_kinds() -> list[tuple[str, str]]:
    return [
        ("", pgettext("next step", "none")),
        ("call", pgettext("next step", "call")),
        ("letter", pgettext("next step", "letter")),
        ("task", pgettext("next step", "task")),
    ]


def _soon() -> list[tuple[str, str]]:
    """Times that are said most: in an hour, tomorrow morning, in three days, as the input takes them."""
    here = times.here(times.now())
    tomorrow = datetime.combine(here.date() + timedelta(days=1), time(10), here.tzinfo)
    named = [
        (gettext("in an hour"), (here + timedelta(hours=1)).replace(minute=0 if here.minute < 30 else 30)),
        (gettext("tomorrow at 10:00"), tomorrow),
        (gettext("in 3 days"), tomorrow + timedelta(days=2)),
    ]
    return [(times.for_input(moment), word) for word, moment in named]
