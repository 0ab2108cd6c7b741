"""What an action changed, field by field, from the lines of the audit log."""

from collections.abc import Iterable
from typing import Any

from storage.fields import CardKind
from storage.names import Names
from storage.tables.history import Change, Operation
from web.i18n import gettext
from web.pages.cards_fields import LABELS, field_of, shown
from web.show import phone

MOST = 8  # lines an entry
MOST_LETTERS = 160

Line = tuple[str, str, str]


def changed(changes: Iterable[Change], names: Names) -> tuple[Line, ...]:
    """(label, before, after) of what people care about: fields of cards, and ways to reach them."""
    lines = [line for change in changes for line in _lines(change, names) if line[1] or line[2]]
    return tuple(lines[:MOST])


def _lines(change: Change, names: Names) -> list[Line]:
    if change.table == "contact_point":
        return [("", _point(change.before), _point(change.after))]
    if change.table == "interest" and change.operation is Operation.INSERT:
        return [(gettext("Interest"), "", str(change.after.get("title", ""))[:MOST_LETTERS])]
    if change.operation is not Operation.UPDATE:
        return []
    fields = [name for name in change.after if name in LABELS and not _is_link(change.table, name)]
    return [
        (
            gettext(LABELS[name]),
            _value(change.table, name, change.before.get(name), names),
            _value(change.table, name, change.after[name], names),
        )
        for name in fields
    ]


def _is_link(table: str, name: str) -> bool:
    """Which card a row belongs to is told by where it is shown."""
    return name in ("account_id", "contact_id", "lead_id") or (
        table == "inquiry" and name != "responsible_id"
    )


def _point(values: dict[str, Any]) -> str:
    value = values.get("value")
    if not value:
        return ""
    return phone(value, values.get("extension")) if str(value).startswith("+") else str(value)


def _value(table: str, name: str, value: Any, names: Names) -> str:
    if value is None:
        return ""
    if name == "status_id":
        return names.statuses.get(int(value), str(value))
    kind = CardKind(table) if table in set(CardKind) else CardKind.INTEREST
    field = field_of(kind, name)
    return (shown(field, value, names) if field else str(value))[:MOST_LETTERS]
