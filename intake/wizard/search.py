"""Step one: search data. Everything known of somebody at once, the three panes with reasons.

Screens, the API and the rules all ask this function; storage/search looks up, ranking.py decides.
"""

from dataclasses import replace

from sqlalchemy import ColumnElement, Connection

from intake.metrics import SEARCH_TIME
from intake.model.hits import ClientHit, ContactHit, Found, Level
from intake.model.wizard import Chosen, Criteria, Existing, PartyKind
from intake.wizard import panes, ranking
from intake.wizard.asking import Asked, ask, nearly
from intake.wizard.evidence import POLICY
from intake.wizard.panes import Beside, Cards
from intake.wizard.ranking import Proof, Proofs, proof
from storage.access import Actor
from storage.database import Database
from storage.search import cards as look
from storage.search import keys
from storage.search.keys import Wanted
from storage.search.mentions import mentioning
from storage.search.merged import chosen_now
from storage.search.names import by_name
from storage.search.rarity import rarity
from storage.tables.parties import PointKind

MAX_CARDS = 50  # of each kind that are fetched and ranked
MAX_LIMIT = 50  # hits a pane may ask for
WITH_PEOPLE = 10  # accounts whose people are shown beside them


async def search(database: Database, criteria: Criteria, who: Actor, chosen: Chosen | None = None) -> Found:
    """Accounts and leads, contacts, interests: whatever answers any field, best first.

    What is chosen narrows the panes beside it: a client to its people and interests, a contact to its
    interests. Only what `who` may see is found.
    """
    chosen = chosen or Chosen()
    with SEARCH_TIME.time():
        return await database.ask(lambda connection: _search(connection, criteria, who, chosen))


def _search(connection: Connection, criteria: Criteria, who: Actor, chosen: Chosen) -> Found:
    asked, chosen = ask(criteria), chosen_now(connection, chosen)
    proofs = _by_keys(connection, criteria, asked, who)
    named, more = by_name(connection, asked.name, criteria.mode, who)
    stored = [word for one in named for match in one.matches for word in match.stored.split()]
    tells = rarity(connection, [*asked.words, *stored])
    for one in named:
        proof_of_name = ranking.name_proof(one, asked.words, criteria.mode, tells)
        proofs.setdefault((one.kind, one.id), []).append(proof_of_name)
    cards = _fetch(connection, proofs, chosen, who)
    panes.name(proofs, cards, asked.words, criteria.mode, tells)
    panes.share(proofs, cards)
    panes.doubt(proofs, cards, asked.inn)
    found = _hits(connection, proofs, cards, chosen, criteria, who)
    if found.clients or found.contacts:
        about = _in_focus(found, chosen, cards)
        interests, active, closed = look.interests_of(connection, about, criteria.interests, who)
        found = replace(found, interests=tuple(interests), active=active, closed=closed)
    return replace(found, more=more, chosen=chosen)


def _by_keys(connection: Connection, criteria: Criteria, asked: Asked, who: Actor) -> Proofs:
    identities = keys.of_nicks(connection, asked.nicks)
    by_nick = Wanted("messenger", PointKind.MESSENGER, identities)
    reached = keys.by_points(connection, [*asked.points, by_nick])
    numbers = keys.by_interest_number(connection, asked.interest_numbers, who)
    if asked.inn:
        numbers += keys.by_inn(connection, asked.inn, criteria.mode, who)
    found = {hit.code for hit in reached} | {hit.code for hit in numbers}
    points, inns = nearly(criteria, asked, found)
    reached += keys.by_points(connection, points)
    numbers += keys.by_near_inns(connection, inns, who)
    people = keys.people_at(connection, reached)
    proofs: Proofs = {}
    for hit in reached:
        proofs.setdefault((hit.owner, hit.owner_id), []).extend(_point_proofs(hit, asked, people))
    for number in numbers:
        proofs.setdefault((number.owner, number.owner_id), []).append(_number_proof(number, asked.kpp))
    for kind, id_, value in mentioning(connection, asked.whole_keys):
        proofs.setdefault((kind, id_), []).append(proof(f"mentioned-{_kind_of(value)}", value=value))
    return proofs


