"""Telephony: the PBXs, their lines, the calls, and how well each is heard."""

from datetime import datetime

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from intake.model.calls import TWINS, Direction, Link, Outcome
from storage.columns import Sealed, choice, json_list, now


class Pbx(SQLModel, table=True):
    """A connection to one Asterisk. Its channel name is `asterisk:{id}`."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=120, unique=True)
    host: str = Field(max_length=253)
    port: int = 5038
    username: str = Field(max_length=120)
    secret: str = Field(sa_type=Sealed)
    trunks: list[str] = json_list()  # outside lines as in channel names
    twins: list[str] = Field(default_factory=lambda: list(TWINS), sa_type=JSON)  # second telephones' names
    area_code: str | None = Field(default=None, max_length=8)  # for 7-digit numbers
    context: str = Field(default="from-internal", max_length=80)  # where click-to-call dials
    dial_prefix: str = Field(default="", max_length=8)  # before an outside number
    technology: str = Field(default="PJSIP", max_length=12)  # of people's phones: PJSIP/101
    cdr: str = Field(default="", max_length=500, sa_type=Sealed)  # path of Master.csv or a database URL
    enabled: bool = True
    updated_at: datetime = Field(default_factory=now)


class PhoneLine(SQLModel, table=True):
    """A number of ours that people dial."""

    __tablename__ = "phone_line"
    __table_args__ = (UniqueConstraint("pbx_id", "did"),)

    id: int | None = Field(default=None, primary_key=True)
    pbx_id: int = Field(foreign_key="pbx.id", index=True, ondelete="CASCADE")
    did: str = Field(max_length=40)  # digits, as the PBX has them
    name: str = Field(max_length=120)
    area_code: str | None = Field(default=None, max_length=8)
    source: str | None = Field(default=None, max_length=120)  # of the interests it brings


class NumberRule(SQLModel, table=True):
    """A correction of callers' numbers by trunk or line: `prefix` is replaced when it stands in front."""

    __tablename__ = "number_rule"

    id: int | None = Field(default=None, primary_key=True)
    pbx_id: int = Field(foreign_key="pbx.id", index=True, ondelete="CASCADE")
    trunk: str | None = Field(default=None, max_length=80)
    did: str | None = Field(default=None, max_length=40)
    prefix: str = Field(default="", max_length=20)
    replacement: str = Field(default="", max_length=20)
    position: int = 0


class CallRecord(SQLModel, table=True):
    """A call: the last snapshot heard of it (intake.model.calls.Call), found by PBX and linked id."""

    __tablename__ = "call"
    __table_args__ = (
        UniqueConstraint("channel", "linkedid"),
        Index("ix_call_number_started_at", "number", "started_at"),
        Index("ix_call_channel_merged_into", "channel", "merged_into"),
    )

    id: int | None = Field(default=None, primary_key=True)
    channel: str = Field(max_length=60)
    linkedid: str = Field(max_length=80)
    inquiry_id: int | None = Field(default=None, foreign_key="inquiry.id", index=True)
    direction: Direction = Field(sa_type=choice(Direction))
    number: str | None = Field(default=None, max_length=20)
    number_raw: str | None = Field(default=None, max_length=120)
    name: str | None = Field(default=None, max_length=300)
    did: str | None = Field(default=None, max_length=40)
    trunk: str | None = Field(default=None, max_length=80)
    queue: str | None = Field(default=None, max_length=120)
    waiting: bool = False
    ringing: list[str] = json_list()
    rang: list[str] = json_list()
    talking: list[str] = json_list()
    answered_by: list[str] = json_list()
    transfers: list[dict[str, str]] = json_list()
    outcome: Outcome | None = Field(default=None, sa_type=choice(Outcome))
    started_at: datetime = Field(default_factory=now, index=True)
    answered_at: datetime | None = None
    ended_at: datetime | None = Field(default=None, index=True)
    cause: int | None = None
    recording: str | None = Field(default=None, max_length=500)
    pbx_channel: str | None = Field(default=None, max_length=200)
    partial: bool = False
    merged_into: str | None = Field(default=None, max_length=80)
    as_of: datetime = Field(default_factory=now)  # of the snapshot: an older one never overwrites it
    # The entry of the ignore list for which it opened no inquiry and rang on no screen
    ignored_by: int | None = Field(default=None, foreign_key="ignore_entry.id", ondelete="SET NULL")


class ChannelHealth(SQLModel, table=True):
    """How a channel's link is, and when something was last heard over it."""

    __tablename__ = "channel_health"

    channel: str = Field(primary_key=True, max_length=60)
    link: Link = Field(sa_type=choice(Link))
    since: datetime = Field(default_factory=now)
    heard_at: datetime | None = None
    detail: str = Field(default="", max_length=500)


class ChannelGap(SQLModel, table=True):
    """A time when a channel could not hear; it stands on the desk until somebody has seen it."""

    __tablename__ = "channel_gap"
    __table_args__ = (UniqueConstraint("channel", "since"),)

    id: int | None = Field(default=None, primary_key=True)
    channel: str = Field(max_length=60)
    since: datetime
    until: datetime
    recovered: int | None = None  # calls found in the CDR source; None when there is no source
    seen_by: int | None = Field(default=None, foreign_key="user_account.id")
    seen_at: datetime | None = None
