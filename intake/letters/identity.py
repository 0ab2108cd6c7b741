"""A letter's date and the ids that threads are made of."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

MAX_REFERENCES = 100
MAX_ID = 250

_ID = re.compile(r"<\s*([^<>]+?)\s*>")
_NEVER = re.compile(r"[\s<>]+")


def message_id(text: str) -> str:
    """The first id in a header, bare."""
    return next(iter(message_ids(text)), "")


def message_ids(text: str) -> tuple[str, ...]:
    """Every id, bare, each once; the latest `MAX_REFERENCES` of them. Some programs forget the <>."""
    found = _ID.findall(text) or [word for word in re.split(r"[\s,]+", text) if "@" in word]
    bare = (_NEVER.sub("", one)[:MAX_ID] for one in found)
    return tuple(dict.fromkeys(one for one in bare if one))[-MAX_REFERENCES:]


def date(text: str) -> datetime | None:
    """By the sender's clock; UTC where they name no zone; None when it is none."""
    try:
        found = parsedate_to_datetime(text[:100])
        found = found if found.tzinfo else found.replace(tzinfo=UTC)
        found.astimezone(UTC)
    except (TypeError, ValueError, OverflowError, IndexError):
        return None
    return found if 1970 <= found.year <= 2200 else None
