"""What somebody wants, moving along a pipeline from first touch to sale."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import choice, json_dict, now


class StatusKind(StrEnum):
    OPEN = "open"
    WON = "won"
    LOST = "lost"


class Pipeline(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=120, unique=True)
    position: int = 0  # the first one is the default


class Status(SQLModel, table=True):
    __table_args__ = (UniqueConstraint("pipeline_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    pipeline_id: int = Field(foreign_key="pipeline.id", index=True)
    name: str = Field(max_length=120)
    position: int = 0  # the first one of a pipeline is where new interests begin
    kind: StatusKind = Field(default=StatusKind.OPEN, sa_type=choice(StatusKind))


class Interest(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    title: str = Field(max_length=300)
    folded: str = Field(default="", max_length=300, index=True)
    wanted: str | None = Field(default=None, sa_type=Text)
    source: str | None = Field(default=None, max_length=120)
    utm: dict[str, Any] = json_dict()
    amount: Decimal | None = Field(default=None, max_digits=16, decimal_places=2)
    status_id: int = Field(foreign_key="status.id", index=True)
    account_id: int | None = Field(default=None, foreign_key="account.id", index=True)
    contact_id: int | None = Field(default=None, foreign_key="contact.id", index=True)
    lead_id: int | None = Field(default=None, foreign_key="lead.id", index=True)
    responsible_id: int | None = Field(default=None, foreign_key="user_account.id", index=True)
    due: datetime | None = None
    inquired_at: datetime = Field(default_factory=now)
    closed_at: datetime | None = None
    lost_reason: str | None = Field(default=None, max_length=200)
    created_at: datetime = Field(default_factory=now)
    created_by: int | None = Field(default=None, foreign_key="user_account.id")
    updated_at: datetime = Field(default_factory=now)


class InterestMember(SQLModel, table=True):
    """A co-executor."""

    __tablename__ = "interest_member"

    interest_id: int = Field(foreign_key="interest.id", primary_key=True, ondelete="CASCADE")
    user_id: int = Field(foreign_key="user_account.id", primary_key=True, ondelete="CASCADE")


class Label(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=60)
    folded: str = Field(max_length=60, unique=True)


class InterestLabel(SQLModel, table=True):
    __tablename__ = "interest_label"

    interest_id: int = Field(foreign_key="interest.id", primary_key=True, ondelete="CASCADE")
    label_id: int = Field(foreign_key="label.id", primary_key=True, ondelete="CASCADE")
