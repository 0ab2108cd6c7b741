"""A letter's files on their way to a browser: what they really are, what they are called, which headers keep
them from running. Pure."""

import re
from urllib.parse import quote

LONGEST_NAME = 120  # characters, with the ending
LONGEST_ENDING = 12
HEAD = 64  # bytes that tell what a file is

# Control characters, what file systems know better, and what turns the direction of «gpj.exe»
UNSAFE = re.compile('[\x00-\x1f\x7f-\x9f/\\\\:*?"<>|;%\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]')
DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\Z)", re.IGNORECASE)  # Windows opens no such file

MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"%PDF-", "application/pdf"),
)
MPEG_LAYERS = (b"\xfb", b"\xfa", b"\xf3", b"\xf2", b"\xe3", b"\xe2")  # the third layer, with and without CRC
FILMS = (b"iso", b"mp4", b"avc", b"das", b"M4V", b"3gp", b"MSN", b"qt ")  # how the brands of films begin
PDF = "application/pdf"
NO_CONTENT = "default-src 'none'; sandbox"

FILE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": NO_CONTENT,
    "Referrer-Policy": "no-referrer",
}
# A browser shows a PDF by a program of its own, which the word «sandbox» would keep from starting.
PDF_HEADERS = FILE_HEADERS | {
    "Content-Security-Policy": "default-src 'none'; object-src 'self'; style-src 'unsafe-inline';"
    " frame-ancestors 'self'",
    "X-Frame-Options": "SAMEORIGIN",
}

ICONS = {"image": "image", "audio": "volume-2", "text": "file-text"}


def shown_as(head: bytes) -> str | None:
    """The kind of a file that may be shown in a browser, by its first bytes and nothing else: raster pictures
    and PDF. What a letter says of it counts nothing, and SVG, which may hold scripts, is none of them."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for magic, kind in MAGIC if head.startswith(magic)), None)


def played_as(head: bytes) -> str | None:
    """The kind of a sound or film that a browser's own player may have, by its first bytes alone."""
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "audio/wav"
    if head.startswith(b"OggS"):
        return "audio/ogg"
    if head.startswith(b"ID3") or (head[:1] == b"\xff" and head[1:2] in MPEG_LAYERS):
        return "audio/mpeg"
    if head[:4] == b"\x1aE\xdf\xa3" and b"webm" in head:
        return "video/webm"
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        return "audio/mp4" if brand in (b"M4A ", b"M4B ") else "video/mp4" if brand[:3] in FILMS else None
    return None


def safe_name(name: str) -> str:
    """A name that a disk takes and that says truly how it ends; «file» when nothing is left."""
    clean = UNSAFE.sub("_", name).strip(" .") or "file"
    if DEVICES.match(clean):
        clean = f"_{clean}"
    stem, dot, ending = clean.rpartition(".")
    if not dot or len(ending) > LONGEST_ENDING:
        return clean[:LONGEST_NAME]
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"


def disposition(kind: str, name: str) -> str:
    """Content-Disposition as RFC 6266 has it: `kind` is «attachment» or «inline»; old programs get ASCII."""
    safe = safe_name(name)
    plain = "".join(sign if sign.isascii() else "_" for sign in safe)
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(safe, safe='')}"


def icon_of(content_type: str, name: str) -> str:
    """Of an attachment in a list."""
    if content_type == PDF or name.lower().endswith((".doc", ".docx", ".odt", ".rtf")):
        return "file-text"
    return ICONS.get(content_type.partition("/")[0], "paperclip")
