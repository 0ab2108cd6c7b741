"""The receiver on the service's own loop."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from weakref import WeakSet

from intake.channels.smtp.door import Door
from intake.channels.smtp.guests import Guests
from intake.channels.smtp.handler import Handler
from intake.channels.smtp.limits import Limits
from intake.channels.smtp.session import CLOSING, Receiving
from intake.model.letters import LetterEvent

BACKLOG = 200
STOPPING = 10.0  # seconds for letters that are being written down when the service stops …
BREATH = 0.05  # … and for their 250 to go out


@dataclass(frozen=True, slots=True)
class Place:
    """Where it listens, and as whom. `tls` is offered by STARTTLS, never asked for: many senders of small
    firms and forms on sites know none."""

    host: str
    port: int  # 0: a free one
    name: str  # in the greeting, as senders see it
    tls: ssl.SSLContext | None = None
    shared: bool = False  # several processes may listen on this port


@asynccontextmanager
async def receiving(
    place: Place,
    owns: Callable[[str], bool],
    deliver: Callable[[LetterEvent], Awaitable[None]],
    limits: Limits | None = None,
) -> AsyncIterator[int]:
    """Takes letters in while inside; yields the port. Raises OSError when it cannot listen there.

    `owns` is asked with an address in lower case, its domain in Unicode. 250 is said after `deliver` has
    returned; 554 where it raised Rejected; 451 after any other error: the sender brings the letter again.
    """
    guests = Guests(limits or Limits())
    handler = Handler(owns, deliver, guests)
    inside: WeakSet[Receiving] = WeakSet()
    let_in = partial(_let_in, place, handler, guests, inside)
    server = await asyncio.get_running_loop().create_server(
        lambda: Door(guests, let_in), place.host, place.port, backlog=BACKLOG, reuse_port=place.shared or None
    )
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await _see_off(handler, inside)
        await server.wait_closed()


def _let_in(
    place: Place, handler: Handler, guests: Guests, inside: WeakSet[Receiving], who: str
) -> Receiving:
    loop = asyncio.get_running_loop()
    guest = Receiving(handler, guests, who, hostname=place.name, tls_context=place.tls, loop=loop)
    inside.add(guest)
    return guest


async def _see_off(handler: Handler, inside: WeakSet[Receiving]) -> None:
    """Letters that are being written down first, then whoever is still here."""
    if handler.delivering:
        await asyncio.wait(handler.delivering, timeout=STOPPING)
        await asyncio.sleep(BREATH)
    for guest in list(inside):
        guest.hang_up(CLOSING)


def certificate(path: Path) -> ssl.SSLContext:
    """For STARTTLS, of a PEM file with key and chain. Raises OSError (ssl.SSLError too) if unusable."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path)
    return context
