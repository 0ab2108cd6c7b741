"""Whether two cards are of one party, by all that is on them. Pure.

Each field adds its bits; what is missing on either says nothing. What many have says little.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from math import log2

from intake.duplicates.keys import core, name_keys, whole_keys
from intake.duplicates.policy import POLICY
from intake.matching.comparing import Answer, compare
from intake.matching.likeness import Kind, likeness
from intake.model.duplicates import Crowd, Evidence, Facts, Likelihood, Reach, Verdict

_PIECES = (Kind.BEGINNING, Kind.PART)  # «Рома» begins «Ромашка» and is another name


def verdict(one: Facts, other: Facts, crowd: Crowd) -> Verdict:
    """Of two cards of one kind, in whichever order."""
    one, other = sorted((one, other), key=lambda facts: facts.id)
    found = sorted(_evidence(one, other, crowd), key=lambda each: -abs(each.bits))
    bits = round(sum(each.bits for each in found), 1)
    return Verdict(one.kind, one.id, other.id, bits, _likelihood(bits, found), tuple(found))


def _likelihood(bits: float, found: Iterable[Evidence]) -> Likelihood | None:
    """A name alone is never more than possible."""
    if bits < POLICY.possible:
        return None
    keyed = any(each.bits >= POLICY.switchboard and not each.code.startswith("name") for each in found)
    return Likelihood.PROBABLE if bits >= POLICY.probable and keyed else Likelihood.POSSIBLE


def _evidence(one: Facts, other: Facts, crowd: Crowd) -> Iterator[Evidence]:
    yield from _points(one.points, other.points, crowd)
    yield from _numbers(one, other)
    together = one.account_id is not None and one.account_id == other.account_id
    people = 2 if together else _namesakes(one, other, crowd)
    named = [*_person(one, other, people), *_company(one, other, people)]
    yield from named
    if together and named and not _against(named):
        yield Evidence("same-account", POLICY.same_account)
    if one.city and other.city:
        same = one.city == other.city
        bits = POLICY.same_city if same else POLICY.other_city
        yield Evidence("city" if same else "other-city", bits, {} if not same else {"value": one.city})


def _namesakes(one: Facts, other: Facts, crowd: Crowd) -> int:
    """How many are called as these two are, by the rarest of what their names have in common; where that is
    nothing but a likeness, as the one or the other is."""
    shared = name_keys(one) & name_keys(other)
    if shared:
        return min(crowd.names.get(key, 2) for key in shared)
    return max((crowd.names.get(key, 2) for key in whole_keys(one) | whole_keys(other)), default=2)


def _against(found: Iterable[Evidence]) -> bool:
    return any(each.bits < 0 for each in found)


def _points(mine: Iterable[Reach], theirs: Iterable[Reach], crowd: Crowd) -> Iterator[Evidence]:
    known: dict[tuple[str, str], list[Reach]] = {}
    for reach in theirs:
        known.setdefault((reach.kind, reach.value), []).append(reach)
    met: dict[tuple[str, str], Evidence] = {}
    for reach in mine:
        for same in known.get((reach.kind, reach.value), ()):
            found = _point(reach, same, crowd.points.get((reach.kind, reach.value), 2))
            key = (reach.kind, reach.value)
            met[key] = max(met.get(key, found), found, key=lambda each: each.bits)
    yield from met.values()


def _point(one: Reach, other: Reach, owners: int) -> Evidence:
    params = {"value": one.value, "what": one.kind}
    if one.extension and other.extension and one.extension != other.extension:
        return Evidence("other-extension", POLICY.other_extension, params)
    if one.shared or other.shared or owners > POLICY.shared_owners:
        return Evidence("shared", POLICY.shared, params | {"people": owners})
    if one.extension != other.extension:
        return Evidence("switchboard", POLICY.switchboard, params)
    return Evidence(one.kind, _less(POLICY.points[one.kind], owners), params)


def _less(bits: float, have: int) -> float:
    """Two have the same: all of it. Each doubling of the others takes one bit."""
    return max(0.0, bits - log2(max(1, have - 1)))


def _numbers(one: Facts, other: Facts) -> Iterator[Evidence]:
    """A company is ИНН and КПП: another КПП is a branch."""
    if not (one.inn and other.inn):
        return
    if one.inn != other.inn:
        yield Evidence("other-inn", POLICY.other_inn)
    elif one.kpp and other.kpp and one.kpp != other.kpp:
        yield Evidence("other-kpp", POLICY.other_kpp, {"value": one.inn})
    else:
        yield Evidence("inn", POLICY.inn, {"value": one.inn})


def _person(one: Facts, other: Facts, people: int) -> Iterator[Evidence]:
    if _other_patronymic(one, other):
        yield Evidence("other-patronymic", POLICY.other_patronymic)
        one, other = replace(one, middle=""), replace(other, middle="")
    mine, theirs = _words(one), _words(other)
    if mine and theirs:
        yield _named(mine, theirs, people)


def _company(one: Facts, other: Facts, people: int) -> Iterator[Evidence]:
    if one.company and other.company:
        yield _named(core(one.company), core(other.company), people, whole=POLICY.whole_name)


def _words(facts: Facts) -> list[str]:
    return [word for part in (facts.last, facts.first, facts.middle) for word in part.split()]


def _other_patronymic(one: Facts, other: Facts) -> bool:
    """Initials and two spellings of one are no other, nor is one that stands in another field."""
    mine, theirs = one.middle, other.middle
    if not (mine and theirs) or mine in _words(other) or theirs in _words(one):
        return False
    if min(len(mine), len(theirs)) < 3:
        return mine[0] != theirs[0]
    # A likeness is of something asked to something stored; here neither is
    return max(likeness(mine, theirs).worth, likeness(theirs, mine).worth) < POLICY.same_word


def _named(mine: list[str], theirs: list[str], people: int, whole: float = 0.0) -> Evidence:
    """Asked from the side that says less, initials before names: what the other says besides is only unknown
    here."""
    fewer, more = sorted((mine, theirs), key=lambda words: (len(words), sum(map(len, words)), words))
    answer = compare(fewer, dict.fromkeys(fewer, 1.0), [more])
    how = _how(answer)
    if answer.score < POLICY.unlike:
        return Evidence("other-name", POLICY.other_name)
    if answer.score < POLICY.alike or (len(fewer) == 1 and how in _PIECES):
        return Evidence("unlike-name", POLICY.unlike_name)
    met = sum(len(match.stored.split()) for match in answer.matches)
    bits = _less(_worth(met, whole if met == len(more) else 0.0), people)
    if how is None:
        return Evidence("name" if met == len(more) else "name-part", bits, {"people": people})
    mistakes = sum(match.likeness.mistakes for match in answer.matches if match.likeness.kind is how)
    said = {"people": people, "how": how.value, "mistakes": mistakes}
    return Evidence("name-like", round(bits * answer.score, 2), said)


def _worth(words: int, whole: float) -> float:
    by_words = {1: POLICY.one_word, 2: POLICY.two_words}.get(words, POLICY.whole_name)
    return max(by_words, whole)


def _how(answer: Answer) -> Kind | None:
    """The least likely of the ways in which its words are alike; None when all are equal."""
    ways = [match.likeness for match in answer.matches if match.likeness.kind is not Kind.EQUAL]
    return min(ways, key=lambda one: one.worth).kind if ways else None
