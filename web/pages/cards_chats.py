"""Accounts in messengers on a card: which messenger, what they call themselves there, where it is written."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.model.chats import is_identity, platform_of
from storage.access import Actor
from storage.dialogues import DialogueRow, dialogues_of_identities
from storage.tables.parties import Point
from web.platforms import platform


@dataclass(frozen=True, slots=True)
class Account:
    """`dialogue_id`: the one that was used last; None where there is none that the viewer may see."""

    icon: str
    title: str
    name: str
    dialogue_id: int | None = None


async def accounts_in(session: AsyncSession, points: Sequence[Point], who: Actor) -> dict[str, Account]:
    """By the messenger's key; nicks that somebody typed are none."""
    keys = {point.value: point.raw for point in points if is_identity(point.value)}
    found = {
        row.dialogue.identity: row for row in (await dialogues_of_identities(session, who, list(keys)))[::-1]
    }
    return {key: _account(key, raw, found.get(key)) for key, raw in keys.items()}


def _account(key: str, raw: str, row: DialogueRow | None) -> Account:
    known = platform(platform_of(key))
    name = raw
    if row is not None:
        name = f"@{row.dialogue.username}" if row.dialogue.username else row.dialogue.name or raw
    return Account(known.icon, known.title, name, row.dialogue.id if row else None)
