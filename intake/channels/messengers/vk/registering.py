"""Telling VK our address: a Callback API server of the community, at most ten of them."""

import asyncio
from collections.abc import Mapping

from intake.channels.messengers.api import Api
from intake.channels.messengers.reading import Json, line, part, parts, word
from intake.channels.messengers.vk.calls import VERSION, call
from intake.errors import Rejected
from intake.model.chats import BotKeys, Connected

WANTED = "message_new message_edit message_allow message_deny message_event message_read".split()
SERVER = "Intake"  # at most 14 characters
LOOKS, PAUSE = 8, 0.7  # how often we look whether the address is confirmed, and seconds between


async def known(api: Api, keys: BotKeys) -> Mapping[str, str]:
    """Which community the token is of, and what it wants to hear from our address."""
    group = await group_of(api, keys)
    told = await call(api, keys, "groups.getCallbackConfirmationCode", group_id=group)
    return {"group_id": group, "confirmation": word(told, "code")}


async def group_of(api: Api, keys: BotKeys) -> str:
    """The community's number. Raises Rejected("bot-token-refused") for a token that is of none."""
    if given := keys.options.get("group_id", ""):
        return given
    if not (found := word(await _group(api, keys), "id")):
        raise Rejected("bot-token-refused", number=0, words="not a community's token")
    return found


async def register(api: Api, keys: BotKeys, url: str) -> None:
    """Add the address, or give the one that is there the secret that counts now."""
    group = await group_of(api, keys)
    given: dict[str, str | int] = {
        "group_id": group,
        "url": url,
        "title": SERVER,
        "secret_key": next(iter(keys.secrets), ""),
    }
    if there := await _server(api, keys, group, url):
        number = word(there, "id")
        await call(api, keys, "groups.editCallbackServer", server_id=number, **given)
    else:
        number = word(await call(api, keys, "groups.addCallbackServer", **given), "server_id")
    which = {"group_id": group, "server_id": number, "api_version": VERSION}
    await call(api, keys, "groups.setCallbackSettings", **which, **dict.fromkeys(WANTED, "1"))


async def settled(api: Api, keys: BotKeys, url: str) -> Connected:
    """How it is, once VK has asked our address and heard the right word, or has not for some seconds."""
    found = await state(api, keys, url)
    for _ in range(LOOKS):
        if found.registered or found.problem == "failed":
            break
        await asyncio.sleep(PAUSE)
        found = await state(api, keys, url)
    return found


async def state(api: Api, keys: BotKeys, url: str) -> Connected:
    """An address is registered when VK has confirmed it."""
    group = await _group(api, keys)
    number, screen = word(group, "id"), line(group, "screen_name")
    how = "ok"
    if url:
        how = word(await _server(api, keys, number, url), "status") or "none"
    return Connected(
        name=line(group, "name"),
        username=screen,
        url=f"https://vk.com/{screen}" if screen else f"https://vk.com/club{number}",
        registered=how == "ok",
        problem="" if how in ("ok", "none") else how,
    )


async def forget(api: Api, keys: BotKeys, url: str) -> None:
    group = await group_of(api, keys)
    if there := await _server(api, keys, group, url):
        await call(api, keys, "groups.deleteCallbackServer", group_id=group, server_id=word(there, "id"))


async def switch_polling(api: Api, keys: BotKeys, *, on: bool) -> None:
    """Whether events are kept for us to ask for."""
    which = {"group_id": await group_of(api, keys), "enabled": str(int(on)), "api_version": VERSION}
    await call(api, keys, "groups.setLongPollSettings", **which, **dict.fromkeys(WANTED, "1"))


async def _group(api: Api, keys: BotKeys) -> Json:
    """The one that the token is of. Versions differ in whether it comes in a list of its own."""
    told = await call(api, keys, "groups.getById", fields="screen_name")
    found = parts(told, "groups") or parts({"told": told}, "told")
    return next(iter(found), {})


async def _server(api: Api, keys: BotKeys, group: str, url: str) -> Json:
    told = await call(api, keys, "groups.getCallbackServers", group_id=group)
    return next((one for one in parts(part({"told": told}, "told"), "items") if one.get("url") == url), {})
