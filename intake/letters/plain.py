"""Text that may be shown and stored: no control characters, nothing that turns or hides what is read."""

import re

# NUL breaks PostgreSQL, lone halves nothing can encode; bidirectional marks make «fdp.exe» of «exe.pdf»
_NEVER = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064"
    "\u2066-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_LINE_ENDS = re.compile("\r\n?|[\x85\u2028\u2029]")
_SPACES = re.compile(r"\s+")
_EMPTY_LINES = re.compile(r"\n{4,}")


def storable(text: str) -> str:
    """As it is, without what no database can keep."""
    return _UNSTORABLE.sub("", text)


def one_line(text: str, most: int = 1000) -> str:
    """A header's worth of text: one line, single spaces, at most so many letters."""
    return _SPACES.sub(" ", _NEVER.sub("", text[: 4 * most])).strip()[:most]


def lines(text: str) -> str:
    """A body's worth of text: line ends are `\\n`, ends of lines and edges are bare, gaps are short.

    A signature's «-- » becomes «--».
    """
    text = _NEVER.sub("", _LINE_ENDS.sub("\n", text))
    text = "\n".join(map(str.rstrip, text.split("\n")))
    return _EMPTY_LINES.sub("\n\n\n", text).strip("\n")
