"""A small house with a team in it, for tests of who gets the work."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlmodel import col, select

from intake.automation.assigning import assign
from intake.automation.giving import Assigned
from intake.model.rules import Party, Responsible, Rule, Way
from storage.access import Actor, actor_of
from storage.database import Database
from storage.tables.inquiries import Channel, Inquiry
from storage.tables.people import Team, User
from storage.tables.routing import Alarm, Assignment, Seat, WorkCalendar
from tests.databases import store

MONDAY = datetime(2026, 6, 1, 7, tzinfo=UTC)  # ten in Moscow
SATURDAY = datetime(2026, 6, 6, 7, tzinfo=UTC)
OFFICE = [[["09:00", "18:00"]]] * 5 + [[], []]


@dataclass
class House:
    database: Database
    people: dict[str, int] = field(default_factory=dict)
    team: int = 0

    def by_turn(self, minutes: int = 0, then: str = "next", by: str = "turn") -> Responsible:
        return Responsible((Way.TEAM,), self.team, by, None, minutes, then)

    async def actor(self, login: str) -> Actor:
        async with self.database.reading() as session:
            return actor_of(await session.get_one(User, self.people[login]))

    async def inquiry(self, **values: Any) -> int:
        (row_id,) = await store(self.database, Inquiry(**{"channel": Channel.FORM, **values}))
        return row_id

    async def assign(
        self,
        inquiry_id: int,
        responsible: Responsible | None,
        at: datetime = MONDAY,
        party: Party | None = None,
        rule: Rule | None = None,
    ) -> Assigned | None:
        async with self.database.transaction() as session:
            inquiry = await session.get_one(Inquiry, inquiry_id)
            return await assign(session, inquiry, responsible, party, rule, at)

    async def given(self, responsible: Responsible | None, at: datetime = MONDAY, **values: Any) -> str:
        """Whose a new inquiry is, and why."""
        inquiry_id = await self.inquiry(**values)
        assigned = await self.assign(inquiry_id, responsible, at)
        return f"{self.login(assigned.user_id)}: {assigned.because}" if assigned else ""

    def login(self, user_id: int | None) -> str:
        return next((login for login, id_ in self.people.items() if id_ == user_id), "")

    async def change(self, table: type[Any], key: Any, **values: Any) -> None:
        async with self.database.transaction() as session:
            row = await session.get_one(table, key)
            for name, value in values.items():
                setattr(row, name, value)
            session.add(row)

    async def change_person(self, login: str, **values: Any) -> None:
        await self.change(User, self.people[login], **values)

    async def change_seat(self, login: str, **values: Any) -> None:
        await self.change(Seat, (self.team, self.people[login]), **values)

    async def whose(self, inquiry_id: int) -> str:
        async with self.database.reading() as session:
            return self.login((await session.get_one(Inquiry, inquiry_id)).responsible_id)

    async def assignments(self, inquiry_id: int) -> list[tuple[str, str, str]]:
        """To whom, why and how it ended, the oldest first."""
        query = select(Assignment).where(Assignment.inquiry_id == inquiry_id).order_by(col(Assignment.id))
        async with self.database.reading() as session:
            return [(self.login(one.user_id), one.because, one.ended) for one in await session.exec(query)]

    async def alarms(self) -> list[tuple[str, int, dict[str, Any]]]:
        async with self.database.reading() as session:
            found = await session.exec(select(Alarm).order_by(col(Alarm.id)))
            return [(one.kind, one.times, one.details) for one in found]


async def open_house(database: Database, *weights: int) -> House:
    """Anna, Boris and Vera in a team that Gleb leads, on weekdays from nine to six in Moscow."""
    house = House(database)
    (calendar,) = await store(database, WorkCalendar(name="Офис", hours=OFFICE))
    logins = ("anna", "boris", "vera", "gleb")
    users = [User(login=one, name=one.title(), password_hash="-", extension=f"10{number}")
             for number, one in enumerate(logins)]  # fmt: skip
    house.people = dict(zip(logins, await store(database, *users), strict=True))
    (house.team,) = await store(
        database, Team(name="Продажи", leader_id=house.people["gleb"], calendar_id=calendar)
    )
    seats = zip(logins, weights or (1, 1, 1), strict=False)
    await store(
        database,
        *(Seat(team_id=house.team, user_id=house.people[one], weight=weight) for one, weight in seats),
    )
    return house
