"""What is new in a reply. Pure; never raises; time grows with the letter's length and no faster.

Nothing that a person may have written below a quote is dropped: answers between quoted lines stay, together
with what they answer. Where nothing is clearly new, all is kept.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from intake.letters.form_labels import is_form_label
from intake.letters.lines import Kind, first_of, kinds
from intake.letters.quote_markup import bare_line, first_quoted_line
from intake.letters.signature import begins_signature

MAX_TEXT = 100_000  # letters that are looked at; what stands behind them counts as older
MAX_LINES = 8_000
MAX_BELOW_RULE = 10  # lines below a drawn line that are still a signature or a notice
MAX_CONTEXT = 20  # quoted lines above an answer that are kept for what they say

_Line = tuple[str, Kind]
_NOTHING = (Kind.EMPTY, Kind.RULE, Kind.SIGNATURE, Kind.QUOTE)


def new_text(text: str, html: str = "") -> str:
    """The lines that the sender wrote now, without quotes, signature and «Sent from my iPhone».

    `html` is the letter's HTML where it has one: its quotes are boxes that say more than words.
    """
    first, *older = [_without_signature(section) for section in _sections(text, html)]
    sections = [first, *(section for section in older if not (_written(first) and _only_signs(section)))]
    return _joined(_new(sections)) or text[:MAX_TEXT].strip()


def own_text(text: str, html: str = "") -> str:
    """Like `new_text`, with the signature: it says who the sender is and how to call them."""
    return _joined(_new(_sections(text, html))) or text[:MAX_TEXT].strip()


@lru_cache(maxsize=4)  # whoever reads a letter asks for both texts
def _sections(text: str, html: str) -> tuple[list[_Line], ...]:
    return tuple(_cut(text, html))


def _cut(text: str, html: str) -> Iterator[list[_Line]]:
    """The letter cut where older letters begin."""
    lines = text[:MAX_TEXT].replace("\r\n", "\n").replace("\r", "\n").split("\n")[:MAX_LINES]
    section: list[_Line] = []
    marked = False
    for line, kind in zip(lines, _marked_in(lines, html), strict=True):
        if kind is Kind.MARK and not marked:
            yield section
            section = []
        elif kind not in (Kind.MARK, Kind.SIGN_OFF):
            section.append((line, kind))
        marked = kind is Kind.MARK or (marked and kind is Kind.EMPTY)
    yield section


def _marked_in(lines: Sequence[str], html: str) -> list[Kind]:
    """The lines' kinds, with a mark where the HTML has the older letter's box."""
    found = kinds(lines)
    quoted = "" if Kind.MARK in found else first_quoted_line(html)
    if quoted:
        place = next((at for at, line in enumerate(lines) if bare_line(line) == quoted), 0)
        if place:
            found[place] = Kind.MARK
    return found


def _new(sections: Sequence[list[_Line]]) -> list[_Line]:
    """The first section, and those in which somebody answers between or below the quoted lines."""
    first, *older = sections
    new = list(first)
    for section in older:
        if first_of(kind for _, kind in section) is not Kind.QUOTE:
            break
        if _written(section):
            new += section
    return new if _written(new) else []


def _written(lines: Sequence[_Line]) -> bool:
    return any(kind is Kind.TEXT for _, kind in lines)


def _without_signature(lines: list[_Line]) -> list[_Line]:
    below = sum(kind is Kind.TEXT for _, kind in lines)
    form_ends = _last_form_label(lines)
    last, texts, alone = "", 0, False
    for place, (line, kind) in enumerate(lines):
        heads = texts == 1 and alone  # a drawn line right under the only line above it underlines a title
        drawn = kind is Kind.RULE and below <= MAX_BELOW_RULE and not heads and not last.endswith((":", "："))
        if last and (kind is Kind.SIGNATURE or (drawn and place > form_ends)):
            return lines[:place]
        if kind in (Kind.TEXT, Kind.QUOTE):
            last = line.rstrip()
        texts += kind is Kind.TEXT
        below -= kind is Kind.TEXT
        alone = kind is Kind.TEXT
    return lines


def _only_signs(section: Sequence[_Line]) -> bool:
    """Some programs put the signature below the quote, and lists their notices: no answer to it."""
    quotes = [place for place, (_, kind) in enumerate(section) if kind is Kind.QUOTE]
    texts = [place for place, (_, kind) in enumerate(section) if kind is Kind.TEXT]
    if not quotes or not texts or texts[0] < quotes[-1] or len(texts) > MAX_BELOW_RULE:
        return False
    return begins_signature(section[texts[0]][0])


def _last_form_label(lines: Sequence[_Line]) -> int:
    """Forms draw lines between what they say; a name or a message with a label is no signature."""
    texts = [place for place, (_, kind) in enumerate(lines) if kind is Kind.TEXT][-MAX_BELOW_RULE:]
    return max((place for place in texts if is_form_label(lines[place][0])), default=-1)


def _joined(lines: list[_Line]) -> str:
    end = len(lines)
    while end and lines[end - 1][1] in _NOTHING:
        end -= 1
    return "\n".join(_without_long_quotes(lines[:end])).strip()


def _without_long_quotes(lines: Sequence[_Line]) -> Iterator[str]:
    quoted: list[str] = []
    for line, kind in lines:
        if kind is Kind.QUOTE:
            quoted.append(line)
            continue
        if len(quoted) <= MAX_CONTEXT:
            yield from quoted
        quoted = []
        yield line
