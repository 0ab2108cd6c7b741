"""What stands on page 2 before anybody types into it: `prefill`'s answer as the form's fields."""

from collections.abc import Iterable
from dataclasses import dataclass

from aiohttp import web

from intake.matching.companies import display_company
from intake.matching.inn import clean_kpp
from intake.matching.names import words
from intake.matching.people import FIRST_NAMES, read_person
from intake.matching.phones import read_phone
from intake.model.prefill import Difference, Duplicate, Prefill
from intake.model.wizard import Chosen, Criteria, Existing, PartyKind
from intake.wizard.prefill import prefill
from web.keys import DATABASE, VIEWER
from web.pages.wizard_differences import POINTS
from web.pages.wizard_form import Form, criteria_of, existing, number
from web.pages.wizard_places import inquiry_id_of
from web.show import phone

PERSON = ("last_name", "first_name", "middle_name", "position")
MOST_DOUBLES = 2


@dataclass(frozen=True, slots=True)
class Known:
    criteria: Criteria
    about: Prefill

    @property
    def party(self) -> Existing | None:
        return self.about.client.ref

    @property
    def contact(self) -> Existing | None:
        """A lead is its own contact person, not one beside it."""
        ref = self.about.contact.ref
        return ref if ref and ref.kind is PartyKind.CONTACT else None

    @property
    def newcomer(self) -> bool:
        return self.party is None and self.contact is None

    @property
    def person(self) -> dict[str, str] | None:
        """What the card says of the person; None for somebody new."""
        side = self.about.contact
        return {part: side.fields.get(part, "") for part in PERSON} if side.ref else None

    @property
    def differences(self) -> list[Difference]:
        """Of a known client's new person the phone and the address stand in the person's own fields."""
        beside = self.party is not None and self.about.contact.ref is None
        return [one for one in self.about.differences if not (beside and one.field in POINTS)]


async def known(request: web.Request, form: Form) -> Known:
    """Raises NotFound for a choice that is gone or not the viewer's to see."""
    criteria = criteria_of(form, form["area"] or None)
    chosen = Chosen() if form["new"] else Chosen(existing(form["client"]), number(form["contact"]))
    return Known(criteria, await _prefilled(request, chosen, criteria))


async def _prefilled(request: web.Request, chosen: Chosen, criteria: Criteria) -> Prefill:
    who = request[VIEWER].actor(request.remote)
    return await prefill(request.app[DATABASE], inquiry_id_of(request), chosen, criteria, who)


def fill(form: Form, about: Known) -> Form:
    """The fields as proposed; what stands in them already stays."""
    proposed = _what(about) | _who(form, about)
    if form["interest"] not in {str(hit.id) for hit in about.about.interests}:
        form = form | {"interest": "new"}
    return form | {name: value for name, value in proposed.items() if not form[name]}


def is_proposed_title(form: Form, about: Known) -> bool:
    """Nobody has typed a title of their own: it is made anew, of what is wanted and whose it is."""
    return form["title"] in ("", about.about.title, form["org"])


def _what(about: Known) -> Form:
    found = about.about
    return {
        "title": found.title,
        "wanted": found.said.wanted,
        "amount": f"{found.said.amount or ''}".removesuffix(".00"),
        "source": found.source,
        "status": str(found.status_id or ""),
        "responsible": str(found.responsible_id or ""),
        "new": found.newcomer.value if about.newcomer else "",
    }


def _who(form: Form, about: Known) -> Form:
    if about.person is not None:
        return about.person
    client, contact = about.about.client, about.about.contact
    person = {part: contact.fields.get(part, "") for part in PERSON} | _on_the_form(about)
    if about.party is not None:
        return person | _ways(form, about, only_unknown=True)
    if form["new"] == PartyKind.ACCOUNT and "name" not in client.fields and not _is_persons(form["name"]):
        titled = {} if about.about.said.wish else {"title": form["name"]}
        return (
            _on_the_form(about) | _numbers(form, about) | _ways(form, about) | {"org": form["name"]} | titled
        )
    name, legal_form = client.fields.get("name", ""), client.fields.get("legal_form")
    org = {"org": display_company(name, legal_form)} if name else {}
    return {"org": ""} | person | _numbers(form, about) | _ways(form, about) | org


def _on_the_form(about: Known) -> Form:
    """What a form, ours or one in a letter, says of the sender beside how to reach them."""
    told = about.about.said
    said = {"org": told.company, "position": told.position, "city": told.city}
    return {name: value for name, value in said.items() if value}


def _numbers(form: Form, about: Known) -> Form:
    inn = about.about.client.fields.get("inn", "")
    return {
        "org_inn": inn if len(inn) in (10, 12) else "",
        "kpp": clean_kpp(form["inn"]) if "/" in form["inn"] else "",
    }


def _ways(form: Form, about: Known, only_unknown: bool = False) -> Form:
    """How to reach the new person: as typed, what the client's own card has left out."""
    missing = {one.field for one in about.about.differences}
    phones, emails = about.about.contact.phones, about.about.contact.emails
    read = read_phone(form["phone"], area_code=form["area"] or None)
    ways: Form = {}
    if phones and not (only_unknown and "phone" not in missing):
        said = form["ext"] or (read.extension if read else None) or ""
        ways |= {"contact_phone": phone(phones[0]), "contact_ext": said}
    if emails and not (only_unknown and "email" not in missing):
        ways["contact_email"] = emails[0]
    return ways


def _is_persons(name: str) -> bool:
    """A common first name or a patronymic stands among a few words."""
    folded = words(name)
    return len(folded) <= 4 and (bool(FIRST_NAMES & set(folded)) or bool(read_person(name).middle))


async def doubles(request: web.Request, form: Form) -> list[Duplicate]:
    """Who is stored already with the newcomer's ИНН, phone or address, each once."""
    criteria = Criteria(
        inn=f"{form['org_inn']}/{form['kpp']}" if form["kpp"] else form["org_inn"],
        phone=form["contact_phone"],
        email=form["contact_email"],
        area_code=form["area"] or None,
    )
    if criteria.empty:
        return []
    found = await _prefilled(request, Chosen(), criteria)
    return _each_once(found.duplicates)[:MOST_DOUBLES]


def _each_once(found: Iterable[Duplicate]) -> list[Duplicate]:
    return list({one.ref or one: one for one in found}.values())
