"""Who writes letters to the demonstration's house: people the world knows, and people it does not."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from intake.demo.chance import Chance
from intake.demo.companies import make_client
from intake.demo.facts import Company, Person, Prospect, World
from intake.matching.companies import display_company
from intake.matching.phones import display_phone


@dataclass(frozen=True, slots=True)
class Writer:
    """`signature` is what stands under their letters, a line each."""

    name: str
    email: str
    phone: str = ""
    position: str = ""
    company: str = ""
    inn: str = ""

    @property
    def domain(self) -> str:
        return self.email.rpartition("@")[2]

    @property
    def signature(self) -> tuple[str, ...]:
        inn = f"ИНН {self.inn}" if self.inn else ""
        phone = f"Тел.: {self.phone}" if self.phone else ""
        return tuple(
            line for line in (self.name, self.position, self.company, phone, inn, self.email) if line
        )


def known_writers(world: World) -> list[Writer]:
    """Everybody of the world who has an address."""
    people = [writer_of(person, company) for company in world.companies for person in company.people]
    people += [writer_of(one.person, one) for one in world.prospects]
    return [one for one in people if one is not None]


def newcomers(rng: Random, world: World) -> Iterator[Writer]:
    """Without end: companies and people nobody has heard of."""
    chance = Chance(rng.randrange(2**32), world.now)
    while True:
        client = make_client(chance)
        for person in client.people[:1]:
            if made := writer_of(person, client):
                yield made


def writer_of(person: Person, whose: Company | Prospect) -> Writer | None:
    reaches = {reach.kind: reach for reach in reversed(person.reaches)}
    if "email" not in reaches:
        return None
    phone = reaches.get("phone")
    company = display_company(whose.name, whose.legal_form) if isinstance(whose, Company) else ""
    return Writer(
        name=f"{person.first} {person.last}",
        email=reaches["email"].value,
        phone=f"{display_phone(phone.value)}{f', доб. {phone.extension}' if phone.extension else ''}"
        if phone
        else "",
        position=person.position,
        company=company or getattr(whose, "organisation", None) or "",
        inn=(whose.inn or "") if isinstance(whose, Company) else "",
    )
