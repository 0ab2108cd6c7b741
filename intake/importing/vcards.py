"""vCards 2.1, 3.0 and 4.0 as rows with headings: address books of telephones and mail programs.

vobject reads them, card by card, so that a broken one costs only itself.
"""

import re
from collections.abc import Iterator
from typing import Any, TextIO

import vobject

from intake.importing.csv_rows import Row
from intake.importing.limits import MOST_CARD, MOST_CELL, MOST_LINE

# headings of the rows -> as columns.py knows them
HEADINGS = (
    "Фамилия", "Имя", "Отчество", "ФИО", "Организация", "Отдел", "Должность", "Телефон", "E-mail", "Сайт",
    "Адрес", "Город", "Страна", "Мессенджер", "Примечание",
)  # fmt: skip
_LETTERS_ONLY = re.compile(r"^(?:skype|telegram|xmpp|im|sip|tel|mailto):", re.IGNORECASE)


def vcard_rows(stream: TextIO) -> Iterator[Row]:
    """A row of headings, then one for each card."""
    yield Row(0, list(HEADINGS))
    for line, text in _cards(stream):
        try:
            yield Row(line, _cells(next(vobject.readComponents(text, allowQP=True))))
        except Exception:  # noqa: BLE001 - vobject raises whatever its parsing runs into
            yield Row(line, [text[:MOST_CELL]], "broken-card")


def _cards(stream: TextIO) -> Iterator[tuple[int, str]]:
    taken: list[str] = []
    first, size = 0, 0
    for number, line in enumerate(iter(lambda: stream.readline(MOST_LINE), ""), 1):
        word = line.strip().upper()
        if word == "BEGIN:VCARD":
            taken, first, size = [], number, 0
        size += len(line)
        if size <= MOST_CARD:
            taken.append(line.replace("\0", ""))
        if word == "END:VCARD" and taken and first:
            yield first, _without_photograph(taken)
            taken, first = [], 0
    if taken and first:
        yield first, "".join(taken)


def _without_photograph(lines: list[str]) -> str:
    """Pictures, sounds and keys are left out: nothing is made of them, and they are most of the file."""
    kept: list[str] = []
    dropping = False
    for line in lines:
        if not line.startswith((" ", "\t")):
            dropping = re.match(r"(?:[\w-]+\.)?(?:PHOTO|LOGO|SOUND|KEY)\b", line, re.IGNORECASE) is not None
        if not dropping and line.strip():
            kept.append(line)
    return "".join(kept)


def _cells(card: Any) -> list[str]:
    name = card.n.value if hasattr(card, "n") else None
    organisation = card.org.value if hasattr(card, "org") else []
    address = card.adr.value if hasattr(card, "adr") else None
    cells = {
        "Фамилия": getattr(name, "family", ""),
        "Имя": getattr(name, "given", ""),
        "Отчество": getattr(name, "additional", ""),
        "ФИО": "" if name and str(name).strip() else _values(card, "fn"),
        "Организация": organisation[0] if organisation else "",
        "Отдел": ", ".join(organisation[1:]),
        "Должность": _values(card, "title"),
        "Телефон": _values(card, "tel"),
        "E-mail": _values(card, "email"),
        "Сайт": _values(card, "url"),
        "Адрес": _address(address),
        "Город": getattr(address, "city", ""),
        "Страна": getattr(address, "country", ""),
        "Мессенджер": _values(card, "impp", "x-skype", "x-telegram", "x-jabber"),
        "Примечание": _values(card, "note"),
    }
    return [_text(cells[heading]) for heading in HEADINGS]


def _values(card: Any, *names: str) -> str:
    found = [_text(line.value) for name in names for line in card.contents.get(name, ())]
    return "; ".join(_LETTERS_ONLY.sub("", text).replace(";ext=", " доб. ") for text in found if text)


def _address(address: Any) -> str:
    parts = (getattr(address, part, "") for part in ("code", "region", "street", "extended", "box"))
    return ", ".join(text for part in parts if (text := _text(part)))


def _text(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(_text(part) for part in value).strip()
    return str(value or "").strip()[:MOST_CELL]
