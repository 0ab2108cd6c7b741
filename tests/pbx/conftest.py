from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser

from intake.model.calls import Link
from storage.database import Database
from storage.secrets import new_key, use_keys
from tests.house import furnish
from tests.pbx.ears import Ears, connection_to, listening
from tests.pbx.office import Office
from tests.real.asterisk import Asterisk
from tests.service import Serve


@pytest.fixture
async def ears(asterisk: Asterisk) -> AsyncIterator[Ears]:
    """Connected to the real PBX and hearing it."""
    async with listening(connection_to(asterisk)) as ears:
        await ears.link_is(Link.UP)
        yield ears


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """SQLite unless a test asks for more: what is stored is tested on both engines elsewhere."""
    url: str = request.getfixturevalue(getattr(request, "param", "sqlite_url"))
    return url


@pytest.fixture
async def office(
    asterisk: Asterisk, database: Database, chromium: Browser, serve: Serve
) -> AsyncIterator[Office]:
    """A furnished house whose service hears the real PBX; nothing may have gone wrong in its browsers."""
    key = new_key()
    use_keys([key])
    await furnish(
        database,
        asterisk.ami_port,
        username=asterisk.user,
        secret=asterisk.secret,
        context="click-to-call",
        cdr=str(asterisk.cdr_csv),
    )
    service = serve(database.url, key)
    await service.start()
    await service.until_ready()
    office = Office(database, service, chromium)
    yield office
    service.stop()
    assert [problem for desk in office.desks for problem in desk.problems] == []
