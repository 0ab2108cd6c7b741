"""Alice, Bob and Charlie at work: a small company with one client, its people, and a caller."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import SQLModel

from intake.model.wizard import (
    Acceptance,
    Choice,
    ConsentGiven,
    CreateInterest,
    Criteria,
    Existing,
    FieldDecision,
    NewPoint,
    NextStep,
    PartyKind,
    PointDecision,
)
from storage.access import Actor, actor_of
from storage.columns import now
from storage.database import Database
from storage.tables import metadata
from storage.tables.history import Setting
from storage.tables.inquiries import Channel, Inquiry
from storage.tables.interests import Interest, Pipeline, Status, StatusKind
from storage.tables.parties import Account, Contact, Lead, Point, PointKind
from storage.tables.people import Role, Scope, Team, User
from storage.tables.work import ConsentText

MARINA = "+79161234567"
SWITCHBOARD = "+78126401102"
STRANGER = "+74951112233"
# what an undo leaves behind on purpose
LOGS = {"action", "change", "search_word", "search_stem", "search_fresh", "search_chunk", "outbox"}


@dataclass
class World:
    """`alice` and `bob` are one team, `charlie` another; Alice is the client's."""

    database: Database
    alice: Actor
    bob: Actor
    charlie: Actor
    boss: Actor
    account: int
    marina: int
    pyotr: int
    lead: int
    interest: int
    status: int
    won: int
    consent: int

    async def inquiry(self, sender: str | None = STRANGER, **values: Any) -> int:
        """A call that waits."""
        inquiry = Inquiry(channel=Channel.CALL, sender=sender, **values)
        return await self.keep(inquiry)

    async def keep(self, row: Any) -> int:
        async with self.database.transaction() as session:
            session.add(row)
        return int(row.id)

    async def keep_link(self, row: Any) -> None:
        """The same for a row whose key is a pair."""
        async with self.database.transaction() as session:
            session.add(row)

    async def get(self, table: type[SQLModel], id_: int) -> Any:
        async with self.database.reading() as session:
            return await session.get(table, id_)

    async def all(self, table: type[SQLModel]) -> list[Any]:
        async with self.database.reading() as session:
            from sqlmodel import select as choose

            return list(await session.exec(choose(table)))

    async def dump(self) -> dict[str, list[str]]:
        """Everything that is stored, but the log."""
        tables = [table for table in metadata.sorted_tables if table.name not in LOGS]
        async with self.database.reading() as session:
            connection = await session.connection()
            return {
                table.name: sorted(map(repr, await connection.execute(select(table)))) for table in tables
            }


async def populate(database: Database) -> World:
    async with database.transaction() as session:

        async def keep(row: Any) -> Any:
            session.add(row)
            await session.flush()
            return row

        sales, support = await keep(Team(name="Продажи")), await keep(Team(name="Поддержка"))
        people = [
            await keep(
                User(login=login, name=name, password_hash="-", role=role, scope=scope, team_id=team.id)
            )
            for login, name, role, scope, team in (
                ("alice", "Алиса Орлова", Role.OPERATOR, Scope.OWN, sales),
                ("bob", "Борис Ильин", Role.OPERATOR, Scope.TEAM, sales),
                ("charlie", "Чарли Зимин", Role.OPERATOR, Scope.OWN, support),
                ("boss", "Вера Павловна", Role.MANAGER, Scope.ALL, support),
            )
        ]
        alice, bob, charlie, boss = (actor_of(user, address="192.0.2.7") for user in people)
        pipeline = await keep(Pipeline(name="Продажи"))
        status = await keep(Status(pipeline_id=pipeline.id, name="Новый", position=0))
        won = await keep(Status(pipeline_id=pipeline.id, name="Продано", position=1, kind=StatusKind.WON))
        account = await keep(
            Account(
                name="Северный свет", legal_form="ООО", inn="7801234567", kpp="780101001",
                responsible_id=alice.user_id, touched_at=now(),
            )
        )  # fmt: skip
        marina = await keep(
            Contact(last_name="Ковалёва", first_name="Марина", middle_name="Сергеевна", account_id=account.id)
        )
        pyotr = await keep(Contact(last_name="Сомов", first_name="Пётр", account_id=account.id))
        lead = await keep(Lead(last_name="Ветров", first_name="Олег", organisation="ИП Ветров"))
        for owner, kind, value, extension in (
            ({"contact_id": marina.id}, PointKind.PHONE, MARINA, None),
            ({"contact_id": marina.id}, PointKind.EMAIL, "kovaleva@sevsvet.example", None),
            ({"contact_id": pyotr.id}, PointKind.PHONE, SWITCHBOARD, "12"),
            ({"account_id": account.id}, PointKind.PHONE, SWITCHBOARD, None),
            ({"account_id": account.id}, PointKind.SITE, "sevsvet.example", None),
            ({"lead_id": lead.id}, PointKind.MESSENGER, "vetrov", None),
        ):
            tail = value[-7:] if kind is PointKind.PHONE else None
            await keep(Point(kind=kind, value=value, raw=value, tail=tail, extension=extension, **owner))
        interest = await keep(
            Interest(
                title="Замена светильников", folded="замена светильников", status_id=status.id,
                account_id=account.id, contact_id=marina.id, responsible_id=alice.user_id,
            )
        )  # fmt: skip
        consent = await keep(ConsentText(purpose="обработка данных", text="Согласен", digest="0" * 64))
        session.add(Setting(key="newcomer-kind", value="account"))
    return World(
        database, alice, bob, charlie, boss, account.id, marina.id, pyotr.id, lead.id, interest.id, status.id,
        won.id, consent.id,
    )  # fmt: skip


def called(number: str = STRANGER, **values: Any) -> Criteria:
    return Criteria(phone=number, **values)


def known(world: World, **values: object) -> Acceptance:
    """An acceptance with Marina of «Северный свет», a new interest."""
    given: dict[str, object] = {
        "party": Existing(PartyKind.ACCOUNT, world.account),
        "contact": Existing(PartyKind.CONTACT, world.marina),
        "interest": CreateInterest(wanted="Аварийное освещение склада\nна Парнасе"),
    }
    return Acceptance(**(given | values))  # type: ignore[arg-type]


def whole(world: World, **values: object) -> Acceptance:
    """The same with everything that page 2 can say."""
    given: dict[str, object] = {
        "interest": CreateInterest(wanted="Освещение", members=(2,)),
        "points": (PointDecision(PartyKind.CONTACT, NewPoint("phone", STRANGER), Choice.ADD),),
        "fields": (FieldDecision(PartyKind.CONTACT, "last_name", "Петрова", Choice.REPLACE),),
        "labels": ("склад",),
        "consent": ConsentGiven(world.consent),
        "next_step": NextStep("call"),
        "note": "важно",
    }
    return known(world, **(given | values))
