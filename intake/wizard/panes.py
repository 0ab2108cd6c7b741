"""From cards and proofs to the hits that the panes show. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from intake.matching.inn import inn_problem
from intake.matching.names import words
from intake.model.hits import ClientHit, ContactHit, PointShown, Reason
from intake.model.wizard import Chosen, Existing, Mode, PartyKind
from intake.wizard import ranking
from intake.wizard.ranking import Proofs, Tells
from storage.search.cards import Card, Owner, Owners


@dataclass(frozen=True, slots=True)
class Cards:
    """What was fetched, by id."""

    accounts: Mapping[int, Card]
    contacts: Mapping[int, Card]
    leads: Mapping[int, Card]

    @property
    def all(self) -> list[Card]:
        return [*self.accounts.values(), *self.contacts.values(), *self.leads.values()]


@dataclass(frozen=True, slots=True)
class Beside:
    """What is shown on a hit beside its card."""

    points: Mapping[Owner, list[PointShown]]
    opened: Mapping[Owner, int]


def name(proofs: Proofs, cards: Cards, typed: Sequence[str], mode: Mode, tells: Tells) -> None:
    """Whoever was found by a key may answer the name as well: of a common name only some are looked up."""
    for card in cards.all:
        mine = proofs.get((card.kind, card.id), [])
        if not typed or not mine or any(one.field == "name" for one in mine):
            continue
        if answer := ranking.card_proof(typed, _names(card), mode, tells):
            mine.append(answer)


def doubt(proofs: Proofs, cards: Cards, inn: str) -> None:
    """Whoever has another ИНН than a right one that was typed; contacts answer for their account's."""
    for card in cards.all if inn_problem(inn) is None else ():
        mine = proofs.get((card.kind, card.id), [])
        account = cards.accounts.get(card.account_id) if card.account_id is not None else None
        if against := ranking.other_inn(mine, inn, account.inn if account else card.inn):
            mine.append(against)


def _names(card: Card) -> list[list[str]]:
    return [words(one) for one in (card.name, card.person or "")]


def share(proofs: Proofs, cards: Cards) -> None:
    """An account is found by its people; the people of an account that was found stand beside it."""
    found = {id_ for kind, id_ in proofs if kind is PartyKind.ACCOUNT}
    for card in cards.contacts.values():
        mine = proofs.get((PartyKind.CONTACT, card.id), [])
        if card.account_id is not None and card.account_id in cards.accounts and mine:
            about = proofs.setdefault((PartyKind.ACCOUNT, card.account_id), [])
            about.extend(ranking.by_contact(mine))
        if card.account_id in found:
            proofs.setdefault((PartyKind.CONTACT, card.id), []).append(ranking.OF_ACCOUNT)


def clients_in_order(cards: Cards, proofs: Proofs, chosen: Chosen, limit: int) -> list[Card]:
    ranked = ranking.in_order([*cards.accounts.values(), *cards.leads.values()], proofs)
    kept = [card for card in ranked[limit:] if Existing(card.kind, card.id) == chosen.client]
    return ranked[:limit] + kept


def contacts_in_order(cards: Cards, proofs: Proofs, chosen: Chosen, limit: int) -> list[Card]:
    """With a client chosen only its people."""
    ranked = ranking.in_order(cards.contacts.values(), proofs)
    match chosen.client:
        case Existing(PartyKind.ACCOUNT, id_):
            ranked = [card for card in ranked if card.account_id == id_]
        case Existing():
            return []
    kept = [card for card in ranked[limit:] if card.id == chosen.contact_id]
    return ranked[:limit] + kept


def owners(cards: Iterable[Card]) -> Owners:
    ids: dict[PartyKind, list[int]] = {kind: [] for kind in PartyKind}
    for card in cards:
        ids[card.kind].append(card.id)
    return Owners(ids[PartyKind.ACCOUNT], ids[PartyKind.CONTACT], ids[PartyKind.LEAD])


def client_hit(card: Card, proofs: Proofs, beside: Beside) -> ClientHit:
    company: dict[str, Any] = {
        "legal_form": card.legal_form, "inn": card.inn, "kpp": card.kpp, "city": card.city,
    }  # fmt: skip
    return ClientHit(**_common(card, proofs, beside), kind=card.kind, person=card.person, **company)


def contact_hit(card: Card, proofs: Proofs, beside: Beside, account: str | None) -> ContactHit:
    common = _common(card, proofs, beside)
    return ContactHit(**common, position=card.position, account_id=card.account_id, account=account)


_FORMER = {"former-phone": "phone", "former-email": "email"}


def _former(reason: Reason) -> PointShown:
    return PointShown(None, _FORMER[reason.code], reason.params["value"], matched=True, former=True)


def _common(card: Card, proofs: Proofs, beside: Beside) -> dict[str, Any]:
    owner = (card.kind, card.id)
    mine = proofs.get(owner, [])
    reasons = ranking.reasons(mine)
    matched = {reason.params.get("value") for reason in reasons}
    points = [replace(point, matched=point.value in matched) for point in beside.points.get(owner, [])]
    points += [_former(reason) for reason in reasons if reason.code in _FORMER]
    return {
        "id": card.id, "name": card.name, "level": ranking.level(mine), "score": ranking.score(mine),
        "reasons": reasons, "touched_at": card.touched_at, "responsible_id": card.responsible_id,
        "responsible": card.responsible, "open_interests": beside.opened.get(owner, 0),
        "points": tuple(sorted(points, key=lambda point: not point.matched)),
        "shared": any(reason.code == "shared-number" for reason in reasons), "do_not_call": card.do_not_call,
    }  # fmt: skip
