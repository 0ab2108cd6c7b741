"""What the service tells others: programs by webhook, people by notification."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Text
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from storage.columns import Sealed, json_dict, json_list, now


class Webhook(SQLModel, table=True):
    """A program of the company's that wants to know."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=120, unique=True)
    url: str = Field(max_length=1000)
    secret: str = Field(sa_type=Sealed)  # of the HMAC
    events: list[str] = json_list()  # inquiry.opened, inquiry.accepted …; empty: all
    enabled: bool = True
    created_at: datetime = Field(default_factory=now)
    updated_at: datetime = Field(default_factory=now)


class Delivery(SQLModel, table=True):
    """One telling of one event to one webhook, with what came of it."""

    __table_args__ = (Index("ix_delivery_webhook_id_id", "webhook_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    webhook_id: int = Field(foreign_key="webhook.id", ondelete="CASCADE")
    uid: str = Field(max_length=40, unique=True)  # the receiver knows a repetition by it
    event: str = Field(max_length=60)
    payload: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    at: datetime = Field(default_factory=now)
    attempts: int = 0
    status: int | None = None  # the last answer's
    answer: str = Field(default="", sa_type=Text)  # how it began, or why there was none
    took_ms: int | None = None
    tried_at: datetime | None = None
    done_at: datetime | None = None
    given_up_at: datetime | None = None


class Notification(SQLModel, table=True):
    """For one person: something became theirs, waits too long, was written again …"""

    __table_args__ = (
        Index("ix_notification_user_id_id", "user_id", "id"),
        Index(
            "ix_notification_unread",
            "user_id",
            sqlite_where=sql("read_at IS NULL"),
            postgresql_where=sql("read_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user_account.id", ondelete="CASCADE")
    kind: str = Field(max_length=40)  # assigned, escalated, interest, alarm …
    key: str = Field(max_length=120, unique=True)  # the same thing is told once
    at: datetime = Field(default_factory=now)
    inquiry_id: int | None = Field(default=None, foreign_key="inquiry.id")
    interest_id: int | None = Field(default=None, foreign_key="interest.id")
    details: dict[str, Any] = json_dict()
    read_at: datetime | None = None
