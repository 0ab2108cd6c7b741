"""The database as the commands use it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from intake.settings import Settings
from storage import schema
from storage.database import Database


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Database]:
    """Brought to this version's schema before, closed afterwards."""
    url = settings.database_url.get_secret_value()
    await schema.upgrade(url)
    database = Database(url)
    try:
        yield database
    finally:
        await database.close()
