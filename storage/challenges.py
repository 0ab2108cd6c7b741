"""Solved challenges: each counts once, and is remembered until it would be too old anyway."""

from datetime import datetime

from sqlmodel import col, delete
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.insert import insert_into
from storage.tables.forms import SolvedChallenge


async def use_up(session: AsyncSession, signature: str, until: datetime) -> bool:
    """False for one that was used already."""
    query = insert_into(session, SolvedChallenge).values(signature=signature, until=until)
    done = await (await session.connection()).execute(query.on_conflict_do_nothing())
    return bool(done.rowcount)


async def give_back(session: AsyncSession, signature: str) -> None:
    """It counts again: what it was solved for could not be taken."""
    await session.exec(delete(SolvedChallenge).where(col(SolvedChallenge.signature) == signature))


async def forget_old(session: AsyncSession, moment: datetime) -> None:
    await session.exec(delete(SolvedChallenge).where(col(SolvedChallenge.until) < moment))
