"""Where the older letter begins in HTML: mail programs name its box, whatever words they put above it."""

import re
from itertools import islice

from intake.letters.html import html_to_text

MAX_LOOKED_AT = 1_000_000  # letters of HTML
MAX_BEHIND = 4_000  # letters of HTML behind the box's beginning, which hold its first line
MAX_NAMES = 100  # places that are tried: style sheets name the boxes, too
MAX_TAG = 300  # letters of a tag before the name
MIN_LINE = 5  # letters: a shorter line stands in too many places

_NAMES = (
    "gmail_quote", "gmail_attr", "divrplyfwdmsg", "appendonsend", "moz-cite-prefix", "outlookmessageheader",
    "yahoo_quoted", "protonmail_quote", "zmail_extra", "mail-quote", "ms-outlook-mobile-reference-message",
    "type=cite", "type='cite", 'type="cite',
)  # fmt: skip
_NAMED = re.compile("|".join(_NAMES), re.IGNORECASE)


def first_quoted_line(html: str) -> str:
    """The first line of text in the first such box; "" where there is none."""
    html = html[:MAX_LOOKED_AT]
    folded = html.lower()
    if not any(name in folded for name in _NAMES):
        return ""
    starts = (_tag_around(html, name.start()) for name in islice(_NAMED.finditer(html), MAX_NAMES))
    start = next((place for place in starts if place is not None), None)
    if start is None:
        return ""
    behind = html_to_text(html[start : start + MAX_BEHIND])
    line = next((bare for line in behind.split("\n") if (bare := bare_line(line))), "")
    return line if len(line) >= MIN_LINE else ""


def _tag_around(html: str, place: int) -> int | None:
    """Where the tag begins whose attribute stands here; None in text and in style sheets."""
    start = html.rfind("<", max(0, place - MAX_TAG), place)
    return start if start >= 0 and ">" not in html[start:place] else None


def bare_line(line: str) -> str:
    """Without the signs of a quote around it."""
    return line.strip(" \t>_\xa0")
