"""The text of a letter as it is read: what is new, what was quoted, addresses that can be followed. Pure."""

import re
from dataclasses import dataclass

from markupsafe import Markup

LONGEST = 60_000  # characters that are shown; the rest is a click away in the letter itself
WIDE = 88  # letters on a line of the reading pane
LINE = 20  # pixels
LEAST, MOST = 140, 640  # pixels of the frame that a letter is shown in; what is longer scrolls in it
PICTURE = 160  # pixels that a picture may take

ADDRESS = re.compile(r"\bhttps?://[^\s<>\"'«»]{1,2000}", re.IGNORECASE)
TAIL = ".,;:!?)]}»"
SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Text:
    """`old` stands folded below `new`: what was quoted or, where that cannot be told, the whole letter."""

    new: str
    old: str = ""
    whole: bool = False  # `old` is all of it
    cut: bool = False


def parted(text: str, reply: str) -> Text:
    """`reply` is what is new in `text`; empty when nobody could tell."""
    text, reply = text.strip(), reply.strip()
    if not reply or not text or SPACE.sub("", text) == SPACE.sub("", reply):
        return Text(_cut(reply or text), cut=len(reply or text) > LONGEST)
    too_long = max(len(text), len(reply)) > LONGEST
    if text.startswith(reply):
        return Text(_cut(reply), _cut(text[len(reply) :].strip()), cut=too_long)
    return Text(_cut(reply), _cut(text), whole=True, cut=too_long)


def linked(text: str) -> Markup:
    """Escaped, with web addresses to follow: they tell their target nothing of us."""
    pieces, at = [], 0
    for found in ADDRESS.finditer(text):
        address = found[0].rstrip(TAIL)
        pieces.append(Markup.escape(text[at : found.start()]))
        pieces.append(
            Markup('<a href="{0}" target="_blank" rel="noopener noreferrer nofollow">{0}</a>').format(address)
        )
        at = found.start() + len(address)
    pieces.append(Markup.escape(text[at:]))
    return Markup("").join(pieces)


def frame_height(text: str, pictures: int) -> int:
    """Pixels that a letter probably needs: its frame runs no script that could tell."""
    lines = sum(1 + len(line) // WIDE for line in text[:LONGEST].splitlines())
    return max(LEAST, min(MOST, lines * LINE + pictures * PICTURE + 3 * LINE))


def _cut(text: str) -> str:
    return text[:LONGEST]
