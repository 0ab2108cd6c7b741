"""A Telegram of our own: its Bot API on the loopback, and the people who write to the bot.

    async with FakeTelegram() as telegram:  # telegram.base is the bot's api_base
        anna = telegram.person("Анна", phone="79161234567")
        await telegram.says(anna, "Сколько стоит доставка?")    # returns once the webhook has taken it
        telegram.sent[-1].text                                  # what the bot has answered

Without a webhook what people do waits for getUpdates.
"""

import asyncio
import json
import time
from collections import deque
from typing import Any

from aiohttp import web

from intake.demo.messengers.people import Sent, Someone
from intake.demo.messengers.telegram_methods import Fault, Methods
from intake.demo.messengers.telegram_people import TelegramPeople
from intake.demo.messengers.telegram_updates import Json

TOKEN = "1234567890:AAFakeFakeFakeFakeFakeFakeFakeFakeFa"  # noqa: S105 - of nobody's bot
SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header


class FakeTelegram(TelegramPeople):
    """`sent` is what the bot has said; `pressed` the presses that it has confirmed; `pace`, if it is set, the
    least number of seconds between two messages to one chat: who is faster gets a 429."""

    def __init__(
        self, token: str = TOKEN, username: str = "romashka_demo_bot", name: str = "Ромашка"
    ) -> None:
        super().__init__(token, username, name)
        self.pace = 0.0
        self.sent: list[Sent] = []
        self.pressed: list[str] = []
        self.no_voice: set[int] = set()  # people who do not want voice messages
        self.waiting: deque[Json] = deque()  # updates that nobody has taken yet
        self.secret = ""
        self.allowed: list[str] = []
        self.problem: tuple[int, str] | None = None  # when the webhook stumbled, and how
        self.closing = False
        self._telling = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._methods = Methods(self)

    async def __aexit__(self, *exc: object) -> None:
        self.closing = True
        for task in self._tasks:
            task.cancel()
        await super().__aexit__(*exc)

    def said_to(self, person: Someone) -> list[Sent]:
        return [one for one in self.sent if one.chat_id == person.chat_id]

    async def tell(self, kind: str, content: Json) -> None:
        """Kept until the webhook, or whoever asks, has it."""
        if self.allowed and kind not in self.allowed:
            return
        self.waiting.append({"update_id": next(self._numbers), kind: content})
        if self.hook:
            await self.tell_again()

    def routes(self, app: web.Application) -> None:
        app.router.add_route("*", "/bot{token:[^/]+}/{method}", self._asked_for)
        app.router.add_get("/file/bot{token:[^/]+}/{path:.+}", self._file)

    def is_token(self, request: web.Request) -> bool:
        return request.match_info.get("token") == self.token

    def refusal(self, status: int) -> web.Response:
        return Fault(status, retry_after=self.retry_after if status == 429 else None).response()

    def hooked(self, url: str, secret: str, allowed: list[str]) -> None:
        """Where updates go from now on; what waits goes there at once."""
        self.hook, self.secret, self.allowed, self.problem = url, secret, allowed, None
        if url and self.waiting:
            task = asyncio.create_task(self.tell_again())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def tell_again(self) -> None:
        """What waits, one after another, as a webhook with one connection gets it."""
        async with self._telling:
            while self.waiting and self.hook:
                update = self.waiting[0]
                headers = {SECRET: self.secret} if self.secret else {}
                self._confirm(await self.deliver(update, headers))
                if self.waiting and self.waiting[0] is update:
                    self.waiting.popleft()

    async def _once(self, url: str, body: bytes, headers: Any) -> str | None:
        answer = await super()._once(url, body, headers)
        if answer is None:
            status = self.delivered[-1] if self.delivered else 0
            self.problem = (int(time.time()), f"Wrong response from the webhook: {status}")
        return answer

    def _confirm(self, answer: str) -> None:
        """What the webhook answers may be a call."""
        try:
            told = json.loads(answer)
        except ValueError:
            return
        if isinstance(told, dict) and told.get("method") == "answerCallbackQuery":
            self.pressed.append(str(told.get("callback_query_id")))

    async def _asked_for(self, request: web.Request) -> web.Response:
        try:
            result = await self._methods.call(request)
        except Fault as fault:
            return fault.response()
        return web.json_response({"ok": True, "result": result})

    async def _file(self, request: web.Request) -> web.Response:
        content = self.files.get(request.match_info["path"].partition("/")[2])
        return web.Response(body=content) if content is not None else Fault(404).response()
