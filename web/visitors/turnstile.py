"""How many may come: over a form's measure what comes is held, far over it nobody reads it any more.

Counted in this process. An IPv6 address counts as its network: whoever has one has eighteen quintillions.
"""

from ipaddress import IPv6Address, ip_address

from aiohttp import web
from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter, SlidingWindowCounterRateLimiter

FLOOD = 60  # posts to a form from one address within a minute; a form that is meant to take more takes more
FORM_FLOOD = 600  # … and from all addresses: what goes over is held
SHOWN = 300  # times that an address looks at forms within a minute
NETWORK = 64  # bits of an IPv6 address that are one house's


class Turnstile:
    def __init__(self) -> None:
        storage = MemoryStorage()
        self._roughly, self._closely = (
            FixedWindowRateLimiter(storage),
            SlidingWindowCounterRateLimiter(storage),
        )

    async def is_flood(self, form_id: int, per_hour: int, address: str) -> bool:
        """Far more than anybody sends: told without looking at what it is."""
        limit = RateLimitItemPerMinute(max(FLOOD, per_hour))
        return not await self._roughly.hit(limit, "flood", str(form_id), network_of(address))

    async def is_staring(self, address: str) -> bool:
        return not await self._roughly.hit(RateLimitItemPerMinute(SHOWN), "shown", network_of(address))

    async def is_too_many(self, form_id: int, per_hour: int, address: str) -> bool:
        """More than the form takes from one address within an hour, or from all within a minute."""
        own = RateLimitItemPerHour(max(1, per_hour))
        alone = await self._closely.hit(own, "form", str(form_id), network_of(address))
        everybody = RateLimitItemPerMinute(max(FORM_FLOOD, per_hour))
        together = await self._roughly.hit(everybody, "everybody", str(form_id))
        return not (alone and together)


def network_of(address: str) -> str:
    try:
        read = ip_address(address)
    except ValueError:
        return address
    if not isinstance(read, IPv6Address):
        return address
    return str(read.ipv4_mapped or IPv6Address(int(read) >> NETWORK << NETWORK))


TURNSTILE = web.AppKey("turnstile", Turnstile)
