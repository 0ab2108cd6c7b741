"""What the pace of webhooks is held against: aiohttp with a handler that verifies the signature and commits
the raw body.

python -m tests.bench.bare_hooks DATABASE_URL PORT
"""

import hashlib
import hmac
import sys
from datetime import UTC, datetime

from aiohttp import web

from storage.database import Database
from tests.bench.bare_forms import ADD, DATABASE, furnish
from tests.bench.chatters import SECRET


async def take(request: web.Request) -> web.Response:
    body = await request.read()
    digest = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(request.headers.get("X-Hub-Signature-256", ""), f"sha256={digest}"):
        raise web.HTTPUnauthorized
    values = {"raw": body, "at": datetime.now(UTC).isoformat()}
    async with request.app[DATABASE].transaction() as session:
        await (await session.connection()).execute(ADD, values)
    return web.Response()


def main(url: str, port: int) -> None:
    app = web.Application()
    app[DATABASE] = Database(url)
    app.cleanup_ctx.append(furnish)
    app.router.add_post("/", take)
    web.run_app(app, host="127.0.0.1", port=port, print=None)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
