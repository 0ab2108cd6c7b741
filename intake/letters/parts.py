"""The parts of a letter, found without copying or recursion: nesting and boundaries are the sender's word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from intake.letters.headers import Headers, split
from intake.letters.parameters import read_parameters
from intake.letters.problems import Problem

MAX_PARTS = 1000  # leaves and branches together
MAX_DEPTH = 30  # real letters have five or six
LETTER = "letter"  # stands in `Part.inside` for an attached letter
MAX_LINES = 100_000  # that begin as a boundary does, in the whole letter
MAX_TYPE = 100  # letters; the longest real one has 73
MAX_BOUNDARY = 200  # RFC 2046 says 70

_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)
_REST = re.compile(rb"(--)?[ \t\r]*+(?=\n|\Z)")
_FIRST_LINE = re.compile(rb"\s*--([^\s][^\r\n]{0,199}?)[ \t]*\r?\n(?=content-|\r?\n)", re.IGNORECASE)


@dataclass(slots=True)
class Part:
    """A leaf: `start` and `end` are where its content stands in the raw letter. `inside` are the kinds of
    its multiparts, the outermost first («mixed»); `group` numbers the nearest alternative, or is 0."""

    headers: Headers
    content_type: str
    parameters: dict[str, str]
    start: int
    end: int
    inside: tuple[str, ...] = ()
    group: int = 0


@dataclass(slots=True)
class _Piece:
    """Bytes that may be a leaf or a multipart."""

    start: int
    end: int
    inside: tuple[str, ...]
    group: int
    headers: Headers | None = None
    default: str = "text/plain"


@dataclass(slots=True)
class Taken:
    """All leaves in their order, and what was wrong."""

    parts: list[Part] = field(default_factory=list)
    problems: set[Problem] = field(default_factory=set)
    lines_left: int = MAX_LINES
    before: tuple[int, int] = (0, 0)  # what stands before the first boundary of all
    multiparts: list[tuple[str, dict[str, str]]] = field(default_factory=list)


def take_apart(raw: bytes, headers: Headers, start: int) -> Taken:
    """Every leaf of the letter whose own headers are given. Takes any bytes."""
    taken, groups = Taken(), 0
    waiting = [_Piece(start, len(raw), (), 0, headers)]
    while waiting and len(taken.parts) + len(taken.multiparts) < MAX_PARTS:
        piece = waiting.pop()
        part = _part(raw, piece)
        inner = list(_inner(raw, part, taken)) if part.content_type.startswith("multipart/") else []
        groups += part.content_type == "multipart/alternative"
        if not inner:
            taken.parts.append(part)
            inner = list(_attached_letter(raw, part))
        for each in reversed(inner):
            if part.content_type == "multipart/alternative":
                each.group = groups
            waiting.append(each)
    if waiting:
        taken.problems.add(Problem.TOO_MANY_PARTS)
    return taken


def _part(raw: bytes, piece: _Piece) -> Part:
    headers, start = piece.headers, piece.start
    if headers is None:
        headers, start = split(raw, piece.start, piece.end)
    named, parameters = read_parameters(headers.raw("content-type"), headers.hint)
    content_type = _type(named, piece.default)
    return Part(headers, content_type, parameters, start, piece.end, piece.inside, piece.group)


def _type(named: str, default: str) -> str:
    """A type that may stand in an HTTP header, too: «text/plain,» is meant well, «т/х» is unknown."""
    if usable := _TYPE.match(named[:MAX_TYPE]):
        return usable[0]
    if "/" in named.strip("/"):
        return "application/octet-stream"
    return "text/html" if named == "html" else default


def _inner(raw: bytes, part: Part, taken: Taken) -> Iterator[_Piece]:
    """Nothing where no boundary is to be found: then it is read as the text it is."""
    kind = part.content_type.partition("/")[2]
    if len(part.inside) >= MAX_DEPTH:
        taken.problems.add(Problem.TOO_DEEP)
        return
    if LETTER not in part.inside:
        taken.multiparts.append((kind, part.parameters))
    spans = _spans(raw, part, part.parameters.get("boundary", "").encode("utf-8", "replace"), taken)
    if not spans:
        taken.problems.add(Problem.NO_BOUNDARY)
        guessed = _FIRST_LINE.match(raw, part.start, part.end)
        spans = _spans(raw, part, guessed[1], taken) if guessed else []
    default = "message/rfc822" if kind == "digest" else "text/plain"
    for start, end in spans:
        yield _Piece(start, end, (*part.inside, kind), part.group, default=default)


def _attached_letter(raw: bytes, part: Part) -> Iterator[_Piece]:
    """The files in a letter that is attached are offered, too; what they have attached in their turn is not:
    every level would be kept once more. What a bounce brings back is known."""
    if part.content_type != "message/rfc822" or LETTER in part.inside or "report" in part.inside:
        return
    if part.headers.raw("content-transfer-encoding").lower() not in (b"base64", b"quoted-printable"):
        headers, start = split(raw, part.start, part.end)
        yield _Piece(start, part.end, (*part.inside, LETTER), 0, headers)


def _spans(raw: bytes, part: Part, boundary: bytes, taken: Taken) -> list[tuple[int, int]]:
    """Where the parts between the boundaries stand."""
    if not boundary or len(boundary) > MAX_BOUNDARY:
        return []
    spans: list[tuple[int, int]] = []
    at, start, closed = max(part.start - 1, 0), -1, False
    while len(spans) < MAX_PARTS and (found := _next_line(raw, b"\n--" + boundary, (at, part.end), taken)):
        begins, at, closed = found
        if start >= 0:
            spans.append((start, _bare_end(raw, start, begins)))
        elif not part.inside:
            taken.before = (part.start, begins)
        start = min(at + 1, part.end)
        if closed:
            break
    if not closed and start >= 0:
        taken.problems.add(Problem.CUT_SHORT)
        spans.append((start, part.end))
    return [span for span in spans if span[1] > span[0]]


def _next_line(raw: bytes, line: bytes, span: tuple[int, int], taken: Taken) -> tuple[int, int, bool] | None:
    """Where a boundary's line begins and ends, and whether it is the last one. To make a pattern of each
    letter's own boundary would cost more than all the rest of taking it apart."""
    at, end = span
    while taken.lines_left and (begins := raw.find(line, at, end)) >= 0:
        taken.lines_left -= 1
        if rest := _REST.match(raw, begins + len(line), end):
            return begins, rest.end(), rest[1] is not None
        at = begins + 1
    return None


def _bare_end(raw: bytes, start: int, end: int) -> int:
    """The line end before a boundary belongs to the boundary."""
    return end - 1 if end > start and raw[end - 1 : end] == b"\r" else end
