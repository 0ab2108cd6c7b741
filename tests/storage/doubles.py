"""Pairs of cards to be merged, each with everything that may hang on it."""

from typing import Any

from intake.duplicates.search import search_all, start
from intake.model.calls import Direction
from intake.model.wizard import PartyKind
from storage.parties import TABLES
from storage.tables.calls import CallRecord
from storage.tables.inquiries import InquiryState
from storage.tables.interests import Interest
from storage.tables.parties import Account, Contact, Lead, Point, PointKind
from storage.tables.work import Comment, Consent, Task
from tests.storage.wizard_world import MARINA, World

PHONE = "+78125550011"


async def laden(world: World, kind: PartyKind, **values: Any) -> int:
    """A card with a phone of its own, one that Марина has too, and one of everything that refers to it."""
    named: dict[PartyKind, Any] = {
        PartyKind.ACCOUNT: lambda: Account(**{"name": "Северный Свет", "city": "Псков", **values}),
        PartyKind.CONTACT: lambda: Contact(**{"last_name": "Ковалева", "first_name": "Марина", **values}),
        PartyKind.LEAD: lambda: Lead(**{"last_name": "Ветров", "first_name": "Олег", **values}),
    }
    id_ = await world.keep(named[kind]())
    mine: Any = {f"{kind.value}_id": id_}
    for value, note in ((PHONE, None), (MARINA, "дача")):
        point = Point(
            kind=PointKind.PHONE, value=value, raw=value, tail=value[-7:], note=note, main=True, **mine
        )
        await world.keep(point)
    interest = Interest(title="Люстры", folded="люстры", status_id=world.status, **mine)
    await world.keep(interest)
    inquiry = await world.inquiry(PHONE, callback=f"+{id_}", state=InquiryState.NEW, **mine)
    await world.keep(
        CallRecord(channel="asterisk:1", linkedid=f"7.{inquiry}", direction=Direction.IN, inquiry_id=inquiry)
    )
    await world.keep(Comment(text="важный", **mine))
    await world.keep(Task(title="позвонить", **mine))
    await world.keep(Consent(text_id=world.consent, given="oral", **mine))
    if kind is PartyKind.ACCOUNT:
        await world.keep(Contact(last_name="Третий", account_id=id_))
        await world.keep(Account(name="Дочка", parent_id=id_))
    return id_


def first_of(world: World, kind: PartyKind) -> int:
    """The card that was there before."""
    ids = {PartyKind.ACCOUNT: world.account, PartyKind.CONTACT: world.marina, PartyKind.LEAD: world.lead}
    return ids[kind]


async def look_through(world: World) -> None:
    """The whole base, to the end."""
    await start(world.database, world.boss)
    await search_all(world.database)


async def card(world: World, kind: PartyKind, id_: int) -> Any:
    return await world.get(TABLES[kind], id_)
