"""Who that is, asked of the platform: the outbox's job `chat-profile`. Only a name: what the platform does
not want to tell is no trouble of ours."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from intake.errors import Rejected
from intake.service.bot_apis import Apis, adapter_of
from storage.bots import bot_of, keys_of
from storage.chat_profiles import PROFILE, note_name
from storage.database import Database
from storage.outbox import Handler
from storage.tables.chats import Dialogue


def profile_handlers(database: Database, apis: Apis) -> Mapping[str, Handler]:
    return {PROFILE: partial(ask_profile, database, apis)}


async def ask_profile(database: Database, apis: Apis, payload: dict[str, Any]) -> None:
    """Raises Deferred where the outbox shall try again."""
    dialogue_id = int(payload["dialogue"])
    async with database.reading() as session:
        dialogue = await session.get(Dialogue, dialogue_id)
        if dialogue is None or dialogue.name or dialogue.group:
            return
        bot = await bot_of(session, dialogue.bot_id)
    try:
        async with apis.of(bot) as api:
            person = await adapter_of(bot).profile(api, keys_of(bot), dialogue.chat_id)
    except Rejected:
        return
    if person is not None:
        async with database.transaction() as session:
            await note_name(session, dialogue_id, person)
