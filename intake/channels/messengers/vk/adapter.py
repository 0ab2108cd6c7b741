"""VK as an adapter."""

import hmac
from collections.abc import Mapping

from intake.channels.messengers.api import Api
from intake.channels.messengers.base import Adapter, Hook, Parsed, Reply, Setting, forged
from intake.channels.messengers.reading import Json, Odd, object_in, parsed, word
from intake.channels.messengers.vk import polling, registering, sending
from intake.channels.messengers.vk.calls import call
from intake.channels.messengers.vk.events import read
from intake.model.chats import BotKeys, ChatOut, Connected, Limits, Person

OK = "ok"  # any other answer is «tell it again»


class Vk(Adapter):
    """A community. The token of its settings («Работа с API») is enough: what else is needed it tells."""

    name = "vk"
    title = "VK"
    icon = "users-round"
    base = "https://api.vk.com"
    hosts = (
        ".vk.com",
        ".vk.ru",
        ".userapi.com",
        ".vkuser.net",
        ".vkuseraudio.net",
        ".okcdn.ru",
        "vk.com",
        "vk.ru",
    )
    limits = Limits(
        text=4096,
        caption=4096,
        file_bytes=50_000_000,
        fetch_bytes=50_000_000,
        a_second=18.0,
        a_chat_second=2.0,
        buttons=5,
        label=40,
    )
    settings = (
        Setting("token", secret=True),
        Setting("group_id", required=False),
        Setting("confirmation", required=False),
    )
    polls = True
    tells_status = True

    def verify(self, hook: Hook, keys: BotKeys) -> None:
        told = _told(hook.body)
        if "secret" not in told and told.get("type") == "confirmation":
            # Set up by hand, an address is confirmed before the secret is typed in; the string that we answer
            # with says nothing to anybody but this community
            if word(told, "group_id") != keys.options.get("group_id"):
                raise forged()
        elif not _is_secret(told.get("secret"), keys):
            raise forged()

    def parse(self, body: bytes, keys: BotKeys) -> Parsed:
        return parsed(body, lambda told: read(told, groups=keys.groups))

    def answer(self, hook: Hook, keys: BotKeys) -> Reply:
        if _told(hook.body).get("type") == "confirmation":
            return Reply(text=keys.options.get("confirmation", ""))
        return Reply(text=OK)

    async def prepare(self, api: Api, keys: BotKeys) -> Mapping[str, str]:
        return await registering.known(api, keys)

    async def connect(self, api: Api, keys: BotKeys, url: str) -> Connected:
        if url:
            await registering.register(api, keys, url)
        else:
            await registering.switch_polling(api, keys, on=True)
        return await registering.settled(api, keys, url)

    async def check(self, api: Api, keys: BotKeys, url: str) -> Connected:
        return await registering.state(api, keys, url)

    async def disconnect(self, api: Api, keys: BotKeys, url: str) -> None:
        if url:
            await registering.forget(api, keys, url)
        else:
            await registering.switch_polling(api, keys, on=False)

    async def send(self, api: Api, keys: BotKeys, part: ChatOut) -> tuple[str, ...]:
        return await sending.send(api, keys, part)

    async def poll(self, api: Api, keys: BotKeys, place: str) -> tuple[list[bytes], str]:
        return await polling.poll(api, keys, place)

    async def profile(self, api: Api, keys: BotKeys, chat_id: str) -> Person | None:
        told = await call(api, keys, "users.get", user_ids=chat_id, fields="screen_name")
        return sending.person(told, chat_id)


def _told(body: bytes) -> Json:
    try:
        return object_in(body)
    except Odd:
        return {}


def _is_secret(told: object, keys: BotKeys) -> bool:
    """All are compared, however the first turns out."""
    if not isinstance(told, str):
        return False
    given = told.encode("utf-8", "surrogatepass")
    found = [hmac.compare_digest(given, one.encode()) for one in keys.secrets if one]
    return any(found)
