"""Telling MAX our address: a subscription."""

from urllib.parse import quote, urlsplit

from intake.channels.messengers.api import Api
from intake.channels.messengers.max.calls import call
from intake.channels.messengers.reading import line, parts, text, word
from intake.model.chats import BotKeys, Connected

WANTED = (
    "message_created message_callback message_edited message_removed bot_started bot_stopped dialog_removed"
).split()


async def register(api: Api, keys: BotKeys, url: str) -> None:
    """Without an address none may be left: MAX answers no questions while there is one."""
    for there in await _subscribed(api, keys):
        if there != url and (not url or urlsplit(there).path == urlsplit(url).path):
            await forget(api, keys, there)
    if url:
        about = {"url": url, "update_types": WANTED, "secret": next(iter(keys.secrets), "")}
        await call(api, keys, "POST", "subscriptions", json=about)


async def state(api: Api, keys: BotKeys, url: str) -> Connected:
    """Registered is what MAX lists; it drops an address that has not answered for eight hours."""
    me = await call(api, keys, "GET", "me")
    there = await _subscribed(api, keys)
    username = line(me, "username")
    return Connected(
        name=line(me, "first_name") or line(me, "name"),
        username=username,
        url=f"https://max.ru/{username}" if username else f"https://max.ru/id{word(me, 'user_id')}",
        registered=url in there if url else True,
    )


async def forget(api: Api, keys: BotKeys, url: str) -> None:
    await call(api, keys, "DELETE", f"subscriptions?url={quote(url, safe='')}")


async def _subscribed(api: Api, keys: BotKeys) -> list[str]:
    told = await call(api, keys, "GET", "subscriptions")
    return [text(one, "url") for one in parts(told, "subscriptions")]
