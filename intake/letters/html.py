"""HTML as text that reads like the letter: lines, lists, tables, links, and quotes behind «> ».

A tokenizer and no tree: trees of hostile HTML grow with the square of its length (thirty thousand nested
<div> take seconds, half-closed <b> gigabytes), and a letter's text needs only what follows what.
"""

import re
from collections.abc import Callable
from html import unescape

MAX_HTML = 1_000_000  # letters that are read
MAX_TEXT = 300_000  # letters that are written, about
MAX_QUOTES = 10  # signs «>» before a line
MAX_LINK = 300  # a longer address is a tracker's: only its text is kept
RULE = "_" * 32  # what Outlook draws above an older letter

_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?P<close>/?)(?P<tag>[a-zA-Z][a-zA-Z0-9:]{0,30})(?P<rest>[^<>\"']*+"
    r"(?:(?:\"[^\"<]*+\"|'[^'<]*+'|[\"'])[^<>\"']*+)*+)>?|<[!?/][^>]*+>?|(?P<text>[^<]++)|(?P<stray>(?:<(?![a-zA-Z!?/]))++|<)",
    re.DOTALL,
)
_HREF = re.compile(r"\bhref\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE)
_START = re.compile(r"\bstart\s*=\s*[\"']?(\d{1,6})", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\f]+")
_HIDDEN = {"script", "style", "head", "title", "template", "object", "svg", "math", "select", "xml"}
_LINES = set(
    "address article aside body center dd dir div dl dt fieldset figcaption figure footer form header legend "
    "main menu nav section table tbody thead tfoot caption tr".split()
)
_PARAGRAPHS = set("p h1 h2 h3 h4 h5 h6 ul ol pre".split())


def html_to_text(html: str) -> str:
    """Readable text of any string. Linear in its length; markup beyond `MAX_HTML` is left out."""
    writer, html, at = _Writer(), html[:MAX_HTML], 0
    endless: set[str] = set()
    while writer.written < MAX_TEXT and (token := _TOKEN.match(html, at)):
        at = token.end()
        if tag := token["tag"]:
            at = _past_hidden(html, at, tag.lower(), endless) if not token["close"] else at
            writer.tag(tag.lower(), bool(token["close"]), token["rest"])
        elif token["text"] or token["stray"]:
            writer.text(token[0])
    return writer.done()


def _past_hidden(html: str, at: int, tag: str, endless: set[str]) -> int:
    """Where what nobody should read ends; one that never ends hides nothing, and is looked for once."""
    if tag not in _HIDDEN or tag in endless:
        return at
    closing = r"</head\s*>|(?=<body)" if tag == "head" else rf"</{tag}\s*>"
    end = re.compile(closing, re.IGNORECASE).search(html, at)
    if end is None:
        endless.add(tag)
    return end.end() if end else at


class _Writer:
    """Text line by line."""

    def __init__(self) -> None:
        self.written = 0
        self._lines: list[str] = []
        self._line: list[str] = []
        self._quotes = 0
        self._pre = 0
        self._lists: list[int] = []  # the next number; 0 for a list with dots
        self._link = ""
        self._link_text: list[str] = []
        self._cell = False  # a table's next cell begins with a tab

    def text(self, raw: str) -> None:
        text = unescape(raw) if "&" in raw else raw
        if self._pre:
            first, *others = text.split("\n")
            self._add(first)
            for line in others:
                self._end_line(keep_empty=True)
                self._add(line)
        elif text := _SPACES.sub(" ", text):
            at_start = not self._line or self._line[-1].endswith((" ", "\t"))
            self._add(text.lstrip(" ") if at_start else text)

    def tag(self, name: str, closes: bool, rest: str) -> None:
        special = _SPECIAL.get(name)
        if special:
            special(self, closes, rest)
        elif name in _LINES:
            self._end_line()
        if name in _PARAGRAPHS:
            self._gap()
        self._cell = self._cell and name != "tr"

    def done(self) -> str:
        self._end_link()
        self._end_line()
        return "\n".join(self._lines)

    def _add(self, text: str) -> None:
        if not text:
            return
        if self._cell and self._line and text.strip():
            self._line.append("\t")
            self._cell = False
        self._line.append(text)
        if self._link:
            self._link_text.append(text)

    def _end_line(self, *, keep_empty: bool = False) -> None:
        line = "".join(self._line).rstrip()
        self._line.clear()
        if line or keep_empty:
            self.written += len(line) + 2 * self._quotes + 1
            self._lines.append("> " * min(self._quotes, MAX_QUOTES) + line)

    def _gap(self) -> None:
        """One empty line between paragraphs."""
        self._end_line()
        if self._lines and self._lines[-1].strip("> "):
            self._lines.append("> " * min(self._quotes, MAX_QUOTES))

    def br(self, closes: bool, rest: str) -> None:
        self._end_line(keep_empty=True)

    def hr(self, closes: bool, rest: str) -> None:
        self._end_line()
        self._lines.append(RULE)

    def quote(self, closes: bool, rest: str) -> None:
        self._end_line()
        self._quotes = max(0, self._quotes + (-1 if closes else 1))

    def pre(self, closes: bool, rest: str) -> None:
        self._end_line()
        self._pre = max(0, self._pre + (-1 if closes else 1))

    def cell(self, closes: bool, rest: str) -> None:
        self._cell = bool(self._line)

    def item(self, closes: bool, rest: str) -> None:
        self._end_line()
        if closes:
            return
        number = self._lists[-1] if self._lists else 0
        self._line.append(f"{number}. " if number else "• ")
        if number:
            self._lists[-1] += 1

    def dotted(self, closes: bool, rest: str) -> None:
        self._list(closes, 0)

    def numbered(self, closes: bool, rest: str) -> None:
        start = _START.search(rest)
        self._list(closes, int(start[1]) if start else 1)

    def link(self, closes: bool, rest: str) -> None:
        self._end_link()
        href = None if closes else _HREF.search(rest)
        if href:
            self._link = unescape(href[1] or href[2] or href[3] or "").strip()

    def _list(self, closes: bool, first: int) -> None:
        self._end_line()
        if not closes:
            self._lists.append(first)
        elif self._lists:
            self._lists.pop()

    def _end_link(self) -> None:
        """The address behind a link's text, where that says something else."""
        link, text = self._link, "".join(self._link_text).strip()
        self._link = ""
        self._link_text.clear()
        scheme, _, rest = link.partition(":")
        if not text or len(link) > MAX_LINK or scheme.lower() not in ("http", "https", "mailto", "tel"):
            return
        shown = rest.lstrip("/").partition("?")[0] if scheme.lower() == "mailto" else rest.strip("/")
        if _bare(shown) not in _bare(text):
            self._add(f" <{shown if scheme.lower() in ('mailto', 'tel') else link}>")


def _bare(text: str) -> str:
    """«8 (495) 123-45-67» is «tel:84951234567»; «Firm.example/» is «https://www.firm.example»."""
    text = text.lower().removeprefix("https://").removeprefix("http://").removeprefix("www.").strip("/ ")
    digits = "".join(letter for letter in text if letter.isdigit())
    return digits if len(digits) > 6 and not any(letter.isalpha() for letter in text) else text


_SPECIAL: dict[str, Callable[[_Writer, bool, str], None]] = {
    "br": _Writer.br,
    "hr": _Writer.hr,
    "blockquote": _Writer.quote,
    "pre": _Writer.pre,
    "td": _Writer.cell,
    "th": _Writer.cell,
    "li": _Writer.item,
    "ul": _Writer.dotted,
    "ol": _Writer.numbered,
    "a": _Writer.link,
}
