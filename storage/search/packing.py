"""Keeps the lists of the search packed, a little at a time, so that nobody waits for it."""

import asyncio

import structlog

from storage.database import Database
from storage.search.lists import pack, waiting
from storage.trouble import is_trouble

LOOK_SECONDS = 10.0
ENOUGH = 1_000  # fresh numbers worth packing
AT_ONCE = 500  # moved in one transaction: some five milliseconds, in which a call waits
BREATH = 0.1  # seconds between two of them, for those who write meanwhile

log = structlog.get_logger()


async def keep_packing(database: Database) -> None:
    """Until cancelled."""
    while True:
        more = False
        try:
            more = await _pack(database)
        except Exception as error:
            if not is_trouble(error):
                raise
            log.warning("the search could not be packed", exc_info=True)
        await asyncio.sleep(BREATH if more else LOOK_SECONDS)


async def _pack(database: Database) -> bool:
    """Whether there may be more to do."""
    if not await database.ask(lambda connection: waiting(connection, ENOUGH)):
        return False
    return await database.write(lambda connection: pack(connection, AT_ONCE)) >= AT_ONCE
