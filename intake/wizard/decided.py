"""What becomes of what was said and differs from the cards: kept as it was, added, put in its place."""

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import Rejected
from intake.model.wizard import Choice, Existing, FieldDecision, NewPoint, PartyKind, PointDecision
from intake.wizard.sides import Sides
from storage import parties
from storage.former import keep_former
from storage.history import Journal, stored_id
from storage.tables.parties import Point


async def give_points(j: Journal, owner: Existing, points: tuple[NewPoint, ...]) -> None:
    given: set[tuple[str, str, str | None]] = set()
    kinds: set[str] = set()
    for one in (each for point in points for each in parties.each_point(point)):
        if not one.text.strip():
            continue
        point = parties.read_point(one)
        if (key := (point.kind, point.value, point.extension)) in given:
            continue
        point.main = point.kind not in kinds
        given.add(key)
        kinds.add(point.kind)
        await j.add(parties.give(point, owner))


async def decide_field(j: Journal, sides: Sides, decision: FieldDecision) -> None:
    card = sides.card(decision.of)
    kind = PartyKind(card.__tablename__)
    value = parties.field_value(kind, decision.field, decision.value)
    stored = getattr(card, decision.field)
    if decision.choice is Choice.REPLACE or (decision.choice is Choice.ADD and not stored):
        await j.change(card, **{decision.field: value})
        sides.warnings += parties.number_warnings({decision.field: value})


async def decide_point(session: AsyncSession, j: Journal, sides: Sides, decision: PointDecision) -> None:
    card = sides.card(decision.of)
    owner = Existing(PartyKind(card.__tablename__), stored_id(card))
    mine = await parties.points_of(session, [owner])
    match decision.choice:
        case Choice.KEEP:
            parties.read_point(decision.point)
        case Choice.ADD:
            for given in parties.each_point(decision.point):
                await add_point(j, owner, parties.read_point(given), mine)
        case Choice.REPLACE:
            await _replace(j, mine, parties.read_point(decision.point), decision.replaces)


async def add_point(j: Journal, owner: Existing, point: Point, mine: list[Point]) -> None:
    """Nothing when the card has it already."""
    same = [one for one in mine if (one.kind, one.value) == (point.kind, point.value)]
    if any(one.extension == point.extension for one in same):
        return
    point.main = not any(one.kind == point.kind for one in mine)
    await j.add(parties.give(point, owner))


async def _replace(j: Journal, mine: list[Point], point: Point, replaces: int | None) -> None:
    old = next((one for one in mine if one.id == replaces and one.kind == point.kind), None)
    if old is None:
        raise Rejected("no-such-choice", field="replaces", value=replaces)
    await keep_former(j, old, point.value)
    await j.change(old, value=point.value, tail=point.tail, extension=point.extension, raw=point.raw)
