"""A PBX whose telephones do as they are told, for tests of what is passed on to it."""

import pytest

from intake.errors import Deferred
from tests.site import Site
from web.telephony import NoTelephony


class Phones(NoTelephony):
    """A PBX that does as it is told, or says why not."""

    def __init__(self) -> None:
        self.passed: list[tuple[str, str, str]] = []
        self.trouble: Deferred | None = None

    async def transfer(self, channel: str, pbx_channel: str, extension: str) -> None:
        if self.trouble:
            raise self.trouble
        self.passed.append((channel, pbx_channel, extension))


@pytest.fixture
async def phones(site: Site) -> Phones:
    """The site's own, from its start."""
    made = Phones()
    await site.start(telephony=made)
    return made
