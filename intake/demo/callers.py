"""Who rings: people the world knows, and people it does not."""

from collections.abc import Callable, Iterator
from random import Random

from intake.demo.caller import Caller
from intake.demo.facts import Person, World
from intake.demo.people import latin
from intake.demo.places import CITIES, MOBILE_CODES

# E.164 without «+»: Kazakhstan, Belarus, Germany, Armenia, Turkey, Uzbekistan; the rest is dice
_FOREIGN = (("7701", 7), ("7727", 7), ("375291", 6), ("4930", 8), ("37491", 6), ("90532", 7), ("99890", 7))
_ODD_NAMES = ("Гость", "WIRELESS CALLER", "Ромашка <b>опт</b>", "О’Коннор Ш.", "Отдел снабжения", "'; --")
_TRUNK_STYLES = ("7{}", "7{}", "7{}", "+7{}", "8{}", "{}")  # how trunks give a Russian number


def callers(world: World, rng: Random) -> Iterator[Caller]:
    """Without end: most are known by their own number, the others are what makes a working day."""
    known = _known(world)
    offices = _offices(world)
    kinds: list[tuple[int, Callable[[], tuple[str | None, str | None]]]] = [
        (46, lambda: _of_person(rng, *rng.choice(known))),
        (14, lambda: (_trunk(rng, rng.choice(offices)), None)),
        (16, lambda: (_trunk(rng, f"+7{rng.choice(MOBILE_CODES)}{rng.randrange(10**7):07}"), _odd(rng))),
        (8, lambda: (_trunk(rng, _landline(rng)), _odd(rng))),
        (6, lambda: (_abroad(rng), None)),
        (3, lambda: (None, None)),
    ]
    makers, weights = [make for _, make in kinds], [weight for weight, _ in kinds]
    while True:
        number, name = rng.choices(makers, weights)[0]()
        yield Caller(number, name, rng.choice(world.lines).did)


def _known(world: World) -> list[tuple[Person, str]]:
    """People with a number of their own, those we have talked with lately more often."""
    people = [person for company in world.companies for person in company.people]
    people += [prospect.person for prospect in world.prospects]
    own = [
        (person, reach.value)
        for person in people
        for reach in person.reaches
        if reach.kind == "phone" and not reach.shared
    ]
    busy = [pair for pair in own if pair[0].touched_at]
    busy.sort(key=lambda pair: str(pair[0].touched_at))
    return own + busy[-len(own) // 5 :] * 5


def _offices(world: World) -> list[str]:
    return [
        reach.value
        for company in world.companies
        for reach in company.reaches
        if reach.kind == "phone" and reach.shared
    ]


def _of_person(rng: Random, person: Person, number: str) -> tuple[str, str | None]:
    name = rng.choice(
        (None, None, f"{person.first} {person.last}", latin(person.full).replace("-", " ").title())
    )
    return _trunk(rng, number), name


def _trunk(rng: Random, e164: str) -> str:
    return rng.choice(_TRUNK_STYLES).format(e164[2:])


def _landline(rng: Random) -> str:
    code = rng.choice(CITIES).area_code
    return f"+7{code}{rng.randint(2, 7)}{rng.randrange(10 ** (9 - len(code))):0{9 - len(code)}}"


def _abroad(rng: Random) -> str:
    prefix, digits = rng.choice(_FOREIGN)
    return f"{prefix}{rng.randrange(10**digits):0{digits}}"


def _odd(rng: Random) -> str | None:
    return rng.choice(_ODD_NAMES) if rng.random() < 0.25 else None
