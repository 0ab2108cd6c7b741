"""How sure each hit is, and in what order they stand. Pure: rank by similarity, decide by evidence.

A hit's score is the best proof of each field, added up; evidence.py says what each weighs. Names alone never
make a hit exact, nor does a number of many people.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from intake.matching.comparing import Match, compare, worth_showing
from intake.matching.likeness import Kind
from intake.matching.modes import words_match
from intake.matching.policy import POLICY as LIKENESS
from intake.model.hits import ClientHit, ContactHit, Level, Reason
from intake.model.wizard import Existing, Mode, PartyKind
from intake.wizard.evidence import POLICY
from storage.search.cards import Card, Owner
from storage.search.reading import Named

# Named after their field, but for these.
_FIELDS = {
    "other-kpp": "inn", "other-inn": "inn", "former-phone": "phone", "former-email": "email",
    "mentioned-phone": "phone", "mentioned-email": "email", "mentioned-inn": "inn",
}  # fmt: skip
MARKED = frozenset({"shared-number", "other-extension"})  # say why a phone that matched weighs less
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Proof:
    """One reason with its weight. Of one field only the best proof counts."""

    field: str
    weight: float
    reason: Reason


Proofs = dict[Owner, list[Proof]]
Tells = Mapping[str, float]  # how many bits each word says


def proof(code: str, **params: object) -> Proof:
    return Proof(_field(code), POLICY.bits[code], Reason(code, dict(params)))


def _field(code: str) -> str:
    return _FIELDS.get(code, code.split("-", 1)[0])


def name_proof(named: Named, typed: Sequence[str], mode: Mode, tells: Tells) -> Proof:
    """In the literal modes a name answers or does not; else it is worth what it is like. A common one says
    little, a rare one much."""
    if named.exact and not named.retyped:
        return _exactly(typed, tells)
    if mode is not Mode.INEXACT:
        return proof(f"name-{mode.value}")
    return _similar(named.score, named.matches, tells, named.retyped)


def card_proof(
    typed: Sequence[str], names: Sequence[Sequence[str]], mode: Mode, tells: Tells
) -> Proof | None:
    """Whether the names on a card that was found by something else answer, too."""
    if any(sorted(typed) == sorted(name) for name in names):
        return _exactly(typed, tells)
    if mode is not Mode.INEXACT:
        return proof(f"name-{mode.value}") if any(words_match(typed, name, mode) for name in names) else None
    answer = compare(typed, dict.fromkeys(typed, 1.0), names)
    shown = worth_showing(answer.score, answer.matches)
    return _similar(answer.score, answer.matches, tells) if shown else None


def _exactly(typed: Sequence[str], tells: Tells) -> Proof:
    return Proof("name", _says(typed, tells) + POLICY.exactly, Reason("name-exact"))


def _says(words: Iterable[str], tells: Tells) -> float:
    much = sum(tells.get(word, LIKENESS.tells_most) for word in words)
    return min(much * POLICY.of_word, POLICY.whole_name)


def _similar(score: float, matches: Sequence[Match], tells: Tells, retyped: bool = False) -> Proof:
    """Said in one word: the way in which it is least like what was typed."""
    kinds = {match.likeness.kind for match in matches}
    mistakes = sum(match.likeness.mistakes for match in matches)
    kind = next((kind for kind in _LEAST_LIKE if kind in kinds), Kind.EQUAL)
    code = (
        "name-layout"
        if retyped and kind in (Kind.EQUAL, Kind.BEGINNING)
        else f"name-{_CODES.get(kind, kind)}"
    )
    says = score * _says((word for match in matches for word in match.stored.split()), tells)
    return Proof("name", says, Reason(code, {"mistakes": mistakes} if mistakes else {}))


_LEAST_LIKE = (
    Kind.TYPO, Kind.TRANSLIT, Kind.NAME, Kind.GLUED, Kind.SOUND, Kind.PART, Kind.INITIAL, Kind.BEGINNING,
)  # fmt: skip
_CODES = {Kind.EQUAL: "words", Kind.NAME: "other"}


def phone_proofs(value: str, stored: str | None, given: str | None) -> list[Proof]:
    """A number that matched. The extension counts: another one is another person's desk."""
    if stored == given:
        return [proof("phone", value=value)]
    return marked("phone", value, proof("other-extension", extension=stored or ""))


def marked(code: str, value: str, mark: Proof) -> list[Proof]:
    """A key that matched and says less than it seems: the mark beside it holds the weight."""
    reason = Reason(code, {"value": value})
    return [Proof(code, 0, reason), Proof(code, mark.weight, mark.reason)]


