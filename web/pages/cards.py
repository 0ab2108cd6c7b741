"""The cards of clients, contacts and leads: what is known of them, what happened, what stands around them."""

from typing import Any

from aiohttp import web

from intake.errors import NotFound
from intake.matching.companies import display_company
from intake.model.wizard import Existing, PartyKind
from storage.access import Actor
from storage.cards import PartyCard, note_view, party_card, record_of, sharers
from storage.chat_lines import Stretch
from storage.choices import workers
from storage.consents import Agreed
from storage.fields import CardKind
from storage.inquiries import inquiry_row
from storage.letter_lines import LetterTold
from storage.merging import survivor_of
from storage.names import Names, names
from storage.parties import number_warnings
from storage.preferences import settings
from storage.submission_lines import RequestTold
from storage.tables.calls import CallRecord
from storage.tables.parties import Account, PointKind
from storage.tables.people import User
from storage.timeline import LONGEST, Entry, timeline
from web.i18n import gettext, mark, pgettext
from web.keys import DATABASE, VIEWER
from web.pages import cards_fields as fields
from web.pages.cards_chats import accounts_in
from web.pages.cards_timeline import FILTERS, STEP, TASK_ICONS, Told, tell
from web.pages.consents_words import asked_of
from web.pages.inquiries_words import CHANNELS, STATE_WORDS
from web.render import fragment, has_route, is_partial, page, urls_of
from web.show import full_name

PLURALS = {
    "accounts": CardKind.ACCOUNT,
    "contacts": CardKind.CONTACT,
    "leads": CardKind.LEAD,
    "interests": CardKind.INTEREST,
    "inquiries": None,
}
PLURAL_OF = {kind: plural for plural, kind in PLURALS.items() if kind}
ANY_CARD = "{cards:accounts|contacts|leads|interests}"
ANY_PARTY = "{cards:accounts|contacts|leads}"
EYEBROWS = {
    CardKind.ACCOUNT: ("building-2", mark("Client")),
    CardKind.CONTACT: ("contact", mark("Contact")),
    CardKind.LEAD: ("user-plus", mark("Lead")),
    CardKind.INTEREST: ("target", mark("Interest")),
}
POINTS = {
    PointKind.PHONE: ("phone", mark("Phone")),
    PointKind.EMAIL: ("mail", mark("E-mail")),
    PointKind.MESSENGER: ("message-circle", mark("Messenger")),
    PointKind.SITE: ("globe", mark("Site")),
}
ABOVE = (CallRecord, LetterTold, RequestTold, Stretch)
MOST_SHOWN = 600  # entries of a timeline

routes = web.RouteTableDef()


@routes.get("/accounts/{id:\\d+}", name="account")
async def account(request: web.Request) -> web.Response:
    return await _show(request, CardKind.ACCOUNT)


@routes.get("/contacts/{id:\\d+}", name="contact")
async def contact(request: web.Request) -> web.Response:
    return await _show(request, CardKind.CONTACT)


@routes.get("/leads/{id:\\d+}", name="lead")
async def lead(request: web.Request) -> web.Response:
    return await _show(request, CardKind.LEAD)


@routes.get("/{cards:accounts|contacts|leads|interests|inquiries}/{id:\\d+}/timeline", name="card.timeline")
async def only_timeline(request: web.Request) -> web.Response:
    """Filtered, or further back; as a page it is the card."""
    if not is_partial(request):
        cards, row_id = request.match_info["cards"], request.match_info["id"]
        raise web.HTTPSeeOther(f"/{cards}/{row_id}?{request.query_string}")
    context = await timeline_of(request)
    kind = PLURALS[request.match_info["cards"]]
    if kind is not None:
        await note_view(request.app[DATABASE], kind, int(request.match_info["id"]), actor(request))
    return fragment(request, "cards/timeline.html", **context)


async def _show(request: web.Request, kind: CardKind) -> web.Response:
    row_id = int(request.match_info["id"])
    try:
        context = await party_context(request, kind, row_id)
    except NotFound:
        raise await _where_it_went(request, kind, row_id) from None
    return await page(request, "cards/party.html", **(context | await timeline_of(request, kind, row_id)))


async def _where_it_went(request: web.Request, kind: CardKind, row_id: int) -> Exception:
    """A merged card's address leads to the card it lives on in."""
    ref = Existing(PartyKind(kind.value), row_id)
    async with request.app[DATABASE].reading() as session:
        into = await survivor_of(session, ref, actor(request))
    if into is None:
        return NotFound("no-such-party", kind=kind.value, id=row_id)
    return web.HTTPSeeOther(urls_of(request.app)(kind.value, id=into.id))


