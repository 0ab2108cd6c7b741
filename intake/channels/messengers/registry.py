"""The platforms that we know: a line each."""

from intake.channels.messengers.base import Adapter
from intake.channels.messengers.telegram.adapter import Telegram

_KNOWN: tuple[Adapter, ...] = (Telegram(),)

ADAPTERS = {one.name: one for one in _KNOWN}
