"""Records made by hand, from the forms behind «Create»: one action each, that can be undone."""

from dataclasses import dataclass, field
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import Rejected
from intake.matching.names import fold
from intake.model.wizard import Existing, NewPoint, PartyKind
from storage import interests, parties
from storage.access import Actor
from storage.database import announce
from storage.fields import TABLES, CardKind, read_field
from storage.history import Journal, journal, stored_id
from storage.merging import card_now

NAMES = {
    CardKind.ACCOUNT: ("name",),
    CardKind.CONTACT: ("last_name", "first_name", "middle_name"),
    CardKind.LEAD: ("organisation", "last_name", "first_name", "middle_name"),
    CardKind.INTEREST: ("title",),
}  # one of them has to be there


@dataclass(frozen=True, slots=True)
class Newborn:
    """What a form says: the fields by name as typed, ways to reach them, and whom it belongs to."""

    kind: CardKind
    fields: dict[str, str]
    points: tuple[NewPoint, ...] = ()
    owners: tuple[Existing, ...] = ()
    status_id: int | None = None


@dataclass(frozen=True, slots=True)
class Made:
    kind: CardKind
    id: int
    action_id: int
    warnings: tuple[str, ...] = field(default=())


async def make(session: AsyncSession, new: Newborn, who: Actor) -> Made:
    """Raises Rejected for what is wrong in the form, NotFound for an owner that `who` may not see."""
    values = {name: read_field(new.kind, name, text) for name, text in new.fields.items() if text.strip()}
    if not any(values.get(name) for name in NAMES[new.kind]):
        raise Rejected("name-missing", field=NAMES[new.kind][0])
    if responsible := values.get("responsible_id"):
        await interests.worker(session, responsible)
    async with journal(session, f"add-{new.kind.value}", who) as j:
        values |= await _belongings(session, new, who)
        values = {"responsible_id": who.user_id} | values | {"created_by": who.user_id}
        record = await j.add(TABLES[new.kind](**values))
        row_id = stored_id(record)
        if new.kind is not CardKind.INTEREST:
            await _give(j, Existing(PartyKind(new.kind.value), row_id), new.points)
        j.action.details = j.action.details | {"about": [new.kind.value, row_id]}
    announce(session, "record", kind=new.kind.value, id=row_id)
    return Made(new.kind, row_id, j.action_id, parties.number_warnings(values))


async def _belongings(session: AsyncSession, new: Newborn, who: Actor) -> dict[str, Any]:
    """The columns that say whose it is and where it begins."""
    values: dict[str, Any] = {}
    for owner in new.owners:
        card = await card_now(session, owner, who)
        values[f"{owner.kind.value}_id"] = card.id
        if owner.kind is PartyKind.CONTACT and card.account_id:
            values.setdefault("account_id", card.account_id)
    if new.kind is CardKind.ACCOUNT:
        read = parties.company_fields(
            new.fields["name"], new.fields.get("legal_form", ""), new.fields.get("kind") or "company"
        )
        return values | read
    if new.kind is CardKind.INTEREST:
        status = await interests.status(session, new.status_id)
        values |= {"status_id": status.id, "folded": fold(new.fields["title"])[:300]}
    return values


async def _give(j: Journal, owner: Existing, points: tuple[NewPoint, ...]) -> None:
    kinds: set[str] = set()
    for given in (one for point in points for one in parties.each_point(point)):
        if given.text.strip():
            point = parties.read_point(given)
            point.main, point.source = point.kind not in kinds, "card"
            kinds.add(point.kind)
            await j.add(parties.give(point, owner))
