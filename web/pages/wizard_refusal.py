"""How a refusal is said: beside its field, or above the page with where to go from here."""

from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from intake.errors import Conflict, IntakeError
from web.i18n import gettext
from web.messages import sentence
from web.render import has_route, urls_of
from web.times import when

# The wizard's own words for a field -> the form's field that shows it
FIELDS = {
    "name": "org", "organisation": "org", "inn": "org_inn", "next_step": "step_title",
    "extension": "contact_phone",
} | {
    name: name
    for name in (
        "kpp", "ogrn", "city", "last_name", "first_name", "middle_name", "position", "title", "wanted",
        "amount", "due", "labels", "note", "source",
    )
}  # fmt: skip
POINTS = {"phone": "contact_phone", "email": "contact_email"}


@dataclass(frozen=True, slots=True)
class Way:
    href: str
    text: str


@dataclass(frozen=True, slots=True)
class Refusal:
    text: str
    links: tuple[Way, ...] = ()


def field_of(error: IntakeError) -> str:
    """The form's field that an error is about; "" for the page as a whole."""
    if error.code == "bad-point":
        return POINTS.get(str(error.params.get("kind", "")), "")
    return FIELDS.get(str(error.params.get("field", "")), "")


def refusal_of(request: web.Request, error: IntakeError) -> Refusal:
    if isinstance(error, Conflict) and error.code in ("already-accepted", "already-declined"):
        return _too_late(request, error)
    return Refusal(sentence(error))


def _too_late(request: web.Request, error: Conflict) -> Refusal:
    """The loser of a race is told who was first, when, and what came of it."""
    who, at = str(error.params.get("who") or "?"), _when(str(error.params.get("at") or ""))
    if error.code == "already-declined":
        text = gettext("%(who)s was first and declined it (%(at)s).", who=who, at=at)
    else:
        text = gettext("%(who)s was first and accepted it (%(at)s).", who=who, at=at)
    interest = error.params.get("interest")
    if interest and has_route(request.app, "interest"):
        href = urls_of(request.app)("interest", id=interest)
        return Refusal(text, (Way(href, gettext("Open the interest")),))
    return Refusal(text)


def _when(text: str) -> str:
    try:
        return when(datetime.fromisoformat(text))
    except ValueError:
        return ""
