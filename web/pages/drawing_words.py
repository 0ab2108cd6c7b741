"""The words of the forms' editor: kinds, where a field's value goes, mistakes and warnings."""

from intake.model.forms import FieldKind
from web.i18n import gettext, mark
from web.pages.settings_choices import Pairs

KINDS = {
    FieldKind.TEXT: mark("A line of text"),
    FieldKind.LONG: mark("Long text"),
    FieldKind.PHONE: mark("Telephone"),
    FieldKind.EMAIL: mark("E-mail"),
    FieldKind.NUMBER: mark("Number"),
    FieldKind.DATE: mark("Date"),
    FieldKind.CHOICE: mark("One of several"),
    FieldKind.CHOICES: mark("Any of several"),
    FieldKind.FILE: mark("File"),
    FieldKind.CONSENT: mark("Consent"),
    FieldKind.HIDDEN: mark("Hidden"),
}
ICONS = {
    FieldKind.TEXT: "pencil", FieldKind.LONG: "file-text", FieldKind.PHONE: "phone",
    FieldKind.EMAIL: "at-sign", FieldKind.NUMBER: "hash", FieldKind.DATE: "calendar",
    FieldKind.CHOICE: "circle-dot",
    FieldKind.CHOICES: "square-check", FieldKind.FILE: "paperclip", FieldKind.CONSENT: "shield-check",
    FieldKind.HIDDEN: "eye-off",
}  # fmt: skip

# group -> target -> its word
TARGETS = {
    mark("Contact"): {
        "name": mark("Full name"), "last_name": mark("Last name"), "first_name": mark("First name"),
        "middle_name": mark("Middle name"), "phone": mark("Phone"), "email": mark("E-mail"),
        "messenger": mark("Messenger"), "position": mark("Position"),
    },
    mark("Client"): {
        "company": mark("Company"), "inn": mark("INN"), "kpp": mark("KPP"), "city": mark("City"),
        "site": mark("Site"),
    },
    mark("Interest"): {
        "wanted": mark("What is wanted"), "amount": mark("Amount"), "source": mark("Source"),
    },
    mark("A field of its own"): {
        "interest.custom": mark("of the interest"), "contact.custom": mark("of the contact"),
        "account.custom": mark("of the client"),
    },
}  # fmt: skip

SENSELESS = "senseless"
MISTAKES = {
    SENSELESS: mark("This makes no sense here."),
    "name": mark("Give the form a name, at most 120 characters."),
    "origins": mark("Addresses such as https://shop.example, one a line, without anything behind them."),
    "accent": mark("A colour such as #1d4ed8."),
    "no-fields": mark("A form needs at least one field."),
    "no-label": mark("Say what is asked."),
    "label-twice": mark("Another field is labelled just so: nobody could tell them apart."),
    "bad-name": mark("Latin small letters, digits and _, a letter first, at most 40."),
    "name-twice": mark("Another field has this name in requests: give each its own."),
    "no-such-kind": mark("Choose one of the list."),
    "no-such-target": mark("There is no such place. Choose one of the list."),
    "kind-for-target": mark("What such a field holds cannot be read as this. Change one of the two."),
    "hidden-required": mark("Nobody can fill in what is hidden: give it a value, or do not require it."),
    "default-no-option": mark("This is none of the options."),
    "no-options": mark("Give the options, one a line."),
    "many-options": mark("At most 100 options, please."),
    "no-purpose": mark("Choose what they agree to."),
    "purpose-taken": mark("There is such a purpose already: choose it in the list."),
    "purpose-twice": mark("Another tick asks for the same consent already."),
    "no-wording": mark("Write the text that they agree to: without it the tick is worth nothing."),
    "bad-wording": mark("From 10 to 10 000 characters, please."),
    "too-long": mark("This is too long."),
}

WARNINGS = {
    "no-way-back": mark("It asks for neither a telephone nor an e-mail: nobody could be answered."),
    "optional-way-back": mark(
        "Neither telephone nor e-mail is required: a request may come from somebody who cannot be answered."
    ),
    "no-consent": mark("It asks for no consent, and what people tell of themselves is personal data."),
    "optional-consent": mark("No consent is required: it can be sent without any."),
    "faint-light": mark("On white the colour is hardly seen. A darker one is better."),
    "faint-dark": mark("On a dark page the colour is hardly seen. A lighter one is better."),
}

LOOKS = {"auto": mark("As the visitor's device"), "light": mark("Light"), "dark": mark("Dark")}
RADII = {0: mark("Square"), 6: mark("Slightly round"), 12: mark("Round"), 20: mark("Very round")}


def kinds() -> Pairs:
    return [(kind.value, gettext(word)) for kind, word in KINDS.items()]


def targets() -> list[tuple[str, Pairs]]:
    """Grouped, for a list."""
    return [
        (gettext(group), [(target, gettext(word)) for target, word in within.items()])
        for group, within in TARGETS.items()
    ]


def target_word(target: str) -> str:
    return next((gettext(within[target]) for within in TARGETS.values() if target in within), target)


def looks() -> Pairs:
    return [(look, gettext(word)) for look, word in LOOKS.items()]


def radii(chosen: str) -> Pairs:
    """The usual ones, and what a program has set."""
    usual = [(str(radius), gettext(word)) for radius, word in RADII.items()]
    return usual if chosen in dict(usual) else [*usual, (chosen, chosen)]


def complaints(mistakes: dict[str, str]) -> dict[str, str]:
    """The sentence beside each wrong input."""
    own = {name: name for name, code in mistakes.items() if code == SENSELESS and name in MISTAKES}
    return {name: gettext(MISTAKES[code]) for name, code in (mistakes | own).items()}
