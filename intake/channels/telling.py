"""How a channel says how its link is."""

from datetime import timedelta

from intake.channels.base import Deliver
from intake.channels.surely import deliver_surely
from intake.model.calls import Health, Link


class Telling:
    """Says it when that has changed; while it is up also, every `heartbeat` seconds, that it still is."""

    def __init__(self, heartbeat: float) -> None:
        self._heartbeat = timedelta(seconds=heartbeat)
        self.told: Health | None = None  # the last that was said

    async def tell(self, deliver: Deliver, health: Health) -> None:
        if self.told is None or self._is_news(health, self.told):
            await deliver_surely(deliver, health)
            self.told = health

    def _is_news(self, health: Health, told: Health) -> bool:
        if (health.link, health.detail) != (told.link, told.detail):
            return True
        return health.link is Link.UP and health.at - told.at >= self._heartbeat
