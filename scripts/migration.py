"""Write a revision from the tables in code.

python scripts/migration.py initial        write the one initial revision anew (before the first release)
python scripts/migration.py new "Message"  add a revision with what has changed since the last one
"""

import asyncio
import subprocess
import sys
import tempfile

from alembic import command
from sqlalchemy import Connection

from storage.database import Database
from storage.schema import MIGRATIONS, config, upgrade


async def write(message: str, revision: str) -> None:
    """Compare the tables with a fresh database at the last revision there is."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/empty.db"
        await upgrade(url)
        database = Database(url)

        def compare(connection: Connection) -> None:
            command.revision(config(connection), message, autogenerate=True, rev_id=revision)

        async with database.engine.begin() as connection:
            await connection.run_sync(compare)
        await database.close()


def tidy() -> None:
    for task in (["check", "--fix"], ["format"]):
        subprocess.run([sys.executable, "-m", "ruff", *task, "--quiet", MIGRATIONS], check=True)  # noqa: S603


def main() -> None:
    versions = MIGRATIONS / "versions"
    match sys.argv[1:]:
        case ["initial"]:
            for old in versions.glob("*.py"):
                old.unlink()
            asyncio.run(write("All tables", "0001"))
        case ["new", message]:
            asyncio.run(write(message, f"{len(list(versions.glob('*.py'))) + 1:04}"))
        case _:
            sys.exit(__doc__)
    tidy()


main()
