"""A new key for the secrets at rest, and an old one that nothing needs any more."""

import pytest
from sqlmodel import col, select

from intake.errors import Rejected
from storage import secrets, setup
from storage.access import COMMAND_LINE
from storage.database import Database
from storage.history import thaw
from storage.reseal import reseal
from storage.secrets import new_key, use_keys
from storage.tables import metadata
from storage.tables.calls import Pbx
from storage.tables.history import Change

PBX = {"name": "АТС", "host": "10.0.0.5", "username": "intake", "secret": "hush-hush"}


@pytest.fixture
async def old_key(database: Database, monkeypatch: pytest.MonkeyPatch) -> str:
    """A PBX was set up, and its secret changed, while this was the only key."""
    monkeypatch.setattr(secrets, "_box", [])
    use_keys([key := new_key()])
    async with database.transaction() as session:
        row = await setup.keep(session, Pbx, None, PBX, COMMAND_LINE)
        await session.flush()
        await setup.keep(session, Pbx, row.id, {"secret": "hush", "cdr": "/var/log/Master.csv"}, COMMAND_LINE)
    return key


async def test_after_resealing_the_new_key_alone_opens_everything(database: Database, old_key: str):
    fresh = new_key()
    use_keys([fresh, old_key])
    assert await reseal(database.url) == 8  # two in the record, six in the log
    use_keys([fresh])
    async with database.reading() as session:
        assert (await session.exec(select(Pbx.secret, Pbx.cdr))).all() == [("hush", "/var/log/Master.csv")]
        added, changed = (await session.exec(select(Change).order_by(col(Change.id)))).all()
    pbx = metadata.tables["pbx"]
    assert thaw(pbx, "secret", added.after["secret"]) == "hush-hush"
    assert thaw(pbx, "secret", changed.before["secret"]) == "hush-hush"
    assert thaw(pbx, "secret", changed.after["secret"]) == "hush"
    assert changed.after["cdr"] != "/var/log/Master.csv"


async def test_without_the_old_key_nothing_is_touched(database: Database, old_key: str):
    use_keys([new_key()])
    with pytest.raises(Rejected, match="wrong-secret-key"):
        await reseal(database.url)
    use_keys([old_key])
    async with database.reading() as session:
        assert (await session.exec(select(Pbx.secret))).one() == "hush"
