"""Who did what: the audit log, which is also what «undo» reads, and the outbox."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, Text
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from storage.columns import choice, json_dict, now


class Operation(StrEnum):
    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"


class Action(SQLModel, table=True):
    """One act of a person or a rule, with all the changes it made: «accept», «view-contact», «sign-in»."""

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(max_length=60, index=True)
    user_id: int | None = Field(default=None, foreign_key="user_account.id", index=True)
    inquiry_id: int | None = Field(default=None, foreign_key="inquiry.id", index=True)
    at: datetime = Field(default_factory=now, index=True)
    address: str = Field(default="", max_length=64)
    details: dict[str, Any] = json_dict()
    undone_at: datetime | None = None
    undone_by: int | None = Field(default=None, foreign_key="user_account.id")


class Change(SQLModel, table=True):
    """One row that an action inserted, updated or deleted. `before` and `after` hold only what differs."""

    id: int | None = Field(default=None, primary_key=True)
    action_id: int = Field(foreign_key="action.id", index=True)
    table: str = Field(max_length=60)
    row: str = Field(max_length=80, index=True)  # primary key as text
    operation: Operation = Field(sa_type=choice(Operation))
    before: dict[str, Any] = json_dict()
    after: dict[str, Any] = json_dict()


class Job(SQLModel, table=True):
    """Work to be done after the commit that asked for it; done at least once."""

    __tablename__ = "outbox"
    __table_args__ = (  # neither those that are done nor another kind's storm are looked through for the next
        Index(
            "ix_outbox_pending",
            "kind",
            "due_at",
            "id",
            sqlite_where=sql("done_at IS NULL AND given_up_at IS NULL"),
            postgresql_where=sql("done_at IS NULL AND given_up_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(max_length=60)
    payload: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    key: str | None = Field(default=None, max_length=200, unique=True)  # the same job asked twice is one
    due_at: datetime = Field(default_factory=now)
    attempts: int = 0
    locked_until: datetime | None = None
    done_at: datetime | None = Field(default=None, index=True)
    given_up_at: datetime | None = Field(default=None, index=True)  # tried too often: a person must look
    error: str | None = Field(default=None, sa_type=Text)


class Setting(SQLModel, table=True):
    """What the administrator decided; names and defaults in storage/preferences.py."""

    key: str = Field(primary_key=True, max_length=80)
    value: Any = Field(default=None, sa_type=JSON)
