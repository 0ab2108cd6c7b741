"""A form as it stands in the editor: texts as they were typed, right or wrong, so that nothing is lost.

Every field is a row with a token of its own (`f3.label`); their order on the page is their order.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from intake.model.forms import FormField
from storage.tables.forms import WebForm
from storage.webforms import fields_of

MOST_FIELDS = 60
LONGEST = 20_000  # characters of anything typed here
YES = "yes"
PARTS = (
    "name", "label", "kind", "target", "required", "default", "hint", "options", "purpose", "many",
    "new_purpose", "wording", "gone",
)  # fmt: skip
VALUES = (
    "name", "enabled", "language", "title", "intro", "button", "thanks", "accent", "radius", "look",
    "origins", "challenge", "least_seconds", "per_hour", "same_minutes", "most_file_mb", "tilda", "seen",
)  # fmt: skip
NEW_PURPOSE = "+"  # chosen in place of a purpose: one that is written down here
_PART = re.compile(r"f([0-9]{1,4})\.([a-z_]+)")
DEFAULT_THEME = {"accent": "#2563eb", "radius": "6", "look": "auto"}


@dataclass(frozen=True, slots=True)
class Row:
    """One field as it is being drawn."""

    token: int
    typed: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, part: str) -> str:
        return self.typed.get(part, "")

    @property
    def gone(self) -> bool:
        return self["gone"] == YES


@dataclass(frozen=True, slots=True)
class Draft:
    """The form as it is being drawn."""

    typed: dict[str, str]
    rows: tuple[Row, ...] = ()

    def __getitem__(self, name: str) -> str:
        return self.typed.get(name, "")

    @property
    def staying(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if not row.gone)


def posted(pairs: Iterable[tuple[str, object]]) -> Draft:
    """What the editor sent. Foreign names are left out, too many fields cut off."""
    typed: dict[str, str] = {}
    rows: dict[int, dict[str, str]] = {}
    for name, value in pairs:
        if not isinstance(value, str):
            continue
        text = value.replace("\r\n", "\n")[:LONGEST].strip()
        part = _PART.fullmatch(name)
        if part and part[2] in PARTS and (int(part[1]) in rows or len(rows) < MOST_FIELDS):
            rows.setdefault(int(part[1]), {})[part[2]] = text
        elif name in VALUES:
            typed[name] = text
    return Draft(typed, tuple(Row(token, parts) for token, parts in rows.items()))


def drawn(form: WebForm) -> Draft:
    """A form that is kept, to be changed."""
    theme = DEFAULT_THEME | {name: str(value) for name, value in form.theme.items()}
    numbers = ("least_seconds", "per_hour", "same_minutes", "most_file_mb")
    texts = ("name", "language", "title", "intro", "button", "thanks")
    typed = {name: str(getattr(form, name)) for name in (*texts, *numbers)} | {
        "enabled": _tick(form.enabled),
        "challenge": _tick(form.challenge),
        "tilda": _tick(bool(form.tilda_secret)),
        "origins": "\n".join(form.origins),
        "seen": form.updated_at.isoformat(),
        **{name: theme[name] for name in DEFAULT_THEME},
    }
    return Draft(typed, tuple(row_of(token, each) for token, each in enumerate(fields_of(form), 1)))


def row_of(token: int, each: FormField) -> Row:
    texts = ("name", "label", "target", "default", "hint", "purpose")
    typed = {part: str(getattr(each, part)) for part in texts} | {
        "kind": each.kind.value,
        "required": _tick(each.required),
        "many": _tick(each.many),
        "options": "\n".join(each.options),
    }
    return Row(token, typed)


def with_row(draft: Draft, row: Row) -> Draft:
    return replace(draft, rows=(*draft.rows, row)[:MOST_FIELDS])


def next_token(draft: Draft) -> int:
    return max((row.token for row in draft.rows), default=0) + 1


def moved(draft: Draft, token: int, by: int) -> Draft:
    """The field one place up (-1) or down (1); at the end it stays where it is."""
    rows = list(draft.rows)
    at = next((index for index, row in enumerate(rows) if row.token == token), None)
    if at is None or not 0 <= at + by < len(rows):
        return draft
    rows[at], rows[at + by] = rows[at + by], rows[at]
    return replace(draft, rows=tuple(rows))


def _tick(yes: bool) -> str:
    return YES if yes else ""
