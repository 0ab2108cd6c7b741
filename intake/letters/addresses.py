"""Lists of addresses, by RFC 5322 and as people and programs break them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from intake.letters.charsets import decode
from intake.letters.plain import one_line
from intake.letters.words import header_text
from intake.model.letters import Address

MAX_ADDRESSES = 300  # of one header; a list beyond that is no correspondence
MAX_EMAIL = 254  # RFC 5321

_TOKEN = re.compile(
    r'"(?P<quoted>(?:[^"\\]|\\.)*+)"?|\((?P<comment>[^()]*+)\)?|<(?P<angle>[^<>]*+)>?'
    r'|(?P<mark>[,;:])|(?P<word>(?:=\?[^?\s]{1,60}\?[bBqQ]\?.{0,300}?\?=|[^",;:()<>])++)|(?P<stray>.)',
    re.DOTALL,
)
_COMMENTS = re.compile(r"\([^()]*+\)|\s+|^mailto:", re.IGNORECASE)
_EMAIL = re.compile(r"[^\s@<>\[\]'\"]{1,200}@[^\s@<>'\"]{1,253}")
_AROUND_AT = re.compile(r"[ \t]{1,9}@[ \t]{0,9}|@[ \t]{1,9}")
_ESCAPED = re.compile(r"\\(.)")
_EDGES = " \t'\"«»“”<>"


@dataclass(slots=True)
class _Entry:
    """What stands between two commas."""

    words: list[str] = field(default_factory=list)
    comment: str = ""
    angle: str | None = None
    quoted: str = ""  # «"john smith"@firm.example»


def read_addresses(values: Iterable[bytes], hint: str = "") -> tuple[Address, ...]:
    """Every address in headers of one name. One that cannot be read keeps its name, with an empty e-mail."""
    found: list[Address] = []
    for value in values:
        text = decode(value, "", hint)[0]
        found += _read(text, hint)
        if len(found) >= MAX_ADDRESSES:
            break
    return tuple(found[:MAX_ADDRESSES])


def _read(text: str, hint: str) -> list[Address]:
    """Some encode the address, too."""
    found = [address for entry in _entries(text) for address in _addresses(entry, hint)]
    if "=?" in text and not any(address.email for address in found):
        plain = header_text(text.encode("utf-8", "surrogatepass"), hint, len(text))
        found = [address for entry in _entries(plain) for address in _addresses(entry, hint)]
    return found


def _entries(text: str) -> list[_Entry]:
    entries: list[_Entry] = []
    entry = _Entry()
    for token in _TOKEN.finditer(text):
        if token["mark"] == ":":  # a group's name stood before it
            entry = _Entry()
        elif token["mark"]:
            entry = _ended(entries, entry)
        else:
            _take(entry, token)
        if len(entries) > MAX_ADDRESSES:
            break
    _ended(entries, entry)
    return entries


def _take(entry: _Entry, token: re.Match[str]) -> None:
    if token["quoted"] is not None:
        entry.quoted = token[0]
        entry.words.append(_ESCAPED.sub(r"\1", token["quoted"]))
    elif token["comment"] is not None:
        entry.comment = entry.comment or token["comment"]
        if entry.words and "@" in entry.words[-1]:  # «jdoe@machine(comment). example»
            entry.words.append("\0")
    elif token["angle"] is not None:
        if entry.angle is None or "@" not in entry.angle:
            entry.angle = token["angle"]
    elif token["word"]:
        entry.words.append(token["word"])


def _ended(entries: list[_Entry], entry: _Entry) -> _Entry:
    """«Иванов, Иван <ivan@firm.example>»: the name was meant to be one."""
    if not (entry.words or entry.angle):
        return _Entry()
    before = entries[-1] if entries else None
    if before and entry.angle and entry.words and before.angle is None and not _has_email(before):
        before.words = [f"{''.join(before.words).strip()},", *entry.words]
        before.angle, before.comment = entry.angle, entry.comment
    elif "".join(entry.words).strip() or entry.angle:
        entries.append(entry)
    return _Entry()


def _has_email(entry: _Entry) -> bool:
    return any("@" in word for word in entry.words)


def _addresses(entry: _Entry, hint: str) -> list[Address]:
    if entry.angle is not None:
        email = _email(entry.angle)
        return [Address(email, _name(" ".join(entry.words).strip() or entry.comment, email, hint))]
    text = "".join(entry.words)
    if entry.quoted and entry.quoted != text and f"{entry.quoted[1:-1]}@" in text:
        return [Address((entry.quoted + "@" + text.partition("@")[2]).strip().lower()[:MAX_EMAIL])]
    text = _AROUND_AT.sub("@", text.replace("\0", ""))
    emails = _EMAIL.findall(text)
    if not emails:
        return [Address("", _name(text.strip() or entry.comment, "", hint))]
    name = _EMAIL.sub(" ", text) if len(emails) == 1 else ""
    return [Address(_email(one), _name(name.strip() or entry.comment, _email(one), hint)) for one in emails]


def _email(text: str) -> str:
    """As written, in lower case, without comments; empty when it is none."""
    bare = one_line(_COMMENTS.sub("", text), MAX_EMAIL + 1).strip("'\",;[]. ").lower()
    local, at, domain = bare.rpartition("@")
    return bare if at and local and domain and len(bare) <= MAX_EMAIL else ""


def _name(text: str, email: str, hint: str) -> str:
    """A name that only says the address again is none."""
    name = header_text(text.replace("\0", "").encode("utf-8", "surrogatepass"), hint, 200)
    name = name.strip(_EDGES).strip()
    return "" if name.lower() == email else name
