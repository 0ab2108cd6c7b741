"""What people add by hand: comments, tasks, consents."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from storage.columns import choice, now


class TaskKind(StrEnum):
    CALL = "call"
    LETTER = "letter"
    TASK = "task"


class _About(SQLModel):
    """What it is about: any of these."""

    account_id: int | None = Field(default=None, foreign_key="account.id", index=True)
    contact_id: int | None = Field(default=None, foreign_key="contact.id", index=True)
    lead_id: int | None = Field(default=None, foreign_key="lead.id", index=True)
    interest_id: int | None = Field(default=None, foreign_key="interest.id", index=True)
    inquiry_id: int | None = Field(default=None, foreign_key="inquiry.id", index=True)


class Comment(_About, table=True):
    id: int | None = Field(default=None, primary_key=True)
    text: str = Field(sa_type=Text)
    author_id: int | None = Field(default=None, foreign_key="user_account.id")
    created_at: datetime = Field(default_factory=now)


class Task(_About, table=True):
    id: int | None = Field(default=None, primary_key=True)
    kind: TaskKind = Field(default=TaskKind.TASK, sa_type=choice(TaskKind))
    title: str = Field(max_length=300)
    due: datetime | None = Field(default=None, index=True)
    responsible_id: int | None = Field(default=None, foreign_key="user_account.id", index=True)
    created_at: datetime = Field(default_factory=now)
    created_by: int | None = Field(default=None, foreign_key="user_account.id")
    done_at: datetime | None = None


class ConsentText(SQLModel, table=True):
    """A version of what people agree to. Never changed: a new wording is a new row."""

    __tablename__ = "consent_text"

    id: int | None = Field(default=None, primary_key=True)
    purpose: str = Field(max_length=120)
    version: int = 1
    text: str = Field(sa_type=Text)
    digest: str = Field(max_length=64)  # SHA-256 of the text
    valid_from: datetime = Field(default_factory=now)


class Consent(_About, table=True):
    """Evidence that somebody agreed: to which text, how, when, recorded by whom."""

    id: int | None = Field(default=None, primary_key=True)
    text_id: int = Field(foreign_key="consent_text.id")
    given: str = Field(max_length=40)  # how: oral, form, letter, chat
    at: datetime = Field(default_factory=now)
    recorded_by: int | None = Field(default=None, foreign_key="user_account.id")
    withdrawn_at: datetime | None = None
    withdrawn_how: str = Field(default="", max_length=40)  # letter, call, form, in-person
    withdrawn_note: str = Field(default="", max_length=500)
    withdrawn_by: int | None = Field(default=None, foreign_key="user_account.id")  # who noted it
    # Of what was ticked in a form
    submission_id: int | None = Field(default=None, foreign_key="submission.id", index=True)
    # Of what was agreed to by a button in a chat: our message with the text
    chat_message_id: int | None = Field(default=None, foreign_key="chat_message.id", index=True)
    address: str = Field(default="", max_length=64)
    page: str = Field(default="", max_length=2000)
    agent: str = Field(default="", max_length=300)
