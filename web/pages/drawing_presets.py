"""What the editor begins with: whole forms for the usual needs, and single fields to add.

Their words are in the language being spoken and are everybody's to change.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

from intake.model.forms import FieldKind, FormField
from web.i18n import gettext, language, mark
from web.pages.drawing_draft import DEFAULT_THEME, NEW_PURPOSE, YES, Draft, Row, next_token, row_of, with_row
from web.pages.drawing_names import name_from

PURPOSE = mark("Processing of personal data")
WORDING = mark(
    "I agree that my personal data (name, phone, e-mail and what I have written in this request) are "
    "processed so that my request can be answered. The consent is given until the purpose is reached, and I "
    "may withdraw it at any time by writing to the company."
)

# In the order of the buttons; the words are labels, too
FIELDS = {
    "name": FormField("name", mark("Your name"), target="name"),
    "phone": FormField("phone", mark("Phone"), FieldKind.PHONE, "phone", required=True),
    "email": FormField("email", mark("E-mail"), FieldKind.EMAIL, "email"),
    "company": FormField("company", mark("Company"), target="company"),
    "inn": FormField("inn", mark("INN"), target="inn"),
    "city": FormField("city", mark("City"), target="city"),
    "comment": FormField("comment", mark("Comment"), FieldKind.LONG, "wanted"),
    "file": FormField("file", mark("File"), FieldKind.FILE, many=True),
    "consent": FormField(
        "consent",
        mark("I agree to the processing of my personal data"),
        FieldKind.CONSENT,
        required=True,
    ),
    "text": FormField("", mark("A line of text")),
    "choice": FormField("", mark("One of several"), FieldKind.CHOICE),
    "choices": FormField("", mark("Any of several"), FieldKind.CHOICES),
    "number": FormField("", mark("Number"), FieldKind.NUMBER),
    "date": FormField("", mark("Date"), FieldKind.DATE),
    "hidden": FormField("", mark("Hidden"), FieldKind.HIDDEN),
}
OPEN_LABEL = ("text", "choice", "choices", "number", "date", "hidden")  # only a person knows what it asks


@dataclass(frozen=True, slots=True)
class Start:
    """A form to begin with. `fields`: of FIELDS; `required`: the others are asked for without insisting."""

    icon: str
    name: str
    about: str
    title: str
    intro: str
    button: str
    fields: tuple[str, ...]
    required: tuple[str, ...]


THANKS = mark("Thank you! We have got your request and will answer shortly.")
STARTS = {
    "callback": Start(
        "phone-call",
        mark("Call me back"),
        mark("Name and telephone: the shortest way to a call"),
        mark("Call me back"),
        mark("Leave your number, and we will call you."),
        mark("Waiting for your call"),
        ("name", "phone", "consent"),
        ("phone", "consent"),
    ),
    "request": Start(
        "message-square-text",
        mark("Request"),
        mark("How to answer, what is wanted, a file"),
        mark("Send us a request"),
        "",
        mark("Send request"),
        ("name", "phone", "email", "comment", "file", "consent"),
        ("name", "phone", "consent"),
    ),
    "price": Start(
        "banknote",
        mark("Price request"),
        mark("For companies: INN, whom to answer, what is needed"),
        mark("Ask for our prices"),
        mark("Tell us what you need. We will send an offer."),
        mark("Get the offer"),
        ("company", "inn", "name", "phone", "email", "city", "comment", "file", "consent"),
        ("company", "name", "email", "consent"),
    ),
    "empty": Start(
        "file-text",
        mark("Empty"),
        mark("Nothing but a telephone and a consent"),
        "",
        "",
        mark("Send request"),
        ("phone", "consent"),
        ("phone", "consent"),
    ),
}


def begun(key: str, purposes: Collection[str], taken: Collection[str]) -> Draft:
    """A draft of a whole form; `taken`: names that other forms have."""
    start = STARTS.get(key, STARTS["request"])
    name, number = gettext(start.name), 2
    while name in taken:
        name, number = f"{gettext(start.name)} {number}", number + 1
    texts = {"title": start.title, "intro": start.intro, "button": start.button, "thanks": THANKS}
    typed = {part: gettext(text) if text else "" for part, text in texts.items()} | DEFAULT_THEME
    draft = Draft(typed | {"name": name, "enabled": YES, "language": language(), **_protection()})
    for field in start.fields:
        draft = with_field(draft, field, purposes)
        made = draft.rows[-1]
        required = YES if field in start.required else ""
        draft = replace(draft, rows=(*draft.rows[:-1], Row(made.token, made.typed | {"required": required})))
    return draft


def with_field(draft: Draft, key: str, purposes: Collection[str]) -> Draft:
    """The draft with one field more, at its end."""
    field = FIELDS.get(key, FIELDS["text"])
    taken = {row["name"] for row in draft.rows}
    name = name_from(field.name, taken) if field.name else ""
    label = "" if key in OPEN_LABEL else gettext(field.label)
    made = row_of(next_token(draft), replace(field, name=name, label=label))
    if field.kind is FieldKind.CONSENT:
        made = Row(made.token, made.typed | _agreement(draft, purposes))
    return with_row(draft, made)


def _agreement(draft: Draft, purposes: Collection[str]) -> dict[str, str]:
    """The first purpose that no tick asks for yet; a text to begin with where there is none at all."""
    asked = {row["purpose"] for row in draft.staying if row["purpose"]}
    free = [purpose for purpose in purposes if purpose not in asked]
    if free:
        return {"purpose": free[0]}
    first = not asked and gettext(PURPOSE) not in purposes
    words = {"new_purpose": gettext(PURPOSE), "wording": gettext(WORDING)} if first else {}
    return {"purpose": NEW_PURPOSE, **words}


def _protection() -> dict[str, str]:
    return {"least_seconds": "3", "per_hour": "30", "same_minutes": "10", "most_file_mb": "10"}
