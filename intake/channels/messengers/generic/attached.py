"""What is attached to somebody's message, however they call it. Pure."""

from typing import Any

from intake.channels.messengers.reading import Json, decimal, line, text, whole, word
from intake.model.chats import Attached, AttachmentKind

MOST = 30  # of one message

_KINDS = {
    **{kind.value: kind for kind in AttachmentKind},
    **dict.fromkeys(("image", "picture"), AttachmentKind.PHOTO),
    **dict.fromkeys(("animation", "gif", "video_note"), AttachmentKind.VIDEO),
    "voice_message": AttachmentKind.VOICE,
    "document": AttachmentKind.FILE,
    "geo": AttachmentKind.LOCATION,
    "url": AttachmentKind.LINK,
}
_TYPES = {"image": AttachmentKind.PHOTO, "video": AttachmentKind.VIDEO, "audio": AttachmentKind.AUDIO}
_NO_FILES = (AttachmentKind.LOCATION, AttachmentKind.CONTACT, AttachmentKind.LINK)


def kind_named(name: str) -> AttachmentKind | None:
    return _KINDS.get(name.lower())


def attached(found: Any, location: Any, contact: Any) -> tuple[Attached, ...]:
    """A list, or one alone; an address alone is a file."""
    listed = found if isinstance(found, list) else [found]
    told = [_one(each) for each in listed[:MOST]]
    told.append(_place(location) if isinstance(location, dict) else None)
    told.append(_somebody(contact) if isinstance(contact, dict) else None)
    return tuple(one for one in told if one)


def _one(of: Any) -> Attached | None:
    of = {"url": of} if isinstance(of, str) and of else of
    if not isinstance(of, dict):
        return None
    kind = _kind(of)
    if kind is AttachmentKind.LOCATION:
        return _place(of)
    if kind is AttachmentKind.CONTACT:
        return _somebody(of)
    address = text(of, "url", 2000) or text(of, "href", 2000)
    return Attached(
        kind,
        filename=line(of, "filename", 255) or line(of, "name", 255),
        content_type=_content_type(of),
        size=_first(of, "size", "file_size", "bytes"),
        ref="" if kind in _NO_FILES else address,
        seconds=_first(of, "seconds", "duration"),
        title=line(of, "title") or line(of, "caption"),
        url=address if kind is AttachmentKind.LINK else "",
    )


def _kind(of: Json) -> AttachmentKind:
    """As it is called; else as its type says."""
    named = kind_named(word(of, "kind") or word(of, "type"))
    return named or _TYPES.get(_content_type(of).partition("/")[0], AttachmentKind.FILE)


def _content_type(of: Json) -> str:
    named = (line(of, name, 127) for name in ("content_type", "mime_type", "mime", "type"))
    return next((name for name in named if "/" in name), "")


def _place(of: Json) -> Attached | None:
    latitude = _degrees(of, 90, "latitude", "lat")
    longitude = _degrees(of, 180, "longitude", "lon", "lng")
    if latitude is None or longitude is None:
        return None
    title = line(of, "title") or line(of, "name") or line(of, "address")
    return Attached(AttachmentKind.LOCATION, title=title, latitude=latitude, longitude=longitude)


def _somebody(of: Json) -> Attached | None:
    title, phone = line(of, "name") or line(of, "title"), line(of, "phone", 40)
    return Attached(AttachmentKind.CONTACT, title=title, phone=phone) if title or phone else None


def _degrees(of: Json, most: float, *names: str) -> float | None:
    found = (decimal(of, name, -most, most) for name in names)
    return next((number for number in found if number is not None), None)


def _first(of: Json, *names: str) -> int | None:
    return next((number for name in names if (number := whole(of, name)) is not None), None)
