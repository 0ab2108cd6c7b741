"""What the simulator plays: a varied day for a visitor, a steady load for a bench, a recording for a test."""

import asyncio
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from intake.demo.caller import Caller
from intake.demo.pbx import QUEUES, Pbx
from intake.demo.ride import Ride

OPERATORS = QUEUES["sales"]
FIRST_CALL = 2.0  # seconds until the visitor sees the first card
AT_ONCE = 4  # calls at the same time at most
TWO_AT_ONCE = 0.15  # how often a second call comes with the first


@dataclass(frozen=True, slots=True)
class Kind:
    """One way a call can go, and how often out of a hundred. `plan` is chosen anew for every call."""

    name: str
    share: int
    agents: int  # how many phones ring
    queue: str | None = None
    picked_up: bool = True
    transferred: bool = False


KINDS = (
    Kind("direct", 34, agents=1),
    Kind("group", 16, agents=2),
    Kind("queue", 16, agents=3, queue="sales"),
    Kind("passed on", 8, agents=1, transferred=True),
    Kind("missed", 12, agents=1, picked_up=False),
    Kind("abandoned in the queue", 8, agents=2, queue="sales", picked_up=False),
    Kind("nobody free", 6, agents=0, queue="sales", picked_up=False),
)


async def keep_ringing(
    pbx: Pbx, callers: Iterator[Caller], pace: float = 12.0, seed: int | None = None
) -> None:
    """Ring until cancelled, `pace` seconds apart on average, the first time within three."""
    chance = random.Random(seed)
    await asyncio.sleep(FIRST_CALL)
    for caller in callers:
        if len(pbx.rides) < AT_ONCE:
            await pbx.call(caller, **varied(chance, pbx.busy()))
        pause = 1.0 if chance.random() < TWO_AT_ONCE else chance.expovariate(1 / pace)
        await asyncio.sleep(min(pause, 3 * pace))


def varied(chance: random.Random, busy: set[str]) -> dict[str, Any]:
    """The plan of one call, as `Pbx.call` takes it; only phones that are free ring."""
    kind = chance.choices(KINDS, [kind.share for kind in KINDS])[0]
    free = [extension for extension in OPERATORS if extension not in busy]
    chance.shuffle(free)
    agents = tuple(sorted(free[: kind.agents]))
    others = [extension for extension in free if extension not in agents]
    return {
        "agents": agents,
        "queue": kind.queue or (None if agents else "sales"),
        "answer_by": chance.choice(agents) if agents else None,
        "answer_after": chance.uniform(3, 9) if kind.picked_up and agents else None,
        "give_up_after": chance.uniform(8, 25),
        "talk": chance.uniform(10, 60),
        "transfer_to": chance.choice(others) if kind.transferred and others else None,
    }


async def play(
    pbx: Pbx, callers: Iterator[Caller], per_second: float, seconds: float, **plan: Any
) -> list[Ride]:
    """A steady load: so many calls a second, all going the same way, evenly. Waits for the last."""
    loop = asyncio.get_running_loop()
    begun = loop.time()
    rides: list[Ride] = []
    for number in range(round(per_second * seconds)):
        await asyncio.sleep(max(0.0, begun + number / per_second - loop.time()))
        rides.append(await pbx.call(next(callers), **plan))
    await pbx.over(*rides)
    return rides


async def replay(pbx: Pbx, stream: bytes, piece: int = 0, pause: float = 0.0) -> None:
    """Send a recorded AMI stream to all who are logged in, in pieces of so many bytes (0: whole).

    The recording's own greeting and login answer are left out: they were somebody else's.
    """
    body = _after_login(stream)
    size = piece or len(body)
    for start in range(0, len(body), size):
        pbx.server.tell(body[start : start + size])
        await asyncio.sleep(pause)


def _after_login(stream: bytes) -> bytes:
    mark = stream.find(b"Event: FullyBooted")
    if mark < 0:
        return stream
    end = stream.find(b"\r\n\r\n", mark)
    return stream[end + 4 :] if end >= 0 else b""
