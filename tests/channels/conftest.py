"""The built-in PBX, in a hurry, and who takes what a channel delivers; a Telegram, and a chat in it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from intake.channels import surely
from intake.demo import click, ride
from intake.demo.messengers.telegram import TOKEN, FakeTelegram
from intake.demo.pbx import Pbx
from storage.database import Database
from tests.channels.desk import Desk
from tests.chat_house import Chat, a_chat


@pytest.fixture
async def pbx(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Pbx]:
    for module in (ride, click):
        monkeypatch.setattr(module, "PICKUP", 0.05)
    monkeypatch.setattr(click, "ABROAD", 0.05)
    monkeypatch.setattr(click, "CLICK_TALK", 0.1)
    monkeypatch.setattr(surely.DELIVERY_PAUSES.__class__, "after", lambda self, failures: 0.02)
    pbx = Pbx(master_csv=tmp_path / "Master.csv")
    await pbx.start()
    yield pbx
    await pbx.stop()


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as opened:
        yield opened


@pytest.fixture
async def chat(database: Database, telegram: FakeTelegram) -> Chat:
    """With a bot of this Telegram's, and somebody who has it."""
    marina = telegram.person("Марина")
    return await a_chat(database, str(marina.id), api_base=telegram.base, token=TOKEN)
