"""Senders nobody wants to see waiting."""

from collections.abc import Iterable

from sqlalchemy import bindparam, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables.letters import BlockedSender

_blocked = BlockedSender.__table__  # type: ignore[attr-defined]

_AMONG = select(_blocked.c.id).where(_blocked.c.address.in_(bindparam("addresses", expanding=True))).limit(1)


async def is_blocked(session: AsyncSession, emails: Iterable[str]) -> bool:
    """Whether one of these addresses, or its whole domain («@spam.example»), is."""
    wanted = {one.lower() for one in emails if one}
    wanted |= {f"@{one.rpartition('@')[2]}" for one in wanted}
    if not wanted:
        return False
    found = await (await session.connection()).execute(_AMONG, {"addresses": sorted(wanted)})
    return found.first() is not None
