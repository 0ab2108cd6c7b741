"""Interests by what they are called and by their numbers."""

from dataclasses import dataclass

from sqlalchemy import Connection
from sqlmodel import col

from intake.model.hits import InterestHit
from intake.model.wizard import Mode, Shown
from storage.access import Actor
from storage.search.cards import interests_of
from storage.search.names import by_name
from storage.search.reading import Named
from storage.search.records import INTEREST
from storage.tables.interests import Interest


@dataclass(frozen=True, slots=True)
class Titled:
    """An interest that was found; `named` says how its title answers, None: its number was asked for."""

    hit: InterestHit
    named: Named | None = None


def interests_called(
    connection: Connection, text: str, number: int | None, mode: Mode, who: Actor, most: int
) -> list[Titled]:
    """The interest of this number, then those whose titles answer the text, best first."""
    named, _more = by_name(connection, text, mode, who, (INTEREST,))
    ways: dict[int, Named | None] = {number: None} if number is not None else {}
    for one in named[:most]:
        ways.setdefault(one.id, one)
    if not ways:
        return []
    found, _, _ = interests_of(connection, col(Interest.id).in_(list(ways)), Shown.ALL, who)
    hits = {hit.id: hit for hit in found}
    return [Titled(hits[id_], way) for id_, way in ways.items() if id_ in hits][:most]
