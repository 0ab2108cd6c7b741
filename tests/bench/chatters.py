"""Tells a bot what people write, as WhatsApp does (tests/bench/posting.py). The clients are telephones; each
fifth person is one of them. Everybody writes five messages.
"""

import hashlib
import hmac
import json
import time
from collections.abc import Sequence

import aiohttp

from tests.bench.posting import main

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
    client: aiohttp.ClientSession, url: str, number: int, last: int, clients: Sequence[str]
) -> None:
    body = told(number, last, clients)
    async with client.post(url, data=body, headers=signed(body)) as answer:
        await answer.read()
    if answer.status != 200:
        raise SystemExit(f"answered {answer.status}")


if __name__ == "__main__":
    main(tell)
