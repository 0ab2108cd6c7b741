"""What an inquiry's letters say before anybody types: of the sender themselves, and what may be offered.

What a sender says of themselves (their address, their name, the fields of a form) fills the search. What only
stands in the text is offered: it fills a field when a person takes it, and finds nobody before.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from typing import cast

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import NotFound
from intake.matching.emails import read_email
from intake.matching.inn import clean_inn
from intake.matching.phones import read_phone
from intake.model.letters import Found, LetterKind
from intake.model.prefill import Said
from intake.model.wizard import Criteria, Existing, PartyKind
from intake.wizard.letter_words import MAX_VALUE, of_form, offers, unsigned, wanted_of, wish_of
from storage import parties
from storage.access import Actor
from storage.letters import found_in, letters_of_inquiry
from storage.mailboxes import mailboxes, own_addresses
from storage.tables.inquiries import Channel, Inquiry
from storage.tables.letters import LetterRecord, LetterWay
from storage.tables.parties import Contact, PointKind


async def said_in_letters(session: AsyncSession, inquiry: Inquiry, who: Actor) -> Said | None:
    """None for what came by another channel, and for a letter that could not be read."""
    if inquiry.channel is not Channel.LETTER or inquiry.id is None:
        return None
    heard = heard_of(await letters_of_inquiry(session, inquiry.id))
    if not heard:
        return None
    first, found = heard[0], await asyncio.to_thread(_found, heard)
    form, email = of_form(first.fields), _address(first, inquiry)
    cards = await _cards_with(session, email, who)
    name = "" if cards else _name(first, form, found) or form.get("company", "")
    phone = form.get("phone") or first.sender_phone or ""
    criteria = Criteria(name=name, inn=clean_inn(form.get("inn", "")), phone=phone, email=email)
    wanted = form.get("wanted") or wanted_of(unsigned(first.reply_text or first.text))
    return Said(
        criteria=criteria,
        company=form.get("company", ""),
        position=form.get("position", ""),
        city=form.get("city", ""),
        wish=wish_of(inquiry.subject or first.subject, wanted),
        wanted=wanted,
        given="letter",
        source=await mailbox_name(session, inquiry.line or ""),
        offers=offers(
            (asdict(one) for one in reversed(found)),
            (*await _values_of(session, cards), *await own_addresses(session), *_keys(criteria)),
            (name, form.get("company", ""), *map(_names_of, cards)),
        ),
    )


def heard_of(letters: Sequence[LetterRecord]) -> list[LetterRecord]:
    """Those that people sent to us, the oldest first; where there is none, whatever came that can be read."""
    heard = [one for one in letters if one.way is LetterWay.IN and not one.quarantined]
    return [one for one in heard if one.kind is LetterKind.LETTER] or heard


async def mailbox_name(session: AsyncSession, address: str) -> str:
    """Of the mailbox that has this address, or that it leads to; else the address itself."""
    wanted = address.lower()
    for each in await mailboxes(session):
        if wanted and wanted in (each.address.lower(), *(alias.lower() for alias in each.aliases)):
            return each.name
    return address


def _found(letters: Sequence[LetterRecord]) -> list[Found]:
    """In a thread: they are read once more."""
    return [found_in(one) for one in letters]


def _address(letter: LetterRecord, inquiry: Inquiry) -> str:
    return (letter.sender_email or inquiry.sender or letter.from_email)[:320]


def _name(first: LetterRecord, form: dict[str, str], found: Sequence[Found]) -> str:
    """As they call themselves; of a short «Марина» the signature knows the rest."""
    said = form.get("name") or first.sender_name
    said = "" if "@" in said else said.strip()
    signed = [name for one in found for name in one.names]
    if len(said.split()) > 1:
        return said[:MAX_VALUE]
    fuller = (name for name in signed if not said or said.casefold() in name.casefold().split())
    return next(fuller, said)[:MAX_VALUE]


async def _cards_with(session: AsyncSession, email: str, who: Actor) -> list[parties.Card]:
    """Those whose address it is, as far as `who` may see them, and a contact's company."""
    read = read_email(email)
    refs = await parties.owners_of(session, PointKind.EMAIL, read.address) if read else set()
    cards = [card for ref in refs if (card := await _seen(session, ref, who))]
    companies = {card.account_id for card in cards if isinstance(card, Contact) and card.account_id}
    found = [await _seen(session, Existing(PartyKind.ACCOUNT, id_), who) for id_ in companies]
    return [*cards, *(company for company in found if company)]


async def _seen(session: AsyncSession, ref: Existing, who: Actor) -> parties.Card | None:
    try:
        return cast(parties.Card, await parties.card(session, ref, who))
    except NotFound:
        return None


async def _values_of(session: AsyncSession, cards: Sequence[parties.Card]) -> list[str]:
    """Their phones, addresses and ИНН."""
    refs = [Existing(PartyKind(str(card.__tablename__)), card.id or 0) for card in cards]
    inns = [getattr(card, "inn", None) or "" for card in cards]
    return [*(point.value for point in await parties.points_of(session, refs)), *inns]


def _names_of(card: parties.Card) -> str:
    names = ("name", "organisation", "last_name", "first_name", "middle_name")
    return " ".join(getattr(card, name, None) or "" for name in names)


def _keys(criteria: Criteria) -> tuple[str, ...]:
    """What stands in the fields already, as it would be offered."""
    phone = read_phone(criteria.phone)
    return (criteria.inn, criteria.email, phone.e164 if phone else "")
