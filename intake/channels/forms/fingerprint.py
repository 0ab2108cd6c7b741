"""When two posts are the same request: what reception knows a submission by."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from intake.channels.forms.bodies import Pairs

MOST_KEY = 160  # letters of a sender's key


@dataclass(frozen=True, slots=True)
class Identity:
    """`earlier` is what the same content was called one window before; empty where there are no windows."""

    external_id: str
    earlier: str = ""


def identity(
    content: str, at: datetime, same_minutes: int, key: str = "", nonce: str = "", once: str = ""
) -> Identity:
    """By the sender's own key; else by the showing of the form that it was typed into; else by its window.

    Another content under the same key or in the same showing is another request: nothing is lost when
    something was corrected. Without a window (`same_minutes` is 0) every request is one of its own: `once`.
    """
    if key:
        return Identity(f"key:{_short(key)}:{content[:16]}")
    if nonce:
        return Identity(f"shown:{nonce}:{content[:16]}")
    if same_minutes <= 0:
        return Identity(f"once:{once}")
    window = int(at.timestamp() / timedelta(minutes=same_minutes).total_seconds())
    return Identity(f"same:{same_minutes}:{window}:{content}", f"same:{same_minutes}:{window - 1}:{content}")


def content_of(pairs: Pairs, digests: tuple[str, ...] = ()) -> str:
    """A digest of what was typed and sent along; the order of the fields says nothing."""
    told = json.dumps([sorted(pairs), sorted(digests)], ensure_ascii=True)
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _short(key: str) -> str:
    """A key as it is; one that is too long or odd by its digest."""
    plain = key.isascii() and key.isprintable() and len(key) <= MOST_KEY
    return key if plain else hashlib.sha256(key.encode(errors="replace")).hexdigest()[:32]
