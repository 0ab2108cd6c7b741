"""Who it is by exact keys alone: one party, or a person must say."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from intake.automation.whose import Keys, who
from intake.model.rules import Known
from storage.exact_keys import OpenInterest, Owner, Owners

THEN = datetime(2026, 11, 21, tzinfo=UTC)
PHONE, OTHER, MAIL, INN = "+74951002030", "+74951002031", "m@firm.example", "7801234567"


def owner(
    account: int | None = None, contact: int | None = None, lead: int | None = None, **values: Any
) -> Owner:
    given = {"responsible_id": None, "inn": None, "since": THEN} | values
    return Owner(account, contact, lead, **given)


def asked(keys: Keys, points: dict[str, list[Owner]], inns: dict[str, list[Owner]] | None = None) -> Known:
    return who(keys, Owners(points, inns or {}), {})[0]


BOTH = Keys(phones=((PHONE, ""),), emails=(MAIL,))


@pytest.mark.parametrize(
    ("points", "known"),
    [
        ({}, Known.NOBODY),
        ({PHONE: [owner(1, 2)]}, Known.CLIENT),
        ({PHONE: [owner(1, 2)], MAIL: [owner(1)]}, Known.CLIENT),  # a person's phone, their company's address
        ({PHONE: [owner(1, 2)], MAIL: [owner(1, 3)]}, Known.SEVERAL),  # of two people
        ({PHONE: [owner(1, 2)], MAIL: [owner(4)]}, Known.SEVERAL),  # of two companies
        ({PHONE: [owner(lead=5)]}, Known.LEAD),
        ({PHONE: [owner(lead=5)], MAIL: [owner(1)]}, Known.SEVERAL),
        ({PHONE: [owner(1, 2), owner(1, 3)]}, Known.CLIENT),  # two people of one company: the company
        ({PHONE: [owner(None, 2), owner(None, 3)]}, Known.SEVERAL),  # two people of none
        ({PHONE: [owner(None, 2), owner(1, 3)]}, Known.SEVERAL),
        ({PHONE: [owner(1, 2, shared=True)]}, Known.SEVERAL),  # a switchboard says nothing
        ({PHONE: [owner(1, one) for one in range(2, 6)]}, Known.SEVERAL),  # so many have it
    ],
)
def test_keys_lead_to_one_party_or_a_person_must_say(points: dict[str, list[Owner]], known: Known) -> None:
    assert asked(BOTH, points) is known


def test_an_extension_tells_people_on_one_number_apart() -> None:
    people = [owner(1, 2, extension="12"), owner(4, 3, extension="13", shared=True)]
    known, party = who(Keys(phones=((PHONE, "12"),)), Owners({PHONE: people}), {})
    assert (known, party and party.contact_id) == (Known.CLIENT, 2)
    assert asked(Keys(phones=((PHONE, "14"),)), {PHONE: people}) is Known.SEVERAL


def test_a_company_is_its_inn_and_kpp() -> None:
    branch = {INN: [owner(1, inn=INN, kpp="780101001")]}
    assert asked(Keys(inn=INN), {}, branch) is Known.CLIENT
    assert asked(Keys(inn=INN, kpp="780101001"), {}, branch) is Known.CLIENT
    assert (
        asked(Keys(inn=INN, kpp="770101001"), {}, branch) is Known.SEVERAL
    )  # another branch: a person looks
    two = {INN: [owner(1, inn=INN, kpp="780101001"), owner(2, inn=INN, kpp="770101001")]}
    assert asked(Keys(inn=INN), {}, two) is Known.SEVERAL
    assert asked(Keys(inn=INN, kpp="770101001"), {}, two) is Known.CLIENT


def test_a_phone_of_a_company_with_another_inn_is_for_a_person() -> None:
    keys = Keys(phones=((PHONE, ""),), inn="7700000000")
    assert asked(keys, {PHONE: [owner(1, inn=INN)]}) is Known.SEVERAL
    assert asked(keys, {PHONE: [owner(1)]}) is Known.CLIENT  # none on the card says nothing


def test_it_can_be_asked_as_it_was_known_then() -> None:
    earlier, later = THEN - timedelta(days=1), THEN + timedelta(days=1)
    owners = Owners({PHONE: [owner(1, 2)]}, {})
    interests = {("account_id", 1): [OpenInterest(7, THEN, later)]}
    keys = Keys(phones=((PHONE, ""), (OTHER, "")))
    assert who(keys, owners, interests, earlier) == (Known.NOBODY, None)
    _, party = who(keys, owners, interests, THEN)
    assert party is not None
    assert (party.open_interests, party.keys) == ((7,), (PHONE,))
    _, afterwards = who(keys, owners, interests, later)
    assert afterwards is not None
    assert afterwards.open_interests == ()
