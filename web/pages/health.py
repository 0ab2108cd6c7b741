"""For machines: is it alive, is it ready, how is it doing."""

import asyncio
import contextlib

from aiohttp import web
from sqlmodel import select

from intake.metrics import CONTENT_TYPE, JOBS_WAITING, exposition, set_links
from intake.model.calls import Link
from storage.database import Database
from storage.outbox import count_waiting
from storage.tables.calls import ChannelHealth
from web.access import public
from web.keys import DATABASE

PATIENCE = 2  # seconds for the database to answer

routes = web.RouteTableDef()


@routes.get("/healthz")
@public
async def alive(request: web.Request) -> web.Response:
    """The process runs and its loop turns."""
    return web.json_response({"alive": True})


@routes.get("/readyz")
@public
async def ready(request: web.Request) -> web.Response:
    """503 without the database; channels are told, but a PBX that is down does not make us unready."""
    try:
        async with asyncio.timeout(PATIENCE):
            channels = await _channels(request.app[DATABASE])
    except Exception as error:  # noqa: BLE001 — whatever it is, the answer is «not ready»
        return web.json_response({"ready": False, "database": type(error).__name__}, status=503)
    return web.json_response({"ready": True, "channels": channels})


@routes.get("/metrics")
@public
async def metrics(request: web.Request) -> web.Response:
    """Of what the database knows: as it is now or, while it does not answer, as it was last."""
    with contextlib.suppress(Exception):
        async with asyncio.timeout(PATIENCE):
            await _measure(request.app[DATABASE])
    return web.Response(body=exposition(), headers={"Content-Type": CONTENT_TYPE})


async def _channels(database: Database) -> dict[str, Link]:
    async with database.reading() as session:
        found = (await session.exec(select(ChannelHealth))).all()
    return {health.channel: Link(health.link) for health in found}


async def _measure(database: Database) -> None:
    set_links(await _channels(database))
    async with database.reading() as session:
        JOBS_WAITING.set(await count_waiting(session))
