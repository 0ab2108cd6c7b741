"""A small house to test in: its PBX and its people."""

from typing import Any

from argon2 import PasswordHasher

from storage.database import Database
from storage.tables.calls import Pbx, PhoneLine
from storage.tables.interests import Pipeline, Status, StatusKind
from storage.tables.people import Role, User

PASSWORD = "correct horse battery"
TRUNK = "trunk"
HASH = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
PEOPLE = (
    User(login="anna", name="Анна Петрова", extension="101", password_hash=HASH),
    User(login="boris", name="Борис Климов", extension="102", password_hash=HASH),
    User(login="vera", name="Вера Соколова", extension="103", password_hash=HASH),
    User(login="gleb", name="Глеб Орлов", role=Role.MANAGER, password_hash=HASH),
    User(login="boss", name="Вера Громова", role=Role.ADMINISTRATOR, password_hash=HASH),
)


async def furnish(database: Database, port: int, cdr: str = "", **pbx: Any) -> None:
    """People, a pipeline, and a PBX whose manager port is there."""
    how: dict[str, Any] = {"name": "АТС", "username": "intake", "secret": "intake-demo", "area_code": "495"}
    async with database.transaction() as session:
        session.add_all([User(**person.model_dump(exclude={"id"})) for person in PEOPLE])
        row = Pbx(host="127.0.0.1", port=port, trunks=[TRUNK], cdr=cdr, **(how | pbx))
        pipeline = Pipeline(name="Новые клиенты", position=9)
        session.add_all([row, pipeline])
        await session.flush()
        session.add(PhoneLine(pbx_id=row.id or 0, did="74951000101", name="Отдел продаж", area_code="495"))
        for position, (name, kind) in enumerate((("Новый", StatusKind.OPEN), ("Выполнен", StatusKind.WON))):
            session.add(Status(pipeline_id=pipeline.id or 0, name=name, position=position, kind=kind))
