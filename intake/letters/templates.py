"""The fields of an answer's template: {имя}, {company}. Pure."""

import re
from collections.abc import Mapping

FIELDS = {  # as written, in either language -> the field
    "имя": "name",
    "name": "name",
    "компания": "company",
    "company": "company",
    "номер обращения": "number",
    "номер": "number",
    "number": "number",
    "я": "me",
    "me": "me",
}
MOST_NAME = 40  # characters of a field's name; what is longer is no field

_FIELD = re.compile(r"\{([^\W\d_][\w ]{0,%d})\}" % (MOST_NAME - 1))  # noqa: UP031 - braces all over


def fill(text: str, values: Mapping[str, str]) -> str:
    """Each known field that has a value, in its place. What is unknown, or empty, stays as it is written:
    whoever sends the letter must see it."""

    def value(match: re.Match[str]) -> str:
        return values.get(FIELDS.get(_plain(match[1]), ""), "") or match[0]

    return _FIELD.sub(value, text)


def unfilled(text: str) -> list[str]:
    """The fields that still stand in it, as written, each once."""
    return list(dict.fromkeys(match[0] for match in _FIELD.finditer(text)))


def unknown(text: str) -> list[str]:
    """Those that no letter will ever fill: slips of whoever wrote the template."""
    return [each for each in unfilled(text) if _plain(each[1:-1]) not in FIELDS]


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
