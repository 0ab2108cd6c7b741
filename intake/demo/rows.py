"""The world's clients as rows of the tables. Which id stands for which place is `Ids`' to know."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from intake.demo.facts import Company, Person, Prospect, Reach, Whose, World
from intake.matching.phones import tail
from intake.model.wizard import PartyKind
from storage.search.records import folded
from storage.tables.parties import AccountKind, PointKind

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ids:
    """The last id of each table before the world came, and who is who."""

    before: dict[str, int]
    contacts: list[int]  # how many people the companies before each one have
    users: dict[str, int]  # by login
    statuses: dict[tuple[str, str], int]  # by pipeline and name
    labels: dict[str, int]  # by name

    def id(self, table: str, place: int) -> int:
        return self.before[table] + place + 1

    def whose(self, whose: Whose) -> Row:
        """The columns of an owner; those of nobody are empty."""
        row: Row = {"account_id": None, "contact_id": None, "lead_id": None}
        if whose.prospect is not None:
            row["lead_id"] = self.id("lead", whose.prospect)
        if whose.company is not None:
            row["account_id"] = self.id("account", whose.company)
            if whose.person is not None:
                row["contact_id"] = self.id("contact", self.contacts[whose.company] + whose.person)
        return row


def contacts_before(world: World) -> list[int]:
    """For each company, how many people stand before its first."""
    return [0, *accumulate(len(company.people) for company in world.companies)]


def accounts(world: World, ids: Ids) -> Iterator[Row]:
    for place, company in enumerate(world.companies):
        names = {"name": company.name}
        yield _card(company, ids) | {
            "id": ids.id("account", place),
            "folded": folded("account", names),
            "kind": AccountKind(company.kind),
            "name": company.name,
            "legal_form": company.legal_form,
            "inn": company.inn,
            "kpp": company.kpp,
            "ogrn": company.ogrn,
            "address": company.address,
            "type": company.type,
            "parent_id": None if company.parent is None else ids.id("account", company.parent),
            "revenue": company.revenue,
            "employees": company.employees,
            "description": company.description,
            "do_not_call": company.do_not_call,
            "touched_at": company.touched_at,
        }


def contacts(world: World, ids: Ids) -> Iterator[Row]:
    for place, company in enumerate(world.companies):
        for number, person in enumerate(company.people):
            owner = ids.whose(Whose(company=place, person=number))
            yield (
                _card(company, ids)
                | _person(person, PartyKind.CONTACT)
                | {
                    "id": owner["contact_id"],
                    "account_id": owner["account_id"],
                    "department": person.department or None,
                }
            )


def leads(world: World, ids: Ids) -> Iterator[Row]:
    for place, prospect in enumerate(world.prospects):
        yield (
            _card(prospect, ids)
            | _person(prospect.person, PartyKind.LEAD, prospect.organisation)
            | {
                "id": ids.id("lead", place),
                "organisation": prospect.organisation,
                "inn": prospect.inn,
                "rating": prospect.rating,
            }
        )


def points(world: World, ids: Ids) -> Iterator[Row]:
    for place, company in enumerate(world.companies):
        owner = ids.whose(Whose(company=place))
        yield from (_point(reach, owner, company) for reach in company.reaches)
        for number, person in enumerate(company.people):
            owner = ids.whose(Whose(company=place, person=number)) | {"account_id": None}
            yield from (_point(reach, owner, company) for reach in person.reaches)
    for place, prospect in enumerate(world.prospects):
        owner = ids.whose(Whose(prospect=place))
        yield from (_point(reach, owner, prospect) for reach in prospect.person.reaches)


def _card(party: Company | Prospect, ids: Ids) -> Row:
    return {
        "responsible_id": ids.users[party.responsible],
        "country": "Россия",
        "city": party.city,
        "industry": party.industry or None,
        "source": party.source,
        "created_at": party.created_at,
        "updated_at": party.touched_at or party.created_at,
    }


def _person(person: Person, kind: PartyKind, organisation: str | None = None) -> Row:
    names = {"last_name": person.last, "first_name": person.first, "middle_name": person.middle}
    return names | {
        "folded": folded(kind.value, names | {"organisation": organisation}),
        "position": person.position or None,
        "touched_at": person.touched_at,
    }


def _point(reach: Reach, owner: Row, party: Company | Prospect) -> Row:
    return owner | {
        "kind": PointKind(reach.kind),
        "value": reach.value,
        "tail": tail(reach.value) if reach.kind == "phone" else None,
        "extension": reach.extension,
        "raw": reach.raw,
        "note": reach.note,
        "shared": reach.shared,
        "main": reach.main,
        "created_at": party.created_at,
    }
