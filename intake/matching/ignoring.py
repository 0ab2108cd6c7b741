"""Whom nobody wants to hear of: does anything on the list fit this number, address or chat? Pure.

A list is made once and asked for whatever comes in: exact patterns, domains and beginnings are looked up,
only expressions are tried one after another, in linear time whatever is written there (RE2).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import re2

from intake.errors import Rejected
from intake.matching.emails import read_email
from intake.matching.keys import digits_of, phone_beginnings
from intake.matching.phones import read_phone
from intake.model.chats import is_identity

LONGEST = 320  # characters of a pattern
SHORTEST = 2  # of a chat's id, a colleague's number
SHORTEST_PREFIX = 3  # digits or letters: a shorter beginning would fit half the country
MEMORY = 1 << 20  # bytes that one expression may take

_BARE = re.compile(r"[^\s<>():;,\"]+@[^\s<>():;,\"@]+")  # an address with nothing around it

EXACT, PREFIX, DOMAIN, REGEX = "exact", "prefix", "domain", "regex"


@dataclass(frozen=True, slots=True)
class Ignoring:
    """One live entry. `channels` (call, letter, form, chat) empty: all."""

    id: int
    how: str
    pattern: str  # as `pattern_of` gives it
    channels: tuple[str, ...] = ()

    def is_of(self, channel: str) -> bool:
        return not self.channels or channel in self.channels


class IgnoreList:
    """What is on the list at one moment."""

    def __init__(self, entries: Iterable[Ignoring] = ()) -> None:
        self._by_how: dict[str, dict[str, Ignoring]] = {EXACT: {}, PREFIX: {}, DOMAIN: {}, REGEX: {}}
        for entry in entries:
            self._by_how[entry.how][entry.pattern] = entry
        self._beginnings = sorted({len(prefix) for prefix in self._by_how[PREFIX]}, reverse=True)

    def entry_for(self, channel: str, keys: Iterable[str | None]) -> int | None:
        """The entry that keeps one of these keys (E.164, address, chat id) from making work on a channel;
        the plainest way of fitting first. None: nobody minds."""
        wanted = [key_of(key) for key in keys if key]
        for fitting in (self._exact, self._domains, self._prefixes, self._expressions):
            for key in wanted:
                for entry in fitting(key):
                    if entry.is_of(channel):
                        return entry.id
        return None

    def _exact(self, key: str) -> Iterator[Ignoring]:
        if entry := self._by_how[EXACT].get(key):
            yield entry

    def _domains(self, key: str) -> Iterator[Ignoring]:
        """Its own domain, then those that it is a part of: whoever has b.ru has mail.b.ru."""
        domain = key.rpartition("@")[2] if "@" in key else ""
        while "." in domain:
            if entry := self._by_how[DOMAIN].get(domain):
                yield entry
            domain = domain.partition(".")[2]

    def _prefixes(self, key: str) -> Iterator[Ignoring]:
        for length in self._beginnings:
            if entry := self._by_how[PREFIX].get(key[:length]):
                yield entry

    def _expressions(self, key: str) -> Iterator[Ignoring]:
        return (entry for pattern, entry in self._by_how[REGEX].items() if compiled(pattern).search(key))


def key_of(text: str) -> str:
    """What a number, address or chat id is compared as. Numbers come in E.164 already."""
    text = text.strip()[:LONGEST]
    if "@" not in text:
        return text.casefold()
    if text.isascii() and "xn--" not in text:
        return text.lower()
    read = read_email(text)
    return read.address if read else text.casefold()


def pattern_of(how: str, text: str) -> str:
    """As it is kept. Raises Rejected("nothing-to-ignore"), ("too-long"), ("no-sender", value=), ("too-short",
    least=), ("no-such-domain", value=), ("bad-expression", why=) and ("fits-everybody")."""
    text = text.replace("\0", "").strip()
    if not text:
        raise Rejected("nothing-to-ignore")
    if len(text) > LONGEST:
        raise Rejected("too-long", field="pattern", limit=LONGEST)
    return _PATTERNS[how](text)


def how_of(text: str) -> str:
    """What somebody means who writes a pattern alone: «@b.ru», «+7800*», «/^8800/», else exactly this."""
    text = text.strip()
    if len(text) > 2 and text.startswith("/") and text.endswith("/"):
        return REGEX
    if text.startswith(("@", "*@")):
        return DOMAIN
    return PREFIX if text.endswith("*") else EXACT


def _exact(text: str) -> str:
    if is_identity(text):
        return key_of(text)
    if "@" in text.lstrip("@"):
        if _BARE.fullmatch(text):
            return key_of(text)
        if (read := read_email(text)) is None:
            raise Rejected("no-sender", value=text[:80])
        return read.address
    phone = read_phone(text)
    if phone is not None and len(digits_of(text)) >= len("4951234567"):
        return phone.e164
    if len(text) < SHORTEST or len(text.split()) > 1:
        raise Rejected("no-sender", value=text[:80])
    return key_of(text)


def _prefix(text: str) -> str:
    text = text.rstrip("*").strip()
    digits = digits_of(text)
    if text.strip("+0123456789 ()-") == "" and len(digits) >= SHORTEST_PREFIX:
        return phone_beginnings(text)[0]
    if len(text) < SHORTEST_PREFIX:
        raise Rejected("too-short", field="pattern", least=SHORTEST_PREFIX)
    return key_of(text)


def _domain(text: str) -> str:
    read = read_email(f"anybody@{text.lstrip('*').lstrip('@')}")
    if read is None:
        raise Rejected("no-such-domain", value=text[:80])
    return read.domain


def _regex(text: str) -> str:
    if len(text) > 2 and text.startswith("/") and text.endswith("/"):
        text = text[1:-1]
    try:
        expression = compiled(text)
    except re2.error as error:
        raise Rejected("bad-expression", why=_why(error)) from error
    if expression.search(""):
        raise Rejected("fits-everybody")
    return text


_PATTERNS = {EXACT: _exact, PREFIX: _prefix, DOMAIN: _domain, REGEX: _regex}


@cache
def compiled(pattern: str) -> Any:
    """Case does not count. Raises re2.error."""
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = MEMORY
    return re2.compile(pattern, options)


def _why(error: Exception) -> str:
    said = error.args[0] if error.args else ""
    return (said.decode(errors="replace") if isinstance(said, bytes) else str(said))[:200]
