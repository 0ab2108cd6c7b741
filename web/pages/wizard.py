"""Page 1 of the wizard: search data. The answer to each keystroke is the page's own panes."""

from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web
from sqlmodel import col, update

from intake.model.hits import ClientHit, ContactHit, Found, PointShown
from intake.model.wizard import Chosen, Existing, Mode, PartyKind, Shown
from intake.wizard.search import search
from storage.tables.people import User
from web.i18n import pgettext
from web.keys import DATABASE, VIEWER
from web.looked import ONLOOKERS, with_numbers
from web.pages import wizard_show as show
from web.pages.settings_choices import search_modes
from web.pages.wizard_form import Form, chosen_of, criteria_of, read_form
from web.pages.wizard_open import Opened, open_wizard
from web.pages.wizard_places import places
from web.preferences import preferences_of
from web.render import fragment, page

FEW_POINTS = 2  # ways to reach somebody that a hit shows
SHOWN = 20  # hits a pane: who is further down is found by the next letter sooner than by scrolling

routes = web.RouteTableDef()


@dataclass(frozen=True, slots=True)
class Picked:
    """Values of the radios that stand chosen; "" for none. `name`: whom accepting would be for."""

    client: str = ""
    contact: str = ""
    interest: str = ""
    name: str = ""


@routes.get("/inquiries/{id:\\d+}/wizard", name="wizard")
@routes.get("/wizard", name="wizard.new")
async def search_page(request: web.Request) -> web.Response:
    """Looking changes nothing: browsers fetch pages ahead, load them anew and open those of yesterday."""
    return await show_search(request, await open_wizard(request))


@routes.post("/inquiries/{id:\\d+}/wizard/results")
@routes.post("/wizard/results")
async def results(request: web.Request) -> web.Response:
    """Only the panes, for what is typed now."""
    form = read_form(await request.post())
    await _remember_mode(request, form["mode"])
    return fragment(request, "wizard/panes.html", **await _panes(request, form))


@routes.get("/inquiries/{id:\\d+}/wizard/head")
async def head(request: web.Request) -> web.Response:
    """The head and what must be known, after something has changed."""
    opened = await open_wizard(request)
    return fragment(request, "wizard/top.html", step=1, refusal=None, **opened.context)


async def show_search(
    request: web.Request, opened: Opened, refusal: Any = None, status: int = 200
) -> web.Response:
    panes = await _panes(request, opened.form)
    return await page(
        request,
        "wizard/search.html",
        status=status,
        refusal=refusal,
        modes=search_modes(),
        **(opened.context | panes | {"focus": True}),
    )


async def _panes(request: web.Request, form: Form) -> dict[str, Any]:
    viewer = request[VIEWER]
    form = form | {"mode": form["mode"] or preferences_of(viewer.user.preferences).search_mode.value}
    criteria = replace(criteria_of(form, form["area"] or None), limit=SHOWN)
    found = await search(request.app[DATABASE], criteria, viewer.actor(request.remote), chosen_of(form))
    request.app[ONLOOKERS].saw(viewer.actor(request.remote), "search", with_numbers(found))
    chosen, picked = found.chosen, pick(found, form)
    if not picked.name:  # everybody's who was found: none of them is looked for yet
        found = replace(found, interests=found.interests[:SHOWN])
    return {
        "at": places(request),
        "focus": False,  # only the whole page may ask for it
        "form": form | {"interests": criteria.interests.value},
        "form_empty": criteria.empty,
        "found": found,
        "chosen": chosen,
        "picked": picked,
        "picked_name": picked.name,
        "auto": _auto(picked, chosen),
        "people": people_on_the_number(found),
        "said": "" if criteria.empty else show.how_many(found),
        "shown_words": _shown_words(found),
        **helpers(criteria.mode, form),
    }


def pick(found: Found, form: Form) -> Picked:
    """What the person chose, else the only one that is sure. Nobody, when they took the choice back."""
    chosen = found.chosen
    contacts = {hit.id: hit for hit in found.contacts}
    clients = {hit.ref: hit for hit in found.clients}
    sure = form["nobody"] != "yes"
    contact = contacts.get(chosen.contact_id or (found.best_contact_id if sure else None) or 0)
    client = chosen.client or _account_of(contact) or (found.best_client if sure else None)
    if chosen.client and contact and not chosen.contact_id and _account_of(contact) != chosen.client:
        contact = None
    hit = clients.get(client) if client else None
    named = contact or hit
    return Picked(
        client=key_of(client) if client in clients else "",
        contact=str(contact.id) if contact else "",
        interest=form["interest"],
        name=named.name if named else "",
    )


def _account_of(contact: ContactHit | None) -> Existing | None:
    return Existing(PartyKind.ACCOUNT, contact.account_id) if contact and contact.account_id else None


def key_of(client: Existing | None) -> str:
    return f"{client.kind.value}:{client.id}" if client else ""


def _auto(picked: Picked, chosen: Chosen) -> dict[str, str]:
    """What the page chose by itself, so that the next question does not take it for the person's choice."""
    return {
        "client": "" if chosen.client else picked.client,
        "contact": "" if chosen.contact_id else picked.contact,
    }


def people_on_the_number(found: Found) -> int:
    """How many people answer to the very number or address that was asked for."""
    codes = {"phone", "shared-number"}
    hits = [*found.contacts, *(hit for hit in found.clients if hit.kind is PartyKind.LEAD)]
    return sum(1 for hit in hits if codes & {reason.code for reason in hit.reasons})


def helpers(mode: Mode, form: Form) -> dict[str, Any]:
    """What the templates of hits call."""
    return {
        "marked": lambda text, typed: show.marked(text, typed, mode),
        "marked_digits": show.marked_digits,
        "titled": show.titled,
        "chips": lambda hit: show.chips(hit, form["ext"]),
        "sureness": show.sureness,
        "counted": lambda hits, more: f"{len(hits)}+" if more else len(hits) or "",
        "few_points": few_points,
        "shown_point": lambda point: show.shown_point(point, form, mode),
    }


def few_points(hit: ClientHit | ContactHit) -> list[PointShown]:
    """Those that were asked for first."""
    return sorted(hit.points, key=lambda point: not point.matched)[:FEW_POINTS]


def _shown_words(found: Found) -> list[tuple[str, str]]:
    active, closed = pgettext("interests", "active"), pgettext("interests", "closed")
    return [
        (Shown.ACTIVE.value, f"{active} {found.active}" if found.active else active),
        (Shown.CLOSED.value, f"{closed} {found.closed}" if found.closed else closed),
        (Shown.ALL.value, pgettext("interests", "all")),
    ]


async def _remember_mode(request: web.Request, mode: str) -> None:
    """The last way of searching is the person's own from now on."""
    user = request[VIEWER].user
    if mode not in set(Mode) or mode == preferences_of(user.preferences).search_mode:
        return
    user.preferences = user.preferences | {"search_mode": mode}
    async with request.app[DATABASE].transaction() as session:
        await session.exec(update(User).where(col(User.id) == user.id).values(preferences=user.preferences))
