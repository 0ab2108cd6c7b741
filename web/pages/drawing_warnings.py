"""What may be meant so in a form, and seldom is. Pure; the sentences are in drawing_words.WARNINGS."""

from collections.abc import Sequence

from intake.model.forms import FieldKind, FormField
from web.pages.drawing_colours import hard_to_see

WAYS_BACK = ("phone", "email", "messenger")


def warnings(fields: Sequence[FormField], accent: str, look: str) -> list[str]:
    found = [_way_back(fields), _consent(fields), *(f"faint-{each}" for each in hard_to_see(accent, look))]
    return [code for code in found if code]


def _way_back(fields: Sequence[FormField]) -> str:
    ways = [field for field in fields if field.target in WAYS_BACK and field.kind is not FieldKind.HIDDEN]
    if not ways:
        return "no-way-back"
    return "" if any(field.required for field in ways) else "optional-way-back"


def _consent(fields: Sequence[FormField]) -> str:
    ticks = [field for field in fields if field.kind is FieldKind.CONSENT]
    if not ticks:
        return "no-consent"
    return "" if any(field.required for field in ticks) else "optional-consent"
