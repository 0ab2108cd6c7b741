"""Moves what was committed from SQLite's log into its file, so that no commit of the service has to.

A checkpoint waits for the disk twice. Whoever commits when the log is long makes one, and a call with it.
"""

import asyncio

import structlog
from sqlalchemy import Connection

from storage.database import Database
from storage.trouble import is_trouble

EVERY_SECONDS = 2.0

log = structlog.get_logger()


async def keep_checkpointing(database: Database) -> None:
    """Until cancelled. Only what nobody reads is moved; the rest comes next time."""
    while True:
        try:
            await database.ask(_checkpoint)
        except Exception as error:
            if not is_trouble(error):
                raise
            log.warning("the log could not be moved into the file", error=type(error).__name__)
        await asyncio.sleep(EVERY_SECONDS)


def _checkpoint(connection: Connection) -> None:
    """Outside of any transaction, which SQLAlchemy begins of itself."""
    cursor = connection.connection.cursor()
    cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
    cursor.close()
