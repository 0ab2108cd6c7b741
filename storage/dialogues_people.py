"""Who the people of dialogues are, as far as somebody has said so: the party that has their account."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeVar

from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.model.wizard import Existing, PartyKind
from storage.callers import Caller
from storage.chat_identities import owners_of_identities
from storage.inquiries import company_name, person_name
from storage.tables.parties import Account, Contact, Lead

Row = TypeVar("Row", bound=SQLModel)


@dataclass(frozen=True, slots=True)
class Known:
    """`ref`: the card itself: the person's where there is one."""

    ref: Existing
    person: str
    company: str

    @property
    def name(self) -> str:
        return self.person or self.company


async def people_of(session: AsyncSession, identities: Collection[str]) -> dict[str, Known]:
    """By identity; one that is nobody's, or several people's, is left out."""
    owners = await owners_of_identities(session, set(identities))
    contacts = await _rows(session, Contact, {one.contact_id for one in owners.values()})
    leads = await _rows(session, Lead, {one.lead_id for one in owners.values()})
    accounts = await _rows(session, Account, {one.account_id for one in owners.values()})
    return {
        identity: Known(
            ref,
            person_name(contacts.get(owner.contact_id or 0) or leads.get(owner.lead_id or 0)),
            company_name(accounts.get(owner.account_id or 0) or leads.get(owner.lead_id or 0)),
        )
        for identity, owner in owners.items()
        if (ref := _ref(owner)) is not None
    }


def _ref(owner: Caller) -> Existing | None:
    if owner.contact_id is not None:
        return Existing(PartyKind.CONTACT, owner.contact_id)
    if owner.lead_id is not None:
        return Existing(PartyKind.LEAD, owner.lead_id)
    return Existing(PartyKind.ACCOUNT, owner.account_id) if owner.account_id is not None else None


async def _rows(session: AsyncSession, table: type[Row], ids: set[int | None]) -> dict[int, Row]:
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    key = table.id  # type: ignore[attr-defined]
    return {row.id: row for row in await session.exec(select(table).where(col(key).in_(wanted)))}  # type: ignore[attr-defined]
