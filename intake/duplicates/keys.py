"""Under which keys a card's name is looked for: cards with a key in common are compared. Pure.

A key stands for one way in which two spellings of a name stay the same: in another order, alphabet or
spelling of the same sounds; without the patronymic; with initials; with a mistake in one half. Numbers, for a
million names have some four million of them.
"""

from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b

from intake.duplicates.policy import POLICY
from intake.matching.diminutives import other_names
from intake.matching.people import FIRST_NAMES
from intake.matching.sounds import skeleton
from intake.model.duplicates import Facts
from intake.model.wizard import PartyKind

Person = tuple[str, str, str]  # last, first, middle

KINDS = tuple(PartyKind)
MOST = 4  # forms of one first name
_FORMAL = frozenset(skeleton(name) for name in FIRST_NAMES)
# Words of companies' names that tell none from another; folded.
_GENERIC = frozenset(
    skeleton(word)
    for word in """
    компания группа фирма завод фабрика торговый дом торговая центр студия агентство бюро мастерская магазин
    салон сервис строительная производственная производственно коммерческая научно предприятие объединение
    корпорация холдинг и групп company group service
    """.split()
)


def name_keys(facts: Facts) -> set[int]:
    """Of all the names on a card; none without a name."""
    return set(_keys(facts.kind, (facts.last, facts.first, facts.middle), facts.company, facts.account_id))


def whole_keys(facts: Facts) -> set[int]:
    """Those of the whole names: how many have the like, also where no other spelling meets them."""
    person = sorted(
        skeleton(word) for part in (facts.last, facts.first, facts.middle) for word in part.split()
    )
    company = sorted(skeleton(word) for word in core(facts.company))
    texts = [mark + " ".join(sounds) for mark, sounds in (("p", person), ("c", company)) if sounds]
    return {_number(facts.kind, text) for text in texts}


def kind_of(key: int) -> PartyKind:
    """The kind of card that a key belongs to."""
    return KINDS[key & 3]


def core(company: str) -> list[str]:
    """A company's words without those that half of all companies have; all when nothing else is left."""
    words = company.split()
    return [word for word in words if skeleton(word) not in _GENERIC] or words


@lru_cache(maxsize=20_000)  # a card is compared with several, several times
def _keys(kind: PartyKind, person: Person, company: str, account_id: int | None) -> frozenset[int]:
    texts = {*_person_keys(person), *_company_keys(company)}
    if account_id is not None and person[0]:  # at one client even a common surname is worth a look
        texts.add(f"a{account_id} {skeleton(person[0].replace(' ', ''))}")
    return frozenset(_number(kind, text) for text in texts)


def _number(kind: PartyKind, text: str) -> int:
    digest = blake2b(text.encode(), digest_size=8).digest()
    return (int.from_bytes(digest) >> 1) & ~3 | KINDS.index(kind)


def _person_keys(person: Person) -> Iterator[str]:
    words = [word for part in person for word in part.split()]
    if not words:
        return
    yield _whole("p", words)
    last, first, middle = (skeleton(part.replace(" ", "")) for part in person)
    if last and first:
        yield from (f"p{' '.join(sorted((last, form)))}" for form in _forms(first))
        if middle:
            yield f"i{last} {first[:1]}{middle[:1]}"
    yield from _mistaken("P", "".join(skeleton(word) for word in words))


def _forms(first: str) -> list[str]:
    """«саша» is looked for as Александр and Александра, too."""
    full = sorted(other_names(first) & _FORMAL)
    return [first, *full[:MOST]]


def _company_keys(company: str) -> Iterator[str]:
    if not company:
        return
    sounds = "".join(skeleton(word) for word in core(company))
    yield _whole("c", core(company))
    yield f"g{sounds}"
    yield from _mistaken("C", sounds)


def _whole(mark: str, words: list[str]) -> str:
    return mark + " ".join(sorted(skeleton(word) for word in words))


def _mistaken(mark: str, sounds: str) -> Iterator[str]:
    """What a mistake leaves as it is. Of a long name either half; of even length, so that a name that lacks a
    letter has the same. Of a short one what is left without any one letter, be it the wrong one."""
    if len(sounds) >= POLICY.halved_from:
        for kept in {len(sounds) // 2 & ~1, (len(sounds) + 1) // 2 & ~1}:
            yield f"{mark}h{sounds[:kept]}"
            yield f"{mark}t{sounds[-kept:]}"
    elif len(sounds) >= POLICY.mistaken_from:
        yield from (f"{mark}-{sounds[:at]}{sounds[at + 1 :]}" for at in range(len(sounds)))
        yield f"{mark}-{sounds}"
