"""Sends requests by a form from a process of its own: python -m tests.bench.visitors URL REQUESTS CONNECTIONS

Prints how many milliseconds each took, and how many seconds all of them, as JSON. Standard input: telephones
of clients, one a line; each fifth request comes from one of them, in turn.
"""

import asyncio
import json
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

import aiohttp

KNOWN = 5  # each so many comes from a client
BEGUN = time.time_ns()  # so that no two runs say the same


def visit_of(number: int, clients: Sequence[str]) -> dict[str, str]:
    """About half a kilobyte, as a browser without scripts sends it."""
    stranger = f"+7 958 {BEGUN // 1000 % 1000:03} {number // 100 % 100:02} {number % 100:02}"
    known = clients and number % KNOWN == 0
    return {
        "name": f"Сергей Никифоров {number}",
        "phone": clients[number // KNOWN % len(clients)] if known else stranger,
        "email": f"s.nikiforov.{BEGUN}.{number}@stroymontazh.example",
        "wanted": f"Рассчитайте поставку бетона М300 на объект в Химках, {number} м³, до конца недели.",
        "_page": "https://shop.example/beton?utm_source=yandex&utm_campaign=moscow",
    }


async def visit(
    client: aiohttp.ClientSession, url: str, numbers: Iterator[int], last: int, clients: Sequence[str]
) -> list[float]:
    """One browser after another, over one connection."""
    spent = []
    for number in numbers:
        if number >= last:
            break
        begun = time.perf_counter()
        headers = {"Accept": "application/json", "Idempotency-Key": f"{BEGUN}-{number}"}
        async with client.post(url, data=visit_of(number, clients), headers=headers) as answer:
            told = await answer.json()
        if answer.status != 200 or not told["number"]:
            raise SystemExit(f"{answer.status}: {told}")
        spent.append((time.perf_counter() - begun) * 1000)
    return spent


async def all_of(url: str, requests: int, connections: int, clients: Sequence[str]) -> dict[str, Any]:
    numbers = count()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=connections)) as client:
        begun = time.perf_counter()
        each = (visit(client, url, numbers, requests, clients) for _ in range(connections))
        spent = await asyncio.gather(*each)
        return {
            "seconds": time.perf_counter() - begun,
            "milliseconds": [one for some in spent for one in some],
        }


if __name__ == "__main__":
    clients = [line.strip() for line in sys.stdin if line.strip()]
    found = asyncio.run(all_of(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), clients))
    json.dump(found, sys.stdout)
