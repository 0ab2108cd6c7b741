"""What the simulator plays: a varied day for a visitor."""

import asyncio
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from intake.demo.caller import Caller
from intake.demo.pbx import QUEUES, Pbx

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
