"""The built-in PBX, in a hurry, and who takes what a channel delivers."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from intake.channels import surely
from intake.demo import click, ride
from intake.demo.pbx import Pbx
from tests.channels.desk import Desk


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
