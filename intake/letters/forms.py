"""Letters that a contact form on a web site wrote: «label: value» lines become fields. Pure; never raises."""

import re
from collections.abc import Mapping

MAX_TEXT = 50_000  # letters that are looked at
_LINE = re.compile(r"\s*(?P<label>[^:\n]{1,60}?)\s*:\s*(?P<value>.*)")
_KNOWN = {
    "имя": "name",
    "name": "name",
    "телефон": "phone",
    "phone": "phone",
    "email": "email",
    "e-mail": "email",
}


def fields_in(text: str, labels: Mapping[str, str]) -> dict[str, str]:
    """A form's fields by what they mean; {} when the letter does not look like a form's."""
    known = {**_KNOWN, **{label.casefold(): meaning for label, meaning in labels.items()}}
    found: dict[str, str] = {}
    for line in text[:MAX_TEXT].split("\n"):
        match = _LINE.match(line[:1000])
        meaning = known.get(match["label"].casefold()) if match else None
        if match and meaning:
            found.setdefault(meaning, match["value"].strip())
    return found if len(found) > 1 and ("phone" in found or "email" in found) else {}


def learn(sample_text: str) -> dict[str, str]:
    """label -> meaning, from a letter of the form that somebody pasted; "" for what is not known."""
    labels = [
        match["label"] for line in sample_text[:MAX_TEXT].split("\n") if (match := _LINE.match(line[:1000]))
    ]
    return {label: _KNOWN.get(label.casefold(), "") for label in labels}
