"""What each line of a letter is: written now, quoted, or put there by a program. Pure; linear in time."""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import lru_cache

from intake.letters import client_words as words
from intake.letters.header_block import header_block

MAX_LINE = 400  # letters of a line that are looked at
MAX_ATTRIBUTION = 4  # lines over which «On …, … wrote:» may be wrapped
MAX_SIGN_OFF = 160  # letters of «Sent from my iPhone» with its links
MAX_BETWEEN_DASHES = 80  # letters
MAX_ALONE = 120  # letters of «… wrote on 13 March, 10:11:» with no address and no quote below
_PLAIN_DELIMITER = 2  # signs: a row longer than this is drawn, not a signature's «--»


class Kind(StrEnum):
    EMPTY = "empty"
    TEXT = "text"
    QUOTE = "quote"
    MARK = "mark"  # here an older letter begins
    SIGNATURE = "signature"  # «-- », after which RFC 3676 has the signature
    RULE = "rule"  # a drawn line
    SIGN_OFF = "sign-off"  # «Sent from my iPhone»


_ADDRESS = r"[^\s<>@]{1,64}@[^\s<>@]{2,255}"
_HAS_ADDRESS = re.compile(_ADDRESS)
_HAS_DATE = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?!\d)|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}[:.h]\d\d(?!\d)|\d{1,2}月|\d{1,2}월"
)
_BEGINS_WITH_DATE = re.compile(
    rf"[({{\[]?\s*(?:(?:{words.WEEKDAY_OR_MONTH})\w{{0,9}}[.,]*\s+(?:den\s+)?)?"
    r"(?:\d{1,2}[\s.,/-]|\d{4}[\s.,/年-]|\d{4}년)",
    re.IGNORECASE,
)
_BEGINS_BEFORE_DATE = re.compile(rf"(?:{words.BEFORE_DATE})(?:\b|(?=\d|\s))", re.IGNORECASE)
_WROTE = re.compile(rf"(?:(?<!\w)(?:{words.WROTE})(?!\w)|{words.WROTE_GLUED})", re.IGNORECASE)
_LIKELY = re.compile("[:：@]")
_HAS_TIME = re.compile(r"\d{1,2}[:.]\d\d(?!\d)")
_SOON_A_COLON = re.compile(r"[^:：]{0,40}[:：]")
_ENDS_WITH_ADDRESS = re.compile(r"[<(\[]\s*" + _ADDRESS + r"\s*>?[>)\]]*(?:>)?\s*[:：]?\s*$")
_ENDS_WITH_COLON = re.compile(r"[:：]\s*$")
_QUOTING = re.compile(
    rf"(?:quoting|zitat von|citát|citando|citazione di|quote de)\s.{{0,100}}{_ADDRESS}", re.IGNORECASE
)
_IN_MESSAGE = re.compile(r"(?:in (?:message|article)|news:)\s*<", re.IGNORECASE)
_DASHES = "-_=—–~"
_MESSAGE = re.compile(words.MESSAGE, re.IGNORECASE)
_FORWARD_BEGINS = re.compile(
    rf"\W{{0,4}}(?:{words.FORWARD_BEGINS})[^:：]{{0,20}}[:：]?\W{{0,4}}$", re.IGNORECASE
)
# Of small letters: looking for any case takes three times as long.
_ANSWER_ABOVE = re.compile(words.ANSWER_ABOVE)


def _signing_off(sayings: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"[\W_]{{0,4}}(?:{'|'.join(sayings)})[\W_]{{0,6}}$", re.IGNORECASE)


_SIGN_OFF = _signing_off(words.SIGN_OFFS)
_SIGN_OFF_BEHIND = _signing_off(words.SIGN_OFFS_BEHIND)
_BEHIND = re.compile(words.BEHIND)
_DIRECTIONS = re.compile("[\u200b\u200e\u200f\u2060\ufeff\u202a-\u202e\u2066-\u2069]")
_LINK = re.compile(r"[(<]?https?://\S+", re.IGNORECASE)
_QUOTED = re.compile(r"\s*(?:[>＞》]|\|(?![^|]*\|))")
_RULE = re.compile(r"[-_=+~#*—–─━᠆ᐧ.\s]+$")


def kinds(lines: Sequence[str]) -> list[Kind]:
    """One kind for each line, in the order of the lines."""
    short = _DIRECTIONS.sub("", "\n".join(line[:MAX_LINE] for line in lines)).split("\n")
    found = [_by_itself(line) for line in short]
    place = 0
    while place < len(found):
        length = _mark_at(short, found, place)
        found[place : place + length] = [Kind.MARK] * length
        place += length or 1
    return found


