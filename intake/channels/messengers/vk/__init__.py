"""VK: communities' messages by the Callback API or the Bots Long Poll, version 5.199."""

from intake.channels.messengers.vk.adapter import Vk

__all__ = ["Vk"]
