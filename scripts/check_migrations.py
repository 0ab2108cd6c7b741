"""Fails when the tables in code and the revisions disagree: somebody forgot `scripts/migration.py`."""

import asyncio
import sys
import tempfile

from storage.schema import differences, upgrade


async def find() -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/empty.db"
        await upgrade(url)
        return await differences(url)


found = asyncio.run(find())
if found:
    sys.exit("\n".join(["No revision says this yet (see scripts/migration.py):", *found]))
