"""Contacts from outside and the facts they are made of."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, Text, UniqueConstraint
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from storage.columns import choice, json_dict, now


class Channel(StrEnum):
    """How they came; the icon of a row."""

    CALL = "call"
    LETTER = "letter"
    FORM = "form"
    CHAT = "chat"
    MANUAL = "manual"  # typed in by an operator: «Принять обращение» by hand


class InquiryState(StrEnum):
    NEW = "new"
    IN_WORK = "in-work"
    ACCEPTED = "accepted"  # an interest was created
    LINKED = "linked"  # to an interest that existed
    DECLINED = "declined"
    CLOSED = "closed"  # a call-back that closed itself: somebody has talked with them


OPEN_STATES = (InquiryState.NEW, InquiryState.IN_WORK)


class DeclineReason(StrEnum):
    SPAM = "spam"
    WRONG_NUMBER = "wrong-number"
    NOT_OURS = "not-ours"  # nothing that we sell: not our client
    SUPPLIER = "supplier"
    JOB_SEEKER = "job-seeker"
    TEST = "test"
    OTHER = "other"


class Inquiry(SQLModel, table=True):
    __table_args__ = (Index("ix_inquiry_state_opened_at", "state", "opened_at"),)

    id: int | None = Field(default=None, primary_key=True)
    channel: Channel = Field(sa_type=choice(Channel))
    state: InquiryState = Field(default=InquiryState.NEW, sa_type=choice(InquiryState))
    opened_at: datetime = Field(default_factory=now)
    touched_at: datetime = Field(default_factory=now)  # the last thing that came in
    answered_at: datetime | None = None  # when a person first answered
    answered_by: int | None = Field(default=None, foreign_key="user_account.id")  # whoever that was
    closed_at: datetime | None = None
    sender_name: str | None = Field(default=None, max_length=300)
    sender: str | None = Field(default=None, max_length=320, index=True)  # E.164, address, chat id
    subject: str | None = Field(default=None, max_length=500)
    line: str | None = Field(default=None, max_length=120)  # DID, mailbox, form or bot
    queue: str | None = Field(default=None, max_length=120)
    # One open call-back item for a caller: their number while it is open, nothing afterwards.
    callback: str | None = Field(default=None, max_length=20, unique=True)
    misses: int = 0  # calls nobody answered
    folded_into: int | None = Field(default=None, foreign_key="inquiry.id", index=True)  # shown there instead
    # The best guess of who it is, by exact keys only; and what the operator chose.
    account_id: int | None = Field(default=None, foreign_key="account.id", index=True)
    contact_id: int | None = Field(default=None, foreign_key="contact.id", index=True)
    lead_id: int | None = Field(default=None, foreign_key="lead.id", index=True)
    interest_id: int | None = Field(default=None, foreign_key="interest.id", index=True)
    responsible_id: int | None = Field(default=None, foreign_key="user_account.id", index=True)
    holder_id: int | None = Field(default=None, foreign_key="user_account.id", index=True)  # has it open
    held_at: datetime | None = None
    decline_reason: DeclineReason | None = Field(default=None, sa_type=choice(DeclineReason))
    note: str | None = Field(default=None, sa_type=Text)
    draft: dict[str, Any] = json_dict()  # what was typed in the wizard and not yet accepted
    version: int = 0  # grows with each decision: «accept» is a compare-and-set on state and version


class AnswerTime(SQLModel, table=True):
    """Somebody who had asked was answered. An inquiry that asks again is answered again."""

    __tablename__ = "answer_time"
    __table_args__ = (UniqueConstraint("inquiry_id", "asked_at"),)

    id: int | None = Field(default=None, primary_key=True)
    inquiry_id: int = Field(foreign_key="inquiry.id")
    channel: Channel = Field(sa_type=choice(Channel))
    line: str | None = Field(default=None, max_length=120)
    user_id: int | None = Field(default=None, foreign_key="user_account.id")
    asked_at: datetime
    answered_at: datetime = Field(index=True)
    seconds: int  # by the clock
    worked_seconds: int  # of working time


class InquiryEvent(SQLModel, table=True):
    """A fact as it was heard. Unique by channel and external id: hearing it twice changes nothing."""

    __tablename__ = "inquiry_event"
    __table_args__ = (
        UniqueConstraint("channel", "external_id"),
        Index("ix_inquiry_event_channel_at", "channel", "at"),
        Index("ix_inquiry_event_at", "at"),
        Index(
            "ix_inquiry_event_ignored_by",
            "ignored_by",
            sqlite_where=sql("ignored_by IS NOT NULL"),
            postgresql_where=sql("ignored_by IS NOT NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    inquiry_id: int | None = Field(default=None, foreign_key="inquiry.id", index=True)
    channel: str = Field(max_length=60)
    external_id: str = Field(max_length=200)
    kind: str = Field(max_length=60)
    at: datetime
    heard_at: datetime = Field(default_factory=now)
    fact: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    raw: str = Field(default="", sa_type=Text)
    # The entry of the ignore list that kept it from making work
    ignored_by: int | None = Field(default=None, foreign_key="ignore_entry.id", ondelete="SET NULL")
