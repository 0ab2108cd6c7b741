"""What the tests of storage and of the wizard share."""

import pytest

from storage.database import Database
from tests.storage.wizard_world import World, populate


@pytest.fixture
async def world(database: Database) -> World:
    """Alice, Bob and Charlie at work, on each engine."""
    return await populate(database)