async def party_context(request: web.Request, kind: CardKind, row_id: int) -> dict[str, Any]:
    """For the card and its pieces; that it was looked at is written down."""
    async with request.app[DATABASE].reading() as session:
        card = await party_card(session, Existing(PartyKind(kind.value), row_id), actor(request))
    await note_view(request.app[DATABASE], kind, row_id, actor(request))
    async with request.app[DATABASE].reading() as session:
        known = await names(session)
        return {
            "card": card,
            "name": name_of(card),
            **await asked_of(session, kind, row_id),
            "shared_by": await sharers(session, card.points),
            "accounts_in": await accounts_in(session, card.points, actor(request)),
            "call_point": call_point(card),
            "point_kinds": [kind.value for kind in PointKind],
            "point_form": request.query.get("point", ""),
            "point_error": "",
            "said": {},
            **card_context(request, kind, card.record, known, await workers(session)),
        }


def card_context(
    request: web.Request, kind: CardKind, record: Any, known: Names, people: Any
) -> dict[str, Any]:
    """What every card's templates need."""
    numbers = {name: getattr(record, name, None) for name in ("inn", "kpp", "ogrn")}
    return {
        "kind": kind.value,
        "cards": PLURAL_OF[kind],
        "record": record,
        "names": known,
        "people": people,
        "groups": fields.GROUPS[kind],
        "editing": request.query.get("edit", ""),
        "errors": {},
        "shown": lambda field: fields.shown(field, getattr(record, field.name), known),
        "typed": lambda field: fields.typed(field, getattr(record, field.name)),
        "options": lambda field: options_of(field, people),
        "warnings": number_warnings(numbers),
        "point_words": {point.value: (icon, gettext(word)) for point, (icon, word) in POINTS.items()},
        "eyebrow": EYEBROWS[kind],
        "channel_icons": {channel.value: icon for channel, (icon, _) in CHANNELS.items()},
        "inquiry_words": {state.value: gettext(word) for state, word in STATE_WORDS.items()},
        "task_icons": {one.value: icon for one, icon in TASK_ICONS.items()},
        "full_name": full_name,
        "company": lambda account: display_company(account.name, account.legal_form),
        "has_route": lambda name: has_route(request.app, name),
    }


def options_of(field: fields.Field, people: list[User]) -> list[tuple[str, str]]:
    if field.input == "choice":
        return [(value, gettext(word)) for value, word in fields.ACCOUNT_KINDS.items()]
    if field.input == "flag":
        return [("", pgettext("flag", "no")), ("yes", pgettext("flag", "yes"))]
    return [("", gettext("nobody")), *((str(user.id), user.name) for user in people)]


async def timeline_of(
    request: web.Request, kind: CardKind | None = None, row_id: int | None = None, most: int = STEP
) -> dict[str, Any]:
    """Of the card that the address names, unless told otherwise."""
    cards = PLURAL_OF[kind] if kind else request.match_info.get("cards", "inquiries")
    about = "inquiry" if PLURALS[cards] is None else PLURALS[cards].value  # type: ignore[union-attr]
    row_id = row_id or int(request.match_info["id"])
    part, most = request.query.get("show", ""), shown_most(request, most)
    async with request.app[DATABASE].reading() as session:
        await see(session, about, row_id, actor(request))
        known, chosen = await names(session), await settings(session)
        entries = await timeline(session, about, row_id, MOST_SHOWN if part else max(LONGEST, most + 1))
    if about == "inquiry":  # its calls, letters and requests stand above
        entries = [entry for entry in entries if not _stands_above(entry)]
    told = tell(entries, known, chosen.recording_url, part, most)
    return {
        "told": told,
        "has_route": lambda name: has_route(request.app, name),
        **timeline_words(cards, row_id, part, most, told),
    }


def _stands_above(entry: Entry) -> bool:
    """Also what was agreed to in a request, with the request."""
    what = entry.what
    return isinstance(what, ABOVE) or (isinstance(what, Agreed) and what.consent.submission_id is not None)


def timeline_words(cards: str, row_id: int, part: str, most: int, told: Told) -> dict[str, Any]:
    return {
        "timeline_of": {"cards": cards, "id": row_id},
        "parts": [(value, gettext(word)) for value, word in FILTERS.items()],
        "part": part if part in FILTERS else "",
        "notes_only": cards == "inquiries",
        "next_most": most + STEP if told.more and most < MOST_SHOWN else 0,
    }


def shown_most(request: web.Request, usual: int) -> int:
    text = request.query.get("most", "")
    return min(int(text), MOST_SHOWN) if text.isdecimal() and len(text) < 6 else usual


async def see(session: Any, about: str, row_id: int, who: Actor) -> None:
    """Raises NotFound for what `who` may not see."""
    if about == "inquiry":
        await inquiry_row(session, who, row_id)
    else:
        await record_of(session, CardKind(about), row_id, who)


def name_of(card: PartyCard) -> str:
    record = card.record
    if isinstance(record, Account):
        return display_company(record.name, record.legal_form)
    return full_name(record) or getattr(record, "organisation", "") or gettext("Without a name")


def call_point(card: PartyCard) -> Any:
    """The number that «Call» dials."""
    phones = [point for point in card.points if point.kind is PointKind.PHONE]
    if phones:
        return phones[0]
    return next((card.people_points[one.id] for one in card.people if one.id in card.people_points), None)


def actor(request: web.Request) -> Actor:
    return request[VIEWER].actor(request.remote)
