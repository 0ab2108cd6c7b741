"""The platforms that we know: a line each."""

from intake.channels.messengers.base import Adapter
from intake.channels.messengers.generic.adapter import Generic
from intake.channels.messengers.line.adapter import Line
from intake.channels.messengers.max.adapter import Max
from intake.channels.messengers.telegram.adapter import Telegram
from intake.channels.messengers.viber.adapter import Viber
from intake.channels.messengers.vk.adapter import Vk
from intake.channels.messengers.whatsapp.adapter import WhatsApp

_KNOWN: tuple[Adapter, ...] = (Telegram(), Vk(), Max(), WhatsApp(), Viber(), Line(), Generic())

ADAPTERS = {one.name: one for one in _KNOWN}
