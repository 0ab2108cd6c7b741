"""Looking for the duplicates of a few cards: at once, by what they have in common with others."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.duplicates.evidence import verdict
from intake.duplicates.keys import name_keys, whole_keys
from intake.duplicates.policy import POLICY
from intake.duplicates.progress import current
from intake.model.duplicates import Crowd, Facts, Verdict
from intake.model.wizard import Existing, Mode, PartyKind
from storage import blocks, duplicate_keys, duplicate_marks, duplicates
from storage.access import Actor
from storage.blocks import Ref
from storage.database import Database
from storage.search.names import by_name
from storage.search.reading import KINDS

MOST_ALIKE = 20  # cards of like names that are looked at

Pair = tuple[PartyKind, int, int]


@dataclass(frozen=True, slots=True)
class Material:
    """Pairs to be weighed, and all that is needed for it."""

    pairs: Sequence[Pair]
    facts: dict[Ref, Facts]
    crowd: Crowd


async def duplicates_of(database: Database, ref: Existing, who: Actor) -> list[Verdict]:
    """Cards that may be this one's duplicates, the surest first; only what `who` may see, and nothing that
    somebody said is another. Nothing is kept."""
    return await database.ask(lambda connection: _visible(connection, ref, who))


def _visible(connection: Connection, ref: Existing, who: Actor) -> list[Verdict]:
    mine = blocks.facts_of(connection, [(ref.kind, ref.id)]).get((ref.kind, ref.id))
    if mine is None:
        return []
    others = blocks.neighbours(connection, mine, name_keys(mine)) | _of_like_names(connection, mine, who)
    found = [one for one in _weighed(connection, ref, others) if one.likelihood]
    marks = duplicate_marks.marks_of(connection, [(one.kind, one.one_id, one.other_id) for one in found])
    found = [
        one
        for one in found
        if (mark := marks.get((one.kind, one.one_id, one.other_id))) is None
        or duplicate_marks.new_since(mark, one)
    ]
    others = {one.other_id if one.one_id == ref.id else one.one_id for one in found}
    seen = duplicates.seen_among(connection, who, ref.kind, others | {ref.id})
    found = [one for one in found if {one.one_id, one.other_id} <= seen]
    return sorted(found, key=lambda one: -one.bits)[: POLICY.shown_of_card]


def weigh_pair(connection: Connection, pair: Pair) -> Verdict | None:
    """What speaks for and against it now; None when a card is gone."""
    weighed = weigh(gather(connection, [pair]))
    return weighed[0] if weighed else None


def look_again(connection: Connection, refs: Iterable[Ref], search_id: int | None) -> None:
    """Bring keys and pairs of these cards up to date, in the caller's transaction."""
    refs = sorted(set(refs))
    there = blocks.facts_of(connection, refs)
    duplicate_keys.keep(
        connection, [(key, id_) for (_, id_), facts in there.items() for key in name_keys(facts)]
    )
    for kind, id_ in refs:
        duplicates.drop_pairs_of(connection, kind, id_)
        if (kind, id_) in there:
            duplicates.keep_pairs(connection, _around(connection, Existing(kind, id_)), search_id or 0)


async def look_at(session: AsyncSession, kind: PartyKind, ids: Iterable[int]) -> None:
    """`look_again` at cards of a kind, for whoever has just changed them."""
    search = await current(session)
    connection = await session.connection()
    await connection.run_sync(look_again, [(kind, id_) for id_ in ids], search.id if search else 0)


def forget_keys(connection: Connection, ref: Ref) -> None:
    """Before a card goes, or is called otherwise."""
    facts = blocks.facts_of(connection, [ref]).get(ref)
    if facts is not None:
        duplicate_keys.drop(connection, [(key, facts.id) for key in name_keys(facts)])


def _around(connection: Connection, ref: Existing) -> list[Verdict]:
    mine = blocks.facts_of(connection, [(ref.kind, ref.id)]).get((ref.kind, ref.id))
    return _weighed(connection, ref, blocks.neighbours(connection, mine, name_keys(mine))) if mine else []


def _weighed(connection: Connection, ref: Existing, others: Iterable[int]) -> list[Verdict]:
    pairs = [(ref.kind, min(ref.id, other), max(ref.id, other)) for other in sorted(others)]
    return weigh(gather(connection, pairs))


def _of_like_names(connection: Connection, mine: Facts, who: Actor) -> set[int]:
    """Whoever the search finds by the names on a card, however misspelled: too slow for the whole base."""
    texts = (" ".join(part for part in (mine.last, mine.first, mine.middle) if part), mine.company)
    place = [KINDS.index(mine.kind)]
    found = [by_name(connection, text, Mode.INEXACT, who, place)[0][:MOST_ALIKE] for text in texts if text]
    return {named.id for some in found for named in some} - {mine.id}


def gather(connection: Connection, pairs: Sequence[Pair]) -> Material:
    """What is known of both cards of each pair, and how many have what they have in common."""
    refs = {(kind, id_) for kind, one, other in pairs for id_ in (one, other)}
    facts = blocks.facts_of(connection, refs)
    whole = [pair for pair in pairs if (pair[0], pair[1]) in facts and (pair[0], pair[2]) in facts]
    points: set[tuple[str, str]] = set()
    names: set[int] = set()
    for kind, one, other in whole:
        mine, theirs = facts[kind, one], facts[kind, other]
        points |= _points(mine) & _points(theirs)
        names |= (name_keys(mine) & name_keys(theirs)) or (whole_keys(mine) | whole_keys(theirs))
    crowd = Crowd(blocks.point_owners(connection, points), blocks.key_owners(connection, names))
    return Material(whole, facts, crowd)


def weigh(material: Material) -> list[Verdict]:
    """A verdict for each pair. Pure."""
    facts, crowd = material.facts, material.crowd
    return [verdict(facts[kind, one], facts[kind, other], crowd) for kind, one, other in material.pairs]


def _points(facts: Facts) -> set[tuple[str, str]]:
    return {(reach.kind, reach.value) for reach in facts.points}
