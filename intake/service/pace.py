"""How fast a bot may write: as its platform says, in one process. Several processes share no pace; what is
too much then the platform puts off itself, with 429."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from intake.model.chats import Limits

AT_ONCE = 3  # messages that a chat may get before its pace counts: platforms mind long runs only
MOST = 5_000  # buckets that are kept
FOR_BOT = 1.0  # seconds' worth of messages that a bot may send at once


@dataclass(slots=True)
class _Bucket:
    """Empties as it is used and fills by itself; `until`: the platform wants to hear nothing before."""

    left: float
    at: float
    until: float = 0.0

    def wait(self, rate: float, most: float, moment: float) -> float:
        """Seconds until one more may go."""
        self.left, self.at = min(most, self.left + (moment - self.at) * rate), moment
        return max(self.until - moment, (1.0 - self.left) / rate, 0.0)


class Pace:
    """Of all bots and their chats."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._buckets: dict[tuple[int, int], _Bucket] = {}

    def take(self, bot_id: int, dialogue_id: int, limits: Limits) -> float:
        """0.0, and one more message counts; else how many seconds are to be waited, and nothing counts."""
        moment = self._clock()
        bot_most = max(1.0, limits.a_second * FOR_BOT)
        bot = self._bucket((bot_id, 0), bot_most, moment)
        chat = self._bucket((bot_id, dialogue_id), AT_ONCE, moment)
        wait = max(
            bot.wait(limits.a_second, bot_most, moment), chat.wait(limits.a_chat_second, AT_ONCE, moment)
        )
        if wait <= 0.0:
            bot.left -= 1.0
            chat.left -= 1.0
        return wait

    def rest(self, bot_id: int, dialogue_id: int, seconds: float) -> None:
        """The platform has said how long it wants to hear nothing there."""
        moment = self._clock()
        self._bucket((bot_id, dialogue_id), AT_ONCE, moment).until = moment + seconds

    def _bucket(self, key: tuple[int, int], most: float, moment: float) -> _Bucket:
        if key not in self._buckets and len(self._buckets) >= MOST:
            self._forget(moment)
        return self._buckets.setdefault(key, _Bucket(most, moment))

    def _forget(self, moment: float) -> None:
        """Of those that were not used lately; they are full by now."""
        oldest = sorted(self._buckets, key=lambda key: self._buckets[key].at)[: MOST // 2]
        for key in oldest:
            if self._buckets[key].until < moment:
                del self._buckets[key]
