"""What saving costs: a record as the screens save it, a client base by the command line, room on disk."""

import asyncio
import csv
import os
import subprocess
import sys
import time
from contextlib import closing
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection, text

from intake.model.wizard import PartyKind
from storage.database import Database
from storage.secrets import new_key
from storage.tables.parties import Contact
from tests.bench.names.facts import Query, Record, Ref
from tests.bench.names.generated import Generated
from tests.bench.names.ours import Ours

SEED = 77  # of those who come new
INDEX = ("search_", "name_")  # how the index' tables begin
_SQLITE = "SELECT sum(pgsize) FROM dbstat JOIN sqlite_master USING (name) WHERE tbl_name LIKE :like"
_POSTGRESQL = (
    "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relname LIKE :like"
)


def save_and_find(url: str, count: int) -> tuple[list[float], int]:
    """Milliseconds of each transaction that saves a contact; how many another connection found at once."""
    people = [record for record in islice(Generated(40 * count, SEED), 40 * count) if record.middle][:count]
    with closing(Ours(url)) as others, asyncio.Runner() as loop:
        database = Database(url)
        spent, found = [], 0
        try:
            for record in people:
                milliseconds, number = loop.run(_save(database, record))
                spent.append(milliseconds)
                found += Ref(PartyKind.CONTACT, number) in others.find(_asking(record))
        finally:
            loop.run(database.close())
    return spent, found


def index_bytes(connection: Connection) -> int:
    asked = text(_SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL)
    return sum(int(connection.execute(asked, {"like": f"{begins}%"}).scalar() or 0) for begins in INDEX)


async def _save(database: Database, record: Record) -> tuple[float, int]:
    contact = Contact(last_name=record.last, first_name=record.first, middle_name=record.middle)
    begun = time.perf_counter()
    async with database.transaction() as session:
        session.add(contact)
    return (time.perf_counter() - begun) * 1000, contact.id or 0


def _asking(record: Record) -> Query:
    return Query("saved just now", record.person, record.person, frozenset())


def write_client_base(path: Path, rows: int, seed: int = SEED) -> None:
    """A CSV as another system's export: companies with ИНН, phone and address."""
    accounts = (record for record in Generated(rows * 3, seed) if record.kind is PartyKind.ACCOUNT)
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, delimiter=";")
        lines.writerow(("Название", "ИНН", "Телефон", "E-mail"))
        for record in islice(accounts, rows):
            name = f"{record.legal_form} «{record.name}»" if record.legal_form else record.name
            lines.writerow((name, record.inn, record.phone, record.email))


def import_by_command(url: str, file: Path) -> float:
    """`intake import FILE` in a process of its own; how many seconds it took."""
    environment = os.environ | {"INTAKE_DATABASE_URL": url, "INTAKE_SECRET_KEY": new_key()}
    begun = time.perf_counter()
    command = [sys.executable, "-m", "intake", "import", str(file), "--kind", "account"]
    done = subprocess.run(
        command, env=environment, cwd=file.parent, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    print(done.stdout.strip())
    return time.perf_counter() - begun
