"""A letter's text, its HTML and its files, out of its parts."""

import re
from dataclasses import dataclass, field, replace
from html import escape, unescape
from urllib.parse import unquote

from intake.letters.charsets import decode, known
from intake.letters.filenames import given_name, made_up
from intake.letters.flowed import unflowed
from intake.letters.html import MAX_HTML, html_to_text
from intake.letters.parameters import read_parameters
from intake.letters.parts import LETTER, Part, Taken
from intake.letters.plain import lines, storable
from intake.letters.problems import Problem
from intake.letters.transfer import undone
from intake.model.letters import Attached

MAX_TEXT = 100_000  # letters of text that are kept, fifty pages; the raw letter has all
MAX_TEXT_BYTES = 2_000_000  # of all text parts together that are looked at

_TAGS = re.compile(r"<[^<>]{1,200}>")
_LOOKS_HTML = re.compile(rb"\s*(?:<!doctype html|<html[\s>])", re.IGNORECASE)
_META_CHARSET = re.compile(rb"<meta[^>]{1,200}?charset\s*=\s*[\"']?([\w:.-]{2,40})", re.IGNORECASE)
_BODY_TYPES = (
    "text/plain",
    "text/html",
    "text/enriched",
    "text/richtext",
    "text/x-amp-html",
    "text/markdown",
)
CALENDAR = "text/calendar"
_CALENDAR_TEXT = re.compile(r"^(?:SUMMARY|LOCATION|DESCRIPTION)[^:\n]{0,100}:([^\n]{1,2000})", re.MULTILINE)
_PREAMBLE = re.compile(r"multi-?part message|mime", re.IGNORECASE)


@dataclass(slots=True)
class _Version:
    """The same text in up to two ways; letters have several, around their pictures."""

    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Bodies:
    """All that a letter says and brings along."""

    text: str = ""
    html: str = ""
    attachments: list[Attached] = field(default_factory=list)
    problems: set[Problem] = field(default_factory=set)
    _versions: dict[object, _Version] = field(default_factory=dict)
    _left: int = MAX_TEXT_BYTES


def read_bodies(raw: bytes, taken: Taken) -> Bodies:
    """Texts in their order, each part that is no text as an attachment."""
    bodies = Bodies()
    for number, part in enumerate(taken.parts, 1):
        _read_part(raw, part, number, bodies)
    if not bodies._versions:
        _read_anything(raw, taken, bodies)
    _put_together(bodies)
    if bodies.html:
        _place_pictures(bodies)
    return bodies


def _read_part(raw: bytes, part: Part, number: int, bodies: Bodies) -> None:
    disposition, _ = read_parameters(part.headers.raw("content-disposition"))
    content, whole = undone(memoryview(raw)[part.start : part.end], _encoding(part))
    if not whole:
        bodies.problems.add(Problem.BAD_ENCODING)
    name = given_name(part)
    first = not bodies._versions
    if LETTER in part.inside:
        if not name:
            return
    elif part.content_type in _BODY_TYPES and disposition != "attachment" and (first or not name):
        _read_text(part, content, bodies)
        if not name:
            return
    if content or name:
        bodies.attachments.append(_attached(part, content, name or made_up(part, content, number)))


def _encoding(part: Part) -> str:
    """Letters in letters and multiparts must not be encoded, and some are."""
    return part.headers.raw("content-transfer-encoding").decode("latin-1")


def _attached(part: Part, content: bytes, name: str) -> Attached:
    cid = part.headers.text("content-id").strip("<> ")[:250]
    return Attached(name, part.content_type, content, cid)


def _place_pictures(bodies: Bodies) -> None:
    """Inline is what the HTML shows, whatever its header says: Apple Mail calls price lists inline, too."""
    html = unquote(unescape(bodies.html))
    bodies.attachments = [
        replace(each, inline=bool(each.content_id) and f"cid:{each.content_id}" in html)
        for each in bodies.attachments
    ]


def _read_text(part: Part, content: bytes, bodies: Bodies) -> None:
    kind = part.content_type
    if kind == "text/plain" and _LOOKS_HTML.match(content):
        kind = "text/html"
    text = _decoded(part, content, kind, bodies)
    if not text.strip():
        return
    version = bodies._versions.setdefault(part.group or f"alone-{len(bodies._versions)}", _Version())
    if kind == "text/html":
        version.html.append(text)
    elif kind in ("text/enriched", "text/richtext") and not version.plain:
        version.plain.append(_TAGS.sub("", text))
    elif kind == CALENDAR:
        version.plain.append(_invitation(text))
    elif kind in ("text/plain", "text/markdown"):
        flowed = part.parameters.get("format", "").lower() == "flowed"
        version.plain.append(unflowed(text, part.parameters.get("delsp", "").lower()) if flowed else text)


def _decoded(part: Part, content: bytes, kind: str, bodies: Bodies) -> str:
    if len(content) > bodies._left:
        bodies.problems.add(Problem.TEXT_CUT)
    content = content[: bodies._left].removeprefix(b"\xef\xbb\xbf")
    bodies._left -= len(content)
    label = part.parameters.get("charset", "")
    meta = _META_CHARSET.search(content, 0, 4000) if kind == "text/html" else None
    hint = meta[1].decode("ascii", "ignore") if meta else part.headers.hint
    text, right = decode(content, label, hint)
    if not right or (label and not known(label) and not content.isascii()):
        bodies.problems.add(Problem.BAD_CHARSET)
    if "\ufffd" in text:
        bodies.problems.add(Problem.UNREADABLE_TEXT)
    return text


def _read_anything(raw: bytes, taken: Taken, bodies: Bodies) -> None:
    """No body: the text before the parts, a text that calls itself an attachment, an attached letter's, or
    an invitation's."""
    before = lines(decode(raw[slice(*taken.before)][:MAX_TEXT_BYTES], "utf-8")[0])
    if before and not (len(before) < 300 and _PREAMBLE.search(before)):
        bodies._versions["before"] = _Version([before])
        return
    for part in taken.parts:
        inside = LETTER in part.inside or len(taken.parts) == 1
        if part.content_type == CALENDAR or (inside and part.content_type in _BODY_TYPES):
            content, _ = undone(memoryview(raw)[part.start : part.end], _encoding(part))
            _read_text(part, content, bodies)


def _invitation(text: str) -> str:
    """What an invitation without words says."""
    unfolded = re.sub(r"\r?\n[ \t]", "", text)
    return "\n".join(re.sub(r"\\[nN]", "\n", said[1]) for said in _CALENDAR_TEXT.finditer(unfolded))


def _put_together(bodies: Bodies) -> None:
    texts: list[str] = []
    htmls: list[str] = []
    left = MAX_HTML
    for version in bodies._versions.values():
        html = "\n".join(version.html)
        if len(html) > left:
            bodies.problems.add(Problem.HTML_CUT)
        html = html[:left]
        left -= len(html)
        texts.append(lines("\n\n".join(version.plain)[: 2 * MAX_TEXT]) or lines(html_to_text(html)))
        htmls.append(html or f"<div style='white-space:pre-wrap'>{escape(texts[-1])}</div>")
    text = "\n\n".join(filter(None, texts))
    if len(text) > MAX_TEXT:
        bodies.problems.add(Problem.TEXT_CUT)
    bodies.text = text[:MAX_TEXT]
    if any(version.html for version in bodies._versions.values()):
        bodies.html = storable("\n".join(htmls)[:MAX_HTML])
