"""What went wrong with a bot, in words that may be stored and shown."""

from intake.errors import Deferred, Rejected

MOST_WORDS = 400  # characters


def words_of(error: Exception) -> str:
    """What the platform said, else the code or name of what went wrong; never more of an unknown error: it
    may tell secrets."""
    if not isinstance(error, Rejected | Deferred):
        return type(error).__name__
    number, words = error.params.get("number") or "", error.params.get("words") or error.code
    return f"{number} {words}".strip()[:MOST_WORDS]
