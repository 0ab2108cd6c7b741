"""Telling programs: a real receiver on the loopback, on both engines."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlmodel import select

from intake.errors import Deferred
from intake.service.webhooks import send_webhook, webhook_handlers
from intake.wizard.accept import accept
from intake.wizard.decline import decline
from intake.wizard.undo import undo
from storage import hooks
from storage.database import Database
from storage.outbox import ATTEMPTS, do_next
from storage.tables.outgoing import Delivery, Webhook
from storage.tables.routing import Alarm
from tests.databases import store
from tests.storage.wizard_world import World, known, populate

pytestmark = pytest.mark.slow

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef01234567").decode()


@dataclass
class Receiver:
    """Answers with `status`, and remembers what it was told."""

    status: int = 200
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""

    async def hear(self, request: web.Request) -> web.Response:
        self.heard.append((dict(request.headers), await request.read()))
        return web.Response(status=self.status, text="said", headers={"Location": "/elsewhere"})

    @property
    def events(self) -> list[str]:
        return [json.loads(body)["type"] for _, body in self.heard]


@asynccontextmanager
async def receiving(status: int = 200) -> AsyncIterator[Receiver]:
    receiver = Receiver(status)
    app = web.Application()
    app.router.add_post("/{tail:.*}", receiver.hear)
    async with TestServer(app) as server:
        receiver.url = str(server.make_url("/hook"))
        yield receiver


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as one:
        yield one


@pytest.fixture
async def world(database: Database) -> World:
    return await populate(database)


async def hook(database: Database, url: str, *events: str) -> int:
    [webhook] = await store(database, Webhook(name="CRM", url=url, secret=SECRET, events=list(events)))
    return webhook


async def send_all(database: Database) -> None:
    while await do_next(database, webhook_handlers(database)):
        pass


async def the_delivery(database: Database) -> Delivery:
    async with database.reading() as session:
        return (await session.exec(select(Delivery))).one()


async def test_an_acceptance_is_told_with_its_interest(world: World, receiver: Receiver):
    await hook(world.database, receiver.url)
    inquiry = await world.inquiry()

    accepted = await accept(world.database, inquiry, known(world), world.alice)
    await send_all(world.database)

    assert sorted(receiver.events) == ["inquiry.accepted", "interest.created"]
    told = {json.loads(body)["type"]: json.loads(body)["data"] for _, body in receiver.heard}
    assert told["inquiry.accepted"]["inquiry"]["id"] == inquiry
    assert told["inquiry.accepted"]["interest"]["id"] == accepted.interest_id


async def test_declining_and_taking_it_back_are_told(world: World, receiver: Receiver):
    await hook(world.database, receiver.url)
    action = await decline(world.database, await world.inquiry(), "spam", "", world.alice)
    await undo(world.database, action, world.alice)
    await send_all(world.database)
    assert receiver.events == ["inquiry.declined", "inquiry.undone"]


async def test_only_what_is_wanted_is_told(world: World, receiver: Receiver):
    await hook(world.database, receiver.url, "inquiry.accepted")
    await decline(world.database, await world.inquiry(), "spam", "", world.alice)
    await send_all(world.database)
    assert receiver.heard == []


async def test_the_signature_is_of_the_very_bytes(world: World, receiver: Receiver):
    await hook(world.database, receiver.url)
    await decline(world.database, await world.inquiry(), "spam", "", world.alice)
    await send_all(world.database)

    [(headers, body)] = receiver.heard
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = hmac.new(b"0123456789abcdef01234567", signed, hashlib.sha256).digest()
    assert headers["webhook-signature"] == "v1," + base64.b64encode(digest).decode()


async def test_what_was_not_taken_is_told_again_under_the_same_id(world: World, receiver: Receiver):
    await hook(world.database, receiver.url)
    await decline(world.database, await world.inquiry(), "spam", "", world.alice)
    delivery = await the_delivery(world.database)
    receiver.status = 503
    with pytest.raises(Deferred):
        await send_webhook(world.database, {"uid": delivery.uid})
    receiver.status = 200
    await send_webhook(world.database, {"uid": delivery.uid})

    after = await the_delivery(world.database)
    assert (after.attempts, after.status, after.done_at is not None) == (2, 200, True)
    assert len({headers["webhook-id"] for headers, _ in receiver.heard}) == 1


async def test_a_receiver_that_never_answers_is_given_up_and_reported(world: World):
    await hook(world.database, "http://127.0.0.1:9/")
    await decline(world.database, await world.inquiry(), "spam", "", world.alice)
    uid = (await the_delivery(world.database)).uid
    for _ in range(ATTEMPTS - 1):
        with pytest.raises(Deferred):
            await send_webhook(world.database, {"uid": uid})
    await send_webhook(world.database, {"uid": uid})

    assert (await the_delivery(world.database)).given_up_at is not None
    async with world.database.reading() as session:
        assert (await session.exec(select(Alarm))).one().kind == "webhook-dead"


async def test_a_receiver_that_is_gone_is_switched_off(world: World, receiver: Receiver):
    webhook = await hook(world.database, receiver.url)
    receiver.status = 410
    await decline(world.database, await world.inquiry(), "spam", "", world.alice)
    await send_all(world.database)
    async with world.database.reading() as session:
        assert not (await session.get_one(Webhook, webhook)).enabled


async def test_a_redirect_is_not_followed(world: World, receiver: Receiver):
    await hook(world.database, receiver.url)
    receiver.status = 302
    await decline(world.database, await world.inquiry(), "spam", "", world.alice)
    with pytest.raises(Deferred):
        await send_webhook(world.database, {"uid": (await the_delivery(world.database)).uid})
    assert len(receiver.heard) == 1


async def test_what_was_given_up_can_be_sent_again(world: World, receiver: Receiver):
    await hook(world.database, receiver.url)
    await decline(world.database, await world.inquiry(), "spam", "", world.alice)
    await send_all(world.database)
    uid = (await the_delivery(world.database)).uid
    async with world.database.transaction() as session:
        assert await hooks.send_again(session, uid)
    await send_all(world.database)
    assert len(receiver.heard) == 2
