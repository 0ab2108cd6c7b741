"""The platforms in words: where a bot is made, what each field is and where to get it. A platform that is not
here works all the same, by the names of its settings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from intake.channels.messengers.base import Adapter, Setting
from intake.channels.messengers.registry import ADAPTERS
from web.i18n import gettext, mark


@dataclass(frozen=True, slots=True)
class Asked:
    """A field of the form. `kind`: text, lines, or tick (ticked unless «no» is stored)."""

    label: str
    hint: str = ""
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Words:
    what: str  # of what the messenger is connected
    how: str  # where to make it, and where to get what the form asks for
    link: str = ""
    by_hand: str = ""  # what to do with our address and secret where the platform does not take them itself
    settings: Mapping[str, Asked] = field(default_factory=dict)


TOKEN = Asked(mark("Token"))

WORDS: Mapping[str, Words] = {
    "telegram": Words(
        mark("A bot of @BotFather"),
        mark(
            "Write /newbot to @BotFather in Telegram and put the token that it answers with here. "
            "The bot hears private chats at once; in groups only when its privacy mode is off there."
        ),
        "https://t.me/BotFather",
        settings={"token": Asked(mark("Token"), mark("From @BotFather, such as 123456789:AAE…"))},
    ),
    "vk": Words(
        mark("Messages of a community"),
        mark(
            "In the community switch on «Messages», then open «Manage → API usage» and create an access key "
            "with the rights to manage the community, its messages, photos and documents."
        ),
        "https://vk.com/groups?tab=admin",
        mark(
            "In the community: «Manage → API usage → Callback API». Enter the address and the secret key, "
            "press «Confirm», and tick the kinds of events about messages."
        ),
        {
            "token": Asked(mark("Access key of the community")),
            "group_id": Asked(mark("Number of the community"), mark("Empty: the key tells it")),
            "confirmation": Asked(mark("String of confirmation"), mark("Empty: we ask VK for it")),
        },
    ),
    "max": Words(
        mark("A bot of your company"),
        mark(
            "Only for companies and sole traders of Russia: make the bot at business.max.ru and take its "
            "token there under «Chat bots → Integration». Its certificate is signed by the Russian Trusted "
            "Root CA: where the system does not know it, name its file below under «Connection»."
        ),
        "https://business.max.ru",
        settings={"token": Asked(mark("Token"), mark("business.max.ru: «Chat bots → Integration»"))},
    ),
    "whatsapp": Words(
        mark("A number of the Cloud API"),
        mark(
            "In your app at developers.facebook.com: «WhatsApp → API setup» shows the number's ID; the token "
            "is one of a system user that does not expire, with the rights whatsapp_business_messaging and "
            "whatsapp_business_management; the app secret stands under «App settings → Basic»."
        ),
        "https://developers.facebook.com/apps",
        mark(
            "In the app: «WhatsApp → Configuration → Webhook». Enter the address as Callback URL and the "
            "secret as Verify token, then subscribe to the field «messages»."
        ),
        {
            "token": Asked(mark("Token of the system user")),
            "phone_number_id": Asked(mark("ID of the number"), mark("Digits, not the number itself")),
            "app_secret": Asked(mark("App secret"), mark("By it we know that Meta has written")),
            "waba_id": Asked(
                mark("ID of the business account"),
                mark("With it the account is subscribed to the app by itself"),
            ),
        },
    ),
    "viber": Words(
        mark("A bot on commercial terms"),
        mark("The token stands in the bot's settings at partners.viber.com («Edit info → Token»)."),
        "https://partners.viber.com",
        settings={
            "token": Asked(mark("Token")),
            "sender_name": Asked(mark("Name that people see"), mark("Up to 28 characters")),
        },
    ),
    "line": Words(
        mark("A Messaging API channel"),
        mark(
            "In the LINE Developers console: the channel secret stands under «Basic settings», the token is "
            "issued under «Messaging API → Channel access token». Switch «Use webhook» on there."
        ),
        "https://developers.line.biz/console/",
        settings={
            "token": Asked(mark("Channel access token")),
            "channel_secret": Asked(mark("Channel secret"), mark("By it we know that LINE has written")),
        },
    ),
    "generic": Words(
        mark("Any system that can post JSON"),
        mark(
            "A chat of your site, a market place, a system of your own: it posts messages to our address, "
            "signed with a secret that you are shown after saving, and takes the answers at its own."
        ),
        by_hand=mark(
            "Each request carries X-Intake-Timestamp (seconds) and X-Intake-Signature: HMAC-SHA256 of "
            "«timestamp.body» with the secret, in hex. Idempotency-Key makes a repetition harmless. Answered "
            "with 202 once it is kept."
        ),
        settings={
            "answer_url": Asked(
                mark("Address for answers"),
                mark("They are posted there as JSON, signed alike. Empty: nothing can be answered"),
            ),
            "trust_phone": Asked(
                mark("The phones that it names are checked"),
                mark("Then a known number opens its client by itself"),
                "tick",
            ),
            "paths": Asked(
                mark("Where in its JSON things stand"),
                mark(
                    "One a line, such as text = data.body. What is usual (id, chat_id, sender.name, text…) "
                    "is found without"
                ),
                "lines",
            ),
        },
    ),
}


def words_of(platform: str) -> Words:
    return WORDS.get(platform, Words("", ""))


def asked_for(platform: str, setting: Setting) -> Asked:
    """In the reader's language."""
    found = words_of(platform).settings.get(setting.name)
    if found is None:
        found = TOKEN if setting.name == "token" else Asked(setting.name)
    hint = gettext(found.hint) if found.hint else ""
    return Asked(gettext(found.label), hint, found.kind)


def platforms() -> list[dict[str, Any]]:
    """What can be connected, in the registry's order."""
    return [
        {"name": one.name, "title": one.title, "icon": one.icon, "what": _said(words_of(one.name).what)}
        for one in ADAPTERS.values()
    ]


def told_of(adapter: Adapter) -> dict[str, str]:
    found = words_of(adapter.name)
    return {"how": _said(found.how), "link": found.link, "by_hand": _said(found.by_hand)}


def _said(words: str) -> str:
    return gettext(words) if words else ""


IGNORED = {
    "own": mark("we have written it ourselves"),
    "group": mark("it was written in a group"),
    "unknown-kind": mark("of a kind that we do not take"),
    "reaction": mark("a reaction to a message"),
    "unsupported": mark("the platform does not show it to bots"),
    "another-number": mark("it is for another number of the same app"),
    "system": mark("a word of the platform itself"),
    "standby": mark("somebody else answers there now"),
    "empty": mark("there was nothing in it"),
}


def why_ignored(reason: str) -> str:
    """A reason of ChatsHeard.ignored, for people; what is behind the colon is the platform's own word."""
    code, _, detail = reason.partition(":")
    known = IGNORED.get(code)
    return f"{gettext(known)}{':' if detail else ''}{detail}" if known else reason
