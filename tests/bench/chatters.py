"""Tells a bot what people write, as WhatsApp does, from a process of its own:
python -m tests.bench.chatters URL REQUESTS CONNECTIONS

Prints how many milliseconds each took, and how many seconds all of them, as JSON. Standard input: telephones
of clients, one a line; each fifth person is one of them. Everybody writes five messages.
"""

import asyncio
import hashlib
import hmac
import json
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

import aiohttp

SECRET = "a secret of the app"
SAYS = 5  # messages of one person
KNOWN = 5  # each so many of the people is a client
BEGUN = time.time_ns()  # so that no two runs say the same


def told(number: int, requests: int, clients: Sequence[str]) -> bytes:
    """About half a kilobyte. People write by turns, so that each writes again after all others have."""
    people = max(1, requests // SAYS)
    who = number % people
    known = clients and who % KNOWN == 0
    sender = clients[who // KNOWN % len(clients)][1:] if known else f"7958{BEGUN // 1000 % 1000:03}{who:04}"
    message = {
        "from": sender,
        "id": f"wamid.{BEGUN}.{number}",
        "timestamp": str(int(time.time())),
        "type": "text",
        "text": {"body": f"Рассчитайте поставку бетона М300 в Химки, {number} м³, до конца недели."},
    }
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "74950000000", "phone_number_id": "106540352242922"},
        "contacts": [{"profile": {"name": f"Сергей Никифоров {who}"}, "wa_id": sender}],
        "messages": [message],
    }
    entry = {"id": "102290129340398", "changes": [{"value": value, "field": "messages"}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}, ensure_ascii=False).encode()


def signed(body: bytes) -> dict[str, str]:
    digest = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    return {"X-Hub-Signature-256": f"sha256={digest}", "Content-Type": "application/json"}


async def tell(
    client: aiohttp.ClientSession, url: str, numbers: Iterator[int], last: int, clients: Sequence[str]
) -> list[float]:
    """One after another, over one connection."""
    spent = []
    for number in numbers:
        if number >= last:
            break
        body = told(number, last, clients)
        begun = time.perf_counter()
        async with client.post(url, data=body, headers=signed(body)) as answer:
            await answer.read()
        if answer.status != 200:
            raise SystemExit(f"answered {answer.status}")
        spent.append((time.perf_counter() - begun) * 1000)
    return spent


async def all_of(url: str, requests: int, connections: int, clients: Sequence[str]) -> dict[str, Any]:
    numbers = count()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=connections)) as client:
        begun = time.perf_counter()
        each = (tell(client, url, numbers, requests, clients) for _ in range(connections))
        spent = await asyncio.gather(*each)
        return {
            "seconds": time.perf_counter() - begun,
            "milliseconds": [one for some in spent for one in some],
        }


if __name__ == "__main__":
    clients = [line.strip() for line in sys.stdin if line.strip()]
    found = asyncio.run(all_of(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), clients))
    json.dump(found, sys.stdout)
