"""Letters that a contact form on a web site wrote: «label: value» lines become fields. Pure; never raises.

A signature has labels, too («Тел.: …, E-mail: …»), and so has a letter that somebody typed. A form's letter
says a name or a message, has a telephone or an address to answer to, and does not begin as people begin.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from intake.letters.form_labels import LONGEST_LABEL, meaning_of, plain_label
from intake.letters.signature import is_farewell
from intake.matching.emails import read_email

MAX_TEXT = 50_000  # letters that are looked at
MAX_VALUE = 500  # letters of a value that is not the message
MAX_MESSAGE = 20_000
MAX_PREFACE = 8  # lines before the first label

_SEPARATOR = re.compile(r"\s*[:：]\s*\**\s*|\s*\t+\s*|\s+[-–—=|]\s+")
_MAY_PART = re.compile(r"[:：\t]|\s[-–—=|]\s")
_RULE = re.compile(r"\s*(?:[-_=*—]\s?){2,}$")
_FOOTER = re.compile(
    r"\W*(?:(?:это |данное )?(?:сообщение|письмо|уведомление) (?:было )?(?:сгенерировано|отправлено"
    r"|создано|сформировано)"
    r"|для просмотра результата|this (?:e-?mail|message) (?:was|is) (?:sent|generated)|sent from\W"
    r"|powered by|отправлено с)",
    re.IGNORECASE,
)
_PERSON_BEGINS = re.compile(
    r"\W*(?:здравствуйте|добр(?:ый|ое|ого)|уважаем|приветств|привет|коллеги|hello|dear|hi\b"
    r"|good )",
    re.IGNORECASE,
)
_OF_A_FORM = re.compile(
    r"сайт|форм[аыеу]|заявк|заказ\b|обратн|web|site|\bform\b|request|enquiry|inquiry|submi"
    r"|\blead",
    re.IGNORECASE,
)
_OF_A_FORWARD = ("кому", "to", "отправлено", "sent")
_WHO_WROTE = re.compile(
    r"(?P<name>[^<>@\n]{0,80}?)\s*[<(](?P<email>[^<>()\s]{1,64}@[^<>()\s]{1,255})[>)]\s*$"
)
_ENQUIRY = re.compile(r"(?=.{0,300}(?:https?://|\bwww\.|сайт)).{3,300}\b(?:от|from)\s*:\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the letter; `meaning` is None where it begins with no known label."""

    label: str
    meaning: str | None
    value: str


def fields_in(text: str, labels: Mapping[str, str]) -> dict[str, str]:
    """A form's fields by what they mean: «name», «phone», «email» (nothing but the address),
    «company», «inn», «message», «site», «form», «page» …; {} when the letter is not a form's.

    `labels` is what the mailbox has learned, label -> meaning; it wins, and "" there means «leave it out».
    """
    learned = {plain_label(label): meaning for label, meaning in labels.items()}
    lines = _lines(text)
    rows = [_row(line, learned) for line in lines]
    if fields := _fields(lines, rows, learned):
        return fields
    alone = [_alone(line, row, learned) for line, row in zip(lines, rows, strict=True)]
    return _fields(lines, alone, learned) if alone != rows else {}


def _fields(lines: Sequence[str], rows: Sequence[_Row], learned: Mapping[str, str]) -> dict[str, str]:
    fields = _finished(_read(lines, rows) or _enquiry(lines))
    if len(fields) < 2 or not _can_be_answered(fields):
        return {}
    known = {row.label for row in rows if row.label in learned}
    return fields if len(known) > 1 or _looks_like_a_form(lines, rows, fields) else {}


def learn(sample_text: str) -> dict[str, str]:
    """Label as written -> meaning, from a pasted letter of the form; "" for what nobody can tell."""
    lines = _lines(sample_text)
    learned: dict[str, str] = {}
    for line in lines:
        row = _row(line, {})
        if row.label and ":" in line and (row.meaning is not None or not _FOOTER.match(line)):
            label = line[: line.index(":")].strip(" \t*•")
            learned.setdefault(label, row.meaning if row.meaning is not None else _by_value(row.value))
    return learned


def _lines(text: str) -> list[str]:
    return text[:MAX_TEXT].replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _row(line: str, learned: Mapping[str, str]) -> _Row:
    """A line's label and value; a learned label may hold the separator itself."""
    bare = line.strip()
    beginning = line[: LONGEST_LABEL + 10].strip()
    for separator in _SEPARATOR.finditer(beginning) if _MAY_PART.search(beginning) else ():
        label = plain_label(bare[: separator.start()])
        meaning = learned.get(label, meaning_of(label)) if label else None
        if meaning is not None or ":" in separator[0]:
            return _Row(label, meaning, bare[separator.end() :].strip(" \t*"))
    return _Row("", None, bare)


