"""What programs of the company's are told: an event becomes a delivery for each webhook that wants it, and a
job of the outbox, in the transaction of what has happened.

As Standard Webhooks has it (https://www.standardwebhooks.com): thin payloads that say what and which; whoever
needs more asks the API.
"""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import now
from storage.database import announce
from storage.outbox import add_job, do_again
from storage.tables.history import Action, Operation
from storage.tables.inquiries import Inquiry
from storage.tables.interests import Interest, Status
from storage.tables.outgoing import Delivery, Webhook

SEND = "send-webhook"
PREFIX = "whsec_"  # of a secret, as the standard writes it
PAGE = 50  # rows

OPENED, UNDONE = "inquiry.opened", "inquiry.undone"
CREATED, CHANGED = "interest.created", "interest.changed"
OF_ACTIONS = {  # the journal's kind -> what is told
    "accept": "inquiry.accepted",
    "link": "inquiry.linked",
    "decline": "inquiry.declined",
}
EVENTS = (OPENED, *OF_ACTIONS.values(), UNDONE, CREATED, CHANGED)
TRIED = "webhook.test"  # by «send a test», only to the one that is tried

Touched = Mapping[str, Operation]
"""Ids of interests that an action has made or changed."""


def new_secret() -> str:
    return PREFIX + secrets.token_hex(24)


async def tell(
    session: AsyncSession, event: str, *, inquiry_id: int | None = None, interest_id: int | None = None
) -> None:
    """Every enabled webhook that wants it, if the transaction commits."""
    await _tell(session, await _enabled(session), event, inquiry_id, interest_id)


async def tell_of(session: AsyncSession, action: Action, interests: Touched) -> None:
    """What an action of the journal means for others."""
    kept = {row: operation for row, operation in interests.items() if operation is not Operation.DELETE}
    event = OF_ACTIONS.get(action.kind) if action.inquiry_id is not None else None
    webhooks = await _enabled(session) if event or kept else []
    if event is not None:
        await _tell(session, webhooks, event, action.inquiry_id, None)
    for row, operation in kept.items():
        await _tell(session, webhooks, CREATED if operation is Operation.INSERT else CHANGED, None, int(row))


async def _tell(
    session: AsyncSession,
    webhooks: Sequence[Webhook],
    event: str,
    inquiry_id: int | None,
    interest_id: int | None,
) -> None:
    wanting = [one for one in webhooks if not one.events or event in one.events]
    if wanting:
        data = await _data(session, inquiry_id, interest_id)
        for webhook in wanting:
            await deliver(session, webhook, event, data)


async def deliver(session: AsyncSession, webhook: Webhook, event: str, data: dict[str, Any]) -> str:
    """To one webhook; the delivery's uid."""
    uid = f"msg_{secrets.token_hex(12)}"
    at = now()
    payload = {"type": event, "timestamp": at.isoformat(), "data": data}
    values = {"webhook_id": webhook.id, "uid": uid, "event": event, "payload": payload, "at": at}
    await (await session.connection()).execute(insert(Delivery).values(attempts=0, answer="", **values))
    await add_job(session, SEND, {"uid": uid}, key=f"{SEND}:{uid}")
    announce(session, "delivery", webhook=webhook.id)
    return uid


async def send_again(session: AsyncSession, uid: str) -> bool:
    """A delivery that was given up, or is done; False while it is under way."""
    again = await do_again(session, f"{SEND}:{uid}")
    if again:
        found = await delivery(session, uid)
        found.attempts, found.done_at, found.given_up_at = 0, None, None
        session.add(found)
    return again


async def delivery(session: AsyncSession, uid: str) -> Delivery:
    return (await session.exec(select(Delivery).where(Delivery.uid == uid))).one()


async def deliveries(
    session: AsyncSession, webhook_id: int, before: int | None = None, limit: int = PAGE
) -> list[Delivery]:
    """The newest first; those before a delivery's id."""
    query = select(Delivery).where(Delivery.webhook_id == webhook_id)
    if before is not None:
        query = query.where(col(Delivery.id) < before)
    return list(await session.exec(query.order_by(col(Delivery.id).desc()).limit(limit)))


async def counts(session: AsyncSession) -> dict[int, tuple[int, int, int]]:
    """By webhook: delivered, under way, given up."""
    query = select(
        Delivery.webhook_id,
        func.count(col(Delivery.done_at)),
        func.count(),
        func.count(col(Delivery.given_up_at)),
    )
    found = (await session.exec(query.group_by(col(Delivery.webhook_id)))).all()
    return {webhook: (done, total - done - lost, lost) for webhook, done, total, lost in found}


async def _enabled(session: AsyncSession) -> list[Webhook]:
    return list(await session.exec(select(Webhook).where(col(Webhook.enabled)).order_by(col(Webhook.id))))


async def _data(session: AsyncSession, inquiry_id: int | None, interest_id: int | None) -> dict[str, Any]:
    data: dict[str, Any] = {}
    inquiry = await session.get(Inquiry, inquiry_id) if inquiry_id else None
    if inquiry is not None:
        interest_id = interest_id or inquiry.interest_id
        data["inquiry"] = inquiry.model_dump(mode="json", include=INQUIRY)
    interest = await session.get(Interest, interest_id) if interest_id else None
    if interest is not None:
        status = await session.get(Status, interest.status_id)
        data["interest"] = interest.model_dump(mode="json", include=INTEREST)
        data["interest"]["status"] = status.name if status else ""
    return data


INQUIRY = {
    "id", "channel", "state", "opened_at", "closed_at", "sender", "sender_name", "subject", "line",
    "account_id", "contact_id", "lead_id", "interest_id", "responsible_id", "decline_reason",
}  # fmt: skip
INTEREST = {
    "id", "title", "source", "amount", "status_id", "account_id", "contact_id", "lead_id", "responsible_id",
    "closed_at", "created_at",
}  # fmt: skip
