"""Content-Type and Content-Disposition with their parameters, by RFC 2231 and as they are really sent."""

import re
from urllib.parse import unquote_to_bytes

from intake.letters.charsets import decode
from intake.letters.plain import one_line
from intake.letters.words import header_text

MAX_LENGTH = 16_000  # bytes of one header that are read
MAX_PARAMETERS = 200

_MAIN = re.compile(rb"\s*([^\s;=\"]{0,200})")
# A quote may stay open; without quotes the value goes on to the semicolon: «name=This is a test.txt».
_PARAMETER = re.compile(rb"([^\s=;\"]{1,60}+)\s*=\s*(?:\"((?:[^\"\\]|\\.)*+)\"|\"?([^;]*+))", re.DOTALL)
_ESCAPED = re.compile(rb"\\([\"\\])")  # no others: «C:\temp\new.doc»
_PIECE = re.compile(r"(.+?)(?:\*(\d{1,3}))?(\*)?")


def read_parameters(value: bytes, hint: str = "") -> tuple[str, dict[str, str]]:
    """(«text/plain», {"charset": …}); names in lower case, values decoded, one clean line each."""
    value = value[:MAX_LENGTH]
    main = _MAIN.match(value)
    end = main.end() if main else 0
    pieces: dict[str, dict[int, tuple[bytes, bool]]] = {}
    for count, found in enumerate(_PARAMETER.finditer(value, end)):
        if count == MAX_PARAMETERS:
            break
        raw = found[2] if found[2] is not None else found[3].strip()
        _sort_in(pieces, found[1].decode("latin-1").lower(), _ESCAPED.sub(rb"\1", raw))
    named = one_line(main[1].decode("latin-1")).lower() if main else ""
    return named, {name: _joined(parts, hint) for name, parts in pieces.items()}


def _sort_in(pieces: dict[str, dict[int, tuple[bytes, bool]]], name: str, raw: bytes) -> None:
    """«name*0*» is the first piece, and percent-encoded. What is encoded wins over what is not."""
    piece = _PIECE.fullmatch(name)
    if piece is None:
        return
    number, encoded = int(piece[2] or 0), piece[3] is not None
    parts = pieces.setdefault(piece[1], {})
    if number not in parts or (encoded and not parts[number][1]):
        parts[number] = (raw, encoded)


def _joined(parts: dict[int, tuple[bytes, bool]], hint: str) -> str:
    ordered = [parts[number] for number in sorted(parts)]
    if not any(encoded for _, encoded in ordered):
        return header_text(b"".join(raw for raw, _ in ordered), hint)
    charset, quote, first = ordered[0][0].partition(b"'")
    if quote:
        ordered[0] = (first.partition(b"'")[2], ordered[0][1])
    content = b"".join(unquote_to_bytes(raw) if encoded else raw for raw, encoded in ordered)
    if content.startswith(b"=?"):  # both ways at once
        return header_text(content, hint)
    return one_line(decode(content, charset.decode("latin-1") if quote else "", hint)[0])
