"""What the pace of forms is held against: aiohttp with a handler that only commits the raw body.

python -m tests.bench.bare_forms DATABASE_URL PORT
"""

import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from aiohttp import web
from sqlmodel import text

from storage.database import Database

DATABASE = web.AppKey("database", Database)
ADD = text("INSERT INTO bare_form (at, raw) VALUES (:at, :raw) RETURNING id")


async def take(request: web.Request) -> web.Response:
    values = {"raw": await request.read(), "at": datetime.now(UTC).isoformat()}
    async with request.app[DATABASE].transaction() as session:
        number = (await (await session.connection()).execute(ADD, values)).scalar_one()
    return web.json_response({"number": number})


async def furnish(app: web.Application) -> AsyncIterator[None]:
    database = app[DATABASE]
    key = "INTEGER PRIMARY KEY" if database.is_sqlite else "BIGSERIAL PRIMARY KEY"
    kind = "BLOB" if database.is_sqlite else "BYTEA"
    async with database.transaction() as session:
        create = f"CREATE TABLE IF NOT EXISTS bare_form (id {key}, at TEXT, raw {kind})"
        await (await session.connection()).execute(text(create))
    yield
    await database.close()


def main(url: str, port: int) -> None:
    app = web.Application()
    app[DATABASE] = Database(url)
    app.cleanup_ctx.append(furnish)
    app.router.add_post("/", take)
    web.run_app(app, host="127.0.0.1", port=port, print=None)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
