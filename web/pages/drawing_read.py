"""From what was typed in the editor to a form that can be kept, or to what is wrong with it."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, ValidationError
from yarl import URL

from intake.model.forms import TARGETS, FieldKind, FormField
from storage.webforms import kept_fields
from web.pages.drawing_draft import DEFAULT_THEME, NEW_PURPOSE, YES, Draft, Row
from web.pages.drawing_names import NAME, name_from
from web.pages.settings_forms import Form, Name

LONGEST_LABEL = 200
LONGEST_OPTION = 200
MOST_OPTIONS = 100
LONGEST_HINT = 300
LONGEST_DEFAULT = 500
SHORTEST_WORDING, LONGEST_WORDING = 10, 10_000
LONGEST_PURPOSE = 120
MOST_ORIGINS = 50
KINDS = {kind.value: kind for kind in FieldKind}
CHOSEN = (FieldKind.CHOICE, FieldKind.CHOICES)
WITHOUT_TARGET = (FieldKind.FILE, FieldKind.CONSENT)
# What can be read as a telephone or an address at all
READABLE_AS = {
    "phone": (FieldKind.PHONE, FieldKind.TEXT, FieldKind.HIDDEN),
    "email": (FieldKind.EMAIL, FieldKind.TEXT, FieldKind.HIDDEN),
}


def _origin(text: str) -> str:
    """https://shop.example from whatever of an address was pasted; as browsers write it."""
    try:
        url = URL(text if "://" in text else f"https://{text}")
        if url.scheme in ("https", "http") and url.host and re.fullmatch(r"[\w.:-]+", url.host):
            return str(url.origin())
    except ValueError:
        pass
    raise ValueError("not an origin")


def _words(value: object) -> object:
    return value.replace(",", " ").split() if isinstance(value, str) else value


Origins = Annotated[
    list[Annotated[str, StringConstraints(max_length=300), AfterValidator(_origin)]],
    BeforeValidator(_words),
    Field(max_length=MOST_ORIGINS),
    AfterValidator(lambda origins: list(dict.fromkeys(origins))),
]


class Drawing(Form):
    """Everything of a form but its fields."""

    name: Name
    enabled: bool = False
    language: Literal["ru", "en"] = "ru"
    title: str = Field("", max_length=200)
    intro: str = Field("", max_length=2000)
    button: str = Field("", max_length=60)
    thanks: str = Field("", max_length=2000)
    accent: Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$", to_lower=True)]
    radius: int = Field(6, ge=0, le=24)
    look: Literal["auto", "light", "dark"] = "auto"
    origins: Origins = Field([])
    challenge: bool = False
    least_seconds: int = Field(3, ge=0, le=60)
    per_hour: int = Field(30, ge=1, le=1_000_000)
    same_minutes: int = Field(10, ge=1, le=1440)
    most_file_mb: int = Field(10, ge=1, le=50)


@dataclass(frozen=True, slots=True)
class Read:
    """`mistakes`: the input's name -> what is wrong with it (drawing_words.MISTAKES). With any of them the
    rest is only good for a preview."""

    values: dict[str, Any]
    fields: tuple[FormField, ...]
    wordings: dict[str, str] = field(default_factory=dict)  # purpose -> its next text
    mistakes: dict[str, str] = field(default_factory=dict)

    def columns(self) -> dict[str, Any]:
        """As `WebForm` keeps them."""
        values = {name: value for name, value in self.values.items() if name not in DEFAULT_THEME}
        theme = {name: self.values[name] for name in DEFAULT_THEME}
        return values | {"theme": theme, "fields": kept_fields(self.fields)}


def understood(draft: Draft, texts: Mapping[str, str]) -> Read:
    """`texts`: the newest wording of every purpose there is."""
    values, mistakes = _values(draft)
    names = _names(draft.staying)
    fields = tuple(_field(row, names[row.token]) for row in draft.staying)
    for row, each in zip(draft.staying, fields, strict=True):
        mistakes |= {f"f{row.token}.{part}": code for part, code in _wrong(row, each, texts).items()}
    mistakes |= _twice(draft.staying, fields)
    if not fields:
        mistakes["rows"] = "no-fields"
    return Read(values, fields, _wordings(draft.staying, texts), mistakes)


def _values(draft: Draft) -> tuple[dict[str, Any], dict[str, str]]:
    """What makes no sense is left at its default, so that the preview still shows something."""
    typed: dict[str, Any] = {name: draft[name] for name in Drawing.model_fields if draft[name] != ""}
    try:
        return Drawing(**(DEFAULT_THEME | {"name": ""} | typed)).model_dump(), {}
    except ValidationError as error:
        wrong = {str(part["loc"][0]) for part in error.errors()}
    right = {name: value for name, value in typed.items() if name not in wrong}
    return Drawing(**(DEFAULT_THEME | {"name": "?"} | right)).model_dump(), dict.fromkeys(wrong, "senseless")


