"""By which numbers and addresses a further contact of the same person may be known. Pure."""

import re
from collections.abc import Iterable

from intake.matching.emails import read_email

LONGEST = 320  # characters of a key

# The part before «@» of addresses from which programs write for anybody: whoever they speak of, it is not
# one person. Compared without dots, dashes and underscores.
NOBODYS = frozenset(
    {
        "noreply", "donotreply", "dontreply", "neotvechat", "neotvechaite", "nobody", "mailerdaemon",
        "postmaster", "wordpress", "bitrix", "tilda", "robot", "bot", "mailer", "sender", "daemon",
        "webmaster", "notify", "notification", "notifications", "automail", "autoreply", "system", "www",
        "wwwdata", "apache", "forms", "feedback", "zayavka", "zayavki",
    }
)  # fmt: skip

_PLAIN = re.compile(r"[a-z0-9_][a-z0-9._%+-]*@(?:[a-z0-9-]+\.)+[a-z]{2,24}")  # folded already
_E164 = re.compile(r"\+\d{7,15}")
_BETWEEN = re.compile(r"[._\-]|\+.*")


def touch_keys(*said: str | None, own: Iterable[str] = ()) -> tuple[str, ...]:
    """Of numbers and addresses those that speak of one person: E.164 and folded addresses, each once.
    `own` are ours. A number that is none (withheld, three digits of a colleague) is nobody's."""
    mine = frozenset(own)
    keys = (_key(one) for one in said if one)
    return tuple(dict.fromkeys(key for key in keys if key and key not in mine and not is_nobodys(key)))


def is_nobodys(key: str) -> bool:
    """An address from which a program writes."""
    name, at, _ = key.rpartition("@")
    return bool(at) and _BETWEEN.sub("", name) in NOBODYS


def _key(said: str) -> str | None:
    if len(said) <= LONGEST and (_E164.fullmatch(said) or (_PLAIN.fullmatch(said) and "xn--" not in said)):
        return said
    read = read_email(said) if "@" in said else None
    return read.address if read and len(read.address) <= LONGEST else None
