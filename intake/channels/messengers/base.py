"""What the service asks of a messenger's adapter. A platform is one module beside this one, one line of the
registry, and a corpus; nothing else knows what it is called.

An adapter is in three parts: `verify`, `parse` and `answer` know no network and no framework; `connect`,
`check`, `send`, `fetch` and `poll` speak with the platform through an `Api`; the rest are plain facts.
"""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from intake.channels.messengers.api import Api
from intake.errors import Rejected
from intake.model.chats import BotKeys, ChatEvent, ChatOut, Connected, Limits, Person


@dataclass(frozen=True, slots=True)
class Hook:
    """A request as it came. Names of headers are in lower case; nothing is decoded."""

    method: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class Reply:
    """What the platform wants to hear, once all is committed."""

    status: int = 200
    text: str = ""
    content_type: str = "text/plain"


@dataclass(frozen=True, slots=True)
class Parsed:
    """`ignored` as of ChatsHeard; one body may hold both events and what is none."""

    events: tuple[ChatEvent, ...] = ()
    ignored: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """Something that the administrator gives. `name` is «token» or a name in `BotKeys.options`."""

    name: str
    secret: bool = False
    required: bool = True


class Adapter(ABC):
    """One platform. Has no state: it is made once."""

    name: ClassVar[str]  # in addresses and tables: telegram
    title: ClassVar[str]  # as people know it: Telegram
    icon: ClassVar[str] = "message-circle"
    base: ClassVar[str]  # of the API, unless the administrator sets another
    hosts: ClassVar[tuple[str, ...]] = ()  # from which its files come besides; «.name» means all below it
    limits: ClassVar[Limits] = Limits()
    settings: ClassVar[tuple[Setting, ...]] = (Setting("token", secret=True),)
    registers: ClassVar[bool] = True  # we can tell the platform our address; else the administrator does
    polls: ClassVar[bool] = False  # events can be asked for where nobody can reach us
    tells_status: ClassVar[bool] = False  # delivered, read
    links: ClassVar[bool] = False  # it is given addresses of our files, not the files (OutFile.url)

    @abstractmethod
    def verify(self, hook: Hook, keys: BotKeys) -> None:
        """By the raw bytes, before anything is read. Raises Rejected("bad-signature") with no word about why:
        whoever forges shall not learn."""

    @abstractmethod
    def parse(self, body: bytes, keys: BotKeys) -> Parsed:
        """Of any bytes at all, and never raises. Pure."""

    def hear(self, hook: Hook, keys: BotKeys) -> Parsed:
        """What a verified request tells, for a platform that says some of it in headers."""
        return self.parse(hook.body, keys)

    def answer(self, hook: Hook, keys: BotKeys) -> Reply:
        """To a verified request, after the commit."""
        return Reply()

    async def prepare(self, api: Api, keys: BotKeys) -> Mapping[str, str]:
        """What only the platform can tell and `connect` and `answer` need: kept among the bot's options, and
        committed, before `connect` is called with them."""
        return {}

    async def profile(self, api: Api, keys: BotKeys, chat_id: str) -> Person | None:
        """Who writes in that chat, where the platform's events do not say it; None where they do."""
        return None

    @abstractmethod
    async def connect(self, api: Api, keys: BotKeys, url: str) -> Connected:
        """Give the platform our address and the secret (where it `registers`), and ask how the bot is.
        `url` is empty for a bot that is to be polled. May be called again at any time."""

    @abstractmethod
    async def check(self, api: Api, keys: BotKeys, url: str) -> Connected:
        """How it is, without changing anything."""

    async def disconnect(self, api: Api, keys: BotKeys, url: str) -> None:
        """The platform shall tell us nothing more."""
        return

    @abstractmethod
    async def send(self, api: Api, keys: BotKeys, part: ChatOut) -> tuple[str, ...]:
        """A part as intake.channels.messengers.parts makes it: the message_ids that the platform gave it.
        Raises as `Api.call`; Rejected("chat-blocked") when the person does not want to hear of us,
        Rejected("chat-window-closed") when the platform's window is over."""

    def fetch(self, api: Api, keys: BotKeys, ref: str) -> AsyncIterator[bytes]:
        """The content of what somebody sent, in pieces. Raises as `Api.download`."""
        return api.download(ref, most=self.limits.fetch_bytes)

    async def poll(self, api: Api, keys: BotKeys, place: str) -> tuple[list[bytes], str]:
        """Where it `polls`: wait for events after `place` (empty: none yet), for less than a minute: bodies
        as `parse` reads them, and the place after them. Asking for a place says that all before is kept."""
        raise NotImplementedError


def forged() -> Rejected:
    """What `verify` raises."""
    return Rejected("bad-signature")
