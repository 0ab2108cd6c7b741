"""Rules and what they decided, touches that were joined, and whom nobody wants to hear of."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import choice, json_dict, json_list, now


class AutoRule(SQLModel, table=True):
    """A rule, in its newest version. `body` is intake.model.rules.Rule without what stands here."""

    __tablename__ = "auto_rule"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=120)
    position: int = 0  # the first one that fits decides
    enabled: bool = False  # a new rule is rehearsed first
    version: int = 1
    body: dict[str, Any] = json_dict()
    updated_at: datetime = Field(default_factory=now)
    removed_at: datetime | None = None  # its traces still name it


class RuleVersion(SQLModel, table=True):
    """Each wording that a rule ever had. Never changed."""

    __tablename__ = "rule_version"
    __table_args__ = (UniqueConstraint("rule_id", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    rule_id: int = Field(foreign_key="auto_rule.id", ondelete="CASCADE")
    version: int
    name: str = Field(max_length=120)
    body: dict[str, Any] = json_dict()
    made_at: datetime = Field(default_factory=now)
    made_by: int | None = Field(default=None, foreign_key="user_account.id")


class RuleDecision(SQLModel, table=True):
    """What the rules made of one event: every rule's verdict, and what was done. Written once an event; a
    replay replaces it and keeps the former in `before`."""

    __tablename__ = "rule_decision"
    __table_args__ = (Index("ix_rule_decision_rule_id_at", "rule_id", "at"),)

    event_id: int = Field(primary_key=True, foreign_key="inquiry_event.id")
    inquiry_id: int | None = Field(default=None, foreign_key="inquiry.id", index=True)
    at: datetime = Field(default_factory=now)
    rule_id: int | None = Field(default=None, foreign_key="auto_rule.id")  # the one that decided
    rule_version: int | None = None
    outcome: str = Field(default="none", max_length=20)  # intake.model.rules.Did
    verdicts: list[dict[str, Any]] = json_list()  # intake.model.rules.Verdict
    candidates: list[dict[str, Any]] = json_list()  # whom a person shall choose from
    action_id: int | None = Field(default=None, foreign_key="action.id")  # what it did, for undo
    before: list[dict[str, Any]] = json_list()  # former decisions of a replayed event


class InquiryKey(SQLModel, table=True):
    """A phone or address that an inquiry's person came with: by it a further touch of theirs is known."""

    __tablename__ = "inquiry_key"

    value: str = Field(primary_key=True, max_length=320)
    inquiry_id: int = Field(primary_key=True, foreign_key="inquiry.id", index=True, ondelete="CASCADE")


class Touch(SQLModel, table=True):
    """A further contact of the same person that was joined to an inquiry by the repeat-touch window."""

    id: int | None = Field(default=None, primary_key=True)
    inquiry_id: int = Field(foreign_key="inquiry.id", index=True)
    event_id: int = Field(foreign_key="inquiry_event.id", unique=True)
    at: datetime = Field(default_factory=now)
    by_key: str = Field(default="", max_length=320)  # what both came with
    minutes: int = 0  # the window as it was set then
    asked_again: bool = False  # it had been decided, and waits again because of this
    separated_at: datetime | None = None
    separated_by: int | None = Field(default=None, foreign_key="user_account.id")
    separated_to: int | None = Field(default=None, foreign_key="inquiry.id", index=True)


class IgnoreHow(StrEnum):
    EXACT = "exact"  # a number, an address, a chat's id
    PREFIX = "prefix"  # +7800…
    DOMAIN = "domain"  # everybody at b.ru
    REGEX = "regex"  # RE2: whatever is written there, it takes linear time


class IgnoreEntry(SQLModel, table=True):
    """Whoever fits it creates no work, on the channels named; what came is kept, counted and listed
    (`InquiryEvent.ignored_by`)."""

    __tablename__ = "ignore_entry"
    __table_args__ = (UniqueConstraint("how", "pattern"),)

    id: int | None = Field(default=None, primary_key=True)
    how: IgnoreHow = Field(default=IgnoreHow.EXACT, sa_type=choice(IgnoreHow))
    pattern: str = Field(max_length=320)  # E.164, folded address …
    channels: list[str] = json_list()  # call, letter, form, chat; empty: all
    note: str = Field(default="", max_length=500)
    expires_at: datetime | None = None
    created_at: datetime = Field(default_factory=now)
    created_by: int | None = Field(default=None, foreign_key="user_account.id")
    updated_at: datetime = Field(default_factory=now)
    removed_at: datetime | None = None  # what it kept away still names it
    inquiry_id: int | None = Field(default=None, foreign_key="inquiry.id")  # «decline → never again»


class CustomValue(SQLModel, table=True):
    """What a form asked beyond the records' own fields, kept on the party or interest that it was said of."""

    __tablename__ = "custom_value"
    __table_args__ = (Index("ix_custom_value_owner", "owner", "owner_id"),)

    id: int | None = Field(default=None, primary_key=True)
    owner: str = Field(max_length=12)  # account, contact, lead, interest
    owner_id: int
    label: str = Field(max_length=120)
    value: str = Field(max_length=2000)
    created_at: datetime = Field(default_factory=now)
