"""Who wrote a letter that somebody else forwarded. Pure; never raises.

Programs say so in three ways: dashes around «Forwarded message», Apple's «Начало переадресованного
сообщения:» and Outlook's bare headers, which a reply has, too: those are a forward's only where the
subject says so, or where nothing stands above them but «см. ниже».
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from intake.letters import client_words as words
from intake.letters.header_block import read_block
from intake.letters.lines import announces
from intake.matching.emails import read_email
from intake.model.letters import Address

MAX_TEXT = 50_000  # letters that are looked at
MAX_LINES = 2_000
MAX_LINE = 400
MAX_ABOVE = 3  # lines with which people pass a letter on
FEW_HEADERS = 2  # are enough below words that say it is a forward
MAX_GAP = 4  # lines between those words and the headers

_QUOTE = " >"
_SUBJECT = re.compile(
    r"\s*(?:\[[^\]]{1,30}\]\s*)?(?:re\s*:\s*)?(?:fwd?|fw|wg|tr|rv|enc|vs|vl|pd|vb|i|doorst|转发|轉寄"
    r"|пер|пересл\w*|"
    r"пересылаемое|переадр\w*)\s*[:：]",
    re.IGNORECASE,
)
_REPLY = re.compile(r"\s*(?:re|aw|sv|odp|ответ|отв|回复)\s*(?:\[\d+\])?\s*[:：]", re.IGNORECASE)
_FORWARDED = re.compile(words.FORWARDED, re.IGNORECASE)
_BY_APPLE = re.compile(words.FORWARD_BEGINS, re.IGNORECASE)
_PASSED_ON = re.compile(
    r"пересыл|перешл|перенаправ|переадрес|см\.? ?ниже|во? вложени|в работу|для (?:работы|информации"
    r"|сведения)|\bfyi\b"
    r"|forward|see below|please (?:handle|take)|новая заявка|прошу (?:связаться|ответить|взять)"
    r"|свяжитесь|ответьте",
    re.IGNORECASE,
)
# Yandex: «13.03.2026, 10:11, "Иван Орлов" <ivan@orel.example>:»
_WROTE = re.compile(
    r"\d.{4,60}?[,\s](?P<who>\"[^\"]{0,100}\"\s*<[^<>]{3,320}>|[^,<>\"]{0,100}<[^<>]{3,320}>)\s*:\s*$"
)


def origin(text: str, subject: str = "") -> Address | None:
    """The sender of the letter inside, None when this is no forward or does not tell.

    `subject` is the outer letter's: «Fwd: …», «Пересл: …» make a forward of headers that might be a reply's.
    """
    return _inside([line.lstrip(_QUOTE) for line in _lines(text)], subject).sender


def inside(text: str, subject: str = "") -> str:
    """The forwarded letter's own text, below its headers; "" when `origin` is None.

    Where the headers stand behind «> », so does the text, which is freed of as many.
    """
    lines = _lines(text)
    found = _inside([line.lstrip(_QUOTE) for line in lines], subject)
    if not found.sender:
        return ""
    headers = lines[found.place - 1]
    deep = headers[: len(headers) - len(headers.lstrip(_QUOTE))].count(">")
    quote = re.compile(rf"(?:\s?>){{0,{deep}}} ?")
    return "\n".join(quote.sub("", line, count=1) for line in lines[found.place :]).strip()


class _Inside(NamedTuple):
    sender: Address | None
    place: int = 0  # the line its text begins at


def _lines(text: str) -> list[str]:
    lines = text[:MAX_TEXT].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [line[:MAX_LINE] for line in lines[:MAX_LINES]]


def _inside(lines: Sequence[str], subject: str) -> _Inside:
    for place, line in enumerate(lines):
        announced = announces(line)
        if announced and _says_forwarded(line):
            return _below(lines, place)
        values, length = read_block(lines, place)
        if "from" in values:
            forward = _may_be_forward(lines[:place], subject)
            return _Inside(_sender(values["from"]) if forward else None, place + length)
        if announced:
            break  # «Original Message»: a reply
    return _Inside(None)


def _says_forwarded(line: str) -> bool:
    return bool(_FORWARDED.search(line) or _BY_APPLE.search(line))


def _below(lines: Sequence[str], place: int) -> _Inside:
    for below in range(place + 1, min(place + 1 + MAX_GAP, len(lines))):
        values, length = read_block(lines, below, FEW_HEADERS)
        if "from" in values:
            return _Inside(_sender(values["from"]), below + length)
        if wrote := _WROTE.match(lines[below].strip()):
            return _Inside(_sender(wrote["who"]), below + 1)
    return _Inside(None)


def _may_be_forward(above: Sequence[str], subject: str) -> bool:
    if _SUBJECT.match(subject[:MAX_LINE]):
        return True
    if _REPLY.match(subject[:MAX_LINE]):
        return False
    own = [line for line in above if line.strip(" -_=*\t")]
    return not own or (len(own) <= MAX_ABOVE and any(map(_PASSED_ON.search, own)))


def _sender(value: str) -> Address | None:
    """«Иван Орлов <ivan@orel.example>», «Иван Орлов [mailto:ivan@orel.example]», «Иван Орлов»."""
    email = read_email(value.replace("mailto:", " "))
    if email is None:
        return None
    name = re.split(r"[<(\[]", value, maxsplit=1)[0].strip(" \t\"'«»*,;")
    return Address(email.address, "" if "@" in name else name)
