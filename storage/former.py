"""Numbers and addresses that were somebody's once: they go on finding whose they were."""

from collections.abc import Iterable

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.model.wizard import Existing
from storage.history import Journal
from storage.tables.parties import FormerPoint, Point, PointKind

KEPT = (PointKind.PHONE, PointKind.EMAIL)


async def keep_former(j: Journal, point: Point, value: str | None = None) -> None:
    """Before a point is taken off its card, or has another value: what it was is kept, in the same action, so
    that undo takes it away again."""
    if point.kind in KEPT and point.value != value:
        owner = {name: getattr(point, name) for name in ("account_id", "contact_id", "lead_id")}
        await j.add(FormerPoint(kind=point.kind, value=point.value, **owner))


async def former_of(session: AsyncSession, owner: Existing, present: Iterable[Point]) -> list[FormerPoint]:
    """What stood on a card once and does not now, each once; the last taken off first."""
    seen = {(point.kind, point.value) for point in present}
    mine = select(FormerPoint).where(getattr(FormerPoint, f"{owner.kind.value}_id") == owner.id)
    found = await session.exec(mine.order_by(col(FormerPoint.until).desc(), col(FormerPoint.id).desc()))
    former = []
    for one in found:
        if (one.kind, one.value) not in seen:
            seen.add((one.kind, one.value))
            former.append(one)
    return former
