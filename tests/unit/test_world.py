"""The demonstration's world looks like one, and is the same each time."""

from collections import Counter
from datetime import UTC, datetime
from itertools import islice
from random import Random

import pytest

from intake.demo.callers import callers
from intake.demo.facts import Company, Person, World
from intake.demo.given_names import surname
from intake.demo.world import make_world
from intake.matching.emails import company_domain, read_email
from intake.matching.inn import inn_problem, kpp_problem, ogrn_problem
from intake.matching.keys import nick_key, site_key
from intake.matching.people import read_person
from intake.matching.phones import read_phone

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(seed=7, companies=400, now=NOW)


def people(world: World) -> list[Person]:
    return [person for company in world.companies for person in company.people] + [
        prospect.person for prospect in world.prospects
    ]


def organisations(world: World) -> list[Company]:
    return [company for company in world.companies if company.kind == "company"]


def test_the_same_seed_makes_the_same_world(world):
    assert make_world(7, 400, NOW) == world
    assert make_world(8, 400, NOW) != world


def test_every_paper_has_right_check_digits(world):
    for company in world.companies:
        if company.kind == "person":
            assert (company.inn, company.kpp, company.ogrn) == (None, None, None)
            continue
        assert inn_problem(company.inn or "") is None
        assert ogrn_problem(company.ogrn or "") is None
        assert len(company.inn or "") == (12 if company.kind == "sole-trader" else 10)
        if company.kind == "company":
            assert kpp_problem(company.kpp or "") is None


def test_every_way_to_reach_somebody_is_read_back_to_its_key(world):
    reaches = [reach for company in world.companies for reach in company.reaches]
    reaches += [reach for person in people(world) for reach in person.reaches]
    kinds = Counter(reach.kind for reach in reaches)
    assert set(kinds) == {"phone", "email", "messenger", "site"}
    for reach in reaches:
        if reach.kind == "phone":
            phone = read_phone(reach.raw)
            assert phone is not None
            assert (phone.e164, phone.extension, phone.valid) == (reach.value, reach.extension, True)
        elif reach.kind == "email":
            email = read_email(reach.raw)
            assert email is not None
            assert email.address == reach.value
            assert (company_domain(email.address) or "").endswith(".example")
        else:
            read = nick_key if reach.kind == "messenger" else site_key
            assert read(reach.raw) == reach.value


def test_names_agree_in_gender_and_are_read_back(world):
    for person in people(world):
        female = person.middle.endswith("на")
        assert surname(person.last, female) == person.last or person.last.endswith(("а", "ая"))
        assert not (person.last.endswith(("ова", "ева", "ина", "ская")) and not female)
        name = read_person(person.full)
        assert (name.last, name.first, name.middle) == (person.last, person.first, person.middle)
        assert person.short == name.short


@pytest.mark.parametrize(
    ("his", "hers"),
    [
        ("Ковалёв", "Ковалёва"), ("Ильин", "Ильина"), ("Покровский", "Покровская"), ("Толстой", "Толстая"),
        ("Ким", "Ким"), ("Цой", "Цой"), ("Шевченко", "Шевченко"), ("Черных", "Черных"), ("Пак", "Пак"),
    ],
)  # fmt: skip
def test_surnames_of_women(his, hers):
    assert surname(his, female=True) == hers
    assert surname(his, female=False) == his


def test_an_office_number_is_shared_and_its_people_have_extensions(world):
    for company in organisations(world):
        office = next(reach for reach in company.reaches if reach.kind == "phone")
        assert office.shared
        for person in company.people:
            for reach in person.reaches:
                if reach.value == office.value:
                    assert reach.shared
                    assert reach.extension


def test_there_are_branches_neighbours_and_namesakes(world):
    branches = [company for company in world.companies if company.parent is not None]
    assert branches
    for branch in branches:
        head = world.companies[branch.parent or 0]
        assert (branch.inn, branch.ogrn, branch.name) == (head.inn, head.ogrn, head.name)
        assert branch.kpp != head.kpp
    offices = Counter(company.reaches[0].value for company in organisations(world))
    assert max(offices.values()) > 1
    assert max(Counter(person.last for person in people(world)).values()) > 5


def test_nothing_has_happened_in_the_future(world):
    times = [talk.started_at for talk in world.talks + world.waiting]
    times += [wish.inquired_at for wish in world.wishes]
    times += [wish.closed_at for wish in world.wishes if wish.closed_at]
    times += [remark.at for remark in world.remarks]
    times += [company.touched_at for company in world.companies if company.touched_at]
    assert max(times) <= NOW


def test_interests_are_named_after_the_service_and_the_person(world):
    stages = {(path.name, stage.name): stage.kind for path in world.paths for stage in path.stages}
    for wish in world.wishes:
        kind = stages[wish.pipeline, wish.status]
        assert " — " in wish.title
        assert (wish.closed_at is None) == (kind == "open")
        assert (wish.lost_reason is not None) == (kind == "lost")
        if wish.whose.company is not None and wish.whose.person is not None:
            person = world.companies[wish.whose.company].people[wish.whose.person]
            assert wish.title.endswith(f"— {person.short}")
    assert {stages[wish.pipeline, wish.status] for wish in world.wishes} == {"open", "won", "lost"}


def test_everything_belongs_to_somebody_who_works_here(world):
    logins = {worker.login for worker in world.workers}
    assert {company.responsible for company in world.companies} <= logins
    assert {wish.responsible for wish in world.wishes} <= logins
    assert {worker.team for worker in world.workers} == set(world.teams)
    assert {talk.did for talk in world.talks} <= {line.did for line in world.lines}
    extensions = {worker.extension for worker in world.workers}
    assert {talk.by for talk in world.talks if talk.by} <= extensions


def test_those_who_ring_are_known_shared_unknown_foreign_and_withheld(world):
    rung = list(islice(callers(world, Random(1)), 2000))
    shared, known = set(), set()
    for company in world.companies:
        shared |= {reach.value for reach in company.reaches if reach.shared}
        known |= {reach.value for person in company.people for reach in person.reaches}
    seen = Counter[str]()
    for caller in rung:
        phone = read_phone(caller.number or "")
        if caller.number is None:
            seen["withheld"] += 1
        elif phone is None:
            raise AssertionError(caller)
        elif phone.e164 in shared:
            seen["shared"] += 1
        elif phone.e164 in known:
            seen["known"] += 1
        else:
            seen["unknown" if phone.e164.startswith("+7") else "foreign"] += 1
    assert set(seen) == {"known", "shared", "unknown", "foreign", "withheld"}
    assert seen["known"] > 600
    assert {caller.did for caller in rung} == {line.did for line in world.lines}


def test_a_handful_of_calls_waits_to_be_called_back(world):
    numbers = [talk.number for talk in world.waiting]
    assert len(numbers) == len(set(numbers)) > 3
    assert {talk.by for talk in world.waiting} == {None}
    assert {talk.whose.company is None for talk in world.waiting} == {True, False}


def test_the_same_dice_make_the_same_callers_ring(world):
    first, second = (list(islice(callers(world, Random(5)), 50)) for _ in range(2))
    assert first == second
