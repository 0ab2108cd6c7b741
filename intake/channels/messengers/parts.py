"""A message of ours as a platform takes it: texts that are too long and files one by one, in parts. Pure.

Splitting is by where a reader pauses: between paragraphs, else lines, else sentences, else words; a word that
is longer than all that may be said is cut, but never inside of what a reader sees as one letter (a flag, a
family of emoji, a letter with its accent). The same message has the same parts whenever it is asked for.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from intake.model.chats import Button, ChatOut, Limits, OutFile

PAUSES = tuple(  # where a text may be parted, the best first
    re.compile(found) for found in (r"\n\s*\n", r"\n", r"(?<=[.!?…;])\s|(?<=[.!?…;][»\")])\s", r"\s")
)
ZWJ = "\u200d"
JOINERS = frozenset(  # what belongs to the letter before it, besides marks
    [ZWJ, "\u200c", *map(chr, range(0x1F3FB, 0x1F400)), *map(chr, range(0xE0020, 0xE0080))]
)
FLAGS = range(0x1F1E6, 0x1F200)  # two of them are one flag
JAMO = (*range(0x1160, 0x1200), *range(0xD7B0, 0xD800))  # Hangul vowels and finals: the rest of a syllable


def parts_of(message: ChatOut, limits: Limits) -> tuple[ChatOut, ...]:
    """What is handed to `Adapter.send`, one after another. The first answers what is answered; buttons stand
    below the last of the text, which comes after the files then."""
    asks = bool(message.buttons or message.ask_phone)
    bare = replace(message, text="", files=(), reply_to="", buttons=(), ask_phone="")
    caption = _caption(message, limits) if not asks else ""
    said = [] if caption else [replace(bare, text=each) for each in split(message.text, limits)]
    shown = [
        replace(bare, files=(file,), text=caption if number == 0 else "")
        for number, file in enumerate(message.files)
    ]
    if asks and said:
        said[-1] = replace(said[-1], buttons=message.buttons, ask_phone=message.ask_phone)
    return _numbered([*shown, *said] if asks else [*said, *shown], message)


def how_many(text: str, files: int, limits: Limits) -> int:
    """Parts of a message, for whoever is writing it."""
    file = OutFile("", "", b"")
    return len(parts_of(ChatOut("", "", text, files=(file,) * files), limits))


def length(text: str, limits: Limits) -> int:
    """As the platform counts."""
    return sum(map(_units, text)) if limits.utf16 else len(text)


def split(text: str, limits: Limits) -> list[str]:
    """In their order; no letter is lost, only the blanks where the text is parted."""
    rest, found = text.strip(), []
    while length(rest, limits) > limits.text:
        end = _end(rest, limits)
        found.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [each for each in (*found, rest) if each]


def label(words: str, limits: Limits) -> str:
    """What fits on a button."""
    return words if len(words) <= limits.label else words[: limits.label - 1].rstrip() + "…"


def buttons(offered: Sequence[tuple[str, str]], limits: Limits) -> tuple[Button, ...]:
    """Of (label, payload)."""
    return tuple(Button(label(words, limits), payload) for words, payload in offered[: limits.buttons])


def _caption(message: ChatOut, limits: Limits) -> str:
    """The text, when it may stand below the first file."""
    text = message.text.strip()
    return text if message.files and length(text, limits) <= limits.caption else ""


def _numbered(parts: list[ChatOut], message: ChatOut) -> tuple[ChatOut, ...]:
    if parts:
        parts[0] = replace(parts[0], reply_to=message.reply_to)
    return tuple(replace(part, key=f"{message.key}.{number}") for number, part in enumerate(parts))


def _end(text: str, limits: Limits) -> int:
    """Where the first piece of a text that is too long ends: at a pause in its second half, else at the last
    blank there is, else within a word."""
    most = _most(text, limits)
    window = text[: most + 1]  # a blank may stand right behind
    for pause in PAUSES:
        ends = [found.start() for found in pause.finditer(window) if most // 2 <= found.start() <= most]
        if ends:
            return ends[-1]
    last = max((found.start() for found in PAUSES[-1].finditer(window)), default=0)
    return last or _within(text, most)


def _most(text: str, limits: Limits) -> int:
    """How many characters of it fit; at least one."""
    if not limits.utf16:
        return limits.text
    units = 0
    for number, letter in enumerate(text):
        units += _units(letter)
        if units > limits.text:
            return max(number, 1)
    return len(text)


def _within(text: str, most: int) -> int:
    """The last boundary between two letters; one letter of marks without end is cut all the same."""
    return next((end for end in range(most, most // 2, -1) if _is_boundary(text, end)), most)


def _is_boundary(text: str, at: int) -> bool:
    """Whether a reader sees two letters there (most of UAX #29, by what Python knows)."""
    before, after = text[at - 1], text[at]
    if before == ZWJ or after in JOINERS or unicodedata.category(after) in ("Mn", "Me", "Mc"):
        return False
    if ord(after) in JAMO or (before, after) == ("\r", "\n"):
        return False
    return not (ord(after) in FLAGS and _flags_before(text, at) % 2)


def _flags_before(text: str, at: int) -> int:
    """Halves of flags that stand in a row before it."""
    start = at
    while start > 0 and ord(text[start - 1]) in FLAGS:
        start -= 1
    return at - start


def _units(letter: str) -> int:
    return 2 if ord(letter) > 0xFFFF else 1
