"""Whom an acceptance is about: an account and/or a contact, or a lead."""

from dataclasses import dataclass, field
from typing import Any

from intake.errors import Rejected
from intake.matching.people import PersonName
from intake.model.wizard import Existing, PartyKind
from storage.history import stored_id
from storage.tables.parties import Account, Contact, Lead

PERSON = ("last_name", "first_name", "middle_name", "position")
NUMBERS = ("inn", "kpp", "ogrn", "city")


@dataclass
class Sides:
    """The cards of one acceptance: an account and/or a contact, or a lead."""

    account: Account | None = None
    contact: Contact | None = None
    lead: Lead | None = None
    warnings: list[str] = field(default_factory=list)

    def card(self, kind: PartyKind) -> Any:
        """A lead is its own contact person."""
        cards = {PartyKind.ACCOUNT: self.account, PartyKind.CONTACT: self.contact, PartyKind.LEAD: self.lead}
        found = cards[kind] or (self.lead if kind is not PartyKind.ACCOUNT else None)
        if found is None:
            raise Rejected("nobody-chosen", kind=kind.value)
        return found

    @property
    def refs(self) -> list[Existing]:
        """Whose points are looked at, the person before the company."""
        cards = (
            (PartyKind.CONTACT, self.contact),
            (PartyKind.LEAD, self.lead),
            (PartyKind.ACCOUNT, self.account),
        )
        return [Existing(kind, stored_id(card)) for kind, card in cards if card is not None]

    @property
    def ids(self) -> dict[str, Any]:
        return {
            "account_id": self.account.id if self.account else None,
            "contact_id": self.contact.id if self.contact else None,
            "lead_id": self.lead.id if self.lead else None,
        }

    @property
    def person(self) -> str:
        """Who it is, for a title: the person in short, else the company."""
        someone = self.contact or self.lead
        name = (
            PersonName(someone.last_name, someone.first_name, someone.middle_name)
            if someone
            else PersonName()
        )
        company = self.account.name if self.account else (self.lead.organisation if self.lead else "")
        return name.short or company or ""
