"""The places of the rail and the things «Create» makes. A place whose page is not there is not shown."""

from dataclasses import dataclass

from aiohttp import web

from storage.tables.people import Role
from web.access import Viewer
from web.i18n import gettext, mark, pgettext
from web.render import has_route


@dataclass(frozen=True, slots=True)
class Place:
    route: str
    icon: str
    word: str
    on_phone: bool = False  # in the bar at the foot of a telephone's screen; the rest is behind «More»
    least: Role = Role.OPERATOR  # who may see it


@dataclass(frozen=True, slots=True)
class Link:
    """A place as the template shows it."""

    route: str
    href: str
    icon: str
    word: str
    here: bool
    on_phone: bool


PLACES = (
    Place("desk", "layout-dashboard", mark("Desk"), on_phone=True),
    Place("inquiries", "inbox", mark("Inquiries"), on_phone=True),
    Place("dialogues", "messages-square", mark("Dialogues"), on_phone=True),
    Place("interests", "target", mark("Interests")),
    Place("accounts", "building-2", mark("Clients")),
    Place("contacts", "contact", mark("Contacts")),
    Place("leads", "user-plus", mark("Leads")),
    Place("tasks", "square-check", mark("Tasks"), on_phone=True),
    Place("supervisor", "eye", mark("Now"), least=Role.MANAGER),
    Place("reports", "activity", mark("Reports"), least=Role.MANAGER),
)
SETTINGS = Place("settings", "settings", mark("Settings"))
RULES = Place("settings.rules", "settings", mark("Rules"))  # what managers may see of the settings
CREATED = (
    Place("interests.new", "target", mark("Interest")),
    Place("leads.new", "user-plus", mark("Lead")),
    Place("accounts.new", "building-2", mark("Client")),
    Place("contacts.new", "contact", mark("Contact")),
    Place("tasks.new", "square-check", mark("Task")),
)


def places(request: web.Request, viewer: Viewer) -> list[Link]:
    mine = (place for place in PLACES if viewer.may(place.least))
    return [_link(request, place) for place in mine if has_route(request.app, place.route)]


def settings_place(request: web.Request, viewer: Viewer) -> Link | None:
    place = SETTINGS if viewer.may(Role.ADMINISTRATOR) else RULES
    if not viewer.may(Role.MANAGER) or not has_route(request.app, place.route):
        return None
    return _link(request, place)


def created(request: web.Request) -> list[Link]:
    return [_link(request, place) for place in CREATED if has_route(request.app, place.route)]


def _link(request: web.Request, place: Place) -> Link:
    href = str(request.app.router[place.route].url_for())
    here = request.path == href or (href != "/" and request.path.startswith(f"{href}/"))
    return Link(place.route, href, place.icon, gettext(place.word), here, place.on_phone)


def state_words() -> dict[str, str]:
    """How each presence is said."""
    return {
        "ready": pgettext("presence", "Ready"),
        "break": pgettext("presence", "On a break"),
        "dnd": pgettext("presence", "Do not disturb"),
    }
