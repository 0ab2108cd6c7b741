"""People who write to the demonstration's bots: what they write, when, and that they answer back."""

import asyncio
import io
import math
import wave
from collections.abc import Awaitable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Protocol

import structlog

from intake.demo import letter_files
from intake.demo.chat_texts import NUMBER, PHOTO, SPAM, TALKS, THANKS, VOICE
from intake.demo.facts import World
from intake.demo.trade import SERVICES
from intake.demo.writers import Writer, known_writers, newcomers
from intake.matching.phones import read_phone

FIRST_CHAT = 6.0  # seconds: between the first call and the first letter
TYPES = 3.0  # seconds between two messages of a talk
THINKS = 5.0  # seconds before somebody answers us
NEWCOMERS = 0.5  # share of people whom nobody knows
POLITE = 0.7  # share of our answers that are answered
LOOKS = 1.0  # seconds between looks at what we have written
PATIENCE = 600  # looks
HUMS = 4.0  # seconds of a voice message
RATE = 8000  # of a recording, a second

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Talk:
    who: Writer
    lines: tuple[str, ...]


class Messenger(Protocol):
    """What people do in any of the platforms of intake.demo.messengers; each has its own kind of person."""

    def person(self, first_name: str, last_name: str = "", username: str = "", phone: str = "") -> Any: ...
    def said_to(self, person: Any) -> list[Any]: ...
    async def starts(self, person: Any, source: str = "") -> object: ...
    async def says(self, person: Any, text: str) -> object: ...
    async def sends_photo(self, person: Any, content: bytes) -> object: ...
    async def sends_voice(self, person: Any, content: bytes, seconds: int = 3) -> object: ...
    async def shares_contact(self, person: Any) -> object: ...
    async def presses(self, key: Any) -> object: ...


class Chats:
    """People the world knows, and people it does not."""

    def __init__(self, world: World, rng: Random) -> None:
        self.rng = rng
        self._known = [one for one in known_writers(world) if one.phone]
        self._new = newcomers(rng, world)

    def talks(self) -> Iterator[Talk]:
        """Without end; one in twelve is spam."""
        while True:
            lines = SPAM if self.rng.random() < 1 / 12 else self.rng.choice(TALKS)
            yield self.talk(lines)

    def talk(self, lines: tuple[str, ...]) -> Talk:
        service, _, _, wanted = self.rng.choice(SERVICES)
        said = tuple(line.format(service=service, wanted=wanted) for line in lines)
        fresh = not self._known or self.rng.random() < NEWCOMERS
        return Talk(next(self._new) if fresh else self.rng.choice(self._known), said)


async def keep_chatting(messengers: Sequence[Messenger], chats: Chats, pace: float) -> None:
    """A talk every `pace` seconds on average, until cancelled; whoever is answered answers back."""
    await asyncio.sleep(FIRST_CHAT)
    async with asyncio.TaskGroup() as group:
        for talk in chats.talks():
            group.create_task(_surely(_chat(chats.rng.choice(messengers), talk, chats.rng)))
            await asyncio.sleep(min(chats.rng.expovariate(1 / pace), 3 * pace))


async def _chat(messenger: Messenger, talk: Talk, rng: Random) -> None:
    person = _person(messenger, talk.who, rng)
    await messenger.starts(person, rng.choice(("", "site", "vk_ads")))
    for line in talk.lines:
        await asyncio.sleep(TYPES * rng.uniform(0.5, 1.5))
        await _say(messenger, person, line, rng)
    await _keep_answering(messenger, person, rng)


def _person(messenger: Messenger, who: Writer, rng: Random) -> Any:
    """Their account; most have a nick."""
    first, _, last = who.name.partition(" ")
    phone = read_phone(who.phone.partition(",")[0])
    nick = who.email.partition("@")[0].replace("-", "_").replace(".", "_") if rng.random() < 0.7 else ""
    last = last if rng.random() < 0.6 else ""
    return messenger.person(first, last, nick, phone.e164 if phone else "")


async def _say(messenger: Messenger, person: Any, line: str, rng: Random) -> None:
    if line == PHOTO:
        await messenger.sends_photo(person, letter_files.photo(rng))
    elif line == VOICE:
        await messenger.sends_voice(person, hum(rng), int(HUMS))
    elif line != NUMBER:
        await messenger.says(person, line)
    elif person.phone:
        await messenger.shares_contact(person)


async def _keep_answering(messenger: Messenger, person: Any, rng: Random) -> None:
    """What we write is read, and answered now and then: a button pressed, a number given, a word. After a
    while they look no more."""
    seen = 0
    for _ in range(PATIENCE):
        await asyncio.sleep(LOOKS)
        said = messenger.said_to(person)
        for sent in said[seen:]:
            await asyncio.sleep(THINKS * rng.uniform(0.5, 1.5))
            if sent.buttons:
                await messenger.presses(sent.buttons[0])
            elif sent.asks_phone and person.phone:
                await messenger.shares_contact(person)
            elif rng.random() < POLITE:
                await messenger.says(person, rng.choice(THANKS))
        seen = len(said)


async def _surely(deed: Awaitable[None]) -> None:
    """Whoever cannot be heard gives up; the others go on."""
    try:
        await deed
    except (OSError, TimeoutError) as error:
        log.warning("somebody gave up chatting", error=type(error).__name__)


def hum(rng: Random, seconds: float = HUMS) -> bytes:
    """A recording of somebody who hums, as WAV."""
    tone, frames = rng.uniform(110, 220), bytearray()
    for number in range(int(RATE * seconds)):
        at = number / RATE
        swell = math.sin(math.pi * at / seconds) * (0.6 + 0.4 * math.sin(9 * at))
        sample = int(9000 * swell * math.sin(2 * math.pi * tone * at * (1 + 0.02 * math.sin(5 * at))))
        frames += sample.to_bytes(2, "little", signed=True)
    kept = io.BytesIO()
    with wave.open(kept, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(bytes(frames))
    return kept.getvalue()
