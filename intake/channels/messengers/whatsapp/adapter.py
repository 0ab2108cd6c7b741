"""WhatsApp as a messenger: who may tell us something, and how the number is registered and asked."""

import hashlib
import hmac
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

from intake.channels.messengers.api import Api
from intake.channels.messengers.base import Adapter, Hook, Parsed, Reply, Setting, forged
from intake.channels.messengers.reading import line, parsed, part, text, word
from intake.channels.messengers.whatsapp import graph
from intake.channels.messengers.whatsapp.reading import read
from intake.channels.messengers.whatsapp.writing import bodies
from intake.errors import Rejected
from intake.model.chats import BotKeys, ChatOut, Connected, Limits

FIELDS = "verified_name,display_phone_number,quality_rating,webhook_configuration"
MOST_CHALLENGE = 200
OVERRIDE = "override_callback_uri"


class WhatsApp(Adapter):
    """The token is a system user's. The app's own webhook must be set up once in its dashboard before a
    number can be given an address of its own; `connect` then does the rest."""

    name = "whatsapp"
    title = "WhatsApp"
    base = "https://graph.facebook.com/v23.0"
    hosts = ("lookaside.fbsbx.com",)
    limits = Limits(
        file_bytes=100_000_000,
        fetch_bytes=100_000_000,
        window=timedelta(hours=24),
        a_second=80.0,
        buttons=3,
        label=20,
    )
    settings = (
        Setting("token", secret=True),
        Setting("phone_number_id"),
        Setting("app_secret", secret=True),
        Setting("waba_id", required=False),
    )
    tells_status = True

    def verify(self, hook: Hook, keys: BotKeys) -> None:
        """A GET asks with the verify token, which is our secret; a POST is signed with the app's secret."""
        asks = hook.method == "GET"
        if not (_may_ask(hook, keys.secrets) if asks else _is_signed(hook, keys.options.get("app_secret"))):
            raise forged()

    def parse(self, body: bytes, keys: BotKeys) -> Parsed:
        return parsed(body, lambda told: read(told, keys))

    def answer(self, hook: Hook, keys: BotKeys) -> Reply:
        if hook.method == "GET":
            return Reply(text=hook.query.get("hub.challenge", "")[:MOST_CHALLENGE])
        return Reply()

    async def connect(self, api: Api, keys: BotKeys, url: str) -> Connected:
        """The business account is subscribed to the app where we know its id, and this number is given an
        address of its own, so that others of the same app are left alone. Meta asks for the address at once.
        Where Meta refuses that, the administrator enters address and verify token in the app."""
        if account := keys.options.get("waba_id"):
            await graph.call(api, keys, "POST", graph.path(account, "subscribed_apps"))
        try:
            await self._give_address(api, keys, url)
        except Rejected as error:
            if error.code != "bot-refused":
                raise
            return await self._asked(api, keys, url, str(error.params.get("words", "")))
        return await self.check(api, keys, url)

    async def check(self, api: Api, keys: BotKeys, url: str) -> Connected:
        return await self._asked(api, keys, url, "")

    async def disconnect(self, api: Api, keys: BotKeys, url: str) -> None:
        """The number's events go to the app's own webhook again."""
        await self._give_address(api, keys, "")

    async def send(self, api: Api, keys: BotKeys, part: ChatOut) -> tuple[str, ...]:
        """Files are uploaded first. Of a text that is too long for buttons the end stands above them."""
        media = [await graph.upload(api, keys, file) for file in part.files]
        sent = [await graph.say(api, keys, body) for body in bodies(part, media)]
        return tuple(filter(None, sent))

    async def fetch(self, api: Api, keys: BotKeys, ref: str) -> AsyncIterator[bytes]:
        """Media have an id; their address lasts five minutes and asks for the token too."""
        address = text(await graph.media(api, keys, ref), "url")
        headers = graph.authorized(keys)
        async for piece in api.download(address, most=self.limits.fetch_bytes, headers=headers):
            yield piece

    async def _give_address(self, api: Api, keys: BotKeys, url: str) -> None:
        given = {OVERRIDE: url} | ({"verify_token": keys.secrets[0]} if url and keys.secrets else {})
        await graph.call(api, keys, "POST", graph.number(keys), json={"webhook_configuration": given})

    async def _asked(self, api: Api, keys: BotKeys, url: str, problem: str) -> Connected:
        told = await graph.call(api, keys, "GET", graph.number(keys), params={"fields": FIELDS})
        digits = "".join(filter(str.isdigit, text(told, "display_phone_number")))
        return Connected(
            line(told, "verified_name") or line(told, "display_phone_number"),
            f"+{digits}" if digits else "",
            f"https://wa.me/{digits}" if digits else "",
            registered=_is_ours(told, url),
            problem=problem or ("quality: RED" if text(told, "quality_rating") == "RED" else ""),
        )


def _is_ours(told: Any, url: str) -> bool:
    """The most special address counts: the number's, the business account's, the app's."""
    known = part(told, "webhook_configuration")
    given = (word(known, each) for each in ("phone_number", "whatsapp_business_account", "application"))
    return next(filter(None, given), "") == url


def _may_ask(hook: Hook, secrets: tuple[str, ...]) -> bool:
    told = hook.query.get("hub.verify_token", "")
    return hook.query.get("hub.mode") == "subscribe" and any(_same(told, one) for one in secrets if one)


def _is_signed(hook: Hook, secret: str | None) -> bool:
    if not secret:
        return False
    digest = hmac.new(secret.encode(), hook.body, hashlib.sha256).hexdigest()
    return _same(hook.headers.get("x-hub-signature-256", ""), f"sha256={digest}")


def _same(told: str, meant: str) -> bool:
    return hmac.compare_digest(told.encode("utf-8", "surrogateescape"), meant.encode())
