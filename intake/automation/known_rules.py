"""The enabled rules as they can be asked. Wordings never change, so that each is read once."""

from collections.abc import MutableMapping
from weakref import WeakKeyDictionary

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.automation.bodies import rule_of
from intake.model.rules import Rule
from storage.database import Database
from storage.history import stored_id
from storage.rules import bodies_of, enabled_versions

Version = tuple[int, int]

_read: MutableMapping[Database, dict[Version, Rule]] = WeakKeyDictionary()


async def known_rules(database: Database, session: AsyncSession) -> list[Rule]:
    """In the order in which they are asked: one small question, unless a rule is new."""
    wanted = await enabled_versions(session)
    known = _read.setdefault(database, {})
    if fresh := [one for one in wanted if one not in known]:
        for row in await bodies_of(session, [rule_id for rule_id, _ in fresh]):
            known[stored_id(row), row.version] = rule_of(row, stored_id(row))
    _read[database] = {one: known[one] for one in wanted if one in known}
    return [known[one] for one in wanted if one in known]
