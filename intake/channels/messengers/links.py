"""Files of ours for platforms that take no uploads but addresses (Viber): each behind a proof that only
whoever was told it has, below the address of the bot. Pure."""

import hashlib
import hmac
from datetime import timedelta
from urllib.parse import quote

from intake.model.chats import BotKeys

GOOD_FOR = timedelta(days=30)  # after it was sent: people open a file when they read it
PROOF = 40  # characters
MOST_NAME = 120


def link_of(hook: str, keys: BotKeys, file_id: int, filename: str) -> str:
    """`hook` is the bot's address. Ends with the file's name: platforms look at how it ends."""
    name = filename.replace("/", "_").strip(" .")
    stem, dot, ending = name.rpartition(".")
    short = f"{stem[:MOST_NAME]}{dot}{ending[:12]}" if stem else name[:MOST_NAME]
    return f"{hook}/files/{file_id}/{_proof(keys, file_id)}/{quote(short, safe='') or 'file'}"


def is_proof(told: str, keys: BotKeys, file_id: int) -> bool:
    """Whether it is what we have told for this file of this bot. A new token makes all others worthless."""
    known = _proof(keys, file_id)
    return bool(keys.token) and hmac.compare_digest(told.encode("utf-8", "replace"), known.encode())


def _proof(keys: BotKeys, file_id: int) -> str:
    words = f"file:{keys.bot_id}:{file_id}".encode()
    return hmac.new(keys.token.encode(), words, hashlib.sha256).hexdigest()[:PROOF]
