"""Tilda's webhook: forms drawn on Tilda, sent on by its servers. It tries three times until it is answered
«ok», and asks `test=test` when the webhook is set up."""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import unquote_plus

from intake.channels.forms.bodies import Pairs
from intake.channels.forms.controls import marks_in, marks_of
from intake.model.forms import FieldKind, FormField

# Tilda's own names of fields, and what they fill where our form has no field of that name
NAMES = {
    "name": ("name", FieldKind.TEXT),
    "phone": ("phone", FieldKind.PHONE),
    "email": ("email", FieldKind.EMAIL),
    "comments": ("wanted", FieldKind.LONG),
    "textarea": ("wanted", FieldKind.LONG),
    "input": ("wanted", FieldKind.LONG),
    "company": ("company", FieldKind.TEXT),
    "city": ("city", FieldKind.TEXT),
}
ABOUT_IT = ("tranid", "formid", "cookies", "formname")  # said by Tilda, not by the visitor
PAGE = "previousurl"


def is_trial(pairs: Pairs) -> bool:
    return ("test", "test") in pairs and len(pairs) <= 2  # the second one is the secret


def request_id(pairs: Pairs) -> str:
    """What Tilda calls this request, however often it sends it."""
    return next((value.strip()[:120] for name, value in pairs if name.casefold() == "tranid"), "")


def typed(pairs: Pairs) -> Pairs:
    """Without what Tilda says of the request itself; its number and form stay, nobody else keeps them."""
    return tuple(pair for pair in pairs if pair[0].casefold() != "cookies")


def fields_for(pairs: Pairs, drawn: Sequence[FormField]) -> tuple[FormField, ...]:
    """Our fields under the names that Tilda sends; what it calls by its own names fills our field of that
    target, or one made up for it. Nothing is required: Tilda has asked the visitor already."""
    names = dict.fromkeys(name for name, _ in pairs if name.casefold() not in ABOUT_IT)
    return tuple(field for name in names if (field := _field_for(name, drawn)) is not None)


def came_from(pairs: Pairs) -> tuple[str, Pairs]:
    """The page, and UTM parameters with ids of clicks: sent as fields, or out of Tilda's cookies."""
    cookies = _cookies(next((value for name, value in pairs if name.casefold() == "cookies"), ""))
    page = cookies.get(PAGE, "")
    kept = marks_in(cookies.get("tildautm", "").replace("|||", "&"))
    clicks = marks_in("&".join(f"{name}={value}" for name, value in cookies.items()))
    sent = {name: value for name, value in pairs if marks_in(f"{name}=1")}
    asked = marks_in(page.partition("?")[2])
    return page[:2000], marks_of(clicks | asked | kept | sent)


def _field_for(name: str, drawn: Sequence[FormField]) -> FormField | None:
    known = name.casefold()
    ours = next((field for field in drawn if field.name.casefold() == known), None)
    target, kind = NAMES.get(known.rstrip("_0123456789"), ("", FieldKind.TEXT))
    ours = ours or next((field for field in drawn if target and field.target == target), None)
    if ours is not None:
        return replace(ours, name=name, required=False)
    return FormField(name, name.replace("_", " "), kind, target) if target else None


def _cookies(text: str) -> dict[str, str]:
    parts = (part.partition("=") for part in text[:8000].split(";"))
    return {name.strip().casefold(): unquote_plus(value.strip()) for name, _, value in parts if name.strip()}
