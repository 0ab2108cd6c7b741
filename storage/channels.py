"""How well channels hear: health, and the gaps in it."""

from datetime import datetime

from sqlmodel import col, delete, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.model.calls import Link
from storage.insert import insert_into
from storage.tables.calls import ChannelGap, ChannelHealth, Pbx


async def record_health(
    session: AsyncSession, channel: str, link: Link, at: datetime, detail: str, heard_at: datetime | None
) -> bool:
    """Whether it is news: another link or another detail than before. `heard_at` never goes back."""
    known = await session.get(ChannelHealth, channel, with_for_update=True)
    if known is None:
        session.add(ChannelHealth(channel=channel, link=link, since=at, detail=detail, heard_at=heard_at))
        return True
    if heard_at is not None and (known.heard_at is None or known.heard_at < heard_at):
        known.heard_at = heard_at
    news = (known.link, known.detail) != (link, detail)
    if known.link is not link:
        known.link, known.since = link, at
    known.detail = detail
    return news


async def forget_health(session: AsyncSession, channel: str) -> None:
    """Of a channel that is wanted no more: it is neither up nor down."""
    await session.exec(delete(ChannelHealth).where(col(ChannelHealth.channel) == channel))


async def record_gap(session: AsyncSession, channel: str, since: datetime, until: datetime) -> int | None:
    """Its id, or None when it was recorded before."""
    query = (
        insert_into(session, ChannelGap)
        .values(channel=channel, since=since, until=until)
        .on_conflict_do_nothing(index_elements=["channel", "since"])
        .returning(col(ChannelGap.id))
    )
    found = (await (await session.connection()).execute(query)).scalar_one_or_none()
    return None if found is None else int(found)


async def keep_recovered(session: AsyncSession, gap_id: int, calls: int) -> None:
    await session.exec(update(ChannelGap).where(col(ChannelGap.id) == gap_id).values(recovered=calls))


async def has_cdr(session: AsyncSession, channel: str) -> bool:
    """Whether there are records of the calls of a channel («asterisk:1») that went by unheard."""
    kind, _, number = channel.partition(":")
    if kind != "asterisk" or not number.isdecimal():
        return False
    query = select(Pbx.id).where(Pbx.id == int(number), Pbx.cdr != "")
    return (await session.exec(query)).first() is not None
