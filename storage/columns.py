"""Column types that several tables share. Why each is as it is: docs/decisions/storage.md."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Dialect, Enum, String, Text
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import Field

from storage.secrets import open_secret, seal_secret


def now() -> datetime:
    """The time of the clock on the wall, aware UTC."""
    return datetime.now(UTC)


def choice(kind: type[StrEnum]) -> TypeEngine[Any]:
    """A column of one word out of `kind`: stored as the word, refused when it is another."""
    return Enum(
        kind,
        native_enum=False,
        length=32,
        create_constraint=False,
        values_callable=lambda members: [member.value for member in members],
        validate_strings=True,
    )


def key_text(length: int) -> TypeEngine[Any]:
    """Text that is looked up by how it begins: compared byte by byte, whatever the database's language is.

    PostgreSQL's other collations skip «+» and hyphens in a comparison, so that a range is no prefix.
    """
    return String(length).with_variant(String(length, collation="C"), "postgresql")


class Sealed(TypeDecorator[str]):
    """Text that is encrypted at rest with the service's key and plain in Python; empty stays empty."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return seal_secret(value) if value else value

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return open_secret(value) if value else value


def json_list() -> Any:
    """A small list kept as JSON; replace it whole, changes inside are not seen."""
    return Field(default_factory=list, sa_type=JSON)


def json_dict() -> Any:
    """A small mapping kept as JSON; replace it whole, changes inside are not seen."""
    return Field(default_factory=dict, sa_type=JSON)
