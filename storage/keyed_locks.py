"""Whoever brings the same key at the same moment waits until we are done. SQLite has one writer anyway."""

import hashlib
from collections.abc import Iterable

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

_LOCK = text("SELECT pg_advisory_xact_lock(one) FROM unnest(CAST(:numbers AS bigint[])) AS one")


async def hold_keys(session: AsyncSession, names: Iterable[str]) -> None:
    """Until this transaction ends. `names` say what they are of: «letter:…», «touch:…». All that a
    transaction holds should be held at once: so nobody waits crosswise."""
    if session.get_bind().dialect.name == "sqlite":
        return
    if numbers := sorted({_number(one) for one in names}):
        await (await session.connection()).execute(_LOCK, {"numbers": numbers})


def _number(name: str) -> int:
    """A signed 64-bit number; the same in every process."""
    return int.from_bytes(hashlib.sha256(name.encode(errors="replace")).digest()[:8], signed=True)
