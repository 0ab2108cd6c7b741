"""Content-Transfer-Encoding undone, broken or not."""

import binascii
import re
from io import BytesIO

from intake.letters.words import loose_base64

_WHOLE_BASE64 = re.compile(rb"[A-Za-z0-9+/\s]*+=?\s*=?\s*\Z")
_PLAIN = ("", "7bit", "8bit", "binary", "7-bit", "8-bit")
_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} [^\n]*\n", re.MULTILINE)


def undone(content: memoryview, name: str) -> tuple[bytes, bool]:
    """The bytes as they were before, and whether all was as it should be. `name` as the header has it."""
    way = name.lower().strip(" \"';,.")
    if "base64" in way:
        return _base64(content)
    if "quoted" in way:
        return binascii.a2b_qp(bytes(content)), True
    if "uu" in way:
        return _uu(bytes(content))
    return bytes(content), way in _PLAIN


def _base64(content: memoryview) -> tuple[bytes, bool]:
    if _WHOLE_BASE64.match(content):
        try:
            return binascii.a2b_base64(content), True
        except binascii.Error:
            pass
    return loose_base64(bytes(content)), False


def _uu(content: bytes) -> tuple[bytes, bool]:
    begin = _UU_BEGIN.search(content)
    decoded = bytearray()
    stream = BytesIO(content)
    stream.seek(begin.end() if begin else 0)
    for line in stream:
        if line.strip() in (b"end", b"`", b""):
            continue
        try:
            decoded += binascii.a2b_uu(line)
        except binascii.Error:
            return (bytes(decoded) or content), False
    return bytes(decoded), True
