"""For machines: is it alive, is it ready, how is it doing."""

import asyncio

from aiohttp import web
from sqlmodel import select

from intake.metrics import CONTENT_TYPE, exposition
from intake.model.calls import Link
from storage.database import Database
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
    return web.Response(body=exposition(), headers={"Content-Type": CONTENT_TYPE})


async def _channels(database: Database) -> dict[str, str]:
    async with database.reading() as session:
        found = (await session.exec(select(ChannelHealth))).all()
    return {health.channel: Link(health.link).value for health in found}
