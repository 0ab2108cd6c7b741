"""The outbox's job `send-webhook`: one telling of one event, tried again with growing pauses."""

import json
import time
from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.channels.webhooks import Answer, post
from intake.errors import Deferred
from storage.alarms import raise_alarm
from storage.columns import now
from storage.database import Database, announce
from storage.hooks import SEND
from storage.outbox import ATTEMPTS, Handler
from storage.tables.outgoing import Delivery, Webhook

SENDERS = 3  # at the same time: a silent receiver does not hold the others up


def webhook_handlers(database: Database) -> Mapping[str, Handler]:
    """For outboxes of their own."""
    return {SEND: partial(send_webhook, database)}


async def send_webhook(database: Database, payload: dict[str, Any]) -> None:
    """Raises Deferred where the outbox shall try again."""
    async with database.reading() as session:
        query = select(Delivery, Webhook).join(Webhook).where(Delivery.uid == str(payload["uid"]))
        found = (await session.exec(query)).first()
    if found is None:
        return
    delivery, webhook = found
    if not webhook.enabled:
        await _note(database, delivery, Answer(None, "webhook-off", 0), last=True)
        return
    body = json.dumps(delivery.payload, ensure_ascii=False, separators=(",", ":")).encode()
    answer = await post(webhook.url, webhook.secret, delivery.uid, int(time.time()), body)
    last = delivery.attempts + 1 >= ATTEMPTS or answer.unwanted
    await _note(database, delivery, answer, last)
    if not answer.taken and not last:
        raise Deferred("webhook-not-taken", status=answer.status or 0, words=answer.text[:200])


async def _note(database: Database, delivery: Delivery, answer: Answer, last: bool) -> None:
    """What came of it, for the log of deliveries; a receiver that is lost is somebody's business."""
    async with database.transaction() as session:
        kept = await session.get_one(Delivery, delivery.id, with_for_update=True)
        kept.attempts += 1
        kept.status, kept.answer, kept.took_ms, kept.tried_at = (
            answer.status,
            answer.text,
            answer.took_ms,
            now(),
        )
        if answer.taken:
            kept.done_at = now()
        elif last:
            kept.given_up_at = now()
            await _report(session, delivery.webhook_id, answer)
        session.add(kept)
        announce(session, "delivery", webhook=delivery.webhook_id)


async def _report(session: AsyncSession, webhook_id: int, answer: Answer) -> None:
    """The receiver that answers 410 is switched off: it asked for that."""
    webhook = await session.get_one(Webhook, webhook_id, with_for_update=True)
    if answer.unwanted:
        webhook.enabled = False
        session.add(webhook)
    if webhook.enabled or answer.unwanted:
        key, words = f"webhook-dead:{webhook_id}", answer.text[:200]
        await raise_alarm(session, "webhook-dead", key, name=webhook.name, status=answer.status, words=words)
