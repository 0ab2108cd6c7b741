from collections.abc import AsyncIterator

import pytest

from intake.model.calls import Link
from tests.pbx.ears import Ears, connection_to, listening
from tests.real.asterisk import Asterisk


@pytest.fixture
async def ears(asterisk: Asterisk) -> AsyncIterator[Ears]:
    """Connected to the real PBX and hearing it."""
    async with listening(connection_to(asterisk)) as ears:
        await ears.link_is(Link.UP)
        yield ears
