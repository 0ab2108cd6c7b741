"""Whom somebody chose a while ago, and a colleague has merged since."""

from sqlalchemy import Connection

from intake.model.wizard import Chosen, Existing, PartyKind
from storage.search.sql import rows

_INTO = "SELECT account_id, contact_id, lead_id FROM merged_party WHERE kind = :1 AND gone_id = :2"


def chosen_now(connection: Connection, chosen: Chosen) -> Chosen:
    """The same, with the cards that those which are gone live on in."""
    client, contact_id = chosen.client, chosen.contact_id
    if client is not None:
        client = Existing(client.kind, _now(connection, client.kind, client.id))
    if contact_id is not None:
        contact_id = _now(connection, PartyKind.CONTACT, contact_id)
    return Chosen(client, contact_id)


def _now(connection: Connection, kind: PartyKind, id_: int) -> int:
    found = rows(connection, _INTO, kind.value, id_)
    return next((into for row in found for into in row if into is not None), id_)
