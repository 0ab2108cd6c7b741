"""The platforms that we know: a line each."""

from intake.channels.messengers.base import Adapter

_KNOWN: tuple[Adapter, ...] = ()

ADAPTERS = {one.name: one for one in _KNOWN}
