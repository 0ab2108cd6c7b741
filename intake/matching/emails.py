"""E-mail addresses as people write them, made comparable by email-validator. Nothing here raises or looks a
domain up."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

if "local" in SPECIAL_USE_DOMAIN_NAMES:  # scanners and fax servers inside the house write letters, too
    SPECIAL_USE_DOMAIN_NAMES.remove("local")

MAX_TEXT = 1000  # letters of a field that are looked at
MAX_ADDRESSES = 20  # taken from one field

# Providers where anybody has a mailbox: the domain says nothing about the company.
PUBLIC_DOMAINS = frozenset(
    {
        "mail.ru", "bk.ru", "inbox.ru", "list.ru", "internet.ru", "vk.com", "xmail.ru",
        "yandex.ru", "ya.ru", "yandex.com", "yandex.by", "yandex.kz", "narod.ru",
        "rambler.ru", "lenta.ru", "autorambler.ru", "myrambler.ru", "ro.ru", "pochta.ru", "qip.ru",
        "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "icloud.com", "me.com",
        "yahoo.com", "aol.com", "gmx.de", "gmx.net", "web.de", "proton.me", "protonmail.com", "ukr.net",
        "tut.by", "mail.kz",
    }
)  # fmt: skip

_ADDRESS = re.compile(r"[^\s<>\"',;:()\[\]|]+\s?@\s?[^\s<>\"',;:()\[\]|@?]+")
_EDGES = ".-«»“”„!?*/\\`"


@dataclass(frozen=True, slots=True)
class Email:
    """`address` is the key: lower case, a Cyrillic domain in Cyrillic; `raw` is what was written."""

    address: str
    raw: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


def read_email(raw: str) -> Email | None:
    """The first address in a text («Иван <ivan@firma.example>», «mailto:…»), or None."""
    return next(iter(_read(raw, 1)), None)


def read_emails(raw: str) -> list[Email]:
    """Every address in a text, in its order, each once."""
    return _read(raw, MAX_ADDRESSES)


def company_domain(address: str) -> str | None:
    """The domain of a company's own address; None for public mail, which everybody has."""
    _, at, domain = address.rpartition("@")
    return domain if at and domain and domain not in PUBLIC_DOMAINS else None


def _read(raw: str, limit: int) -> list[Email]:
    text = unicodedata.normalize("NFKC", raw[:MAX_TEXT])
    text = "".join(letter for letter in text if unicodedata.category(letter) != "Cf")
    found: dict[str, Email] = {}
    for match in _ADDRESS.finditer(text):
        piece = re.sub(r"\s", "", match[0])
        address = _normalised(piece.strip(_EDGES))
        if address:
            found.setdefault(address, Email(address, piece))
        if len(found) == limit:
            break
    return list(found.values())


@lru_cache(maxsize=2048)  # a letter names its sender and us several times; checking takes 0.1 ms
def _normalised(address: str) -> str | None:
    """Lower case throughout: no mailbox in use tells Ivan@ from ivan@, and people write both."""
    try:
        checked = validate_email(address, check_deliverability=False, globally_deliverable=False)
    except (EmailNotValidError, ValueError):
        return None
    return checked.normalized.lower() if "." in checked.domain else None
