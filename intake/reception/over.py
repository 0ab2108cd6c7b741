"""A talk is over: what becomes of what had been decided before they rang, or was asked in writing as well."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.reception.turn import Turn
from storage import callbacks
from storage.asking_again import BY_ITSELF, settle
from storage.tables.inquiries import Inquiry


async def hung_up(session: AsyncSession, turn: Turn, inquiry: Inquiry) -> None:
    """Who rang about what had come to an interest has got their answer: it is decided as it was, unless
    somebody has it open and may add to it."""
    if _is_decided_already(inquiry) and inquiry.holder_id is None:
        await settle(session, inquiry, turn.talk_at, BY_ITSELF)


async def talked_with(session: AsyncSession, item: Inquiry, at: datetime) -> None:
    """Somebody has called them back."""
    if _is_decided_already(item):
        item.callback = None
        await settle(session, item, at, BY_ITSELF)
    else:
        callbacks.close(item, at)


def _is_decided_already(inquiry: Inquiry) -> bool:
    return callbacks.is_open(inquiry) and inquiry.interest_id is not None
