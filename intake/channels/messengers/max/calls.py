"""Calling MAX: the token stands in a header, an error says its code in words."""

from typing import Any

from intake.channels.messengers.api import Api, words_of
from intake.channels.messengers.reading import word
from intake.errors import Rejected
from intake.model.chats import BotKeys

NOT_READY = "attachment.not.ready"


async def call(api: Api, keys: BotKeys, method: str, path: str, **how: Any) -> Any:
    """The JSON that it answers. Raises as `Api.call`; Rejected("bot-refused") has MAX's own `reason`."""
    answered = await api.ask(method, path, headers={"Authorization": keys.token}, **how)
    body = answered.body
    refused = isinstance(body, dict) and body.get("success") is False
    if 200 <= answered.status < 300 and not refused:
        return body
    raise Rejected("bot-refused", number=answered.status, reason=word(body, "code"), words=words_of(body))
