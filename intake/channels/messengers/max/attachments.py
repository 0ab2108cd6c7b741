"""What is attached to a message of MAX. Pure."""

import hashlib
import hmac
import re
from collections.abc import Callable

from intake.channels.messengers.reading import Json, decimal, line, part, parts, text, whole, word
from intake.matching.phones import read_phone
from intake.model.chats import Attached, AttachmentKind, BotKeys

VIDEO = "video:"  # begins the ref of a film: its address is asked for by its token
MOST = 40
MOST_ADDRESS = 2000
OURS = {"inline_keyboard", "reply_keyboard", "data"}  # buttons below what we wrote

_TEL = re.compile(r"^(?:item\d+\.)?TEL[^:\r\n]*:(?:tel:)?([^\r\n]{1,60})", re.IGNORECASE | re.MULTILINE)
_FULL_NAME = re.compile(r"^FN[^:\r\n]*:([^\r\n]{1,200})", re.IGNORECASE | re.MULTILINE)


def attached(body: Json) -> tuple[Attached, ...]:
    """In their order."""
    found = [one for one in parts(body, "attachments")[:MOST] if word(one, "type") not in OURS]
    return tuple(_KINDS.get(word(one, "type"), _other)(one) for one in found)


def own_phone(body: Json, sender_id: str, keys: BotKeys) -> str:
    """In E.164: of a contact that is the sender's own and that MAX has signed with the bot's token. Contacts
    of others, and those that somebody wrote, are not."""
    for one in parts(body, "attachments"):
        if word(one, "type") == "contact" and word(part(one, "payload", "max_info"), "user_id") == sender_id:
            card = part(one, "payload").get("vcf_info")
            if isinstance(card, str) and _is_signed(card, part(one, "payload"), keys.token):
                return _number(card)
    return ""


def _is_signed(card: str, payload: Json, token: str) -> bool:
    """HMAC-SHA256 of the card as it came. Without the token (`intake inspect`) it cannot be checked."""
    if not token:
        return True
    made = hmac.new(token.encode(), card.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
    return hmac.compare_digest(made.encode(), text(payload, "hash").lower().encode())


def _number(card: str) -> str:
    """MAX writes it without «+»."""
    raw = _found(_TEL, card)
    digits = "".join(one for one in raw if one in "0123456789")
    phone = read_phone(f"+{digits}") if 10 < len(digits) < 16 else None
    return phone.e164 if phone else ""


def _image(told: Json) -> Attached:
    return Attached(AttachmentKind.PHOTO, content_type="image/jpeg", ref=_address(part(told, "payload")))


def _video(told: Json) -> Attached:
    """`url` leads to a page; the film is asked for by its token."""
    payload = part(told, "payload")
    token = text(payload, "token", MOST_ADDRESS)
    return Attached(
        AttachmentKind.VIDEO,
        content_type="video/mp4",
        ref=f"{VIDEO}{token}" if token else _address(payload),
        seconds=whole(told, "duration"),
    )


def _voice(told: Json) -> Attached:
    """«audio» is what is spoken into the messenger; music is sent as a file."""
    payload = part(told, "payload")
    return Attached(
        AttachmentKind.VOICE,
        content_type="audio/mp4",
        ref=_address(payload),
        seconds=whole(told, "duration"),
        title=line(told, "transcription"),
    )


def _file(told: Json) -> Attached:
    payload = part(told, "payload")
    return Attached(
        AttachmentKind.FILE, line(told, "filename"), size=whole(told, "size"), ref=_address(payload)
    )


def _sticker(told: Json) -> Attached:
    return Attached(AttachmentKind.STICKER, content_type="image/webp", ref=_address(part(told, "payload")))


def _contact(told: Json) -> Attached:
    payload = part(told, "payload")
    card, person = text(payload, "vcf_info"), part(payload, "max_info")
    name = _found(_FULL_NAME, card) or f"{line(person, 'first_name')} {line(person, 'last_name')}".strip()
    return Attached(AttachmentKind.CONTACT, title=name[:200], phone=_number(card) or _found(_TEL, card)[:40])


def _share(told: Json) -> Attached:
    title = line(told, "title") or line(told, "description")
    return Attached(AttachmentKind.LINK, title=title, url=_address(part(told, "payload")))


def _place(told: Json) -> Attached:
    return Attached(
        AttachmentKind.LOCATION,
        latitude=decimal(told, "latitude", -90, 90),
        longitude=decimal(told, "longitude", -180, 180),
    )


def _other(told: Json) -> Attached:
    """A kind that came after us: named, with the address if it has one."""
    title = line(told, "title") or line(told, "type") or "?"
    return Attached(AttachmentKind.LINK, title=title, url=_address(part(told, "payload")))


def _found(pattern: re.Pattern[str], card: str) -> str:
    found = pattern.search(card[:20_000])
    return " ".join(found[1].replace("\\,", ",").replace("\\;", ";").split()) if found else ""


def _address(payload: Json) -> str:
    found = text(payload, "url", MOST_ADDRESS + 1).strip()
    return found if found.startswith(("https://", "http://")) and len(found) <= MOST_ADDRESS else ""


_KINDS: dict[str, Callable[[Json], Attached]] = {
    "image": _image,
    "video": _video,
    "audio": _voice,
    "file": _file,
    "sticker": _sticker,
    "contact": _contact,
    "share": _share,
    "location": _place,
}
