"""A letter's or a part's headers: raw values by name, and where they end."""

import re
from dataclasses import dataclass, field

from intake.letters.charsets import known
from intake.letters.problems import Problem
from intake.letters.words import header_text

MAX_HEADERS = 1000  # kept; a hundred thousand are an attack
MAX_VALUE = 64_000  # bytes of one header
MAX_LOOK_AHEAD = 50  # lines among which the headers may go on after something that is none

_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:([^\n]*+(?:\n[ \t][^\n]*+)*+)(?:\n|\Z)")
_BEFORE = re.compile(rb"(?:\xef\xbb\xbf)?[\r\n \t]*(?=[!-9;-~]{1,200}[ \t]*:)")
_MBOX = re.compile(rb">?From (?![ \t]*:)[^\n]*+(?:\n|\Z)")
_EMPTY = re.compile(rb"\r*\n|\Z")
_END = re.compile(rb"\n\r*\n")
_FOLDS = re.compile(rb"[\r\n]+")
_MAIN = re.compile(
    rb"(?:from|to|subject|date|return-path|received|message-id|reply-to)[ \t]*:", re.IGNORECASE
)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w.:-]{2,40})|=\?([\w.:-]{2,40})\?[bq]\?", re.IGNORECASE)


@dataclass(slots=True)
class Headers:
    """Names are in lower case. `hint` is the charset of bytes that should not be there."""

    fields: dict[str, list[bytes]] = field(default_factory=dict)
    problems: set[Problem] = field(default_factory=set)
    hint: str = ""

    def __contains__(self, name: str) -> bool:
        return name in self.fields

    def raw(self, name: str) -> bytes:
        """The first of that name, unfolded; empty when there is none."""
        return self.every(name)[0] if name in self.fields else b""

    def every(self, name: str) -> list[bytes]:
        return [_FOLDS.sub(b"", value).strip() for value in self.fields.get(name, ())]

    def text(self, name: str) -> str:
        """One clean line, encoded words undone."""
        return header_text(self.raw(name), self.hint)


def split(raw: bytes, start: int, end: int) -> tuple[Headers, int]:
    """The headers that stand at `start`, and where the body begins. Takes any bytes."""
    headers, at, count = Headers(), start, 0
    if start == 0 and (before := _BEFORE.match(raw, at, end)):
        at = before.end()
    if mbox := _MBOX.match(raw, at, end):
        at = mbox.end()
    while not (empty := _EMPTY.match(raw, at, end)):
        if count == MAX_HEADERS:
            headers.problems.add(Problem.TOO_MANY_HEADERS)
            return headers, _after_headers(raw, at, end)
        if one := _FIELD.match(raw, at, end):
            values = headers.fields.setdefault(one[1].decode("ascii").lower(), [])
            values.append(one[2][:MAX_VALUE])
            count += 1
            at = one.end()
        elif further := 0 if start or "from" in headers else _where_they_go_on(raw, at, end):
            headers.problems.add(Problem.BROKEN_HEADERS)
            at = further
        else:  # no empty line between: what is no header is text
            headers.problems.add(Problem.BROKEN_HEADERS)
            return headers, at
    return headers, min(empty.end(), end)


def charset_hint(raw: bytes, headers: Headers) -> str:
    """The charset for raw bytes in headers: what the letter names elsewhere, if it is not UTF-8."""
    try:
        b"\n".join(value for values in headers.fields.values() for value in values).decode()
    except UnicodeDecodeError:
        return _charset_named(raw[:MAX_VALUE])
    return ""


def _charset_named(raw: bytes) -> str:
    for named in _CHARSET.finditer(raw):
        name = known((named[1] or named[2]).decode("ascii", "ignore"))
        if name and name not in ("utf-8", "ascii", "cp1252"):
            return name
    return ""


def _where_they_go_on(raw: bytes, at: int, end: int) -> int:
    """A broken line may stand among the headers, as long as we do not know the sender; later it is the text
    of a letter without the empty line, and a «From:» in that is somebody else's. 0: they do not."""
    for _ in range(MAX_LOOK_AHEAD):
        at = _line_end(raw, at, end)
        if at >= end or _EMPTY.match(raw, at, end):
            return 0
        if _MAIN.match(raw, at, end):
            return at
    return 0


def _line_end(raw: bytes, at: int, end: int) -> int:
    found = raw.find(b"\n", at, end)
    return end if found < 0 else found + 1


def _after_headers(raw: bytes, at: int, end: int) -> int:
    found = _END.search(raw, at, end)
    return found.end() if found else end
