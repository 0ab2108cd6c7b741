"""Records by their names: exactly, by beginnings, by parts, or however they are misspelled."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from sqlalchemy import Connection

from intake.matching.comparing import compare, worth_showing
from intake.matching.likeness import Kind, Likeness
from intake.matching.modes import words_match
from intake.matching.policy import POLICY
from intake.matching.slips import PIECE
from intake.matching.sounds import skeleton
from intake.model.wizard import Mode
from storage.access import Actor
from storage.search import alike
from storage.search.alike import Question, tells
from storage.search.asked import Typed, literal_words, read_query
from storage.search.candidates import Alike, Candidates, Known
from storage.search.reading import Named, Stored, stored
from storage.search.walk import Wanted, walk

MAX_NAMED = 40  # records found by name that are told
EVERYBODY = 10**12  # records in which an initial stands, for all we know
LOOKED_AT = 2_000  # records that the literal modes look at
PARTIES = (0, 1, 2)  # places in records.TABLES

_DOUBTFUL = (Kind.SOUND, Kind.TYPO, Kind.BEGINNING)


def by_name(
    connection: Connection, text: str, mode: Mode, who: Actor, places: Sequence[int] = PARTIES
) -> tuple[list[Named], bool]:
    """Records whose names answer a text, best first, and whether there may be more of them.

    In the literal modes every word answers; in `INEXACT` most do, or nearly.
    """
    if mode is Mode.INEXACT:
        found = _inexact(connection, text, who, places)
    else:
        found = _literal(connection, text, mode, who, places)
    return found[:MAX_NAMED], len(found) >= MAX_NAMED


def _inexact(connection: Connection, text: str, who: Actor, places: Sequence[int]) -> list[Named]:
    typed, found = read_query(connection, text)
    if not typed.words:
        return []
    names = _names(found)
    unknown = [word for word in typed.words if not names[skeleton(word)]]
    rare = [word for word in typed.words if names[skeleton(word)] <= POLICY.common]
    question = Question()
    question.slipped(rare, 1)
    question.beginning([*unknown, *typed.words[-1:]])
    question.known(_cut(unknown))
    found += question.answer(connection)
    named = _answering(connection, typed, found, who, places)
    unmet = _unmet(typed, named)
    more = _dearer(connection, typed, unmet) if unmet else _containing(connection, typed, named)
    return _answering(connection, typed, [*found, *more], who, places) if more else named


def _names(found: Iterable[Known]) -> Counter[str]:
    """In how many names, at most, there is a word of each sound."""
    names: Counter[str] = Counter()
    for one in found:
        names[one.sound] += one.records + 1
    return names


def _cut(words: Iterable[str]) -> set[str]:
    """The halves of each, wherever they are cut."""
    places = ((word, place) for word in words for place in range(2, len(word) - 1))
    return {half for word, place in places for half in (word[:place], word[place:])}


def _unmet(typed: Typed, named: Sequence[Named]) -> list[str]:
    """The words that even the best record does not answer well."""
    if named and named[0].score >= POLICY.well:
        return []
    well = POLICY.well_word if named and named[0].score >= POLICY.well_word else POLICY.well
    met = {
        word
        for match in (named[0].matches if named else ())
        if match.likeness.worth >= well or len(match.typed) == 1
        for word in match.typed.split()
    }
    return [word for word in typed.words if word not in met]


def _containing(connection: Connection, typed: Typed, named: Sequence[Named]) -> list[Known]:
    """A word that is taken for another spelling of one may also be a part of a third."""
    slips = {match.typed for match in named[0].matches if match.likeness.kind in _DOUBTFUL}
    words = [word for word in typed.words if word in slips and len(word) > PIECE]
    return [one for word in words for one in alike.containing(connection, word)]


def _dearer(connection: Connection, typed: Typed, words: Sequence[str]) -> list[Known]:
    """What unmet words may be; any of all of them may be the beginning of another than it was taken for."""
    together = [one + other for one, other in pairwise(words)]
    halves = _cut([*words, *together])
    question = Question()
    question.slipped([*words, *together], 2)
    question.beginning(typed.words)
    question.known({*together, *halves} if halves else ())
    for word in words:
        if len(word) > PIECE:
            question.with_pieces(word, POLICY.shared_pieces)
    return question.answer(connection)


def _answering(
    connection: Connection, typed: Typed, found: Sequence[Known], who: Actor, places: Sequence[int]
) -> list[Named]:
    """The records that these known words lead to, compared letter by letter."""
    words = Candidates(found)
    meanings = _meanings(typed.words, words)
    weights = {word: tells(word, few[0].word.records if few else 0) for word, few in meanings.items()}
    wanted = [_wanted(word, weights[word], few, words) for word, few in meanings.items()]
    short = [word for word, few in meanings.items() if _is_short(word, few)]
    most = POLICY.seen_for_short if short else POLICY.ranked
    rows = stored(connection, walk(connection, wanted, places, most, who))
    rows = _by_beginnings(rows, short)[: POLICY.ranked]
    named = [(_named(row, typed, weights), row.touched) for row in rows]
    kept = [pair for pair in named if worth_showing(pair[0].score, pair[0].matches)]
    kept.sort(key=lambda pair: (round(pair[0].score, 3), pair[1], -pair[0].id), reverse=True)
    return [one for one, _ in kept]


def _is_short(word: str, few: Sequence[Alike]) -> bool:
    known = bool(few) and few[0].likeness.kind is Kind.EQUAL
    return len(word) == 1 or (len(word) <= POLICY.short_word and not known)


def _by_beginnings(rows: list[Stored], short: Sequence[str]) -> list[Stored]:
    """Those first that have words for most of them."""

    def lacking(row: Stored) -> int:
        return sum(not any(word.startswith(one) for own in row.own for word in own) for one in short)

    return sorted(rows, key=lacking) if short else rows


def _meanings(typed: Sequence[str], words: Candidates) -> dict[str, list[Alike]]:
    """The known words that each may stand for, also together with its neighbour."""
    found = {word: words.likest(word) for word in dict.fromkeys(typed)}
    for first, second in dict.fromkeys(pairwise(typed)):
        joined = _joined(first, second, words)
        for word in {first, second}:
            found[word] += joined
    return found


def _joined(first: str, second: str, words: Candidates) -> list[Alike]:
    """A slip in words written apart is believed only of parts that are words."""
    least = POLICY.well_word if len(first) > 1 and len(second) > 1 else POLICY.same_sound
    return [
        Alike(one.word, Likeness(one.likeness.worth * POLICY.glued, Kind.GLUED))
        for one in words.likest(first + second, 4)
        if one.likeness.kind is not Kind.BEGINNING and one.likeness.worth >= least
    ]


def _wanted(word: str, weight: float, few: Sequence[Alike], words: Candidates) -> Wanted:
    worths: dict[int, float] = {}
    for one in few:
        worths[one.word.id] = max(worths.get(one.word.id, 0.0), one.likeness.worth)
    records = _records(one.word for one in few) if len(word) > 1 else EVERYBODY
    doubtful = not few or few[0].likeness.worth < POLICY.well
    return Wanted(weight, worths, records, tuple(_halves(word, weight, words)) if doubtful else ())


def _halves(word: str, weight: float, words: Candidates) -> Iterable[Wanted]:
    """A word that nobody is called by may be two."""
    cuts = [(word[:place], word[place:]) for place in range(2, len(word) - 1)]
    sounding = {half: words.sounding(skeleton(half)) for cut in cuts for half in cut}
    known = [[half for half in cut if sounding[half]] for cut in cuts]
    whole = [halves for halves in known if len(halves) == 2]
    long = [[half for half in halves if len(half) * 2 >= len(word)] for halves in known]
    for half in dict.fromkeys(half for halves in whole or long for half in halves):
        worths = {one.id: POLICY.glued for one in sounding[half]}
        yield Wanted(weight * len(half) / len(word), worths, _records(sounding[half]))


def _records(words: Iterable[Known]) -> int:
    """In how many records any of them stands, at most."""
    return sum(word.records + 1 for word in words)


def _named(row: Stored, typed: Typed, weights: Mapping[str, float]) -> Named:
    answer = compare(typed.words, weights, row.own, row.related)
    return Named(row.place, row.id, answer.score, answer.whole, answer.matches, bool(typed.retyped))


def _literal(connection: Connection, text: str, mode: Mode, who: Actor, places: Sequence[int]) -> list[Named]:
    words = literal_words(text)
    found = {word: _literally(connection, word, mode) for word in dict.fromkeys(words)}
    if not words or not all(found.values()):
        return []
    wanted = [Wanted(1.0, {one.id: 1.0 for one in few}, _records(few)) for few in found.values()]
    rows = stored(connection, walk(connection, wanted, places, LOOKED_AT, who))
    named = [_verified(row, words, mode) for row in rows]
    kept = [(one, row.touched) for one, row in zip(named, rows, strict=True) if one]
    kept.sort(key=lambda pair: (pair[0].exact, pair[1], -pair[0].id), reverse=True)
    return [one for one, _ in kept]


def _literally(connection: Connection, word: str, mode: Mode) -> list[Known]:
    if mode is Mode.EXACT:
        return alike.equal(connection, word)
    if mode is Mode.BEGINNING:
        question = Question()
        question.between("text", word, POLICY.literal_words)
        return question.answer(connection)
    return alike.containing(connection, word)


def _verified(row: Stored, words: Sequence[str], mode: Mode) -> Named | None:
    """Each word of the query has a word of its own."""
    names = [*row.own, tuple(word for own in row.own for word in own)]
    answer = any(words_match(words, name, mode) for name in (*names, (*names[-1], *row.related)))
    if not answer:
        return None
    exact = any(sorted(words) == sorted(name) for name in names)
    return Named(row.place, row.id, 1.0, exact)
