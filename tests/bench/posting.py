"""Posts one request after another over several connections, and says how long each took."""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from itertools import count
from typing import Any

import aiohttp

Post = Callable[[aiohttp.ClientSession, str, int, int, Sequence[str]], Awaitable[None]]
"""Sends request `number` of so many to the address, for some of the clients. Raises SystemExit when it is not
taken."""


async def _one_by_one(
    post: Post,
    client: aiohttp.ClientSession,
    url: str,
    numbers: Iterator[int],
    last: int,
    known: Sequence[str],
) -> list[float]:
    spent = []
    for number in numbers:
        if number >= last:
            break
        begun = time.perf_counter()
        await post(client, url, number, last, known)
        spent.append((time.perf_counter() - begun) * 1000)
    return spent


async def _all(post: Post, url: str, requests: int, connections: int, known: Sequence[str]) -> dict[str, Any]:
    numbers = count()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=connections)) as client:
        begun = time.perf_counter()
        each = (_one_by_one(post, client, url, numbers, requests, known) for _ in range(connections))
        spent = await asyncio.gather(*each)
        seconds = time.perf_counter() - begun
    return {"seconds": seconds, "milliseconds": [one for some in spent for one in some]}


def main(post: Post) -> None:
    """Arguments: URL REQUESTS CONNECTIONS; standard input: clients, one a line. Prints how many milliseconds
    each took, and how many seconds all of them, as JSON."""
    known = [line.strip() for line in sys.stdin if line.strip()]
    found = asyncio.run(_all(post, sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), known))
    json.dump(found, sys.stdout)
