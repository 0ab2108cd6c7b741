"""The built-in PBX itself: what it plays, and that it keeps to the protocol."""

import asyncio
import csv
import random
from collections.abc import AsyncIterator
from itertools import repeat
from pathlib import Path

import pytest

from intake.channels.asterisk.wire import Decoder, Message
from intake.demo import ami, click, script
from intake.demo.caller import Caller
from intake.demo.pbx import PHONES, SECRET, Pbx
from intake.demo.records import COLUMNS
from intake.demo.script import KINDS, keep_ringing, varied
from tests.channels.nasty import until

IVAN = Caller("+79161234567", "Иван Сидоров", "74951000101")


class Client:
    """A plain socket that speaks AMI."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.decoder = Decoder()
        self.heard: list[Message] = []

    @classmethod
    async def connect(cls, pbx: Pbx, secret: str = SECRET) -> "Client":
        client = cls(*await asyncio.open_connection("127.0.0.1", pbx.port))
        client.ask("Login", Username="intake", Secret=secret)
        await client.until(lambda: client.named("FullyBooted") or client.heard)
        return client

    def ask(self, action: str, **fields: str) -> None:
        lines = [
            f"{name}: {value}\r\n" for name, value in {"Action": action, "ActionID": "1", **fields}.items()
        ]
        self.writer.write("".join(lines).encode() + b"\r\n")

    async def until(self, true) -> None:
        async with asyncio.timeout(30):
            while not true():
                data = await self.reader.read(65536)
                assert data, "the PBX hung up"
                self.heard += self.decoder.feed(data)

    def named(self, event: str) -> list[Message]:
        return [message for message in self.heard if message["Event"] == event]

    async def close(self) -> None:
        self.writer.close()
        await self.writer.wait_closed()


@pytest.fixture
async def pbx(tmp_path: Path) -> AsyncIterator[Pbx]:
    pbx = Pbx(master_csv=tmp_path / "Master.csv")
    await pbx.start()
    yield pbx
    await pbx.stop()


async def test_a_wrong_secret_is_refused_and_the_line_closed(pbx: Pbx):
    client = await Client.connect(pbx, secret="wrong")
    assert [message["Message"] for message in client.heard] == ["Authentication failed"]
    assert await client.reader.read() == b""
    await client.close()


async def test_every_answer_bears_the_id_of_its_question(pbx: Pbx):
    client = await Client.connect(pbx)
    await pbx.call(IVAN, queue="sales", answer_after=None)
    client.heard.clear()
    for action in ("Ping", "QueueStatus", "CoreShowChannels", "Nonsense"):
        client.ask(action)
    await client.until(lambda: any(message["Response"] == "Error" for message in client.heard))
    answers = [message for message in client.heard if message["ActionID"]]
    assert {"QueueEntry", "CoreShowChannel", "CoreShowChannelsComplete"} <= {one["Event"] for one in answers}
    assert [message["Channel"] for message in client.named("QueueEntry")] == ["PJSIP/trunk-00000000"]
    await client.close()


async def test_a_client_that_does_not_read_is_cut_off(pbx: Pbx, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(ami, "MOST_UNREAD", 1000)
    client = await Client.connect(pbx)
    pbx.server.tell(b"Event: Noise\r\n\r\n" * 1_000_000)
    await until(lambda: pbx.server.connected == 0)
    await client.close()


async def test_it_comes_back_on_the_same_port(pbx: Pbx):
    port = pbx.port
    await pbx.stop()
    assert await pbx.start() == port


async def test_only_a_phone_that_rings_can_be_picked_up(pbx: Pbx):
    call = await pbx.call(IVAN, agents=["101"], answer_after=None)
    with pytest.raises(ValueError, match="102 does not ring"):
        call.answer("102")
    call.answer("101")
    await until(lambda: call.outside is not None and call.outside.bridge)
    call.hang_up()
    await pbx.over(call)
    assert pbx.switch.channels == {}


async def test_its_call_records_have_asterisks_columns(pbx: Pbx, tmp_path: Path):
    await pbx.over(await pbx.call(IVAN, agents=["101", "102"], answer_by="102", answer_after=0.01, talk=0.01))
    rows = list(csv.reader((tmp_path / "Master.csv").read_text().splitlines()))
    records = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    assert [record["Disposition"] for record in records] == ["NO ANSWER", "ANSWERED"]
    assert {record["LinkedId"] for record in records} == {records[0]["UniqueID"]}


async def test_a_visitor_hears_the_first_call_soon_and_never_too_many(
    pbx: Pbx, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(script, "FIRST_CALL", 0.01)
    most = 0
    task = asyncio.create_task(keep_ringing(pbx, repeat(IVAN), pace=0.01, seed=1))
    for _ in range(100):
        await asyncio.sleep(0.005)
        most = max(most, len(pbx.rides))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert most == script.AT_ONCE
    assert script.FIRST_CALL < 3


def test_the_day_is_varied_and_only_free_phones_ring():
    chance = random.Random(7)
    plans = [varied(chance, {"102"}) for _ in range(500)]
    assert sum(kind.share for kind in KINDS) == 100
    assert all("102" not in plan["agents"] for plan in plans)
    assert all(plan["transfer_to"] != "102" for plan in plans)
    assert {bool(plan["queue"]) for plan in plans} == {True, False}
    assert {len(plan["agents"]) for plan in plans} == {0, 1, 2}
    assert any(plan["answer_after"] is None for plan in plans)
    assert any(plan["transfer_to"] for plan in plans)


def test_when_everybody_talks_the_caller_waits_in_the_queue():
    plan = varied(random.Random(7), set(PHONES))
    assert (plan["agents"], plan["queue"], plan["answer_after"]) == ((), "sales", None)


async def test_a_click_to_call_that_is_not_picked_up_is_told_so(pbx: Pbx, monkeypatch: pytest.MonkeyPatch):
    client = await Client.connect(pbx)
    client.ask("Originate", Channel="PJSIP/104", Exten="+79161234567", ChannelId="intake-1", Async="true")
    await client.until(lambda: client.named("DialState"))
    next(iter(pbx.rides)).hang_up()
    await client.until(lambda: client.named("OriginateResponse"))
    assert client.named("OriginateResponse")[0]["Response"] == "Failure"
    await client.until(lambda: client.named("Hangup"))
    assert client.named("Newchannel")[0]["Uniqueid"] == "intake-1"
    await client.close()


async def test_an_outside_party_who_does_not_answer_a_click_hangs_everything_up(
    pbx: Pbx, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(click, "PICKUP", 0.01)
    client = await Client.connect(pbx)
    client.ask("Originate", Channel="PJSIP/101", Exten="+79161234567", ChannelId="intake-2", Async="true")
    await client.until(lambda: len(client.named("Newchannel")) == 2)
    next(iter(pbx.rides)).hang_up()
    await client.until(lambda: len(client.named("Hangup")) == 2)
    assert pbx.switch.channels == {}
    await client.close()