def _kind_of(key: str) -> str:
    return "phone" if key.startswith("+") else "email" if "@" in key else "inn"


def _point_proofs(hit: keys.PointHit, asked: Asked, people: dict[str, int]) -> list[Proof]:
    if hit.code not in ("phone", "email"):
        return [proof(hit.code, value=hit.value)]
    proofs = [proof(hit.code, value=hit.value)]
    if hit.code == "phone":
        proofs = ranking.phone_proofs(hit.value, hit.extension, asked.extension)
    owners = people.get(hit.value, 1)
    if hit.shared or owners > POLICY.shared_owners:
        return ranking.shared(proofs, hit.value, owners)
    return proofs


def _number_proof(number: keys.NumberHit, kpp: str) -> Proof:
    """A company is ИНН and КПП: another КПП is another branch."""
    if number.code == "inn" and kpp and number.kpp:
        return proof("inn-kpp" if number.kpp == kpp else "other-kpp", value=number.value, kpp=number.kpp)
    return proof(number.code, value=number.value)


def _fetch(connection: Connection, proofs: Proofs, chosen: Chosen, who: Actor) -> Cards:
    accounts = ranking.strongest(proofs, PartyKind.ACCOUNT, MAX_CARDS)
    people = ranking.strongest(proofs, PartyKind.CONTACT, MAX_CARDS)
    leads = ranking.strongest(proofs, PartyKind.LEAD, MAX_CARDS)
    of_accounts = accounts[:WITH_PEOPLE]
    match chosen.client:
        case Existing(PartyKind.ACCOUNT, id_):
            accounts, of_accounts = [*accounts, id_], [id_]
        case Existing(PartyKind.LEAD, id_):
            leads = [*leads, id_]
    if chosen.contact_id is not None:
        people = [*people, chosen.contact_id]
    contacts = look.contact_cards(connection, people, of_accounts, who)
    accounts += [card.account_id for card in contacts if card.account_id is not None]
    return Cards(
        accounts={card.id: card for card in look.account_cards(connection, set(accounts), who)},
        contacts={card.id: card for card in contacts},
        leads={card.id: card for card in look.lead_cards(connection, set(leads), who)},
    )


def _hits(
    connection: Connection, proofs: Proofs, cards: Cards, chosen: Chosen, criteria: Criteria, who: Actor
) -> Found:
    limit = max(1, min(criteria.limit, MAX_LIMIT))
    clients = panes.clients_in_order(cards, proofs, chosen, limit)
    contacts = panes.contacts_in_order(cards, proofs, chosen, limit)
    owners = panes.owners([*clients, *contacts])
    points = look.points_of(connection, owners)
    beside = Beside(points, look.open_interests(connection, owners, who))
    names = {id_: card.name for id_, card in cards.accounts.items()}
    client_hits = tuple(panes.client_hit(card, proofs, beside) for card in clients)
    contact_hits = tuple(
        panes.contact_hit(card, proofs, beside, names.get(card.account_id or 0)) for card in contacts
    )
    best_client, best_contact = ranking.best(client_hits, contact_hits)
    return Found(client_hits, contact_hits, best_client=best_client, best_contact_id=best_contact)


def _in_focus(found: Found, chosen: Chosen, cards: Cards) -> ColumnElement[bool]:
    """Whose interests the third pane lists: the chosen's, else the best's, else those of all that match."""
    contact_id = chosen.contact_id or (None if chosen.client else found.best_contact_id)
    client = chosen.client or found.best_client
    if contact_id is not None:
        card = cards.contacts.get(contact_id)
        return look.about(None, contact_id, card.account_id if card else None)
    if client is not None:
        return look.about((client.kind, client.id), None, None)
    hits: list[ClientHit | ContactHit] = [*found.clients, *found.contacts]
    matching = [hit.ref for hit in hits if hit.level is not Level.RELATED]
    ids = {kind: [ref.id for ref in matching if ref.kind is kind] for kind in PartyKind}
    owners = look.Owners(ids[PartyKind.ACCOUNT], ids[PartyKind.CONTACT], ids[PartyKind.LEAD])
    return owners.interests
