"""Asking for events where nobody can reach us: the Bots Long Poll."""

import json
from urllib.parse import urlencode

import aiohttp

from intake.channels.messengers.api import Api
from intake.channels.messengers.reading import Json, part, parts, whole, word
from intake.channels.messengers.vk.calls import call
from intake.channels.messengers.vk.registering import group_of
from intake.errors import Deferred
from intake.model.chats import BotKeys

WAIT = 25  # seconds
_PATIENCE = aiohttp.ClientTimeout(total=WAIT + 15, connect=10)


async def poll(api: Api, keys: BotKeys, place: str) -> tuple[list[bytes], str]:
    """The key is asked for each time: it lasts an hour, and an old one costs a round as well."""
    server = await call(api, keys, "groups.getLongPollServer", group_id=await group_of(api, keys))
    told = await _wait(api, server, place or word(server, "ts"))
    if not (further := word(told, "ts")):
        # 3: what was before is lost, and so is our place
        return [], word(server, "ts") if whole(told, "failed") == 3 else place
    return [json.dumps(one, ensure_ascii=False).encode() for one in parts(told, "updates")], further


async def _wait(api: Api, server: Json, place: str) -> Json:
    address, key = _of(server)
    given = {"act": "a_check", "key": key, "ts": place, "wait": str(WAIT)}
    told = await api.call("GET", f"{address}?{urlencode(given)}", timeout=_PATIENCE)
    if not (found := part({"told": told}, "told")):
        raise Deferred("bot-unreachable", number=200, words="no answer of the long poll")
    return found


def _of(server: Json) -> tuple[str, str]:
    """Its address and the key to it."""
    address = server.get("server") if isinstance(server, dict) else None
    if not isinstance(address, str) or "://" not in address:
        raise Deferred("bot-unreachable", number=200, words="no server of the long poll")
    return address, word(server, "key")
