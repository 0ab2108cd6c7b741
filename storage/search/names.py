"""Records by the words of their names, in the three literal modes.

The query's words are looked up among the different words first; the records of the rarest one are then
checked for the rest. When even the rarest is common, the folded names themselves are walked until enough
are found: among so many there soon are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    Table,
    and_,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlmodel import col

from intake.matching.companies import fold_company
from intake.matching.modes import words_match
from intake.model.wizard import Mode, PartyKind
from storage.access import Actor, within
from storage.tables.parties import Account, Contact, Lead
from storage.tables.words import NamePosting, NameWord

MAX_VOCABULARY = 500  # different words that one word of the query may stand for; the shortest first
COMMON = 1500  # records; a word with more is walked, not looked up
MAX_NAMED = 60  # hits of each kind
LAST_LETTER = "\U0010ffff"
TABLES: dict[PartyKind, type[Account] | type[Contact] | type[Lead]] = {
    PartyKind.ACCOUNT: Account,
    PartyKind.CONTACT: Contact,
    PartyKind.LEAD: Lead,
}


@dataclass(frozen=True, slots=True)
class Named:
    """A record whose name answers. `exact`: the whole name does, in whatever order of words."""

    kind: PartyKind
    id: int
    exact: bool


def by_name(connection: Connection, words: Sequence[str], mode: Mode, who: Actor) -> tuple[list[Named], bool]:
    """Accounts, contacts and leads that answer all words, and whether there may be more of them."""
    meanings = [_vocabulary(connection, word, mode) for word in dict.fromkeys(words)]
    if not words or not all(meanings):
        return [], False
    counts = _counts(connection, meanings)
    queries = [
        _candidates(*_answering(kind, words, mode, who), kind, meanings, counts[kind])
        for kind in PartyKind
        if all(counts[kind])
    ]
    if not queries:
        return [], False
    rows = (connection.execute(union_all(*queries))).all()
    return [named for row in rows if (named := _verified(row, words, mode))], len(rows) >= MAX_NAMED


def _vocabulary(connection: Connection, word: str, mode: Mode) -> list[int]:
    text = col(NameWord.text)
    condition = {
        Mode.EXACT: text == word,
        Mode.BEGINNING: and_(text >= word, text < word + LAST_LETTER),
        Mode.PART: text.contains(word, autoescape=True),
    }[mode]
    query = select(col(NameWord.id)).where(condition).order_by(func.length(text)).limit(MAX_VOCABULARY)
    return [word_id for (word_id,) in connection.execute(query) if word_id is not None]


def _counts(connection: Connection, meanings: list[list[int]]) -> dict[PartyKind, list[int]]:
    """How many records of each kind each word is in, as far as COMMON."""
    queries = []
    for kind in PartyKind:
        for place, ids in enumerate(meanings):
            some = _postings(kind, ids).limit(COMMON + 1).subquery()
            queries.append(select(literal(kind.value), literal(place), func.count()).select_from(some))
    counts: dict[PartyKind, list[int]] = {kind: [0] * len(meanings) for kind in PartyKind}
    for name, place, count in connection.execute(union_all(*queries)):
        counts[PartyKind(name)][place] = count
    return counts


def _candidates(
    query: Select[Any], row: Table, kind: PartyKind, meanings: list[list[int]], counts: list[int]
) -> Select[Any]:
    """The records of the rarest word, last touched first; or any, when there are too many to sort."""
    rarest = min(range(len(counts)), key=counts.__getitem__)
    if counts[rarest] <= COMMON:
        query = query.where(row.c.id.in_(_postings(kind, meanings[rarest])))
        query = query.order_by(row.c.touched_at.desc().nulls_last())
    return select(query.limit(MAX_NAMED).subquery())


def _answering(kind: PartyKind, words: Sequence[str], mode: Mode, who: Actor) -> tuple[Select[Any], Table]:
    row: Table = TABLES[kind].__table__  # type: ignore[union-attr]
    organisation = row.c.organisation if kind is PartyKind.LEAD else literal(None, String)
    columns = (literal(kind.value).label("kind"), row.c.id, row.c.folded, organisation.label("organisation"))
    stand = (_stands_in(row.c.folded, word, mode) for word in set(words))
    return select(*columns).where(within(who, TABLES[kind]), *stand), row


def _stands_in(folded: Any, word: str, mode: Mode) -> ColumnElement[bool]:
    if mode is Mode.PART:
        return cast(ColumnElement[bool], folded.contains(word, autoescape=True))
    return or_(folded.startswith(word, autoescape=True), folded.contains(f" {word}", autoescape=True))


def _postings(kind: PartyKind, word_ids: list[int]) -> Select[Any]:
    ids = col(NamePosting.word_id).in_(word_ids)
    return select(col(NamePosting.row_id)).where(ids, col(NamePosting.kind) == kind)


def _verified(row: Any, words: Sequence[str], mode: Mode) -> Named | None:
    """The database looks for letters; that each word of the query has a word of its own is checked here."""
    whole = row.folded.split()
    company = fold_company(row.organisation).split() if row.organisation else []
    names = [whole, company, whole[: len(whole) - len(company)]] if company else [whole]
    if not any(words_match(words, name, mode) for name in names):
        return None
    exact = any(sorted(words) == sorted(name) for name in names)
    return Named(PartyKind(row.kind), row.id, exact)
