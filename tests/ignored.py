"""Who is on the ignore list, as tests put them there and read it."""

from sqlmodel import col, select

from intake.matching.ignoring import how_of, pattern_of
from storage.columns import now
from storage.database import Database, announce
from storage.ignoring import is_live
from storage.tables.automation import IgnoreEntry, IgnoreHow


async def ignore(database: Database, text: str, *channels: str) -> int:
    """As somebody writes it: «a@b.ru», «@b.ru», «+7800*», «/^promo/»."""
    entry = IgnoreEntry(how=IgnoreHow(how_of(text)), pattern=pattern_of(how_of(text), text))
    entry.channels = list(channels)
    async with database.transaction() as session:
        session.add(entry)
        announce(session, "ignore-list")
    return entry.id or 0


async def ignored(database: Database) -> list[str]:
    """The patterns that stand there now."""
    async with database.reading() as session:
        query = select(IgnoreEntry.pattern).where(is_live(now())).order_by(col(IgnoreEntry.id))
        return list(await session.exec(query))
