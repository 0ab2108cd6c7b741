"""Header text: RFC 2047's encoded words as they are really sent, and raw bytes where ASCII should be."""

import binascii
import re
import string

from intake.letters.charsets import decode
from intake.letters.plain import one_line

# Spaces inside, no end, a language behind the charset (RFC 2231): all of it is sent.
_WORD = re.compile(rb"=\?([^?\s]{1,60})\?([bBqQ])\?(.{0,4000}?)(?:\?=|\Z)", re.DOTALL)
_NOT_BASE64 = bytes(set(range(256)) - set(string.ascii_letters.encode() + b"0123456789+/="))
_PADDING = re.compile(rb"=+")
MAX_PIECES = 1000  # of base64 with padding in the middle
MAX_HEADER = 16_000  # bytes; what stands behind them nobody reads


def header_text(value: bytes, hint: str = "", most: int = 1000) -> str:
    """A header's value as one clean line. `hint` is the charset that raw bytes are probably in."""
    return one_line(decode_words(value[:MAX_HEADER], hint), most)


def decode_words(value: bytes, hint: str = "") -> str:
    """Neighbouring words in one charset are put together first: senders cut letters in two."""
    if b"=?" not in value:
        return decode(value, "", hint)[0]
    pieces: list[str] = []
    charset, waiting, at = "", b"", 0
    for word in _WORD.finditer(value):
        between = value[at : word.start()]
        named = word[1].decode("latin-1").lower()
        if waiting and (between.strip() or named != charset):
            pieces.append(decode(waiting, charset, hint)[0])
            waiting = b""
        if between.strip() or not at:
            pieces.append(decode(between, "", hint)[0])
        charset, at = named, word.end()
        waiting += _undone(word[2], word[3])
    pieces += [decode(waiting, charset, hint)[0], decode(value[at:], "", hint)[0]]
    return "".join(pieces)


def _undone(way: bytes, content: bytes) -> bytes:
    if way in b"qQ":
        return binascii.a2b_qp(content, header=True)
    return loose_base64(content)


def loose_base64(content: bytes) -> bytes:
    """As much as can be read: without padding, with some in the middle, with foreign characters."""
    bare = content.translate(None, _NOT_BASE64)
    if bare.count(b"=") > MAX_PIECES:
        return binascii.a2b_base64(_whole(bare.replace(b"=", b"")))
    return b"".join(binascii.a2b_base64(_whole(piece)) for piece in _PADDING.split(bare))


def _whole(piece: bytes) -> bytes:
    piece = piece[:-1] if len(piece) % 4 == 1 else piece
    return piece + b"=" * (-len(piece) % 4)
