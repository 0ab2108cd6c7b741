"""Web forms: how they are drawn, what visitors sent, and what they agreed to there (Consent in work.py)."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from storage.columns import Sealed, choice, json_dict, json_list, now


class WebForm(SQLModel, table=True):
    """A form as it is drawn. Its channel is `form:{id}`; visitors know it by its `key`."""

    __tablename__ = "web_form"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(max_length=32, unique=True)  # in addresses; not to be guessed
    name: str = Field(max_length=120, unique=True)  # for us: the source of its interests
    enabled: bool = True
    language: str = Field(default="ru", max_length=5)
    title: str = Field(default="", max_length=200)
    intro: str = Field(default="", max_length=2000)
    button: str = Field(default="", max_length=60)  # empty: «Отправить»
    thanks: str = Field(default="", max_length=2000)  # {number} stands for the request's number
    fields: list[dict[str, Any]] = json_list()  # as intake.model.forms.FormField
    theme: dict[str, Any] = json_dict()  # accent, radius, look: light, dark or auto
    origins: list[str] = json_list()  # https://shop.example; whose pages may send by script; empty: any
    secret: str = Field(sa_type=Sealed)  # signs what we hand out with the form
    tilda_secret: str = Field(default="", sa_type=Sealed)  # Tilda sends it along; empty: not asked for
    challenge: bool = False  # visitors' browsers work for a second before they may send
    least_seconds: int = 3  # a person needs at least so long to fill it in
    per_hour: int = 30  # from one address
    same_minutes: int = 10  # the same content again within them is the same request
    most_file_mb: int = 10
    updated_at: datetime = Field(default_factory=now)


class SubmissionState(StrEnum):
    TAKEN = "taken"  # has opened or joined an inquiry
    HELD = "held"  # suspicious: waits for somebody to look
    IGNORED = "ignored"  # the ignore list says so
    DISMISSED = "dismissed"  # somebody has looked: it was spam


class Submission(SQLModel, table=True):
    """What a visitor sent, as it was understood. The bare fact stands in InquiryEvent."""

    __table_args__ = (
        Index("ix_submission_form_id_at", "form_id", "at"),
        Index(  # those that are no inquiries: held, dismissed, ignored
            "ix_submission_aside",
            "state",
            "at",
            sqlite_where=sql("state != 'taken'"),
            postgresql_where=sql("state != 'taken'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)  # the number that the visitor is told
    form_id: int = Field(foreign_key="web_form.id")
    event_id: int = Field(foreign_key="inquiry_event.id", unique=True)
    inquiry_id: int | None = Field(default=None, foreign_key="inquiry.id", index=True)
    at: datetime = Field(default_factory=now)
    state: SubmissionState = Field(default=SubmissionState.TAKEN, sa_type=choice(SubmissionState))
    held: list[str] = json_list()  # why: intake.model.forms.Suspicion
    values: list[list[str]] = json_list()  # [field's name, its label, value], in the form's order
    said: dict[str, Any] = json_dict()  # target -> value: name, phone, email … (intake.model.forms.TARGETS)
    problems: dict[str, Any] = json_dict()  # field's name -> what is wrong with it: bad-phone, too-large …
    via: str = Field(default="html", max_length=12)  # script, html, json, tilda
    address: str = Field(default="", max_length=64)
    agent: str = Field(default="", max_length=300)
    page: str = Field(default="", max_length=2000)
    referrer: str = Field(default="", max_length=2000)
    utm: dict[str, Any] = json_dict()  # utm_source … and click ids: yclid, gclid
    seen_by: int | None = Field(default=None, foreign_key="user_account.id")
    seen_at: datetime | None = None


class SubmissionFile(SQLModel, table=True):
    """A file that was sent along; its bytes are kept by hash, like letters' (storage/files.py)."""

    __tablename__ = "submission_file"

    id: int | None = Field(default=None, primary_key=True)
    submission_id: int = Field(foreign_key="submission.id", index=True, ondelete="CASCADE")
    field: str = Field(default="", max_length=60)
    position: int = 0
    filename: str = Field(default="", max_length=255)
    content_type: str = Field(default="application/octet-stream", max_length=127)
    size: int = 0
    digest: str = Field(max_length=64, index=True)  # SHA-256, hex; names the file
    removed_at: datetime | None = None  # by retention


class SolvedChallenge(SQLModel, table=True):
    """A challenge counts once: remembered until it would be too old anyway."""

    __tablename__ = "solved_challenge"

    signature: str = Field(primary_key=True, max_length=128)
    until: datetime = Field(index=True)
