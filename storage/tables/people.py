"""Who works here: users, teams, their sessions and tokens."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from storage.columns import choice, json_dict, now


class Role(StrEnum):
    """What a user may do; each includes the ones before it."""

    OPERATOR = "operator"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"


class Scope(StrEnum):
    """Whose records a user may see."""

    OWN = "own"
    TEAM = "team"
    ALL = "all"


class Presence(StrEnum):
    READY = "ready"
    BREAK = "break"
    DO_NOT_DISTURB = "dnd"


class Team(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=120, unique=True)
    leader_id: int | None = Field(default=None)  # where what nobody takes goes up to
    calendar_id: int | None = Field(default=None, foreign_key="work_calendar.id")


class User(SQLModel, table=True):
    __tablename__ = "user_account"  # «user» is a reserved word in PostgreSQL

    id: int | None = Field(default=None, primary_key=True)
    login: str = Field(max_length=120, unique=True)  # folded to lower case
    name: str = Field(max_length=200)
    password_hash: str = Field(max_length=200)
    role: Role = Field(default=Role.OPERATOR, sa_type=choice(Role))
    scope: Scope = Field(default=Scope.ALL, sa_type=choice(Scope))
    team_id: int | None = Field(default=None, foreign_key="team.id", index=True)
    extension: str | None = Field(default=None, max_length=20, index=True)  # their phone at the PBX
    mobile: str | None = Field(default=None, max_length=20)  # E.164: an employee, not a client
    email: str | None = Field(default=None, max_length=254)
    locale: str = Field(default="ru", max_length=8)
    timezone: str = Field(default="Europe/Moscow", max_length=64)
    presence: Presence = Field(default=Presence.READY, sa_type=choice(Presence))
    presence_since: datetime = Field(default_factory=now)
    preferences: dict[str, Any] = json_dict()  # personal settings, see storage/preferences.py
    active: bool = True
    created_at: datetime = Field(default_factory=now)


class WebSession(SQLModel, table=True):
    """One signed-in browser. `id` is the SHA-256 of what the cookie holds."""

    __tablename__ = "web_session"

    id: str = Field(primary_key=True, max_length=64)
    user_id: int | None = Field(default=None, foreign_key="user_account.id", index=True, ondelete="CASCADE")
    data: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    address: str = Field(default="", max_length=64)
    agent: str = Field(default="", max_length=300)
    created_at: datetime = Field(default_factory=now)
    seen_at: datetime = Field(default_factory=now)
    expires_at: datetime = Field(index=True)


class ApiToken(SQLModel, table=True):
    """A program's key; `hash` is the SHA-256 of the token, which is shown once and never kept."""

    __tablename__ = "api_token"

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user_account.id", index=True, ondelete="CASCADE")
    name: str = Field(max_length=120)
    hash: str = Field(max_length=64, unique=True)
    created_at: datetime = Field(default_factory=now)
    used_at: datetime | None = None
    revoked_at: datetime | None = None