def _alone(line: str, row: _Row, learned: Mapping[str, str]) -> _Row:
    """WPForms and Gravity Forms have a label on a line of its own, with nothing behind it."""
    if row.label or len(line) > LONGEST_LABEL:
        return row
    label = plain_label(line)
    meaning = learned.get(label, meaning_of(label)) if label else None
    return row if meaning is None else _Row(label, meaning, "")


def _read(lines: Sequence[str], rows: Sequence[_Row]) -> dict[str, str]:
    found: dict[str, str] = {}
    place = 0
    while place < len(rows):
        row = rows[place]
        place += 1
        if row.meaning == "message":
            end = _message_end(lines, rows, place)
            message = "\n".join((row.value, *(line.strip() for line in lines[place:end])))
            _keep(found, "message", message.strip()[:MAX_MESSAGE])
            place = end
        elif row.meaning:
            _keep(found, row.meaning, (row.value or _next_line(rows, place))[:MAX_VALUE])
    return found


def _keep(found: dict[str, str], meaning: str, value: str) -> None:
    if value and not found.get(meaning):
        found[meaning] = value


def _message_end(lines: Sequence[str], rows: Sequence[_Row], place: int) -> int:
    """Up to the next label that is known, a drawn line or the form's own last words."""
    for end in range(place, len(rows)):
        if rows[end].meaning is not None or _RULE.match(lines[end][:100]) or _FOOTER.match(lines[end][:100]):
            return end
    return len(rows)


def _next_line(rows: Sequence[_Row], place: int) -> str:
    """Bitrix writes the value below its label."""
    for row in rows[place : place + 2]:
        if row.value or row.label:
            return row.value if row.meaning is None and not row.label else ""
    return ""


def _enquiry(lines: Sequence[str]) -> dict[str, str]:
    """Joomla: «This is an enquiry email via https://firm.example from:», name and address, the message."""
    filled = [line.strip() for line in lines if line.strip()]
    if len(filled) < 2 or not _ENQUIRY.match(filled[0][:400]):
        return {}
    who = _WHO_WROTE.match(filled[1][:400])
    return {"name": filled[1][:MAX_VALUE], "message": "\n".join(filled[2:])[:MAX_MESSAGE]} if who else {}


def _finished(found: dict[str, str]) -> dict[str, str]:
    """«Name: Иван <ivan@firm.example>» is two fields, «Фамилия», «Имя», «Отчество» are one."""
    fields = dict(found)
    who = _WHO_WROTE.match(fields.get("name", ""))
    if who:
        fields |= {"name": who["name"].strip(" \"'«»"), "email": fields.get("email") or who["email"]}
    parts = [fields.pop("surname", ""), fields.get("name", ""), fields.pop("patronymic", "")]
    fields["name"] = " ".join(part for part in parts if part)
    address = read_email(fields.get("email", ""))
    if address:
        fields["email"] = address.address
    return {meaning: value for meaning, value in fields.items() if value}


def _can_be_answered(fields: Mapping[str, str]) -> bool:
    return sum(letter.isdigit() for letter in fields.get("phone", "")) > 4 or "@" in fields.get("email", "")


def _looks_like_a_form(lines: Sequence[str], rows: Sequence[_Row], fields: Mapping[str, str]) -> bool:
    if not fields.keys() & {"name", "message", "form", "page"}:
        return False
    forwarded = any(row.label in _OF_A_FORWARD for row in rows)
    return not forwarded and not _begins_like_a_person(lines, rows)


def _begins_like_a_person(lines: Sequence[str], rows: Sequence[_Row]) -> bool:
    preface = [line[:300] for line in _before_labels(lines, rows) if line.strip()]
    said = " ".join(preface)
    if any(map(is_farewell, preface)):
        return True
    return not _OF_A_FORM.search(said) and (
        len(preface) > MAX_PREFACE or any(_PERSON_BEGINS.match(line) for line in preface)
    )


def _before_labels(lines: Sequence[str], rows: Sequence[_Row]) -> Iterator[str]:
    for line, row in zip(lines, rows, strict=True):
        if row.meaning:
            return
        yield line


def _by_value(value: str) -> str:
    if "@" in value:
        return "email"
    if value.lower().startswith(("http://", "https://")):
        return "page"
    digits = sum(letter.isdigit() for letter in value)
    phone_like = 10 <= digits <= 12 and not any(letter.isalpha() for letter in value) and value[:1] in "+78("
    return "phone" if phone_like else ""
