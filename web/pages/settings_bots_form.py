"""What the administrator may type about a bot: checked here, plain values afterwards."""

import json
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Annotated, Any
from urllib.parse import urlsplit, urlunsplit

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from intake.channels.messengers.base import Adapter, Setting
from storage.bots import options_of
from storage.tables.chats import Bot
from web.pages.settings_forms import Form, Name, read

WITHOUT = r"^[^\x00-\x1f\x7f]*$"  # control characters: a line end would begin another header
OPTION = "option-"  # before the name of what only this platform asks for
MOST_OPTION = 2000
MOST_HOSTS = 30
HIDDEN = "***"
PROXIES = ("http", "socks4", "socks5")

# What decides how the platform is spoken with: a change of it is told to the platform at once
OF_CONNECTION = (
    "enabled", "token", "options", "sealed_options", "api_base", "proxy", "ca_file", "polling", "groups",
)  # fmt: skip


def _words(value: object) -> object:
    return value.replace(",", " ").casefold().split() if isinstance(value, str) else value


def _encrypted_or_near(url: str) -> str:
    """The token is sent there: in clear only within the house."""
    if not url:
        return url
    parts = urlsplit(url)
    if not parts.hostname or parts.username or parts.query or parts.fragment:
        raise ValueError("not an address")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_near(parts.hostname)):
        raise ValueError("not encrypted")
    return url.rstrip("/")


def _is_near(host: str) -> bool:
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host  # a name that only our own network knows


def _proxy(url: str) -> str:
    parts = urlsplit(url)
    if url and (parts.scheme not in PROXIES or not parts.hostname or not parts.port):
        raise ValueError("not a proxy")
    return url


Host = Annotated[str, StringConstraints(pattern=r"^\.?[a-z0-9-]+(?:\.[a-z0-9-]+)*$", max_length=253)]
Said = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=1000)]
Line = Annotated[str, StringConstraints(pattern=WITHOUT, max_length=500)]


Tick = Annotated[bool, BeforeValidator(lambda value: value or False)]  # one of two radios says «»


class BotForm(Form):
    name: Name
    enabled: Tick = False
    polling: Tick = False
    groups: Tick = False
    answers: Tick = False
    instead: Said = ""
    away: Said = ""
    api_base: Annotated[Line, AfterValidator(_encrypted_or_near)] = ""
    proxy: Annotated[Line, AfterValidator(_proxy)] = ""
    ca_file: Line = ""
    file_hosts: Annotated[list[Host], BeforeValidator(_words), Field(max_length=MOST_HOSTS)] = Field([])


class Option(Form):
    """What a platform asks for."""

    value: Annotated[str, StringConstraints(pattern=WITHOUT, max_length=MOST_OPTION)] = ""


def typed_bot(
    typed: Mapping[str, Any], adapter: Adapter, stored: Bot | None
) -> tuple[dict[str, Any], set[str]]:
    """Values for a `Bot`, and the names of the fields that make no sense (then no values)."""
    if stored is not None and typed.get("proxy", "") == masked_proxy(stored.proxy):
        typed = {**typed, "proxy": ""}  # as it was shown: it stays
        kept_proxy = stored.proxy
    else:
        kept_proxy = ""
    values, wrong = read(BotForm, dict(typed))
    given, missing = _given(typed, adapter, stored)
    if wrong or missing:
        return {}, wrong | missing
    values["polling"] = values["polling"] and adapter.polls
    return values | {"proxy": values["proxy"] or kept_proxy} | _apart(given, adapter, stored), set()


def _given(typed: Mapping[str, Any], adapter: Adapter, stored: Bot | None) -> tuple[dict[str, str], set[str]]:
    """A secret is never shown, so an empty one means «as it is»."""
    before = (options_of(stored) | {"token": stored.token}) if stored else {}
    given, wrong = {}, set()
    for setting in adapter.settings:
        option, bad = read(Option, {"value": typed.get(OPTION + setting.name, "")})
        value = option.get("value", "") or (before.get(setting.name, "") if setting.secret else "")
        if bad or (setting.required and not value):
            wrong.add(OPTION + setting.name)
        given[setting.name] = value
    return given, wrong


def _apart(given: dict[str, str], adapter: Adapter, stored: Bot | None) -> dict[str, Any]:
    """The token, what is secret and what is not have columns of their own. What the platform has told us
    itself stands among the options too and stays there."""
    secret = {one.name for one in adapter.settings if one.secret} - {"token"}
    asked = {one.name for one in adapter.settings}
    told = {name: value for name, value in (stored.options if stored else {}).items() if name not in asked}
    hidden = {name: given[name] for name in sorted(secret) if given[name]}
    plain = {name: value for name, value in given.items() if name not in {*secret, "token"} and value}
    return {
        "token": given.get("token", stored.token if stored else ""),
        "options": told | plain,
        "sealed_options": json.dumps(hidden, ensure_ascii=False) if hidden else "",
    }


def shown(bot: Bot, settings: tuple[Setting, ...]) -> dict[str, Any]:
    """A bot as the form shows it: without its secrets."""
    fields = ("name", "enabled", "polling", "groups", "answers", "instead", "away", "api_base", "ca_file")
    plain = {OPTION + one.name: bot.options.get(one.name, "") for one in settings if not one.secret}
    values = {name: getattr(bot, name) for name in fields} | plain
    return values | {"proxy": masked_proxy(bot.proxy), "file_hosts": " ".join(bot.file_hosts)}


def masked_proxy(url: str) -> str:
    """Without the password in it."""
    parts = urlsplit(url)
    if not parts.password:
        return url
    where = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{parts.username}:{HIDDEN}@{where}"))


def is_news_to_the_platform(before: Bot | None, values: Mapping[str, Any]) -> bool:
    if before is None:
        return True
    return any(getattr(before, name) != values[name] for name in OF_CONNECTION if name in values)
