"""A query's text as words, in the layout in which they make sense."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import Connection

from intake.matching.companies import fold_company, read_company
from intake.matching.layouts import retyped
from intake.matching.legal_forms import IN_FRONT
from intake.matching.names import fold
from intake.matching.policy import POLICY
from intake.matching.sounds import skeleton
from storage.search.alike import Question
from storage.search.candidates import Known
from storage.tables.search import MAX_WORD


@dataclass(frozen=True, slots=True)
class Typed:
    """The words that are looked for. `retyped`: those that were typed in the other layout."""

    words: tuple[str, ...]
    retyped: frozenset[str] = frozenset()


def literal_words(text: str) -> list[str]:
    """For the literal modes: as typed, without a legal form in front or behind."""
    return [word[:MAX_WORD] for word in fold_company(text).split()[: POLICY.longest_query]]


def read_query(connection: Connection, text: str) -> tuple[Typed, list[Known]]:
    """The words of a query, and all known words found on the way.

    A piece is taken for mistyped in the other layout when nothing is called as it stands there, and something
    as the same keys give it.
    """
    pieces = [_piece(piece) for piece in _without_form(text).split()[: POLICY.longest_query]]
    words = [word for piece in pieces for word in piece.typed]
    instead = [word for piece in pieces for word in piece.instead]
    question = Question()
    question.known({*words, *_glued(words), *instead})
    found = question.answer(connection)
    sounds = {word.sound for word in found}
    texts = {word.text for word in found}
    doubtful = [piece for piece in pieces if piece.instead and not piece.makes_sense(texts, sounds)]
    endings = Question()
    endings.beginning(piece.instead[-1] for piece in doubtful)
    begun = endings.answer(connection)
    other = {piece for piece in doubtful if piece.is_better_retyped(texts, sounds, begun)}
    if other:  # nobody changes the layout for an abbreviation in the middle
        other |= {piece for piece in pieces if piece.is_short and texts.issuperset(piece.instead)}
    words = [word for piece in pieces for word in (piece.instead if piece in other else piece.typed)]
    return Typed(
        tuple(_without_forms(words)), frozenset(word for piece in other for word in piece.instead)
    ), found


@dataclass(frozen=True, slots=True)
class _Piece:
    """What stands between two spaces. `instead`: what the same keys give, if those are words."""

    typed: tuple[str, ...]
    instead: tuple[str, ...]

    def makes_sense(self, texts: set[str], sounds: set[str]) -> bool:
        """Any gibberish sounds like something; what the other layout makes a known word is meant so."""
        told = [word for word in self.typed if len(word) > 2]
        known = texts if texts.issuperset(self.instead) else sounds
        return all(word in texts or skeleton(word) in known for word in told) and bool(told or not self.typed)

    @property
    def is_short(self) -> bool:
        return bool(self.instead) and all(len(word) < 3 for word in self.instead)

    def is_better_retyped(self, texts: set[str], sounds: set[str], begun: Sequence[Known]) -> bool:
        """A foreign word must be known by its letters: Russian typed badly sounds like anything."""
        if self.is_short:
            return False
        if all(word.isascii() for word in self.instead):
            return texts.issuperset(self.instead)
        *first, last = (skeleton(word) for word in self.instead)
        return sounds.issuperset(first) and (
            last in sounds or any(one.sound.startswith(last) for one in begun)
        )


def _piece(text: str) -> _Piece:
    typed, instead = _words(text), _words(retyped(text))
    makes_words = all(word.isalnum() for word in instead) and typed not in IN_FRONT
    return _Piece(typed, instead if makes_words else ())


def _words(piece: str) -> tuple[str, ...]:
    return tuple(word[:MAX_WORD] for word in fold(piece).split())


def _glued(words: Sequence[str]) -> Iterable[str]:
    return (one + other for one, other in pairwise(words))


def _without_form(text: str) -> str:
    company = read_company(text)
    return company.name if company.legal_form else text


def _without_forms(words: list[str]) -> list[str]:
    """A legal form says nothing about who it is, unless it is all there is."""
    return ([word for word in words if (word,) not in IN_FRONT] or words)[: POLICY.longest_query]
