"""Page 2 of the wizard as it is drawn: what may be chosen, what is doubtful, what was refused."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

from aiohttp import web
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import IntakeError, NotFound
from intake.matching.inn import clean_inn, clean_kpp, clean_ogrn, inn_problem, kpp_problem, ogrn_problem
from intake.model.wizard import Mode
from storage import choices
from storage.consents import consents_about
from web import times
from web.i18n import gettext, mark, pgettext
from web.keys import DATABASE
from web.messages import sentence, status
from web.pages.consents_words import GIVEN, said_as
from web.pages.wizard import helpers, show_search
from web.pages.wizard_differences import shown
from web.pages.wizard_form import SEARCHED, Form
from web.pages.wizard_known import Known, doubles, is_proposed_title, known
from web.pages.wizard_open import Opened
from web.pages.wizard_refusal import Refusal, field_of, refusal_of
from web.pages.wizard_show import POINT_REASONS, about_interest, about_party, titled_side
from web.render import page

# Why the responsible person is proposed
BECAUSE = {
    "own": mark("responsible for the client"),
    "last": mark("talked with them last"),
    "me": mark("nobody is responsible for them yet"),
}


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
        choice = await _choices(session, about.about.consent_text_id) | await _agreed(session, opened)
    context = opened.context | choice | accept_helpers(form)
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


async def _choices(session: AsyncSession, consent_text_id: int | None) -> dict[str, Any]:
    return {
        "users": await choices.workers(session),
        "pipelines": await choices.pipelines(session),
        "sources": await choices.sources(session),
        "known_labels": await choices.label_names(session),
        "consent": await choices.consent_text(session, consent_text_id),
    }


async def _agreed(session: AsyncSession, opened: Opened) -> dict[str, Any]:
    """What they have agreed to already, with this very inquiry."""
    about = opened.inquiry.id if opened.inquiry else None
    found = await consents_about(session, "inquiry", about) if about else []
    return {
        "agreed": found,
        "agreed_to": {one.text.purpose for one in found if one.stands},
        "given_words": said_as(GIVEN),
    }


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


def accept_helpers(form: Form) -> dict[str, Any]:
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
