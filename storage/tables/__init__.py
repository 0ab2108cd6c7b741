"""All tables. Importing this package registers every one of them with `metadata`."""

from sqlalchemy import Integer
from sqlmodel import SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

from storage.tables import (  # noqa: E402
    automation,
    calls,
    chats,
    duplicates,
    forms,
    history,
    imports,
    inquiries,
    interests,
    letters,
    outgoing,
    parties,
    people,
    routing,
    search,
    work,
)

metadata = SQLModel.metadata

# SQLite would give the number of a removed row to the next one, and links and the log would lead astray.
for table in metadata.tables.values():
    if "id" in table.c and isinstance(table.c.id.type, Integer):
        table.dialect_kwargs["sqlite_autoincrement"] = True

__all__ = [
    "automation",
    "calls",
    "chats",
    "duplicates",
    "forms",
    "history",
    "imports",
    "inquiries",
    "interests",
    "letters",
    "metadata",
    "outgoing",
    "parties",
    "people",
    "routing",
    "search",
    "work",
]