def _names(rows: tuple[Row, ...]) -> dict[int, str]:
    """Those that have a name keep it; the others get one that is free."""
    names = {row.token: row["name"] for row in rows if row["name"]}
    for row in rows:
        if not row["name"]:
            names[row.token] = name_from(row["label"], set(names.values()))
    return names


def _field(row: Row, name: str) -> FormField:
    kind = KINDS.get(row["kind"], FieldKind.TEXT)
    return FormField(
        name=name,
        label=row["label"],
        kind=kind,
        target="interest.custom" if kind in WITHOUT_TARGET else row["target"] or "interest.custom",
        required=row["required"] == YES,
        default="" if kind in WITHOUT_TARGET else row["default"],
        hint=row["hint"],
        options=tuple(dict.fromkeys(filter(None, map(str.strip, row["options"].split("\n")))))
        if kind in CHOSEN
        else (),
        purpose=_purpose(row) if kind is FieldKind.CONSENT else "",
        many=kind is FieldKind.FILE and row["many"] == YES,
    )


def _purpose(row: Row) -> str:
    return row["new_purpose"] if row["purpose"] == NEW_PURPOSE else row["purpose"]


def _wrong(row: Row, each: FormField, texts: Mapping[str, str]) -> dict[str, str]:
    """The part of a row -> what is wrong with it."""
    found = {
        "label": _wrong_label(each.label),
        "name": "" if NAME.fullmatch(each.name) else "bad-name",
        "kind": "" if row["kind"] in KINDS else "no-such-kind",
        "target": _wrong_target(each),
        "hint": "too-long" if len(each.hint) > LONGEST_HINT else "",
        "default": _wrong_default(each),
        "options": _wrong_options(each) if each.kind in CHOSEN else "",
    }
    if each.kind is FieldKind.CONSENT:
        found |= _wrong_consent(row, each, texts)
    return {part: code for part, code in found.items() if code}


def _wrong_label(label: str) -> str:
    return "no-label" if not label else "too-long" if len(label) > LONGEST_LABEL else ""


def _wrong_target(each: FormField) -> str:
    if each.target not in TARGETS:
        return "no-such-target"
    return "kind-for-target" if each.kind not in READABLE_AS.get(each.target, tuple(FieldKind)) else ""


def _wrong_default(each: FormField) -> str:
    if each.kind is FieldKind.HIDDEN and each.required and not each.default:
        return "hidden-required"
    if each.options and each.default and each.default not in each.options:
        return "default-no-option"
    return "too-long" if len(each.default) > LONGEST_DEFAULT else ""


def _wrong_options(each: FormField) -> str:
    if not each.options:
        return "no-options"
    if len(each.options) > MOST_OPTIONS:
        return "many-options"
    return "too-long" if max(map(len, each.options)) > LONGEST_OPTION else ""


def _wrong_consent(row: Row, each: FormField, texts: Mapping[str, str]) -> dict[str, str]:
    where = "new_purpose" if row["purpose"] == NEW_PURPOSE else "purpose"
    if not each.purpose or (where == "purpose" and each.purpose not in texts):
        return {where: "no-purpose"}
    if len(each.purpose) > LONGEST_PURPOSE:
        return {where: "too-long"}
    if where == "new_purpose" and each.purpose in texts:
        return {where: "purpose-taken"}
    wording = row["wording"]
    if not wording and each.purpose not in texts:
        return {"wording": "no-wording"}
    wrong = bool(wording) and not SHORTEST_WORDING <= len(wording) <= LONGEST_WORDING
    return {"wording": "bad-wording"} if wrong else {}


def _twice(rows: tuple[Row, ...], fields: tuple[FormField, ...]) -> dict[str, str]:
    """Two of one name or of one label: nobody could tell them apart."""
    wrong: dict[str, str] = {}
    names, labels, purposes = set[str](), set[str](), set[str]()
    for row, each in zip(rows, fields, strict=True):
        checked: tuple[tuple[str, str, Collection[str], str], ...] = (
            ("name", each.name, names, "name-twice"),
            ("label", each.label.casefold(), labels, "label-twice"),
            ("purpose", each.purpose, purposes, "purpose-twice"),
        )
        wrong |= {f"f{row.token}.{part}": code for part, said, seen, code in checked if said and said in seen}
        names.add(each.name)
        labels.add(each.label.casefold())
        purposes.add(each.purpose)
    return wrong


def _wordings(rows: tuple[Row, ...], texts: Mapping[str, str]) -> dict[str, str]:
    """The texts that were written anew: they become the next versions of their purposes."""
    found = {
        _purpose(row): row["wording"]
        for row in rows
        if row["kind"] == FieldKind.CONSENT and _purpose(row) and row["wording"]
    }
    return {purpose: text for purpose, text in found.items() if texts.get(purpose) != text}
