"""What went wrong with a bot, in words that may be stored and shown."""

from intake.errors import Deferred, Rejected

MOST_WORDS = 400  # characters
KNOWN = frozenset({"chat-blocked", "chat-window-closed"})  # which we can say better than the platform does


def words_of(error: Exception) -> str:
    """What the platform said, else the code or name of what went wrong; never more of an unknown error: it
    may tell secrets."""
    if not isinstance(error, Rejected | Deferred):
        return type(error).__name__
    number, words = error.params.get("number") or "", error.params.get("words") or ""
    if error.code in KNOWN:
        return f"{error.code}: {words}".rstrip(": ")[:MOST_WORDS]
    return f"{number} {words or error.code}".strip()[:MOST_WORDS]
