"""Imports: the file, how it is understood, how far it has come, what it made, and what it could not take."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, LargeBinary
from sqlmodel import Field, SQLModel

from intake.model.wizard import PartyKind
from storage.columns import choice, json_dict, json_list, now


class ImportState(StrEnum):
    DRAFT = "draft"  # uploaded; a person looks at the columns
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"
    UNDOING = "undoing"
    UNDONE = "undone"


class Import(SQLModel, table=True):
    """One file. The counters are written in the transaction that writes the rows they count."""

    __tablename__ = "import_file"

    id: int | None = Field(default=None, primary_key=True)
    kind: PartyKind = Field(sa_type=choice(PartyKind))
    state: ImportState = Field(default=ImportState.DRAFT, sa_type=choice(ImportState), index=True)
    file_name: str = Field(max_length=200)
    size: int = 0  # bytes
    user_id: int | None = Field(default=None, foreign_key="user_account.id", index=True)
    via: str = Field(default="web", max_length=20)
    reading: dict[str, Any] = json_dict()  # intake.model.imports.Reading
    options: dict[str, Any] = json_dict()  # intake.model.imports.Options
    sheets: list[str] = json_list()
    headings: list[str] = json_list()
    columns: list[str] = json_list()  # what each column is, «» for nothing
    sample: list[list[str]] = json_list()
    total: int = 0  # rows, about
    seen: int = 0  # rows done with: where a killed import goes on
    made: int = 0
    changed: int = 0
    skipped: int = 0
    bad: int = 0
    removed: int = 0  # records that undo took away again
    kept: int = 0  # … and those it left, for somebody has touched them
    put_back: int = 0  # the last change that undo has looked at, from the end
    action_id: int | None = Field(default=None, foreign_key="action.id", index=True)
    error: str | None = Field(default=None, max_length=60)  # a code
    error_params: dict[str, Any] = json_dict()
    created_at: datetime = Field(default_factory=now)
    started_at: datetime | None = None
    finished_at: datetime | None = None


class ImportPart(SQLModel, table=True):
    """A piece of the file, kept until the import is over."""

    __tablename__ = "import_part"

    import_id: int = Field(foreign_key="import_file.id", primary_key=True)
    position: int = Field(primary_key=True)
    data: bytes = Field(sa_type=LargeBinary)


class ImportRange(SQLModel, table=True):
    """Records with ids from first to last were made at one moment by an import: what undo looks at."""

    __tablename__ = "import_range"

    import_id: int = Field(foreign_key="import_file.id", primary_key=True)
    kind: PartyKind = Field(sa_type=choice(PartyKind), primary_key=True)
    first: int = Field(primary_key=True)
    last: int
    at: datetime  # what created_at or, with a column for that, updated_at of them was


class ImportBad(SQLModel, table=True):
    """A row that was left out, and why."""

    __tablename__ = "import_bad"

    id: int | None = Field(default=None, primary_key=True)
    import_id: int = Field(foreign_key="import_file.id", index=True)
    line: int
    code: str = Field(max_length=60)
    params: dict[str, Any] = json_dict()
    cells: list[str] = Field(default_factory=list, sa_type=JSON)
