"""Where connections come in: too many are told so before anything is made for them."""

import asyncio
from collections.abc import Callable
from typing import cast

from intake.channels.smtp.guests import Guests
from intake.channels.smtp.limits import origin
from intake.channels.smtp.session import Receiving

FULL = b"421 4.7.0 Too many connections: try again later\r\n"


class Door(asyncio.Protocol):
    """The first protocol of each connection; lets it in to a `Receiving`, or out again."""

    def __init__(self, guests: Guests, let_in: Callable[[str], Receiving]) -> None:
        self._guests = guests
        self._let_in = let_in

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        way = cast(asyncio.Transport, transport)
        who = origin(way.get_extra_info("peername"))
        if not self._guests.may_enter(who):
            way.write(FULL)
            way.close()
            return
        self._guests.enter(who)
        guest = self._let_in(who)
        way.set_protocol(guest)
        guest.connection_made(way)
