"""Numbers and addresses that were somebody's once: they go on finding whose they were."""

from storage.history import Journal
from storage.tables.parties import FormerPoint, Point, PointKind

KEPT = (PointKind.PHONE, PointKind.EMAIL)


async def keep_former(j: Journal, point: Point, value: str | None = None) -> None:
    """Before a point is taken off its card, or has another value: what it was is kept, in the same action, so
    that undo takes it away again."""
    if point.kind in KEPT and point.value != value:
        owner = {name: getattr(point, name) for name in ("account_id", "contact_id", "lead_id")}
        await j.add(FormerPoint(kind=point.kind, value=point.value, **owner))
