"""What is attached to a message of VK, of any kind that its clients send. Pure."""

from collections.abc import Callable

from intake.channels.messengers.reading import Json, decimal, line, part, parts, text, whole, word
from intake.model.chats import Attached, AttachmentKind

MOST = 40  # of one message; VK itself allows ten, and what is forwarded brings its own
MOST_ADDRESS = 2000


def attached(message: Json) -> tuple[Attached, ...]:
    """In their order; a place is the last."""
    found = [_one(one) for one in parts(message, "attachments")[:MOST] if word(one, "type")]
    return tuple(found + ([_place(geo)] if (geo := part(message, "geo")) else []))


def _one(told: Json) -> Attached:
    kind = word(told, "type")
    return _KINDS.get(kind, _linked(kind))(part(told, kind))


def _photo(photo: Json) -> Attached:
    best = _largest(parts(photo, "sizes"))
    ref = _address(part(photo, "orig_photo")) or _address(best)
    return Attached(AttachmentKind.PHOTO, content_type="image/jpeg", ref=ref)


def _graffiti(graffiti: Json) -> Attached:
    return Attached(AttachmentKind.PHOTO, content_type="image/png", ref=_address(graffiti))


def _video(video: Json) -> Attached:
    """Bots are told where it can be looked at, not the file."""
    files = part(video, "files")
    ref = next((found for name in ("mp4_720", "mp4_480", "mp4_360") if (found := _address(files, name))), "")
    return Attached(
        AttachmentKind.VIDEO,
        content_type="video/mp4" if ref else "",
        ref=ref,
        seconds=whole(video, "duration"),
        title=line(video, "title"),
        url=f"https://vk.com/video{_number(video)}",
    )


def _audio(audio: Json) -> Attached:
    title = " — ".join(one for one in (line(audio, "artist"), line(audio, "title")) if one)
    return Attached(
        AttachmentKind.AUDIO,
        content_type="audio/mpeg",
        ref=_address(audio),
        seconds=whole(audio, "duration"),
        title=title,
    )


def _voice(voice: Json) -> Attached:
    ogg = _address(voice, "link_ogg")
    return Attached(
        AttachmentKind.VOICE,
        content_type="audio/ogg" if ogg else "audio/mpeg",
        ref=ogg or _address(voice, "link_mp3"),
        seconds=whole(voice, "duration"),
    )


def _document(doc: Json) -> Attached:
    preview = part(doc, "preview")
    if voice := part(preview, "audio_msg") or part(preview, "audio_message"):
        return _voice(voice)
    title, ending = line(doc, "title"), line(doc, "ext")
    named = title if not ending or title.lower().endswith(f".{ending.lower()}") else f"{title}.{ending}"
    return Attached(AttachmentKind.FILE, named, size=whole(doc, "size"), ref=_address(doc))


def _sticker(sticker: Json) -> Attached:
    best = _largest(parts(sticker, "images"))
    return Attached(AttachmentKind.STICKER, content_type="image/png", ref=_address(best))


def _gift(gift: Json) -> Attached:
    ref = _address(gift, "thumb_256") or _address(gift, "thumb_96")
    return Attached(AttachmentKind.STICKER, content_type="image/png", ref=ref)


def _link(link: Json) -> Attached:
    return Attached(AttachmentKind.LINK, title=line(link, "title"), url=_address(link))


def _wall(post: Json) -> Attached:
    """Notice that whose wall it is on is called `to_id` here."""
    owner, number = word(post, "to_id") or word(post, "owner_id") or word(post, "from_id"), word(post, "id")
    return _shown(f"wall{owner}_{number}", _first(post, "text"))


def _market(goods: Json) -> Attached:
    price = line(part(goods, "price"), "text")
    title = ", ".join(one for one in (line(goods, "title"), price) if one)
    return _shown(f"market{_number(goods)}", title)


def _poll(poll: Json) -> Attached:
    return _shown(f"poll{_number(poll)}", line(poll, "question"))


def _linked(kind: str) -> Callable[[Json], Attached]:
    """Anything else that has a page there, or that is only named."""

    def read(told: Json) -> Attached:
        title = line(told, "title") or _first(told, "text") or kind
        if address := _address(told) or _address(told, "view_url"):
            return Attached(AttachmentKind.LINK, title=title, url=address)
        number = _number(told)
        return (
            _shown(f"{kind}{number}", title)
            if number and kind.isidentifier()
            else Attached(AttachmentKind.LINK, title=title)
        )

    return read


def _place(geo: Json) -> Attached:
    where = part(geo, "coordinates")
    return Attached(
        AttachmentKind.LOCATION,
        title=line(part(geo, "place"), "title"),
        latitude=decimal(where, "latitude", -90, 90),
        longitude=decimal(where, "longitude", -180, 180),
    )


def _shown(page: str, title: str) -> Attached:
    return Attached(AttachmentKind.LINK, title=title or page, url=f"https://vk.com/{page}")


def _largest(sizes: list[Json]) -> Json:
    """Old ones come without measures, the largest last."""
    best: Json = {}
    for one in sizes:
        if _area(one) >= _area(best):
            best = one
    return best


def _area(size: Json) -> int:
    return (whole(size, "width") or 0) * (whole(size, "height") or 0)


def _number(thing: Json) -> str:
    owner, number = word(thing, "owner_id"), word(thing, "id")
    return f"{owner}_{number}" if owner and number else number


def _first(thing: Json, name: str) -> str:
    return line({"said": text(thing, name).strip().split("\n", 1)[0]}, "said")


def _address(thing: Json, name: str = "url") -> str:
    found = text(thing, name, MOST_ADDRESS + 1).strip()
    return found if found.startswith(("https://", "http://")) and len(found) <= MOST_ADDRESS else ""


_KINDS: dict[str, Callable[[Json], Attached]] = {
    "photo": _photo,
    "graffiti": _graffiti,
    "video": _video,
    "video_message": _video,
    "audio": _audio,
    "audio_message": _voice,
    "doc": _document,
    "sticker": _sticker,
    "ugc_sticker": _sticker,
    "gift": _gift,
    "link": _link,
    "wall": _wall,
    "market": _market,
    "poll": _poll,
}
