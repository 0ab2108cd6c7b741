"""Names of attached files: the sender's, made harmless, or one made up from what the file is."""

import re
from urllib.parse import unquote_to_bytes

from intake.letters.charsets import decode
from intake.letters.headers import split
from intake.letters.parameters import read_parameters
from intake.letters.parts import Part
from intake.letters.plain import one_line

MAX_NAME = 200  # letters; file systems stop at 255 bytes

_NEVER = re.compile(r"[\\/:*?\"<>|\t\n]+")
_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2}){2}")
_ENDINGS = {
    "text/plain": "txt", "text/html": "html", "text/csv": "csv", "text/calendar": "ics", "text/vcard": "vcf",
    "text/x-vcard": "vcf", "text/rtf": "rtf", "application/rtf": "rtf", "text/xml": "xml",
    "image/jpeg": "jpg", "image/jpg": "jpg", "image/pjpeg": "jpg", "image/png": "png", "image/gif": "gif",
    "image/tiff": "tif", "image/webp": "webp", "image/bmp": "bmp", "image/svg+xml": "svg",
    "image/heic": "heic",
    "application/pdf": "pdf", "application/zip": "zip", "application/xml": "xml", "application/json": "json",
    "application/msword": "doc", "application/vnd.ms-excel": "xls",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/ics": "ics", "application/pgp-signature": "asc", "application/pgp-encrypted": "asc",
    "application/pkcs7-signature": "p7s", "application/x-pkcs7-signature": "p7s",
    "application/pkcs7-mime": "p7m", "application/x-pkcs7-mime": "p7m",
    "audio/mpeg": "mp3", "audio/wav": "wav", "audio/x-wav": "wav", "audio/ogg": "ogg", "video/mp4": "mp4",
    "message/rfc822": "eml", "message/global": "eml", "message/delivery-status": "txt",
    "message/disposition-notification": "txt", "text/rfc822-headers": "txt",
}  # fmt: skip


def given_name(part: Part) -> str:
    """As the sender named it, in one of the four places for it; empty when nowhere."""
    hint = part.headers.hint
    _, disposition = read_parameters(part.headers.raw("content-disposition"), hint)
    named = disposition.get("filename") or disposition.get("name")
    named = named or part.parameters.get("name") or part.parameters.get("filename")
    return harmless(named or "")


def harmless(name: str) -> str:
    """No folders, no signs that a file system minds, nothing hidden; the ending is kept when it is cut."""
    if _PERCENT.search(name):
        plain, right = decode(unquote_to_bytes(name), "utf-8")
        name = plain if right and not plain.isascii() else name
    name = one_line(name, 4 * MAX_NAME).replace("\\", "/").rstrip("/").rpartition("/")[2]
    name = _NEVER.sub("_", name).strip(" .") if name.strip(" .") else ""
    stem, dot, ending = name.rpartition(".")
    if len(name) > MAX_NAME and dot and len(ending) <= 10:
        return f"{stem[: MAX_NAME - len(ending) - 1]}.{ending}"
    return name[:MAX_NAME]


def made_up(part: Part, content: bytes, number: int) -> str:
    """«image-2.png»; a letter in a letter is named by its subject."""
    location = harmless(part.headers.text("content-location"))
    if location and "." in location and "cid_" not in location:
        return location
    kind, _, subtype = part.content_type.partition("/")
    if part.content_type == "application/ms-tnef":
        return "winmail.dat"
    if part.content_type in ("message/rfc822", "message/global"):
        inner, _ = split(content, 0, len(content))
        return f"{harmless(inner.text('subject'))[: MAX_NAME - 4] or 'letter'}.eml"
    described = harmless(part.headers.text("content-description"))
    if described and "." in described[-6:-1]:
        return described
    stem = kind if kind in ("image", "audio", "video") else subtype if kind in ("message", "text") else "file"
    return harmless(f"{stem}-{number}.{_ENDINGS.get(part.content_type, 'bin')}")
