"""From what stands in the wizard's search fields to keys that can be looked up. Pure; never raises."""

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import urlsplit

from intake.matching.emails import Email, read_emails
from intake.matching.inn import clean_inn, inn_problem
from intake.matching.phones import Phone, read_phones, tail
from intake.model.chats import is_identity

MAX_TEXT = 300  # letters of a field that are looked at
MIN_FRAGMENT = 3  # digits from which a piece of a number is worth looking for
HOME_PREFIX = "+7"
TRUNK_PREFIX = "8"  # said inside the country instead of it

_MESSENGER_HOSTS = (
    "t.me", "telegram.me", "vk.com", "vk.ru", "vk.me", "m.vk.com", "max.ru", "ok.ru", "viber.me",
    "instagram.com", "x.com", "twitter.com", "facebook.com",
)  # fmt: skip
_PHONE_HOSTS = ("wa.me", "api.whatsapp.com", "viber.click")
_MESSENGER_WORDS = re.compile(
    r"^(?:tg|telegram|телеграм+|тг|vk|вк|вконтакте|max|макс|skype|скайп|viber|вайбер|whatsapp)\s*[:\s]\s*(?=\S)",
    re.IGNORECASE,
)
_NICK = re.compile(r"^@?[^\W_][\w.\-:]{1,63}$")
_DOMAIN = re.compile(r"^(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+(?:[^\W\d_]{2,24}|xn--[a-z0-9-]{2,59})$")
_NUMBERED = re.compile(r"[^\W_]*\d[^\s,;]*")
_NOT_DIGITS = re.compile(r"\D")


@dataclass(frozen=True, slots=True)
class Other:
    """All that a text in «other contact information» may be, each reading normalised."""

    phones: tuple[Phone, ...] = ()
    emails: tuple[Email, ...] = ()
    inns: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()  # bare domains
    nicks: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()  # numbers of contracts, orders, interests


def read_other(text: str, area_code: str | None = None) -> Other:
    """«@ivanov», «https://firma.example/contacts», «договор № 12-34/2024», or a phone in the wrong field; and
    the key of a person in a messenger, which is nothing else besides."""
    text = _plain(text)
    if is_identity(text):
        return Other(nicks=(text,))
    pieces = text.split()
    sites = tuple(dict.fromkeys(site for piece in pieces if (site := site_key(piece))))
    nicks = (nick_key(text), *(nick_key(piece) for piece in pieces if _names_a_messenger(piece)))
    inns = (clean_inn(piece) for piece in pieces)
    words = (piece for piece in pieces if "@" not in piece and _host(piece) is None)
    return Other(
        phones=tuple(read_phones(text, area_code=area_code)),
        emails=tuple(read_emails(text)),
        inns=tuple(inn for inn in inns if inn_problem(inn) in (None, "checksum")),
        sites=sites,
        nicks=tuple(dict.fromkeys(nick for nick in nicks if nick and not site_key(nick))),
        documents=document_keys(" ".join(words)),
    )


def site_key(text: str) -> str | None:
    """«https://www.Firma.example:443/contacts» -> «firma.example»; None when it is no domain.

    A Cyrillic domain stays Cyrillic, and one in punycode becomes so.
    """
    host = None if "@" in text else _host(text.strip())
    if host is None or host in _MESSENGER_HOSTS or host in _PHONE_HOSTS:
        return None
    return host if _DOMAIN.match(host) and len(host) <= 253 else None


def nick_key(text: str) -> str | None:
    """«@Ivanov», «t.me/ivanov», «Telegram: ivanov» -> «ivanov»; None when it cannot be one."""
    text = _MESSENGER_WORDS.sub("", _plain(text))
    if _host(text) in _MESSENGER_HOSTS:
        path = text.rstrip("/").rpartition("/")[2]
        text = path.partition("?")[0]
    return text.removeprefix("@").casefold() if _NICK.match(text) else None


def document_keys(text: str) -> tuple[str, ...]:
    """Numbers in free text without their dashes and slashes: «договор № АБ-12/2024» -> «аб122024»."""
    found = (document_key(match[0]) for match in _NUMBERED.finditer(_with_letters_glued(text)))
    return tuple(dict.fromkeys(key for key in found if len(key) >= 2))


def document_key(number: str) -> str:
    """A document's number with letters folded and only letters and digits left."""
    folded = _plain(number).casefold().replace("ё", "е")
    return "".join(letter for letter in folded if letter.isalnum())


def phone_beginnings(text: str) -> tuple[str, ...]:
    """How an E.164 number may begin, from its beginning as typed: +7916 is among those for «8 916», «916»."""
    digits = digits_of(text)
    if len(digits) < MIN_FRAGMENT:
        return ()
    if text.lstrip(" (").startswith("+"):
        return (f"+{digits}",)
    home = digits[1:] if digits.startswith(TRUNK_PREFIX) else digits
    return tuple(dict.fromkeys((HOME_PREFIX + home, HOME_PREFIX + digits, f"+{digits}")))


def phone_parts(text: str) -> tuple[str, ...]:
    """What may stand inside an E.164 number: the digits typed, also with 7 for a leading 8."""
    digits = digits_of(text)
    if len(digits) < MIN_FRAGMENT:
        return ()
    if digits.startswith(TRUNK_PREFIX):
        return digits, f"7{digits[1:]}"
    return (digits,)


def phone_tails(text: str) -> tuple[str, ...]:
    """The last seven digits of each number, or of seven digits typed without an area code."""
    tails = dict.fromkeys(tail(phone.e164) for phone in read_phones(text))
    digits = digits_of(text)
    return tuple(tails) or ((digits,) if len(digits) == len(tail(digits)) == 7 else ())


def digits_of(text: str) -> str:
    """The digits of a text, of whatever alphabet, and nothing else."""
    return _NOT_DIGITS.sub("", _plain(text))


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", text[:MAX_TEXT].replace("№", " "))[:MAX_TEXT]
    return "".join(letter for letter in text if unicodedata.category(letter) != "Cf").strip()


def _with_letters_glued(text: str) -> str:
    """«АБ-12» is one number, «договор 12» is not: short letters before a dash belong to it."""
    return re.sub(r"(?<![^\W_])([^\W\d_]{1,4})[-/](?=\d)", r"\1", _plain(text))


def _names_a_messenger(piece: str) -> bool:
    return piece.startswith("@") or _host(piece) in _MESSENGER_HOSTS


def _host(text: str) -> str | None:
    try:
        host = urlsplit(text if "//" in text else f"//{text}").hostname or ""
        host = host.rstrip(".").removeprefix("www.")
        return _unicode(host) if "." in host else None
    except ValueError:
        return None


def _unicode(host: str) -> str:
    try:
        return host.encode("ascii").decode("idna") if "xn--" in host else host
    except UnicodeError:
        return host
