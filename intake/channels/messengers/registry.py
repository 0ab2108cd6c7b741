"""The platforms that we know: a line each."""

from intake.channels.messengers.base import Adapter
from intake.channels.messengers.telegram.adapter import Telegram
from intake.channels.messengers.whatsapp.adapter import WhatsApp

_KNOWN: tuple[Adapter, ...] = (Telegram(), WhatsApp())

ADAPTERS = {one.name: one for one in _KNOWN}
