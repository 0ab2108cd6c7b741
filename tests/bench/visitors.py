"""Sends requests by a form (tests/bench/posting.py). The clients are telephones; each fifth request comes
from one of them, in turn.
"""

import time
from collections.abc import Sequence

import aiohttp

from tests.bench.posting import main

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
    client: aiohttp.ClientSession, url: str, number: int, _last: int, clients: Sequence[str]
) -> None:
    headers = {"Accept": "application/json", "Idempotency-Key": f"{BEGUN}-{number}"}
    async with client.post(url, data=visit_of(number, clients), headers=headers) as answer:
        told = await answer.json()
    if answer.status != 200 or not told["number"]:
        raise SystemExit(f"{answer.status}: {told}")


if __name__ == "__main__":
    main(visit)
