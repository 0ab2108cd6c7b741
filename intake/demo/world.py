"""A world of a few thousand Russian companies, made from a seed: the same seed, the same world.

Names, papers and addresses belong to nobody; domains cannot be owned (RFC 2606); phones look real and are
never dialled.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from intake.demo.chance import Chance
from intake.demo.companies import make_branch, make_client
from intake.demo.facts import Company, Person, Prospect, Reach, Talk, Whose, World
from intake.demo.history import History
from intake.demo.house import LINES, PATHS, RESPONSIBLE, TEAMS, WORKERS
from intake.demo.people import latin, mailbox, make_person, phone, private_mailbox, with_position
from intake.demo.trade import COMMENTS, INDUSTRIES, RATINGS, ROOTS, SOURCES

BRANCHES = 0.02  # share of organisations with one
SAME_HOUSE = 0.01  # share of organisations whose office shares its number with the one before
PROSPECTS = 0.12  # potential clients for each client
DESCRIBED = 0.1
WAITING = 8  # missed calls on the desk when the day begins


def make_world(seed: int, companies: int, now: datetime) -> World:
    """So many clients, a few branches and prospects more, and what has happened until `now` (aware UTC)."""
    chance = Chance(seed, now)
    history = History(chance)
    clients = tuple(_with_history(history, place, client) for place, client in _clients(chance, companies))
    prospects = tuple(_prospect(history, place) for place in range(int(companies * PROSPECTS)))
    return World(
        seed=seed,
        now=now,
        companies=clients,
        prospects=prospects,
        wishes=tuple(history.wishes),
        talks=tuple(history.talks),
        waiting=tuple(_waiting(chance, clients)),
        remarks=tuple(history.remarks),
        errands=tuple(history.errands),
        teams=TEAMS,
        workers=WORKERS,
        lines=LINES,
        paths=PATHS,
    )


def _clients(chance: Chance, count: int) -> Iterator[tuple[int, Company]]:
    place, before = 0, None
    for _ in range(count):
        client = make_client(chance)
        if before and client.kind == before.kind == "company" and chance.happens(SAME_HOUSE):
            client = _in_the_same_house(chance, client, before)
        yield place, client
        place += 1
        if client.kind == "company" and chance.happens(BRANCHES):
            yield place, make_branch(chance, client, place - 1)
            place += 1
        before = client


def _in_the_same_house(chance: Chance, client: Company, neighbour: Company) -> Company:
    """Two companies behind one switchboard: their number says little about who is calling."""
    number = replace(phone(chance, neighbour.reaches[0].value), shared=True, main=True, note="Бизнес-центр")
    return replace(client, city=neighbour.city, reaches=(number, *client.reaches[1:]))


def _with_history(history: History, place: int, client: Company) -> Company:
    chance = history.chance
    people = tuple(_after_talks(history, place, number, client) for number in range(len(client.people)))
    times = [person.touched_at for person in people if person.touched_at]
    if client.kind == "person":
        alone = _named(client)
        last = history.tell(Whose(company=place), alone, alone.short, client.responsible)
        times = [last] if last else []
    return replace(
        client,
        people=people,
        touched_at=max(times, default=None),
        description=chance.pick(COMMENTS) if chance.happens(DESCRIBED) else None,
    )


def _after_talks(history: History, place: int, number: int, client: Company) -> Person:
    person = client.people[number]
    whose = Whose(company=place, person=number)
    return replace(person, touched_at=history.tell(whose, person, person.short, client.responsible))


def _waiting(chance: Chance, clients: tuple[Company, ...]) -> Iterator[Talk]:
    """Half of them people we know."""
    traders = [place for place, client in enumerate(clients) if client.kind == "sole-trader"]
    known = chance.random.sample(traders, min(len(traders), WAITING // 2))
    for place in known:
        owner = clients[place].people[0]
        yield _missed(chance, Whose(company=place, person=0), owner.reaches[0].value, owner.short)
    for _ in range(WAITING - len(known)):
        yield _missed(chance, Whose(), chance.mobile(), None)


def _missed(chance: Chance, whose: Whose, number: str, name: str | None) -> Talk:
    at = chance.now - timedelta(minutes=chance.between(3, 170))
    end = at + timedelta(seconds=chance.between(12, 55))
    return Talk(whose, number, name, chance.pick(LINES).did, "in", None, at, None, end)


def _named(client: Company) -> Person:
    last, first, middle = client.name.split()
    return Person(last, first, middle, reaches=client.reaches)


def _prospect(history: History, place: int) -> Prospect:
    chance = history.chance
    city, person = chance.city(), make_person(chance)
    root = chance.pick(ROOTS)
    organisation = f"ООО «{root}»" if chance.happens(0.55) else None
    reaches: list[Reach] = [replace(phone(chance, chance.mobile()), main=True)]
    if organisation:
        reaches.append(mailbox(chance, person, chance.domain(latin(root))))
        person = with_position(chance, person, set())
    elif chance.happens(0.5):
        reaches.append(private_mailbox(chance, person))
    person = replace(person, reaches=tuple(reaches))
    responsible = chance.pick(RESPONSIBLE)
    touched = history.tell(Whose(prospect=place), person, person.short, responsible)
    return Prospect(
        person=replace(person, touched_at=touched),
        organisation=organisation,
        inn=None,
        city=city.name,
        industry=chance.pick(INDUSTRIES),
        source=chance.pick(SOURCES),
        rating=chance.pick(RATINGS),
        responsible=responsible,
        created_at=touched or chance.working_hour(60 * chance.random.random()),
        touched_at=touched,
    )
