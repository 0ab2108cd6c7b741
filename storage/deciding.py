"""Whoever opens an inquiry asks in the same transaction that the rules look at it, once it is committed."""

from collections.abc import Sequence
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from storage.outbox import add_jobs

DECIDE = "decide"  # the outbox's kind; payload: inquiry, step and, where one event is meant, event
OPENED = "opened"
ENDED = "ended"  # a call has; it may come several times in the life of one inquiry
TOUCHED = "touched"  # a further touch of the same person has joined it: the event says which


async def ask_to_decide(
    session: AsyncSession, inquiry_ids: Sequence[int], step: str = OPENED, event_id: int | None = None
) -> None:
    """Ask for each of them, if the transaction commits. The same step is asked for once an inquiry; with the
    event that it is about, once an event."""
    await add_jobs(session, DECIDE, [_asked(one, step, event_id) for one in inquiry_ids])


def _asked(inquiry_id: int, step: str, event_id: int | None) -> tuple[str, dict[str, Any]]:
    payload: dict[str, Any] = {"inquiry": inquiry_id, "step": step}
    if event_id is None:
        return f"{DECIDE}:{inquiry_id}:{step}", payload
    return f"{DECIDE}:{inquiry_id}:{step}:{event_id}", {**payload, "event": event_id}
