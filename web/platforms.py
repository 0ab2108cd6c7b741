"""What messengers are called and how they look; and their people's keys in words."""

from dataclasses import dataclass

from intake.channels.messengers.registry import ADAPTERS
from intake.model.chats import is_identity, platform_of
from web.show import phone


@dataclass(frozen=True, slots=True)
class Platform:
    icon: str
    title: str


def platform(name: str) -> Platform:
    """Also of one that we knew once."""
    adapter = ADAPTERS.get(name)
    return Platform(adapter.icon, adapter.title) if adapter else Platform("message-circle", name)


def sender(text: str | None) -> str:
    """A number, an address, or in which messenger they write: never the key by which it knows them."""
    if is_identity(text):
        return platform(platform_of(text or "")).title
    return phone(text)
