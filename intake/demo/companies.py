"""Companies that do not exist, with their people and papers."""

from dataclasses import replace
from datetime import datetime

from intake.demo import papers, trade
from intake.demo.chance import Chance
from intake.demo.facts import Company, Person, Reach
from intake.demo.house import RESPONSIBLE
from intake.demo.people import latin, mailbox, make_person, nick, phone, private_mailbox, with_position
from intake.demo.places import STREETS, City

PERSON, SOLE_TRADER = 0.06, 0.17  # shares of all clients; the rest are organisations
PUBLIC = 0.08  # share of schools, clinics and house owners among organisations
DO_NOT_CALL = 0.015
HEADCOUNT = (1, 1, 2, 2, 2, 3, 3, 4, 6)  # of people known at an organisation
_FORMS = ("ООО",) * 20 + ("АО",) * 3 + ("ПАО", "ЗАО", "АНО")
_PUBLIC = (
    ("МБОУ", "Средняя школа № {}", "Образование"),
    ("МБУ", "Детский сад № {}", "Образование"),
    ("ГБУЗ", "Городская больница № {}", "Медицина"),
    ("ГБУЗ", "Поликлиника № {}", "Медицина"),
    ("МУП", "Водоканал-{}", "ЖКХ"),
    ("ТСЖ", "Квартал {}", "ЖКХ"),
    ("СНТ", "Энергетик-{}", "ЖКХ"),
)


def make_client(chance: Chance) -> Company:
    """An organisation, a sole trader or a private person, without history yet."""
    kind = chance.random.random()
    if kind < PERSON:
        return _private_person(chance)
    return _sole_trader(chance) if kind < PERSON + SOLE_TRADER else _organisation(chance)


def make_branch(chance: Chance, head: Company, place: int) -> Company:
    """The same organisation in another city: ИНН and ОГРН are the head's, КПП and people its own."""
    city = chance.city()
    office = chance.landline(city)
    domain = next(reach.value for reach in head.reaches if reach.kind == "site")
    return replace(
        head,
        kpp=papers.branch_kpp(chance, city.tax),
        city=city.name,
        address=_address(chance, city),
        reaches=(replace(phone(chance, office), shared=True, main=True),),
        people=_people(chance, office, domain),
        parent=place,
    )


def _organisation(chance: Chance) -> Company:
    city = chance.city()
    form, name, industry = _name(chance, city)
    inn = papers.company_inn(chance, city.tax)
    office, domain = chance.landline(city), chance.domain(latin(name)[:40].strip("-"))
    company = _blank(chance, city)
    return replace(
        company,
        name=name,
        legal_form=form,
        industry=industry,
        inn=inn,
        kpp=papers.kpp(inn),
        ogrn=papers.ogrn(chance, city.tax),
        employees=chance.pick((5, 12, 18, 30, 45, 80, 120, 250, 600)),
        revenue=chance.between(3, 900) * 1_000_000,
        reaches=_office(chance, office, domain),
        people=_people(chance, office, domain),
    )


def _sole_trader(chance: Chance) -> Company:
    city, person = chance.city(), make_person(chance)
    reaches = (replace(phone(chance, chance.mobile()), main=True), private_mailbox(chance, person))
    owner = replace(person, position="Индивидуальный предприниматель", reaches=reaches)
    return replace(
        _blank(chance, city),
        kind="sole-trader",
        name=person.full,
        legal_form="ИП",
        inn=papers.person_inn(chance, city.tax),
        ogrn=papers.ogrnip(chance, city.tax),
        people=(owner,),
    )


def _private_person(chance: Chance) -> Company:
    city, person = chance.city(), make_person(chance)
    reaches = (replace(phone(chance, chance.mobile()), main=True), private_mailbox(chance, person))
    return replace(_blank(chance, city), kind="person", name=person.full, industry="", reaches=reaches)


def _blank(chance: Chance, city: City) -> Company:
    return Company(
        kind="company",
        name="",
        legal_form=None,
        inn=None,
        kpp=None,
        ogrn=None,
        city=city.name,
        address=_address(chance, city),
        industry=chance.pick(trade.INDUSTRIES),
        type=chance.pick(trade.TYPES),
        source=chance.pick(trade.SOURCES),
        responsible=chance.pick(RESPONSIBLE),
        employees=None,
        revenue=None,
        description=None,
        do_not_call=chance.happens(DO_NOT_CALL),
        created_at=_since(chance),
        touched_at=None,
        reaches=(),
        people=(),
    )


def _since(chance: Chance) -> datetime:
    return chance.working_hour(200 + 1500 * chance.random.random())


def _address(chance: Chance, city: City) -> str:
    street = f"г. {city.name}, ул. {chance.pick(STREETS)}, д. {chance.between(1, 120)}"
    return f"{street}, оф. {chance.between(1, 420)}" if chance.happens(0.6) else street


def _name(chance: Chance, city: City) -> tuple[str, str, str]:
    """Legal form, name and industry."""
    if chance.happens(PUBLIC):
        form, name, industry = chance.pick(_PUBLIC)
        return form, name.format(chance.between(1, 99)), industry
    name = _trade_name(chance, city)
    told = next((industry for word, industry in trade.TELLING_WORDS if word in name), None)
    return chance.pick(_FORMS), name, told or chance.pick(trade.INDUSTRIES)


def _trade_name(chance: Chance, city: City) -> str:
    noun, gender = chance.pick(trade.NOUNS)
    poetic = f"{chance.pick(trade.ADJECTIVES)[gender]} {noun}"
    front = chance.pick((*trade.FRONTS, city.root, city.root, city.root))
    built = front + chance.pick(("", "", *trade.FRONTS)).replace(front, "").lower() + chance.pick(trade.BACKS)
    root = chance.pick(trade.ROOTS)
    tailed = root + chance.pick(trade.TAILS)
    house = f"{chance.pick(trade.KINDS_OF_HOUSE)} «{chance.pick((root, poetic))}»"
    return chance.pick((poetic, poetic, built, built, root, tailed, tailed, house))


def _office(chance: Chance, number: str, domain: str) -> tuple[Reach, ...]:
    """The shared number, the common mailbox and the site of an organisation."""
    box = f"{chance.pick(('info', 'office', 'zakaz', 'mail', 'secretar'))}@{domain}"
    return (
        replace(phone(chance, number), shared=True, main=True, note="Приёмная"),
        Reach("email", box, box, shared=True, main=True),
        Reach("site", domain, f"https://www.{domain}/"),
    )


def _people(chance: Chance, office: str, domain: str) -> tuple[Person, ...]:
    taken: set[str] = set()
    people = (with_position(chance, make_person(chance), taken) for _ in range(chance.pick(HEADCOUNT)))
    return tuple(replace(person, reaches=_reaches(chance, person, office, domain)) for person in people)


def _reaches(chance: Chance, person: Person, office: str, domain: str) -> tuple[Reach, ...]:
    reaches: list[Reach] = []
    if chance.happens(0.7):
        reaches.append(phone(chance, chance.mobile()))
    if chance.happens(0.6) or not reaches:
        reaches.append(phone(chance, office, extension=str(chance.between(101, 399))))
    if chance.happens(0.8):
        reaches.append(mailbox(chance, person, domain))
    if chance.happens(0.12):
        reaches.append(nick(chance, person))
    reaches[0] = replace(reaches[0], main=True)
    return tuple(reaches)
