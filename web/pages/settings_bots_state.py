"""How a bot is, in a sentence."""

from dataclasses import dataclass

from intake.channels.messengers.base import Adapter
from intake.model.calls import Link
from storage.bot_health import NOT_REGISTERED
from storage.tables.calls import ChannelHealth
from storage.tables.chats import Bot
from web.i18n import gettext, mark
from web.pages import channel_words
from web.pages.channel_words import Why
from web.times import when

WHY: Why = (
    (r"bot-certificate-file|No such file", mark("its certificate file cannot be read")),
    (r"ssl|tls|certificate", mark("the encrypted connection failed: look at its certificate")),
    (r"bot-token-refused|401|403|unauthorized|forbidden", mark("it does not know the token")),
    (r"proxy|socks", mark("the proxy lets nothing through")),
    (r"bot-busy|429", mark("it is asked too often")),
    (r"Connect|Errno|DNS|resol|unreachable", mark("there is no connection to it")),
    (r"timeout|timed out|silent", mark("it does not answer")),
)


@dataclass(frozen=True, slots=True)
class State:
    """`kind` of a dot: good, warn, bad or nothing. `apart`: connecting it is what there is to do."""

    kind: str
    text: str
    apart: bool = False


def state_of(bot: Bot, adapter: Adapter | None, health: ChannelHealth | None, public_url: str) -> State:
    if adapter is None:
        return State("bad", gettext("This version does not know its platform."))
    if not bot.enabled:
        return State("", gettext("Switched off: what is written to it is not taken."))
    if health is not None and health.link in (Link.REFUSED, Link.DOWN):
        apart = health.link is Link.REFUSED or health.detail == NOT_REGISTERED
        return State("bad", _unheard(health), apart and adapter.registers)
    if bot.polling:
        return _polled(bot)
    return _by_webhook(bot, adapter) if public_url else State("warn", _without_address(adapter))


def _unheard(health: ChannelHealth) -> str:
    if health.link is Link.REFUSED:
        return gettext("The platform refuses the token. Put a new one in, or connect again.")
    if health.detail == NOT_REGISTERED:
        return gettext("Not connected: the platform does not know our address.")
    why = channel_words.in_words(health.detail, WHY) or gettext("the connection failed")
    return gettext("Out of order since %(when)s: %(why)s.", when=when(health.since), why=why)


def _by_webhook(bot: Bot, adapter: Adapter) -> State:
    if bot.connected_at is None and adapter.registers:
        text = gettext("Not connected: the platform does not know our address.")
        return State("warn", text, apart=True)
    if not adapter.registers and bot.heard_at is None:
        return State("warn", gettext("It has not written yet: give it our address and the secret."))
    if bot.problem:
        return State("warn", gettext("Connected, but the platform stumbled when it told us something."))
    return State("good", gettext("Connected: messages come at once."))


def _polled(bot: Bot) -> State:
    if bot.connected_at is None:
        return State("warn", gettext("Not connected yet."), apart=True)
    return State("good", gettext("Connected: we ask for messages ourselves."))


def _without_address(adapter: Adapter) -> str:
    if adapter.polls:
        return gettext(
            "The platform cannot reach us: the service has no public address (INTAKE_PUBLIC_URL). "
            "Let us ask for messages instead."
        )
    return gettext("The platform cannot reach us: the service has no public address (INTAKE_PUBLIC_URL).")
