"""Which values stay when two cards become one: as somebody chose, else whatever is known. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from intake.errors import Rejected
from intake.model.wizard import PartyKind
from storage.fields import FIELDS, CardKind

JOINED = frozenset({"description"})  # texts of which both may stay
NAMES = {
    PartyKind.ACCOUNT: ("name",),
    PartyKind.CONTACT: ("last_name", "first_name", "middle_name"),
    PartyKind.LEAD: (),
}


class Side(StrEnum):
    """Whose value stays: the one's (the card named first), the other's, or both."""

    ONE = "one"
    OTHER = "other"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Merging:
    """What somebody chose. A field that nothing was chosen for is the survivor's, unless that is empty.

    `seen`: how the two cards were when they were looked at (`version`); empty when nobody looked.
    """

    kind: PartyKind
    one_id: int
    other_id: int
    survivor_id: int
    choices: Mapping[str, Side] = field(default_factory=dict)
    seen: str = ""


def version(one: Any, other: Any) -> str:
    """How two cards are, to be compared later."""
    return f"{one.updated_at.isoformat()} {other.updated_at.isoformat()}"


def fields_of(kind: PartyKind) -> tuple[str, ...]:
    """The fields that are chosen one by one."""
    names = tuple(FIELDS[CardKind(kind.value)])
    return (*names, "account_id") if kind is PartyKind.CONTACT else names


def suggested(name: str, survivor: Any, gone: Any) -> Side:
    """What becomes of a field when nothing is said, as if the survivor were `ONE`."""
    mine, theirs = getattr(survivor, name), getattr(gone, name)
    if name in JOINED and mine and theirs:
        return Side.BOTH
    return Side.OTHER if _is_empty(mine) and not _is_empty(theirs) else Side.ONE


def _is_empty(value: Any) -> bool:
    return value in (None, "", False)


def decided(chosen: Merging, one: Any, other: Any) -> dict[str, Any]:
    """The survivor's values. Raises Rejected for choices that make no sense."""
    if unknown := chosen.choices.keys() - set(fields_of(chosen.kind)):
        raise Rejected("no-such-field", field=min(unknown)[:40])
    values = {name: _value(chosen, name, one, other) for name in fields_of(chosen.kind)}
    names = NAMES[chosen.kind]
    if names and not any(values[name] for name in names):
        raise Rejected("name-missing", field=names[0])
    older = min(one, other, key=lambda card: card.created_at)
    heard = [card.touched_at for card in (one, other) if card.touched_at]
    values |= {"created_at": older.created_at, "created_by": older.created_by}
    values["touched_at"] = max(heard, default=None)
    if chosen.kind is PartyKind.CONTACT:
        values["from_lead"] = one.from_lead or other.from_lead
    return values


def _value(chosen: Merging, name: str, one: Any, other: Any) -> Any:
    mine, theirs = getattr(one, name), getattr(other, name)
    match chosen.choices.get(name):
        case Side.ONE:
            return mine
        case Side.OTHER:
            return theirs
        case Side.BOTH if name in JOINED:
            return joined(mine, theirs)
        case Side.BOTH:
            raise Rejected("no-such-choice", field=name, value="both")
    survivor, gone = (one, other) if chosen.survivor_id == one.id else (other, one)
    side = suggested(name, survivor, gone)
    if side is Side.BOTH:
        return joined(mine, theirs)
    return getattr(survivor if side is Side.ONE else gone, name)


def joined(mine: str | None, theirs: str | None) -> str | None:
    """Both texts, the one's first; once when one has the other in it."""
    if not (mine and theirs) or theirs in mine:
        return mine or theirs
    return theirs if mine in theirs else f"{mine}\n\n{theirs}"


def preferred(one: Any, other: Any, more: Mapping[int, int]) -> int:
    """Which of two cards to keep: the one of which more is known (`more`: what hangs on each, by id), then
    the older."""
    filled = {card.id: _filled(card) + more.get(card.id, 0) for card in (one, other)}
    best = max((one, other), key=lambda card: (filled[card.id], -card.id))
    return int(best.id)


def _filled(card: Any) -> int:
    return sum(not _is_empty(getattr(card, name)) for name in type(card).model_fields)
