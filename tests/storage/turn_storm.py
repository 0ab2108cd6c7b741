"""A process that asks for the next of a team as often as it is told.

`python -m tests.storage.turn_storm URL TEAM ITEMS` says whose turn it was, a line each.
"""

import asyncio
import sys
from datetime import UTC, datetime

from storage.database import Database
from storage.seats import next_in_turn
from storage.secrets import new_key, use_keys

AT_ONCE = 5  # transactions of one process


async def main(url: str, team_id: int, items: int) -> None:
    use_keys([new_key()])
    database = Database(url)
    await asyncio.gather(*(_ask(database, team_id, items // AT_ONCE) for _ in range(AT_ONCE)))
    await database.close()


async def _ask(database: Database, team_id: int, items: int) -> None:
    for _ in range(items):
        async with database.transaction() as session:
            found = await next_in_turn(session, team_id, datetime.now(UTC))
        sys.stdout.write(f"{found.user_id if found else 0}\n")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
