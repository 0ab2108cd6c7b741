"""MAX: chat bots by webhooks or by asking, as https://dev.max.ru/docs-api has it."""

from intake.channels.messengers.max.adapter import Max

__all__ = ["Max"]
