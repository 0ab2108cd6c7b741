"""Cards that may be of one party, what people decided about them, and where merged cards went.

Pairs and keys are derived from the cards and can be made anew at any time; marks and merges are decisions of
people and go through the journal. Why it is so: docs/decisions/duplicates.md.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from intake.model.duplicates import Likelihood
from intake.model.wizard import PartyKind
from storage.columns import choice, json_list, now
from storage.tables.parties import OWNERS


class DuplicateKey(SQLModel, table=True):
    """A way to write a name: cards with one key are compared. The kind of card is inside the key."""

    __tablename__ = "duplicate_key"
    __table_args__ = {"sqlite_with_rowid": False}

    key: int = Field(sa_type=BigInteger, primary_key=True)
    row_id: int = Field(primary_key=True)


class DuplicateDraft(SQLModel, table=True):
    """Keys as a look through the base writes them down, part by part of their range: put in order, each part
    then takes its place among the keys at once. Writing millions where they belong would write each page of
    them thousands of times."""

    __tablename__ = "duplicate_draft"
    __table_args__ = {"sqlite_with_rowid": False}

    part: int = Field(primary_key=True)
    row_id: int = Field(primary_key=True)
    key: int = Field(sa_type=BigInteger, primary_key=True)


class DuplicatePair(SQLModel, table=True):
    """Two cards of one kind that may be of one party. No foreign keys: `kind` says where they are."""

    __tablename__ = "duplicate_pair"
    __table_args__ = (
        Index("ix_duplicate_pair_kind_bits", "kind", "bits"),
        Index("ix_duplicate_pair_other_id", "other_id"),
    )

    kind: PartyKind = Field(sa_type=choice(PartyKind), primary_key=True)
    one_id: int = Field(primary_key=True)  # the older
    other_id: int = Field(primary_key=True)
    bits: int  # of evidence, in tenths
    likelihood: Likelihood = Field(sa_type=choice(Likelihood))
    evidence: list[dict[str, Any]] = json_list()
    search_id: int = 0  # which look through the base saw it last


class NotDuplicate(SQLModel, table=True):
    """Somebody has looked and says that these are two; for everybody, until it is taken back."""

    __tablename__ = "not_duplicate"
    __table_args__ = (UniqueConstraint("kind", "one_id", "other_id"),)

    id: int | None = Field(default=None, primary_key=True)
    kind: PartyKind = Field(sa_type=choice(PartyKind))
    one_id: int
    other_id: int = Field(index=True)
    keys: list[str] = json_list()  # what they had in common then; something new is worth another look
    marked_by: int | None = Field(default=None, foreign_key="user_account.id")
    marked_at: datetime = Field(default_factory=now)


class MergedParty(SQLModel, table=True):
    """A card that was merged into another: old links lead there. What it held is in the log."""

    __tablename__ = "merged_party"
    __table_args__ = (
        UniqueConstraint("kind", "gone_id"),
        CheckConstraint(
            " + ".join(f"CASE WHEN {owner}_id IS NULL THEN 0 ELSE 1 END" for owner in OWNERS) + " = 1",
            name="one_owner",
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: PartyKind = Field(sa_type=choice(PartyKind))
    gone_id: int
    account_id: int | None = Field(default=None, foreign_key="account.id", index=True, ondelete="CASCADE")
    contact_id: int | None = Field(default=None, foreign_key="contact.id", index=True, ondelete="CASCADE")
    lead_id: int | None = Field(default=None, foreign_key="lead.id", index=True, ondelete="CASCADE")
    merged_by: int | None = Field(default=None, foreign_key="user_account.id")
    merged_at: datetime = Field(default_factory=now)


class DuplicateSearch(SQLModel, table=True):
    """A look through the whole base, and how far it is; the newest one counts."""

    __tablename__ = "duplicate_search"

    id: int | None = Field(default=None, primary_key=True)
    started_at: datetime = Field(default_factory=now)
    started_by: int | None = Field(default=None, foreign_key="user_account.id")
    finished_at: datetime | None = None
    stage: int = 0  # of storage.duplicates.STAGES
    after: Any = Field(default=None, sa_type=JSON)  # the last key or id of this stage that was dealt with
    seen: int = 0  # cards
    total: int = 0  # cards there were
    log_at: int = 0  # changes of the audit log up to here have been heeded
