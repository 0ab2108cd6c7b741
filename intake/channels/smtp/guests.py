"""Who is connected, and how much of everything they have taken."""

from collections import Counter

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter

from intake.channels.smtp.limits import Limits, is_free


class Guests:
    """Counts connections, letters a minute and bytes in memory, in all and by address (`limits.origin`)."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._here: Counter[str] = Counter()
        self._bytes = 0
        self._pace = RateLimitItemPerMinute(limits.letters_a_minute)
        # Not the moving window: in memory it goes through all addresses in a thread at every letter
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def may_enter(self, who: str) -> bool:
        if self._here.total() >= self.limits.connections:
            return False
        return is_free(who, self.limits) or self._here[who] < self.limits.connections_each

    def enter(self, who: str) -> None:
        self._here[who] += 1

    def leave(self, who: str) -> None:
        self._here[who] -= 1
        if self._here[who] <= 0:
            del self._here[who]

    @property
    def crowded(self) -> bool:
        return self._here.total() * 2 > self.limits.connections

    def __len__(self) -> int:
        return self._here.total()

    async def may_write(self, who: str) -> bool:
        """Counts one letter more of theirs, unless that is too many for a minute."""
        return is_free(who, self.limits) or await self._limiter.hit(self._pace, "letters", who)

    def hold(self, size: int) -> bool:
        """Whether there is room for so many bytes more; if so they are counted, until `let_go`."""
        if self._bytes + size > self.limits.together:
            return False
        self._bytes += size
        return True

    def let_go(self, size: int) -> None:
        self._bytes -= size