def _by_itself(line: str) -> Kind:
    bare = line.strip()
    if not bare:
        return Kind.EMPTY
    if _QUOTED.match(line):
        return Kind.QUOTE
    if _is_rule(bare):
        return Kind.SIGNATURE if len(bare) <= _PLAIN_DELIMITER else Kind.RULE
    if len(bare) <= MAX_SIGN_OFF and _is_sign_off(_LINK.sub("", bare)):
        return Kind.SIGN_OFF
    return Kind.TEXT


def _is_sign_off(bare: str) -> bool:
    may_stand_behind = _BEHIND.search(bare.lower())
    return bool(_SIGN_OFF.match(bare) or (may_stand_behind and _SIGN_OFF_BEHIND.match(bare)))


def _is_rule(bare: str) -> bool:
    if len(bare) == 1:
        return bare in "—–ᐧ"
    return bool(_RULE.match(bare)) and bare.strip(". ") != "" and len(set(bare) - {" "}) <= 2


def _mark_at(lines: Sequence[str], found: Sequence[Kind], place: int) -> int:
    """How many lines from here on say that an older letter begins; 0 when they do not."""
    if found[place] not in (Kind.TEXT, Kind.SIGN_OFF):
        return 0
    if announces(lines[place]):
        return 1
    return header_block(lines, place) or _attribution(lines, found, place)


@lru_cache(maxsize=512)  # a letter is looked through for what is new and for who is quoted
def announces(line: str) -> bool:
    """Whether a line says in words that an older letter follows: «-----Original Message-----»."""
    line = line.strip(" \t*")
    if _is_dashed(line) and _MESSAGE.search(line):
        return True
    return bool(_FORWARD_BEGINS.match(line) or (len(line) < 200 and _ANSWER_ABOVE.search(line.lower())))


def _is_dashed(line: str) -> bool:
    """«-----Original Message-----»."""
    rows = (line[:2] + line[-2:]).strip(_DASHES) == ""
    return rows and 3 <= len(line.strip(_DASHES + " ")) <= MAX_BETWEEN_DASHES


def _attribution(lines: Sequence[str], found: Sequence[Kind], place: int) -> int:
    """«On …, Ann <ann@firm.example> wrote:», in any language and over some lines."""
    if not any(map(_LIKELY.search, lines[place : place + MAX_ATTRIBUTION])):
        return 0
    joined = ""
    begins = _may_begin(lines[place].strip())
    for count in range(1, (MAX_ATTRIBUTION if begins else 1) + 1):
        at = place + count - 1
        if at >= len(lines) or found[at] is Kind.EMPTY:
            break
        joined = f"{joined} {lines[at].strip()}".strip()[:MAX_LINE]
        if _LIKELY.search(joined) and _is_attribution(joined, begins, _quoted_next(found, at + 1)):
            return count
    return 0


def _may_begin(line: str) -> bool:
    beginnings = (_BEGINS_BEFORE_DATE, _BEGINS_WITH_DATE, _IN_MESSAGE)
    return "<" in line or any(pattern.match(line) for pattern in beginnings)


def _is_attribution(text: str, begins: bool, quoted_next: bool) -> bool:
    ends, quoting = bool(_ENDS_WITH_COLON.search(text)), bool(_QUOTING.match(text))
    if not (begins or ends or quoting):
        return False
    when, who = bool(_HAS_DATE.search(text)), bool(_HAS_ADDRESS.search(text))
    if not ((when and (who or quoted_next)) or ((ends or quoting) and (when or who or quoted_next))):
        return False
    if wrote := _WROTE.search(text):
        behind = text[wrote.end() :]
        if ends and not behind.strip(" *>:：)"):
            return when or who or quoted_next
        timed = len(text) <= MAX_ALONE and bool(_HAS_TIME.search(text if begins else behind))
        if ends and (who or quoted_next or timed):
            return True
        return begins and when and (who or quoted_next) and bool(_SOON_A_COLON.match(behind))
    dated = begins and bool(_BEGINS_WITH_DATE.match(text) and _ENDS_WITH_ADDRESS.search(text))
    timed = ends and bool(_ENDS_WITH_ADDRESS.search(text) or _HAS_TIME.search(text))
    return quoting or (when and who and (dated or timed))


def _quoted_next(found: Sequence[Kind], place: int) -> bool:
    return first_of(found[place : place + 3]) is Kind.QUOTE


def first_of(found: Iterable[Kind]) -> Kind | None:
    """The kind of the first line that is not empty."""
    return next((kind for kind in found if kind is not Kind.EMPTY), None)
