"""Working hours as people type them: «9-13, 14:00–18:30», «8.00 - 20.00», «круглосуточно», nothing."""

import re
from datetime import time

MOST = 6  # spans a day
MOST_TYPED = 200  # letters
ALL_DAY = frozenset({"24", "24/7", "24ч", "0-24", "круглосуточно", "весь день", "all day"})
CLOSED = frozenset({"", "-", "—", "–", "выходной", "вых", "нет", "closed", "off"})
CLOCK = r"(\d{1,2})(?:[:.](\d{2}))?"
SPAN = re.compile(rf"\s*(?:с\s+)?{CLOCK}\s*(?:[-–—…]|до)\s*{CLOCK}\s*(?:[,;]|и\b|\s|$)", re.IGNORECASE)

Spans = list[list[str]]  # as the calendar keeps them: [["09:00", "13:00"], …]


def read_spans(typed: str) -> Spans:
    """In their order. Raises ValueError for what is no time, or ends where it begins."""
    text = " ".join(typed[:MOST_TYPED].split()).casefold()
    if text in CLOSED:
        return []
    if text in ALL_DAY:
        return [["00:00", "00:00"]]
    spans, place = [], 0
    while place < len(text):
        found = SPAN.match(text, place)
        if found is None:
            raise ValueError(typed[:40])
        spans.append([_clock(found[1], found[2]), _clock(found[3], found[4])])
        place = found.end()
    if len(spans) > MOST or any(begin == end != "00:00" for begin, end in spans):
        raise ValueError(typed[:40])
    return sorted(spans)


def show_spans(spans: Spans) -> str:
    """As they are typed; nothing for a day off."""
    if spans == [["00:00", "00:00"]]:
        return "00:00–24:00"
    return ", ".join(f"{begin}–{'24:00' if end == '00:00' else end}" for begin, end in spans)


def _clock(hour: str, minute: str | None) -> str:
    return time(0 if hour == "24" else int(hour), int(minute or 0)).strftime("%H:%M")
