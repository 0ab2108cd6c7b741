"""The world's facts as rows of the tables. Which id stands for which place is `Ids`' to know."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from intake.demo.facts import Company, Person, Prospect, Reach, Talk, Whose, World
from intake.matching.names import fold
from intake.matching.phones import tail
from intake.model.calls import Direction, Outcome
from intake.model.wizard import PartyKind
from storage.search.records import folded
from storage.tables.inquiries import Channel, DeclineReason, InquiryState
from storage.tables.parties import AccountKind, PointKind
from storage.tables.work import TaskKind

HISTORY = "history"  # the channel that past calls came by

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


def interests(world: World, ids: Ids) -> Iterator[Row]:
    for place, wish in enumerate(world.wishes):
        yield ids.whose(wish.whose) | {
            "id": ids.id("interest", place),
            "title": wish.title,
            "folded": fold(wish.title),
            "wanted": wish.wanted,
            "source": wish.source,
            "amount": wish.amount,
            "status_id": ids.statuses[wish.pipeline, wish.status],
            "responsible_id": ids.users[wish.responsible],
            "due": wish.due,
            "inquired_at": wish.inquired_at,
            "closed_at": wish.closed_at,
            "lost_reason": wish.lost_reason,
            "created_at": wish.inquired_at,
            "created_by": ids.users[wish.responsible],
            "updated_at": wish.closed_at or wish.inquired_at,
        }


def members(world: World, ids: Ids) -> Iterator[Row]:
    for place, wish in enumerate(world.wishes):
        for login in set(wish.members) - {wish.responsible}:
            yield {"interest_id": ids.id("interest", place), "user_id": ids.users[login]}


def interest_labels(world: World, ids: Ids) -> Iterator[Row]:
    for place, wish in enumerate(world.wishes):
        for label in wish.labels:
            yield {"interest_id": ids.id("interest", place), "label_id": ids.labels[label]}


def inquiries(world: World, ids: Ids) -> Iterator[Row]:
    """One for each incoming call, in the order of `calls`."""
    for place, talk in enumerate(_all_talks(world)):
        if talk.direction == "in":
            waiting = place >= len(world.talks)
            yield _inquiry(talk, world, ids) | _end(talk, ids, waiting) | {"id": ids.id("inquiry", place)}


def calls(world: World, ids: Ids) -> Iterator[Row]:
    for place, talk in enumerate(_all_talks(world)):
        incoming = talk.direction == "in"
        yield {
            "channel": HISTORY,
            "linkedid": f"{world.seed}.{ids.id('inquiry', place)}",
            "inquiry_id": ids.id("inquiry", place) if incoming else None,
            "direction": Direction(talk.direction),
            "number": talk.number,
            "number_raw": talk.number.removeprefix("+"),
            "name": talk.name if incoming else None,
            "did": talk.did if incoming else None,
            "rang": [talk.by or "101"] if incoming else [],
            "answered_by": [talk.by] if talk.by else [],
            "outcome": Outcome.ANSWERED if talk.by else Outcome.MISSED,
            "started_at": talk.started_at,
            "answered_at": talk.answered_at,
            "ended_at": talk.ended_at,
            "cause": 16,
        }


def comments(world: World, ids: Ids) -> Iterator[Row]:
    for remark in world.remarks:
        author = ids.users[remark.author]
        yield ids.whose(remark.whose) | {"text": remark.text, "author_id": author, "created_at": remark.at}


def tasks(world: World, ids: Ids) -> Iterator[Row]:
    for errand in world.errands:
        yield ids.whose(errand.whose) | {
            "interest_id": ids.id("interest", errand.wish),
            "kind": TaskKind(errand.kind),
            "title": errand.title,
            "due": errand.due,
            "responsible_id": ids.users[errand.responsible],
            "created_at": world.wishes[errand.wish].inquired_at,
            "done_at": errand.done_at,
        }


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


def _all_talks(world: World) -> tuple[Talk, ...]:
    return world.talks + world.waiting


def _inquiry(talk: Talk, world: World, ids: Ids) -> Row:
    wish = None if talk.wish is None else world.wishes[talk.wish]
    return ids.whose(talk.whose) | {
        "channel": Channel.CALL,
        "opened_at": talk.started_at,
        "touched_at": talk.ended_at,
        "answered_at": talk.answered_at,
        "sender": talk.number,
        "sender_name": talk.name,
        "line": talk.did,
        "interest_id": None if talk.wish is None else ids.id("interest", talk.wish),
        "responsible_id": ids.users[wish.responsible] if wish else None,
        "misses": 0 if talk.by else 1,
    }


def _end(talk: Talk, ids: Ids, waiting: bool) -> Row:
    """How the inquiry stands: with whom it waits, or what became of it."""
    reason = None
    if waiting:
        state = InquiryState.NEW
    elif talk.wish is not None:
        state = InquiryState.ACCEPTED
    elif talk.by:
        state, reason = InquiryState.DECLINED, DeclineReason.OTHER
    else:
        state = InquiryState.CLOSED  # we have called back
    return {
        "state": state,
        "decline_reason": reason,
        "closed_at": None if waiting else talk.ended_at,
        "callback": talk.number if waiting else None,
    }
