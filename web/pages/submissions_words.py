"""Requests by forms in words: why they are held, what is wrong with a field, what became of them, the way."""

from intake.model.forms import Suspicion
from storage.tables.forms import SubmissionState
from web.i18n import gettext, mark, pgettext

# Why it is held, as a person sees it: in short, and in a sentence
SUSPICIONS = {
    Suspicion.HONEYPOT: (
        mark("a trap was filled in"),
        mark("A field that people do not see was filled in."),
    ),
    Suspicion.TOO_QUICK: (mark("too quick"), mark("It was filled in quicker than a person can.")),
    Suspicion.TOO_OLD: (mark("too old a page"), mark("The form had been open for more than a day.")),
    Suspicion.UNSIGNED: (
        mark("sent past the form"),
        mark("It was not sent from a form that we have shown."),
    ),
    Suspicion.TOO_MANY: (mark("too many"), mark("There were too many from this address within an hour.")),
    Suspicion.NO_CHALLENGE: (
        mark("the check was not passed"),
        mark("The browser did not do the work that the form asks for, or did it once before."),
    ),
    Suspicion.LINKS: (mark("many links"), mark("There are more links in it than a person writes.")),
    Suspicion.LOOP: (mark("from ourselves"), mark("Our own address, or our own page, asks.")),
    Suspicion.UNREADABLE: (mark("unreadable"), mark("It could not be stored as it was understood.")),
}
OTHER = (mark("suspicious"), mark("Something about it is not as usual."))
PROBLEMS = {
    "required": mark("left empty"),
    "bad-phone": mark("not a telephone number"),
    "bad-email": mark("not an e-mail address"),
    "bad-number": mark("not a number"),
    "bad-date": mark("not a date"),
    "bad-json": mark("the request could not be read"),
    "too-long": mark("too long"),
    "file-too-large": mark("the file is too large and was not kept"),
    "file-empty": mark("the file is empty"),
    "too-large": mark("more was sent than could be taken"),
    "unreadable": mark("not everything arrived"),
    "too-many-files": mark("too many files: the rest was not kept"),
    "file-lost": mark("the file did not come along"),
    "only-one": mark("several were chosen where one was asked for"),
    "unknown-option": mark("none of what may be chosen"),
    "consent-required": mark("the consent was not given"),
}
STATES = {
    SubmissionState.HELD: ("shield-alert", mark("Held")),
    SubmissionState.DISMISSED: ("ban", mark("Dismissed as spam")),
    SubmissionState.IGNORED: ("eye-off", mark("From the ignore list")),
}
WAYS = {
    "script": mark("embedded form"),
    "html": mark("page without scripts"),
    "json": mark("program"),
    "tilda": mark("Tilda"),
}
UTM = {
    "utm_source": mark("source"), "utm_medium": mark("kind of traffic"), "utm_campaign": mark("campaign"),
    "utm_term": mark("key words"), "utm_content": mark("advertisement"),
}  # fmt: skip


def why_short(code: str) -> str:
    return gettext(_suspicion(code)[0])


def why(code: str) -> str:
    return gettext(_suspicion(code)[1])


def problem(code: str) -> str:
    """A field's mistake."""
    return gettext(PROBLEMS[code]) if code in PROBLEMS else pgettext("a field", "has a mistake")


def utm_word(name: str) -> str:
    return gettext(UTM[name]) if name in UTM else name


def _suspicion(code: str) -> tuple[str, str]:
    return SUSPICIONS.get(Suspicion(code), OTHER) if code in set(Suspicion) else OTHER
