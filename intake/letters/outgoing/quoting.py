"""What an answer takes over from the letter it answers: subject, thread, the text below."""

import re
from datetime import datetime

from intake.model.letters import Address

LONGEST_QUOTE = 100_000  # characters of the original that are quoted
MOST_LINES = 2000  # of the original

_AGAIN = re.compile(r"^\s*(?:(?:re|aw|sv|ответ|отв|на|ha)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)

INTRODUCTIONS = {
    "ru": "{at:%d.%m.%Y}, {at:%H:%M}, {who} пишет:",
    "en": "On {at:%d.%m.%Y} at {at:%H:%M}, {who} wrote:",
}


def answer_subject(subject: str) -> str:
    """«Re: » once, however often people and clients put theirs before it («RE[2]:», «Ответ:»)."""
    return f"Re: {_AGAIN.sub('', subject).strip()}".strip()


def thread_of(message_id: str, in_reply_to: str, references: tuple[str, ...]) -> tuple[str, ...]:
    """References of an answer to a letter with these headers (RFC 5322, 3.6.4), the oldest first."""
    known = references or ((in_reply_to,) if in_reply_to else ())
    return tuple(dict.fromkeys(each for each in (*known, message_id) if each))


def quoted(text: str, who: Address, at: datetime, language: str = "ru") -> str:
    """The original as it stands below an answer, each line behind «> », introduced in that language.

    `at` is shown as it is: give it in the writer's zone.
    """
    introduction = INTRODUCTIONS.get(language, INTRODUCTIONS["en"])
    name = f"{who.name} <{who.email}>" if who.name else who.email
    lines = (
        text[:LONGEST_QUOTE].replace("\r\n", "\n").replace("\r", "\n").strip("\n").split("\n")[:MOST_LINES]
    )
    below = "\n".join(f">{each}" if each.startswith(">") else f"> {each}".rstrip() for each in lines)
    return f"{introduction.format(at=at, who=name)}\n{below}\n"
