"""Two pictures of one call become one: the newer counts, and nothing that was known is forgotten."""

from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from intake.model.calls import Call, Outcome

KEPT = (
    "number",
    "number_raw",
    "name",
    "did",
    "trunk",
    "queue",
    "recording",
    "channel",
    "merged_into",
    "cause",
)
GROWING = ("rang", "answered_by", "transfers")


def is_newer(old: Call, old_at: datetime, new: Call, new_at: datetime) -> bool:
    """Whether `new` shall replace `old`. A call that has ended never begins again, whatever the clocks say;
    the end of one that was heard in part only is completed by whoever knows more."""
    if old.ended is None or new.ended is None:
        return new.ended is not None or (old.ended is None and new_at >= old_at)
    return old.partial or new_at >= old_at


def combined(old: Call, new: Call) -> Call:
    """`new` with what only `old` knew: after a restart or a gap a PBX tells less than was heard before."""
    changes: dict[str, Any] = {name: _kept(old, new, name) for name in KEPT}
    for name in GROWING:
        changes[name] = tuple(dict.fromkeys((*getattr(old, name), *getattr(new, name))))
    changes["started"] = min(filter(None, (old.started, new.started)), default=None)
    changes["answered"] = min(filter(None, (old.answered, new.answered)), default=None)
    if new.outcome is not None and changes["answered_by"]:
        changes["outcome"] = Outcome.ANSWERED
    return replace(new, **changes)


def fact_of(call: Call) -> dict[str, Any]:
    """The snapshot as JSON, without what is empty."""
    values = {field.name: getattr(call, field.name) for field in fields(Call)}
    return {name: _plain(value) for name, value in values.items() if value not in (None, False, ())}


def _kept(old: Call, new: Call, name: str) -> Any:
    value = getattr(new, name)
    return getattr(old, name) if value is None else value


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    return value