def shared(proofs: list[Proof], value: str, people: int) -> list[Proof]:
    """The same key when many people have it."""
    mark = proof("shared-number", value=value, people=people)
    first = proofs[0]
    return [*marked(first.field, value, mark), *(one for one in proofs[1:] if one.reason.code in MARKED)]


OF_ACCOUNT = proof("of-account")


def by_contact(proofs: Iterable[Proof]) -> list[Proof]:
    """What a contact's proofs say about its account."""
    return [
        Proof(
            one.field,
            max(one.weight - POLICY.by_contact, 0),
            Reason(_through(one.reason.code), one.reason.params),
        )
        for one in proofs
        if one.field != "of" and one.weight >= 0
    ]


def other_inn(mine: Iterable[Proof], typed: str, stored: str | None) -> Proof | None:
    """What speaks against a card that something else speaks for: it has another ИНН than the one typed. None
    on the card says nothing."""
    fields = {one.field for one in mine if one.field != "of"}
    differs = fields and "inn" not in fields and stored and typed != stored
    return proof("other-inn", value=stored) if differs else None


def _through(code: str) -> str:
    return code if code in MARKED else f"contact-{code}"


def score(proofs: Iterable[Proof]) -> float:
    """Of a field with marks (shared, other extension) the lightest mark counts, else the heaviest proof."""
    best: dict[str, float] = {}
    marks: dict[str, float] = {}
    for one in proofs:
        best[one.field] = max(best.get(one.field, one.weight), one.weight)
        if one.reason.code in MARKED:
            marks[one.field] = min(marks.get(one.field, one.weight), one.weight)
    return sum((best | marks).values())


def level(proofs: Iterable[Proof]) -> Level:
    own = [one for one in proofs if one.field != "of"]
    if not own:
        return Level.RELATED
    if _is_exact([one for one in own if _may_make_exact(one)]):
        return Level.EXACT
    return Level.PROBABLE if score(own) >= POLICY.probable else Level.POSSIBLE


def _is_exact(proofs: Sequence[Proof]) -> bool:
    keyed = any(one.weight >= POLICY.key and one.field != "name" for one in proofs)
    return keyed and score(proofs) >= POLICY.exact


def _may_make_exact(one: Proof) -> bool:
    """Not so, also not with a shared number: what is uncertain, and names that are only alike."""
    return _code(one) == "name-exact" if one.field == "name" else _code(one) not in POLICY.uncertain


def _code(one: Proof) -> str:
    return one.reason.code.removeprefix("contact-")


def reasons(proofs: Iterable[Proof]) -> tuple[Reason, ...]:
    """Each code and value once, the weightiest first; a full match hides the piece it contains."""
    ordered = sorted(proofs, key=lambda one: -one.weight)
    fields = {one.field for one in ordered if _is_whole(one)}
    kept: dict[tuple[str, object], Reason] = {}
    for one in ordered:
        if one.field in fields and not _is_whole(one):
            continue
        kept.setdefault((one.reason.code, one.reason.params.get("value")), one.reason)
    return tuple(kept.values())


def _is_whole(one: Proof) -> bool:
    code = _code(one)
    return not code.endswith(("-part", "-tail", "-beginning", "-domain")) and code not in POLICY.uncertain


def in_order(cards: Iterable[Card], proofs: Proofs) -> list[Card]:
    """The highest score first; among equals whoever was talked with last, then the older record: what is
    chosen must not change places."""

    def weight(card: Card) -> tuple[float, datetime, int]:
        return score(proofs.get((card.kind, card.id), [])), card.touched_at or LONG_AGO, -card.id

    return sorted(cards, key=weight, reverse=True)


def best(clients: Iterable[ClientHit], contacts: Iterable[ContactHit]) -> tuple[Existing | None, int | None]:
    """Whom the page may choose by itself: the only exact client, and the only exact person of it."""
    people = [hit for hit in contacts if hit.level is Level.EXACT]
    found = {hit.ref for hit in clients if hit.level is Level.EXACT}
    found |= {Existing(PartyKind.ACCOUNT, hit.account_id) for hit in people if hit.account_id}
    if len(found) > 1 or (found and any(hit.account_id is None for hit in people)):
        return None, None
    return next(iter(found), None), (people[0].id if len(people) == 1 else None)


def strongest(proofs: Proofs, kind: PartyKind, limit: int) -> list[int]:
    """The ids of a kind worth fetching, the best first; equals stay in the order they were found in."""
    mine = [(owner[1], score(found)) for owner, found in proofs.items() if owner[0] is kind]
    return [id_ for id_, _ in sorted(mine, key=lambda pair: -pair[1])[:limit]]
