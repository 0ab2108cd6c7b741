"""How alike two words are, and what makes them so."""

from enum import StrEnum
from functools import lru_cache
from itertools import permutations
from typing import NamedTuple

from rapidfuzz.distance import OSA, Levenshtein

from intake.matching.diminutives import other_names
from intake.matching.layouts import NEIGHBOURS
from intake.matching.policy import POLICY
from intake.matching.slips import PIECE
from intake.matching.sounds import ALIKE, skeleton


class Kind(StrEnum):
    """Why a word of the query stands for a word of the record; the best first."""

    EQUAL = "equal"
    SOUND = "sound"  # another spelling of the same sounds
    TRANSLIT = "translit"  # the same in the other alphabet
    GLUED = "glued"  # two words written as one, or one as two
    NAME = "name"  # a diminutive
    BEGINNING = "beginning"
    PART = "part"
    INITIAL = "initial"
    TYPO = "typo"


class Likeness(NamedTuple):
    """`worth` is 0 … 1; `mistakes` is whole letters."""

    worth: float
    kind: Kind
    mistakes: int = 0


NONE = Likeness(0.0, Kind.TYPO)
EQUAL = Likeness(1.0, Kind.EQUAL)


@lru_cache(maxsize=20_000)
def likeness(typed: str, stored: str) -> Likeness:
    """Of two folded words, NONE when they are not."""
    if not typed or not stored:
        return NONE
    if typed == stored:
        return EQUAL
    if len(typed) == 1 or len(stored) == 1:
        return _initial(typed, stored)
    heard, kept = skeleton(typed), skeleton(stored)
    if heard == kept:
        other = typed.isascii() != stored.isascii()
        return Likeness(POLICY.same_sound, Kind.TRANSLIT if other else Kind.SOUND)
    best = NONE
    allowed = int(max(len(heard), len(kept)) / POLICY.letters_a_mistake)
    if OSA.distance(heard, kept, score_cutoff=allowed) <= allowed:  # most words end here
        best = _mistyped(typed, stored, heard, kept)
    if kept in other_names(heard):
        best = _better(best, Likeness(POLICY.other_name, Kind.NAME))
    if stored.startswith(typed) or kept.startswith(heard):
        best = _better(best, _beginning(typed, stored))
    elif len(typed) >= PIECE and typed in stored:
        best = _better(
            best, Likeness(POLICY.part + POLICY.rest_of_part * len(typed) / len(stored), Kind.PART)
        )
    return best


def _better(one: Likeness, other: Likeness) -> Likeness:
    return other if other.worth > one.worth else one


def _initial(typed: str, stored: str) -> Likeness:
    if skeleton(typed)[:1] != skeleton(stored)[:1] or typed.isdigit() or stored.isdigit():
        return NONE
    return Likeness(POLICY.initial if len(typed) == 1 else POLICY.initial_stored, Kind.INITIAL)


def _beginning(typed: str, stored: str) -> Likeness:
    worth = POLICY.beginning + POLICY.rest_of_word * min(len(typed) / len(stored), 1)
    return Likeness(worth if stored.startswith(typed) else worth * POLICY.begins_by_sound, Kind.BEGINNING)


def _mistyped(typed: str, stored: str, heard: str, kept: str) -> Likeness:
    """Letters are compared within one alphabet, sounds across two."""
    by_sound = _spelled(heard, kept)
    if typed.isascii() != stored.isascii() or (typed, stored) == (heard, kept):
        return by_sound
    return _better(_spelled(typed, stored), by_sound)


def _spelled(one: str, other: str) -> Likeness:
    """One of them taken for a slip of the other."""
    longest = max(len(one), len(other))
    allowed = int(longest / POLICY.letters_a_mistake)
    mistakes = OSA.distance(one, other, score_cutoff=allowed)
    if mistakes > allowed:
        return NONE
    worth = 1 - _cost(one, other, mistakes) / (longest + 1)
    return Likeness(worth, Kind.TYPO, max(mistakes, 1))


def _cost(one: str, other: str, mistakes: int) -> float:
    edits = Levenshtein.editops(one, other)
    total = 0.0
    for edit in edits:
        total += _edit_cost(one, other, edit.tag, edit.src_pos, edit.dest_pos)
    swaps = len(edits) - mistakes  # a swap is two edits to Levenshtein and one to OSA
    return total * mistakes / len(edits) * (1 - (1 - POLICY.swapped) * swaps / mistakes) if swaps else total


def _edit_cost(one: str, other: str, edit: str, at: int, to: int) -> float:
    letter = other[to] if edit == "insert" else one[at]
    if edit == "replace":
        cost = _REPLACED.get(letter + other[to], 1.0)
    elif edit == "insert":
        cost = POLICY.doubled if letter in (other[to - 1 : to], other[to + 1 : to + 2]) else 1.0
    else:
        cost = POLICY.doubled if letter in (one[at - 1 : at], one[at + 1 : at + 2]) else 1.0
    if letter.isdigit():
        cost *= POLICY.digit
    return cost if at else cost * POLICY.first_letter


_LETTERS_ALIKE = "оа еи иы еэ йи шщ цс бп дт гк гх вф зс жш чщ яе мн"
_ALIKE = ALIKE | {frozenset(pair) for pair in _LETTERS_ALIKE.split()}
# What it costs to take the first letter for the second; of all others, 1
_REPLACED = {one + other: POLICY.neighbour_key for one, near in NEIGHBOURS.items() for other in near} | {
    one + other: POLICY.sound_alike for pair in _ALIKE for one, other in permutations(sorted(pair))
}
