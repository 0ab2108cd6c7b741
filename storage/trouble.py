"""Which errors are the database's own trouble (locked, full, read-only, gone) and not a mistake of ours."""

import traceback

import asyncpg
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

# What may be raised before SQLAlchemy has a connection to wrap it, and when no connection is free
PLAIN = (asyncpg.PostgresError, asyncpg.InterfaceError, ConnectionError, PoolTimeout)
# Python's own, which others raise as well: a browser that left, a limit of ours
ANYBODYS = (TimeoutError, ConnectionResetError)
DRIVERS = ("asyncpg", "sqlalchemy")
# SQLSTATE classes: connection, transaction rollback, resources, intervention, system; and read-only
TROUBLE = ("08", "40", "53", "57", "58", "25006")


def is_trouble(error: BaseException) -> bool:
    """Whether the same request may well work in a minute."""
    if isinstance(error, asyncpg.PostgresError):
        return str(error.sqlstate or "").startswith(TROUBLE)
    if isinstance(error, DBAPIError):
        state = str(getattr(error.orig, "sqlstate", None) or "")
        if state:
            return state.startswith(TROUBLE)
        return error.connection_invalidated or isinstance(error, OperationalError)
    if isinstance(error, ANYBODYS):
        return _passed_through_a_driver(error)
    return isinstance(error, PLAIN)


def _passed_through_a_driver(error: BaseException) -> bool:
    frames = traceback.walk_tb(error.__traceback__)
    return any(frame.f_globals.get("__name__", "").startswith(DRIVERS) for frame, _ in frames)
