"""The letter beside the wizard, and what it offers: each offer fills fields when somebody takes it."""

from dataclasses import dataclass

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.matching.people import read_person
from intake.model.prefill import Offer, Said
from intake.wizard.letters import heard_of, said_in_letters
from storage.letters import letters_of_inquiry
from storage.tables.inquiries import Channel, Inquiry
from web.access import Viewer
from web.i18n import gettext, mark
from web.pages.letters_shown import ShownFile, ShownLetter, shown_letters
from web.pages.wizard_form import Form, typed_of
from web.show import phone

LONGEST = 8000  # letters of the text that stand in the strip; all of it is a click away

WORDS = {
    "name": ("user", mark("Name")),
    "company": ("building-2", mark("Company")),
    "phone": ("phone", mark("Phone")),
    "inn": ("hash", mark("ИНН")),
    "email": ("mail", mark("E-mail")),
    "position": ("contact", mark("Position")),
    "site": ("globe", mark("Site")),
}


@dataclass(frozen=True, slots=True)
class OfferShown:
    """`fills`: field of the form -> text; fields that a page has not are left out by it."""

    icon: str
    word: str
    text: str
    fills: Form


@dataclass(frozen=True, slots=True)
class Beside:
    """The letter that opened the inquiry, how many more there are, the files of all."""

    letter: ShownLetter
    text: str
    cut: bool
    more: int
    files: list[tuple[int, ShownFile]]  # each with its letter
    said: Said | None
    threads: tuple[()] = ()

    @property
    def file_names(self) -> str:
        return ", ".join(file.name for _letter, file in self.files)

    def offers(self, step: int) -> list[OfferShown]:
        return [shown_offer(offer, step) for offer in self.said.offers] if self.said else []

    @property
    def form(self) -> Form:
        """What stands in the fields of page 1 before anybody types."""
        return typed_of(self.said.criteria) if self.said else {}


async def letter_beside(session: AsyncSession, inquiry: Inquiry, viewer: Viewer) -> Beside | None:
    """None for what did not come as a letter."""
    if inquiry.channel is not Channel.LETTER or inquiry.id is None:
        return None
    heard = heard_of(await letters_of_inquiry(session, inquiry.id))
    if not heard:
        return None
    shown = await shown_letters(session, heard)
    text = shown[0].text.new or shown[0].record.text
    return Beside(
        letter=shown[0],
        text=text[:LONGEST],
        cut=len(text) > LONGEST,
        more=len(shown) - 1,
        files=[(one.id, file) for one in shown for file in one.files],
        said=await said_in_letters(session, inquiry, viewer.actor()),
    )


def shown_offer(offer: Offer, step: int) -> OfferShown:
    icon, word = WORDS[offer.field]
    text = phone(offer.value, offer.extension or None) if offer.field == "phone" else offer.value
    return OfferShown(icon, gettext(word), text, _searched(offer) if step == 1 else _accepted(offer))


def _searched(offer: Offer) -> Form:
    """Fields of page 1; none where it asks for nothing of the kind."""
    if offer.field == "phone":
        return {"phone": phone(offer.value), "ext": offer.extension}
    fields = {"name": "name", "company": "name", "inn": "inn", "email": "email", "site": "other"}
    return {fields[offer.field]: offer.value} if offer.field in fields else {}


def _accepted(offer: Offer) -> Form:
    """Fields of page 2."""
    if offer.field == "phone":
        return {"contact_phone": phone(offer.value), "contact_ext": offer.extension}
    if offer.field == "name":
        person = read_person(offer.value)
        return {"last_name": person.last, "first_name": person.first, "middle_name": person.middle}
    fields = {"company": "org", "inn": "org_inn", "email": "contact_email", "position": "position"}
    return {fields[offer.field]: offer.value} if offer.field in fields else {}
