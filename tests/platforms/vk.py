"""A VK of our own: methods of its API on the loopback, and the people who write to the community.

    async with FakeVk() as vk:  # vk.base is the bot's api_base
        anna = vk.person("Анна")
        await vk.says(anna, "Сколько стоит доставка?")    # returns once the webhook has answered «ok»
        vk.sent[-1].text                                  # what the community has answered

Without a Callback API server what people do waits for the long poll.
"""

import asyncio
import hashlib
import json
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp import web

from intake.demo.messengers.people import Key, Sent, Someone
from tests.platforms.vk_people import Json
from tests.platforms.vk_uploads import WORDS, Fault, VkUploads, answer_of

TOKEN = "vk1.a.fakefakefakefakefakefakefakefakefakefakefake"
CODE = "6be0a1c7"  # what VK wants to hear from an address
MOST_TEXT = 4096


@dataclass
class Server:
    """Of the Callback API."""

    id: int
    url: str
    secret: str
    status: str = "wait"


class FakeVk(VkUploads):
    """`sent` is what the community has said; `errors` are numbers that the next calls of methods get."""

    def __init__(self, token: str = TOKEN, group_id: int = 200_300_400, name: str = "Ромашка") -> None:
        super().__init__(token, group_id, name)
        self.sent: list[Sent] = []
        self.errors: deque[int] = deque()
        self.servers: list[Server] = []
        self.wanted: dict[str, str] = {}
        self.polled = False  # the long poll is switched on
        self.events: list[Json] = []  # all that there were
        self.confirmed: list[str] = []  # what addresses have answered
        self._told = 0
        self._telling = asyncio.Lock()
        self._happened = asyncio.Condition()
        self._by_random: dict[int, Json] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aexit__(self, *exc: object) -> None:
        for task in self._tasks:
            task.cancel()
        await super().__aexit__(*exc)

    def said_to(self, person: Someone) -> list[Sent]:
        return [one for one in self.sent if one.chat_id == person.chat_id]

    async def tell(self, kind: str, content: Json) -> None:
        number = hashlib.sha1(f"{kind}{len(self.events)}".encode(), usedforsecurity=False).hexdigest()
        about = {"group_id": self.group_id, "type": kind, "event_id": number, "v": "5.199"}
        self.events.append(about | {"object": content})
        async with self._happened:
            self._happened.notify_all()
        if self.hook:
            async with self._telling:
                while self._told < len(self.events):
                    await self.deliver(self.events[self._told] | {"secret": self._secret()}, {})
                    self._told += 1

    async def _once(self, url: str, body: bytes, headers: Mapping[str, str]) -> str | None:
        """Anything but «ok» is told again."""
        answer = await super()._once(url, body, headers)
        return answer if answer == "ok" else None

    def _secret(self) -> str:
        return next((one.secret for one in self.servers if one.url == self.hook), "")

    def routes(self, app: web.Application) -> None:
        app.router.add_post("/method/{method}", self._called)
        super().routes(app)
        app.router.add_get("/lp", self._poll)

    def is_token(self, request: web.Request) -> bool:
        """It stands in the body: looked at by whoever reads that."""
        return True

    def refusal(self, status: int) -> web.Response:
        """Errors of the API come with 200, those of the servers before it do not."""
        return (
            answer_of(6) if status == 429 else answer_of(5) if status == 401 else web.Response(status=status)
        )

    async def _called(self, request: web.Request) -> web.Response:
        given = {name: str(value) for name, value in (await request.post()).items()}
        method = getattr(self, "_" + request.match_info["method"].replace(".", "_"), None)
        try:
            if self.errors:
                raise Fault(self.errors.popleft())
            if given.get("access_token") != self.token:
                raise Fault(5)
            if method is None or given.get("v") != "5.199":
                raise Fault(100)
            return web.json_response({"response": await method(given)})
        except Fault as fault:
            return answer_of(fault.args[0])

    async def _groups_getById(self, given: Json) -> Json:  # noqa: N802 - VK's names
        return {"groups": [{"id": self.group_id, "name": self.name, "screen_name": "romashka"}]}

    async def _groups_getCallbackConfirmationCode(self, given: Json) -> Json:  # noqa: N802
        return {"code": CODE}

    async def _groups_getCallbackServers(self, given: Json) -> Json:  # noqa: N802
        told = [
            {"id": one.id, "title": "Intake", "url": one.url, "secret_key": one.secret, "status": one.status}
            for one in self.servers
        ]
        return {"count": len(told), "items": told}

    async def _groups_addCallbackServer(self, given: Json) -> Json:  # noqa: N802
        if len(self.servers) >= 10:
            raise Fault(2000)
        server = Server(len(self.servers) + 1, given["url"], given["secret_key"])
        self.servers.append(server)
        self._confirms(server)
        return {"server_id": server.id}

    async def _groups_editCallbackServer(self, given: Json) -> int:  # noqa: N802
        server = next(one for one in self.servers if str(one.id) == given["server_id"])
        server.url, server.secret = given["url"], given["secret_key"]
        self._confirms(server)
        return 1

    async def _groups_deleteCallbackServer(self, given: Json) -> int:  # noqa: N802
        self.servers = [one for one in self.servers if str(one.id) != given["server_id"]]
        self.hook = self.servers[-1].url if self.servers else ""
        return 1

    async def _groups_setCallbackSettings(self, given: Json) -> int:  # noqa: N802
        self.wanted = given
        return 1

    async def _groups_setLongPollSettings(self, given: Json) -> int:  # noqa: N802
        self.polled = given["enabled"] == "1"
        return 1

    async def _groups_getLongPollServer(self, given: Json) -> Json:  # noqa: N802
        if not self.polled:
            raise Fault(100)
        return {"key": "key", "server": f"{self.base}/lp", "ts": str(len(self.events))}

    async def _users_get(self, given: Json) -> list[Json]:
        found = [self.people[int(one)] for one in given["user_ids"].split(",") if int(one) in self.people]
        return [
            {
                "id": one.id,
                "first_name": one.first_name,
                "last_name": one.last_name,
                "screen_name": one.username or f"id{one.id}",
            }
            for one in found
        ]

    async def _messages_send(self, given: Json) -> list[Json]:
        peer, random = int(given["peer_ids"]), int(given["random_id"])
        if peer in self.denied or peer not in self.people:
            return [{"peer_id": peer, "error": {"code": 901, "description": WORDS[901]}}]
        if len(given.get("message", "")) > MOST_TEXT:
            raise Fault(914)
        if not given.get("message") and not given.get("attachment"):
            raise Fault(100)
        if random not in self._by_random:
            number = self.next_number(peer)
            self._said(peer, number, given)
            about = {"peer_id": peer, "message_id": number + 1000, "conversation_message_id": number}
            self._by_random[random] = about
        return [self._by_random[random]]

    def _said(self, peer: int, number: int, given: Json) -> None:
        rows = json.loads(given.get("keyboard", "{}")).get("buttons", [])
        actions = [one["action"] for row in rows for one in row]
        forward = json.loads(given.get("forward", "{}"))
        if len(actions) > 10 or any(len(one["label"]) > 40 for one in actions):
            raise Fault(100)
        self.messages[peer, number] = {"conversation_message_id": number, "text": given.get("message", "")}
        self.sent.append(
            Sent(
                peer,
                str(number),
                given.get("message", ""),
                str(next(iter(forward.get("conversation_message_ids", [])), "")),
                tuple(Key(peer, str(number), one["label"], one["payload"]) for one in actions),
                **self.uploads.get(given.get("attachment", ""), {}),
            )
        )

    async def _poll(self, request: web.Request) -> web.Response:
        if request.query.get("key") != "key":
            return web.json_response({"failed": 2})
        place = int(request.query["ts"])
        if place > len(self.events):
            return web.json_response({"failed": 1, "ts": str(len(self.events))})
        async with self._happened:
            waiting = self._happened.wait_for(lambda: len(self.events) > place)
            with suppress(TimeoutError):
                await asyncio.wait_for(waiting, float(request.query.get("wait", "25")))
        return web.json_response({"ts": str(len(self.events)), "updates": self.events[place:]})

    def _confirms(self, server: Server) -> None:
        """VK asks the address once."""
        server.status, self.hook, self._told = "wait", server.url, len(self.events)
        task = asyncio.create_task(self._ask(server))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _ask(self, server: Server) -> None:
        about = {"type": "confirmation", "group_id": self.group_id, "event_id": "c", "v": "5.199"}
        answer: Any = None
        with suppress(aiohttp.ClientError, OSError):
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session,
                session.post(server.url, json=about | {"secret": server.secret}) as response,
            ):
                answer = await response.text()
        self.confirmed.append(str(answer))
        server.status = "ok" if answer == CODE else "failed"
