"""People who do not exist, and how they can be reached."""

from dataclasses import replace

from intake.demo.chance import Chance
from intake.demo.facts import Person, Reach
from intake.demo.given_names import MEN, SURNAMES, WOMEN, surname
from intake.demo.trade import POSITIONS
from intake.matching.areas import CITY_CODES

PRIVATE_MAIL = "pochta.example"

_CYRILLIC = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
_SOUNDS = "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya"
_LATIN = dict(zip(_CYRILLIC, _SOUNDS.replace("_", "'").split(), strict=True))


def latin(text: str) -> str:
    """«Северный свет» -> «severnyy-svet»: for addresses and domains."""
    letters = "".join(_LATIN.get(letter, letter) for letter in text.lower().replace("-", " "))
    plain = "".join(letter for letter in letters if letter == " " or (letter.isascii() and letter.isalnum()))
    return "-".join(plain.split())


def make_person(chance: Chance) -> Person:
    """A name in which surname, first name and patronymic agree."""
    female = chance.happens(0.5)
    father = chance.pick_early(MEN)
    first = chance.pick_early(WOMEN) if female else chance.pick_early(MEN)[0]
    return Person(surname(chance.pick_early(SURNAMES), female), first, father[2] if female else father[1])


def with_position(chance: Chance, person: Person, taken: set[str]) -> Person:
    """The person at work, in a position not `taken` by a colleague."""
    his, hers, department = chance.pick_early([post for post in POSITIONS if post[0] not in taken])
    taken.add(his)
    post = hers if person.middle.endswith("на") else his
    return replace(person, position=post, department=department)


def phone(chance: Chance, e164: str, extension: str | None = None, note: str | None = None) -> Reach:
    """A phone written the way somebody writes phones; one with an extension is shared."""
    code = e164[2:6] if e164[2:6] in CITY_CODES else e164[2:5]
    rest = e164[2 + len(code) :]
    local = f"{rest[:-4]}-{rest[-4:-2]}-{rest[-2:]}"
    written = chance.pick(
        (f"+7 ({code}) {local}", f"8 ({code}) {local}", f"8{code}{rest}", e164, f"8-{code}-{local}")
    )
    raw = f"{written} доб. {extension}" if extension else written
    return Reach("phone", e164, raw, extension, note, shared=extension is not None)


def mailbox(chance: Chance, person: Person, domain: str) -> Reach:
    """Letters to a person: «m.kovaleva@», «kovaleva@» or «maria@» their domain."""
    last, first = latin(person.last), latin(person.first)
    name = chance.pick((f"{first[0]}.{last}", f"{first[0]}.{last}", last, f"{last}.{first[0]}", first))
    return Reach("email", f"{name}@{domain}", f"{name}@{domain}")


def private_mailbox(chance: Chance, person: Person) -> Reach:
    """Letters to a private person, at a provider where everybody has one."""
    address = f"{latin(person.last)}{chance.between(60, 99)}{chance.digits(2)}@{PRIVATE_MAIL}"
    return Reach("email", address, address)


def nick(chance: Chance, person: Person) -> Reach:
    """A name in Telegram."""
    name = f"{latin(person.first)}_{latin(person.last)}{chance.digits(2)}".replace("-", "_")
    return Reach("messenger", name, f"@{name}", note="Telegram")
