"""Whom the company deals with: accounts, contacts, leads, and how each can be reached."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, Text
from sqlmodel import Field, SQLModel

from storage.columns import choice, key_text, now


class AccountKind(StrEnum):
    COMPANY = "company"
    SOLE_TRADER = "sole-trader"
    PERSON = "person"


class PointKind(StrEnum):
    PHONE = "phone"
    EMAIL = "email"
    MESSENGER = "messenger"
    SITE = "site"


OWNERS = ("account", "contact", "lead")


def _one_owner() -> CheckConstraint:
    owned = (f"CASE WHEN {owner}_id IS NULL THEN 0 ELSE 1 END" for owner in OWNERS)
    return CheckConstraint(" + ".join(owned) + " = 1", name="one_owner")


class _Card(SQLModel):
    """What every party's card has."""

    id: int | None = Field(default=None, primary_key=True)
    folded: str = Field(default="", max_length=600, index=True)  # all its names, for searching
    responsible_id: int | None = Field(default=None, foreign_key="user_account.id", index=True)
    country: str | None = Field(default=None, max_length=80)
    city: str | None = Field(default=None, max_length=120)
    industry: str | None = Field(default=None, max_length=120)
    source: str | None = Field(default=None, max_length=120)
    description: str | None = Field(default=None, sa_type=Text)
    do_not_call: bool = False
    do_not_email: bool = False
    created_at: datetime = Field(default_factory=now)
    created_by: int | None = Field(default=None, foreign_key="user_account.id")
    updated_at: datetime = Field(default_factory=now)
    touched_at: datetime | None = Field(default=None)  # last talk, letter or chat with them


class Account(_Card, table=True):
    kind: AccountKind = Field(default=AccountKind.COMPANY, sa_type=choice(AccountKind))
    name: str = Field(max_length=300)  # without the legal form: «Ромашка»
    legal_form: str | None = Field(default=None, max_length=40)
    inn: str | None = Field(default=None, sa_type=key_text(12), index=True)
    kpp: str | None = Field(default=None, max_length=9)
    ogrn: str | None = Field(default=None, max_length=15)
    address: str | None = Field(default=None, max_length=500)
    type: str | None = Field(default=None, max_length=40)  # customer, partner, supplier…
    parent_id: int | None = Field(default=None, foreign_key="account.id", index=True)
    revenue: Decimal | None = Field(default=None, max_digits=16, decimal_places=2)
    employees: int | None = None


class Contact(_Card, table=True):
    account_id: int | None = Field(default=None, foreign_key="account.id", index=True)
    last_name: str = Field(default="", max_length=120)
    first_name: str = Field(default="", max_length=120)
    middle_name: str = Field(default="", max_length=120)
    position: str | None = Field(default=None, max_length=200)
    department: str | None = Field(default=None, max_length=200)
    from_lead: bool = False


class Lead(_Card, table=True):
    """A person and/or organisation that is not a client yet, kept apart so that junk never loads the base."""

    last_name: str = Field(default="", max_length=120)
    first_name: str = Field(default="", max_length=120)
    middle_name: str = Field(default="", max_length=120)
    organisation: str | None = Field(default=None, max_length=300)
    inn: str | None = Field(default=None, sa_type=key_text(12), index=True)
    position: str | None = Field(default=None, max_length=200)
    rating: str | None = Field(default=None, max_length=40)
    status: str | None = Field(default=None, max_length=40)


class Point(SQLModel, table=True):
    """One way to reach exactly one party: a phone, an address, a nick, a site."""

    __tablename__ = "contact_point"
    __table_args__ = (
        _one_owner(),
        Index("ix_contact_point_kind_value", "kind", "value"),
    )

    id: int | None = Field(default=None, primary_key=True)
    account_id: int | None = Field(default=None, foreign_key="account.id", index=True, ondelete="CASCADE")
    contact_id: int | None = Field(default=None, foreign_key="contact.id", index=True, ondelete="CASCADE")
    lead_id: int | None = Field(default=None, foreign_key="lead.id", index=True, ondelete="CASCADE")
    kind: PointKind = Field(sa_type=choice(PointKind))
    value: str = Field(sa_type=key_text(320))  # the exact key: E.164, folded address or nick, bare domain
    tail: str | None = Field(default=None, max_length=16, index=True)  # a phone's last seven digits
    extension: str | None = Field(default=None, max_length=20)
    raw: str = Field(default="", max_length=320)  # as it was given
    note: str | None = Field(default=None, max_length=200)
    shared: bool = False  # a line of many people: found, but says little
    main: bool = False
    source: str | None = Field(default=None, max_length=120)
    created_at: datetime = Field(default_factory=now)


class FormerPoint(SQLModel, table=True):
    """A phone or address that stood on the card once and was taken off it, or replaced. It still finds them;
    nothing is called, written or compared by it."""

    __tablename__ = "former_point"
    __table_args__ = (_one_owner(), Index("ix_former_point_kind_value", "kind", "value"))

    id: int | None = Field(default=None, primary_key=True)
    account_id: int | None = Field(default=None, foreign_key="account.id", index=True, ondelete="CASCADE")
    contact_id: int | None = Field(default=None, foreign_key="contact.id", index=True, ondelete="CASCADE")
    lead_id: int | None = Field(default=None, foreign_key="lead.id", index=True, ondelete="CASCADE")
    kind: PointKind = Field(sa_type=choice(PointKind))
    value: str = Field(sa_type=key_text(320))
    until: datetime = Field(default_factory=now)
