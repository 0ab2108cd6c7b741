"""What forms asked beyond the records' own fields, on the cards that it was said of."""

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import NotFound, Rejected
from intake.model.wizard import Existing, PartyKind
from storage import parties
from storage.access import Actor
from storage.database import Database, announce
from storage.fields import CardKind
from storage.history import Journal, journal
from storage.interests import interest_to_change
from storage.parties import fit
from storage.tables.automation import CustomValue

MAX_LABEL = 120  # letters, as long as the columns
MAX_VALUE = 2000
MOST = 100  # of one card


async def custom_values(session: AsyncSession, owner: CardKind, owner_id: int) -> list[CustomValue]:
    """In the order they came."""
    query = select(CustomValue).where(CustomValue.owner == owner.value, CustomValue.owner_id == owner_id)
    return list(await session.exec(query.order_by(col(CustomValue.id)).limit(MOST)))


async def keep_value(
    session: AsyncSession, j: Journal, owner: CardKind, owner_id: int, label: str, value: str
) -> CustomValue | None:
    """None where the card has it already, or has too much. The same question may have several answers."""
    had = await custom_values(session, owner, owner_id)
    if len(had) >= MOST or any((one.label, one.value) == (label, value) for one in had):
        return None
    return await j.add(CustomValue(owner=owner.value, owner_id=owner_id, label=label, value=value))


async def add_value(
    database: Database, owner: CardKind, owner_id: int, label: str, value: str, who: Actor
) -> int:
    """The id of the action, for undo. Raises NotFound for a card that `who` may not see, Rejected."""
    async with database.transaction() as session:
        await _to_change(session, owner, owner_id, who)
        async with journal(
            session, "add-custom", who, about=[owner.value, owner_id], name=label[:MAX_LABEL]
        ) as j:
            said = fit("label", label, MAX_LABEL), fit("value", value, MAX_VALUE)
            if not all(said):
                raise Rejected("required", field="label" if not said[0] else "value")
            await keep_value(session, j, owner, owner_id, *said)
        announce(session, "record", kind=owner.value, id=owner_id)
        return j.action_id


async def change_value(
    database: Database, owner: CardKind, owner_id: int, value_id: int, value: str, who: Actor
) -> int:
    """Its new text; an empty one takes it away. Raises NotFound("no-such-value") for none of this card's."""
    async with database.transaction() as session:
        found = await value_to_change(session, owner, owner_id, value_id, who)
        said = fit("value", value, MAX_VALUE)
        about = [owner.value, owner_id]
        kind = "change-custom" if said else "drop-custom"
        async with journal(session, kind, who, about=about, name=found.label) as j:
            if said:
                await j.change(found, value=said)
            else:
                await j.delete(found)
        announce(session, "record", kind=owner.value, id=owner_id)
        return j.action_id


async def move_values(
    session: AsyncSession, j: Journal, owner: CardKind, gone_id: int, survivor_id: int
) -> None:
    """Of a card that is merged into another; what both say stands once."""
    had = {(one.label, one.value) for one in await custom_values(session, owner, survivor_id)}
    for one in await custom_values(session, owner, gone_id):
        if (one.label, one.value) in had:
            await j.delete(one)
        else:
            await j.change(one, owner_id=survivor_id)


async def value_to_change(
    session: AsyncSession, owner: CardKind, owner_id: int, value_id: int, who: Actor
) -> CustomValue:
    """Raises NotFound also where `who` may not see the card."""
    await _to_change(session, owner, owner_id, who)
    query = select(CustomValue).where(CustomValue.id == value_id, CustomValue.owner == owner.value)
    query = query.where(CustomValue.owner_id == owner_id).with_for_update()
    found = (await session.exec(query.execution_options(populate_existing=True))).first()
    if found is None:
        raise NotFound("no-such-value", id=value_id)
    return found


async def _to_change(session: AsyncSession, owner: CardKind, owner_id: int, who: Actor) -> None:
    if owner is CardKind.INTEREST:
        await interest_to_change(session, owner_id, who)
    else:
        await parties.card_to_change(session, Existing(PartyKind(owner.value), owner_id), who)
