"""What visitors are told, in the form's language."""

from collections.abc import Iterable

from web.i18n import gettext, mark

PROBLEMS = {
    "required": mark("Please fill this in."),
    "consent-required": mark("Without your consent we may not take the request."),
    "bad-phone": mark("Please give the number with its area code: +7 916 123-45-67."),
    "bad-email": mark("Please look at the address again: name@example.ru."),
    "bad-number": mark("Please give a number."),
    "bad-date": mark("Please give a date: 22.11.2026."),
    "unknown-option": mark("Please choose one of the list."),
    "only-one": mark("Please choose only one."),
    "too-long": mark("This is too long. We have kept it; please say it shorter."),
    "file-too-large": mark("The file is too large: %(most)s MB at most. Everything else is kept."),
    "too-many-files": mark("These are too many files: 10 at most."),
    "file-empty": mark("The file is empty. Please choose it again."),
    "file-lost": mark("The file did not come along. Please choose it again."),
    "bad-json": mark("This is no JSON."),
    "unreadable": mark("Not everything arrived. Please send it again."),
    "too-large": mark("This is more than can be taken at once. Please send less."),
}
AGAIN = mark("Please look at the marked fields again. What you typed is kept.")
FILES_AGAIN = mark("Please look at the marked fields again. What you typed is kept; choose the files anew.")
LATER = mark(
    "We could not take the request just now. What you typed is kept: please send it again in a minute."
)
TOO_OFTEN = mark("Too many requests from your address. Please try again in a minute.")
REQUIRED = PROBLEMS["required"]
TOO_LARGE = PROBLEMS["too-large"]
TOO_SLOW = mark("The connection was too slow. Please send it again.")
CLOSED = mark("This form is closed.")
GONE = mark("There is no such form.")
THANKS = mark("Thank you! We have got your request.")
NUMBER = mark("Request number %(number)s")

# Of the script that draws the form in other pages
SCRIPT = {
    "wait": mark("Sending…"),
    "offline": mark("There is no connection. Your request is kept and will be sent by itself."),
    "large": PROBLEMS["file-too-large"],
    "refused": mark("This could not be taken. Please send less, or without files."),
}


def sentences(problems: Iterable[tuple[str, str]], most_mb: int) -> dict[str, str]:
    """By field."""
    return {name: _sentence(code, most_mb) for name, code in problems}


def script_words(most_mb: int) -> dict[str, str]:
    return {name: _filled(text, most_mb) for name, text in SCRIPT.items()}


def thanks(text: str, number: int) -> str:
    """As the administrator wrote it; {number} stands for the number."""
    return (text or gettext(THANKS)).replace("{number}", str(number))


def _sentence(code: str, most_mb: int) -> str:
    return _filled(PROBLEMS.get(code, PROBLEMS["required"]), most_mb)


def _filled(text: str, most_mb: int) -> str:
    return gettext(text).replace("%(most)s", str(most_mb))
