"""What a letter's text and signature say of its sender. Pure; never raises."""

from intake.matching.mentions import mentioned
from intake.model.letters import Found

MAX_TEXT = 20_000  # letters that are looked at


def look_for(text: str) -> Found:
    """Everything that may be the sender's own, the likeliest first; quoted lines («> …») are left out."""
    own = "\n".join(line for line in text[:MAX_TEXT].split("\n") if not line.lstrip().startswith(">"))
    keys = mentioned(own)
    return Found(
        phones=tuple(key for key in keys if key.startswith("+")),
        emails=tuple(key for key in keys if "@" in key),
        inns=tuple(key for key in keys if key.isdigit()),
    )
