"""What a message of Telegram holds besides its text. Pure."""

from intake.channels.messengers.reading import Json, decimal, line, part, parts, text, whole, word
from intake.matching.phones import read_phone
from intake.model.chats import Attached, AttachmentKind

# Fields with a file, in the order in which they are looked for: an animation is a document as well
_FILES = (
    ("animation", AttachmentKind.VIDEO, "video/mp4"),
    ("video", AttachmentKind.VIDEO, "video/mp4"),
    ("video_note", AttachmentKind.VIDEO, "video/mp4"),
    ("voice", AttachmentKind.VOICE, "audio/ogg"),
    ("audio", AttachmentKind.AUDIO, "audio/mpeg"),
    ("document", AttachmentKind.FILE, ""),
)


def attachments(message: Json) -> tuple[Attached, ...]:
    """A message has one at most; the tuple is what events hold."""
    found = _photo(message) or _file(message) or _sticker(message) or _place(message) or _contact(message)
    return (found,) if found else ()


def own_phone(message: Json) -> str:
    """E.164, when somebody has shared their own number: Telegram says whose number it is, and a contact that
    is passed on says nothing about who passes it on."""
    contact, sender = part(message, "contact"), word(part(message, "from"), "id")
    if not sender or word(contact, "user_id") != sender or is_forwarded(message):
        return ""
    digits = text(contact, "phone_number", 40).strip()
    phone = read_phone(digits if digits.startswith("+") else f"+{digits}")
    return phone.e164 if phone else ""


def is_forwarded(message: Json) -> bool:
    """Until version 7.0, which somebody's own server may still be, there was no `forward_origin`."""
    return bool(part(message, "forward_origin")) or "forward_date" in message


def _photo(message: Json) -> Attached | None:
    """The largest of its sizes; Telegram makes a JPEG of any photo."""
    sizes = [one for one in parts(message, "photo") if word(one, "file_id")]
    if not sizes:
        return None
    largest = max(sizes, key=lambda one: (whole(one, "width") or 0) * (whole(one, "height") or 0))
    return Attached(
        AttachmentKind.PHOTO,
        content_type="image/jpeg",
        size=whole(largest, "file_size"),
        ref=word(largest, "file_id"),
    )


def _file(message: Json) -> Attached | None:
    for name, kind, usual_type in _FILES:
        file = part(message, name)
        if word(file, "file_id"):
            return Attached(
                kind,
                filename=line(file, "file_name"),
                content_type=line(file, "mime_type", 127) or usual_type,
                size=whole(file, "file_size"),
                ref=word(file, "file_id"),
                seconds=whole(file, "duration"),
                title=" — ".join(filter(None, (line(file, "performer"), line(file, "title")))),
            )
    return None


def _sticker(message: Json) -> Attached | None:
    sticker = part(message, "sticker")
    if not word(sticker, "file_id"):
        return None
    drawn = "application/x-tgsticker" if sticker.get("is_animated") is True else "image/webp"
    return Attached(
        AttachmentKind.STICKER,
        content_type="video/webm" if sticker.get("is_video") is True else drawn,
        size=whole(sticker, "file_size"),
        ref=word(sticker, "file_id"),
        title=line(sticker, "emoji", 20),
    )


def _place(message: Json) -> Attached | None:
    """A venue is a location as well, and is told as both."""
    venue = part(message, "venue")
    place = part(venue, "location") or part(message, "location")
    latitude, longitude = decimal(place, "latitude", -90, 90), decimal(place, "longitude", -180, 180)
    if latitude is None or longitude is None:
        return None
    return Attached(
        AttachmentKind.LOCATION,
        title=", ".join(filter(None, (line(venue, "title"), line(venue, "address")))),
        latitude=latitude,
        longitude=longitude,
    )


def _contact(message: Json) -> Attached | None:
    contact = part(message, "contact")
    name = " ".join(filter(None, (line(contact, "first_name"), line(contact, "last_name"))))
    phone = line(contact, "phone_number", 40)
    return Attached(AttachmentKind.CONTACT, title=name, phone=phone) if name or phone else None
