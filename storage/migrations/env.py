"""Run by Alembic with the connection that storage/schema.py put into the configuration."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Enum
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from storage.columns import Sealed
from storage.tables import metadata

PLAIN_TYPES = {
    AutoString: "sa.String(length={0.length})",
    UTCDateTime: "sa.DateTime(timezone=True)",
    Enum: "sa.String(length={0.length})",
    Sealed: "sa.Text()",
}


def render_item(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """Only SQLAlchemy's plain types: a revision must mean the same after our own types have changed."""
    plain = PLAIN_TYPES.get(type(item)) if kind == "type" else None
    return plain.format(item) if plain else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    render_item=render_item,
    compare_type=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
