"""Who gets the work: working hours, absences, the seats of a team, who was asked and when, alarms."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Index
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from storage.columns import choice, json_dict, json_list, now


class WorkCalendar(SQLModel, table=True):
    """Working hours, in local time of `timezone`."""

    __tablename__ = "work_calendar"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=120, unique=True)
    timezone: str = Field(default="Europe/Moscow", max_length=64)
    hours: list[list[list[str]]] = json_list()  # Monday first: [["09:00", "13:00"], ["14:00", "18:00"]] …
    days: dict[str, Any] = json_dict()  # "2026-12-31": {"name": …, "hours": []}: holidays, short days
    updated_at: datetime = Field(default_factory=now)


class Absence(SQLModel, table=True):
    """Somebody is away, first and last day included; whoever stands in gets their new work."""

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user_account.id", index=True, ondelete="CASCADE")
    first: date
    last: date = Field(index=True)
    substitute_id: int | None = Field(default=None, foreign_key="user_account.id")
    note: str = Field(default="", max_length=200)


class Seat(SQLModel, table=True):
    """Somebody's place in a team's turn. `passed` is how far they have come: each item adds 1/weight (in
    SCALE parts of intake/model/turn.py), so that nobody is ever more than one away from their share."""

    team_id: int = Field(primary_key=True, foreign_key="team.id", ondelete="CASCADE")
    user_id: int = Field(primary_key=True, foreign_key="user_account.id", ondelete="CASCADE")
    weight: int = 1
    most_open: int = 0  # undecided inquiries at once; 0: without limit
    paused: bool = False
    passed: int = Field(default=0, sa_type=BigInteger)
    given: int = 0  # items, for people to see


class Because(StrEnum):
    """Why this person was chosen."""

    OWN = "own"  # the client's responsible
    LAST = "last"  # talked with them last
    TURN = "turn"
    LOAD = "load"
    NAMED = "named"  # the rule says so
    SUBSTITUTE = "substitute"  # stands in for somebody absent
    DEFAULT = "default"
    ESCALATED = "escalated"  # whoever had it did not take it in time


class Assignment(SQLModel, table=True):
    """An inquiry was given to somebody. One at a time is open."""

    __table_args__ = (
        Index(
            "ix_assignment_open",
            "inquiry_id",
            unique=True,
            sqlite_where=sql("ended_at IS NULL"),
            postgresql_where=sql("ended_at IS NULL"),
        ),
        Index("ix_assignment_user_id_at", "user_id", "at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    inquiry_id: int = Field(foreign_key="inquiry.id", index=True)
    user_id: int = Field(foreign_key="user_account.id")
    team_id: int | None = Field(default=None, foreign_key="team.id")
    rule_id: int | None = Field(default=None, foreign_key="auto_rule.id")
    rule_version: int | None = None
    because: Because = Field(sa_type=choice(Because))
    by: str = Field(default="turn", max_length=10)  # turn, load: how the team's next one is found
    at: datetime = Field(default_factory=now)
    take_by: datetime | None = None  # afterwards it goes on; None: it stays
    then: str = Field(default="", max_length=10)  # next, up
    ended_at: datetime | None = None
    ended: str = Field(default="", max_length=20)  # accepted, declined, passed-on, escalated …


class Alarm(SQLModel, table=True):
    """Something that somebody must see now: nobody is there for an inquiry, a rule ran in circles, a webhook
    is dead. It stands on every manager's screen until somebody has seen it."""

    __table_args__ = (
        Index(
            "ix_alarm_open",
            "at",
            sqlite_where=sql("seen_at IS NULL"),
            postgresql_where=sql("seen_at IS NULL"),
        ),
        Index(
            "ix_alarm_key",
            "key",
            unique=True,
            sqlite_where=sql("seen_at IS NULL"),
            postgresql_where=sql("seen_at IS NULL"),
        ),
        Index("ix_alarm_seen_at", "seen_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(max_length=40)  # nobody-there, rule-loop, webhook-dead …
    key: str = Field(max_length=120)  # the same again only counts
    at: datetime = Field(default_factory=now)
    last_at: datetime = Field(default_factory=now)  # when it was counted last
    times: int = 1
    inquiry_id: int | None = Field(default=None, foreign_key="inquiry.id")
    rule_id: int | None = Field(default=None, foreign_key="auto_rule.id")
    details: dict[str, Any] = json_dict()
    seen_at: datetime | None = None
    seen_by: int | None = Field(default=None, foreign_key="user_account.id")
