"""The conditions of rules as people say them: «тема содержит «прайс»», «клиент неизвестен»."""

from collections.abc import Iterable, Mapping

from babel.lists import format_list

from intake.automation.asked import lines_of
from intake.model.rules import About, Condition, Known, Op
from web.i18n import gettext, locale, mark

LONGEST = 80  # letters of a value inside a sentence

ABOUT: Mapping[About, str] = {
    About.SENDER: mark("the sender"),
    About.SENDER_NAME: mark("the sender's name"),
    About.SUBJECT: mark("the subject"),
    About.BODY: mark("the text"),
    About.HEADER: mark("a header"),
    About.FIELD: mark("a field of the form"),
    About.LINE: mark("the line"),
    About.QUEUE: mark("the queue"),
    About.CALL_OUTCOME: mark("how the call ended"),
    About.KNOWN: mark("who it is"),
    About.OPEN_INTEREST: mark("an open interest"),
    About.WORKING_TIME: mark("the working time"),
    About.LANGUAGE: mark("the language"),
    About.SPAM_SCORE: mark("the spam score"),
    About.HAS_FILES: mark("attached files"),
    About.PAGE: mark("the page's address"),
    About.UTM: mark("a UTM parameter"),
    About.AGAIN: mark("a repeated contact"),
}
NAMED: Mapping[About, str] = {
    About.HEADER: mark("the header «%(name)s»"),
    About.FIELD: mark("the field «%(name)s»"),
    About.UTM: mark("the parameter «%(name)s»"),
}
OPS: Mapping[Op, str] = {
    Op.IS: mark("is exactly"),
    Op.IS_NOT: mark("is not"),
    Op.ONE_OF: mark("is one of"),
    Op.CONTAINS: mark("contains"),
    Op.LACKS: mark("does not contain"),
    Op.BEGINS: mark("begins with"),
    Op.ENDS: mark("ends with"),
    Op.MATCHES: mark("matches the expression"),
    Op.EMPTY: mark("is empty"),
    Op.FILLED: mark("is filled in"),
    Op.AT_LEAST: mark("is at least"),
    Op.AT_MOST: mark("is at most"),
}
CLAUSES: Mapping[Op, str] = {
    Op.IS: mark("%(what)s is %(value)s"),
    Op.IS_NOT: mark("%(what)s is not %(value)s"),
    Op.ONE_OF: mark("%(what)s is %(value)s"),
    Op.CONTAINS: mark("%(what)s contains %(value)s"),
    Op.LACKS: mark("%(what)s does not contain %(value)s"),
    Op.BEGINS: mark("%(what)s begins with %(value)s"),
    Op.ENDS: mark("%(what)s ends with %(value)s"),
    Op.MATCHES: mark("%(what)s matches %(value)s"),
    Op.AT_LEAST: mark("%(what)s is at least %(value)s"),
    Op.AT_MOST: mark("%(what)s is at most %(value)s"),
}
# Nothing stands there; something does
EMPTY: Mapping[About, tuple[str, str]] = {
    About.SENDER: (mark("the sender is hidden"), mark("the sender is not hidden")),
    About.SENDER_NAME: (mark("the sender gives no name"), mark("the sender gives a name")),
    About.SUBJECT: (mark("there is no subject"), mark("there is a subject")),
    About.BODY: (mark("there is no text"), mark("there is a text")),
    About.HEADER: (mark("there is no header «%(name)s»"), mark("there is a header «%(name)s»")),
    About.FIELD: (mark("the field «%(name)s» is empty"), mark("the field «%(name)s» is filled in")),
    About.LINE: (mark("the line is unknown"), mark("the line is known")),
    About.QUEUE: (mark("there was no queue"), mark("there was a queue")),
    About.PAGE: (mark("the page is unknown"), mark("the page is known")),
    About.UTM: (mark("there is no parameter «%(name)s»"), mark("there is a parameter «%(name)s»")),
}
# What may be chosen: how it is called in the form, how it sounds when it is so, and when it is not
CHOSEN: Mapping[About, Mapping[str, tuple[str, str, str]]] = {
    About.KNOWN: {
        Known.NOBODY: (mark("nobody we know"), mark("the client is unknown"), mark("the client is known")),
        Known.CLIENT: (mark("known as a client"), mark("it is our client"), mark("it is not our client")),
        Known.LEAD: (
            mark("known as a potential client"), mark("it is a potential client"),
            mark("it is no potential client"),
        ),
        Known.SEVERAL: (
            mark("several fit"), mark("several clients fit"), mark("not several clients fit"),
        ),
    },
    About.OPEN_INTEREST: {
        "yes": (mark("there is one"), mark("they have an open interest"), mark("they have no open interest")),
        "no": (mark("there is none"), mark("they have no open interest"), mark("they have an open interest")),
    },
    About.WORKING_TIME: {
        "yes": (mark("it is now"), mark("it is working time"), mark("it is not working time")),
        "no": (mark("it is not now"), mark("it is not working time"), mark("it is working time")),
    },
    About.HAS_FILES: {
        "yes": (mark("there are some"), mark("files are attached"), mark("no files are attached")),
        "no": (mark("there are none"), mark("no files are attached"), mark("files are attached")),
    },
    About.AGAIN: {
        "yes": (
            mark("within 30 days"), mark("they were heard in the last 30 days"),
            mark("they were not heard in the last 30 days"),
        ),
        "no": (
            mark("not within 30 days"), mark("they were not heard in the last 30 days"),
            mark("they were heard in the last 30 days"),
        ),
    },
    About.LANGUAGE: {
        "ru": (mark("Russian"), mark("it is in Russian"), mark("it is not in Russian")),
        "en": (mark("English"), mark("it is in English"), mark("it is not in English")),
        "other": (
            mark("another one"), mark("it is neither in Russian nor in English"),
            mark("it is in Russian or in English"),
        ),
    },
    About.CALL_OUTCOME: {
        "answered": (
            mark("it was answered"), mark("the call was answered"), mark("the call was not answered"),
        ),
        "missed": (mark("it was missed"), mark("the call was missed"), mark("the call was not missed")),
        "busy": (mark("busy"), mark("the line was busy"), mark("the line was not busy")),
        "failed": (mark("it failed"), mark("the call failed"), mark("the call did not fail")),
    },
}  # fmt: skip


def said(condition: Condition) -> str:
    """The condition as a clause."""
    about, name = condition.about, condition.name or "…"
    if condition.op in (Op.EMPTY, Op.FILLED) and about in EMPTY:
        return gettext(EMPTY[about][condition.op is Op.FILLED], name=name)
    if about in CHOSEN:
        return _chosen(condition)
    what = gettext(NAMED[about], name=name) if about in NAMED else _named(about)
    clause = CLAUSES.get(condition.op)
    return gettext(clause, what=what, value=_value(condition)) if clause else what


def seen_word(about: str, value: str) -> str:
    """What stood there, for people; of what is only so or not so the clause says enough."""
    if about not in CHOSEN:
        return value
    words = CHOSEN[About(about)]
    return gettext(words[value][0]) if value in words and "yes" not in words else ""


def any_of(parts: Iterable[str]) -> str:
    return format_list(list(parts), style="or", locale=locale())


def all_of(parts: Iterable[str]) -> str:
    return format_list(list(parts), locale=locale())


def quoted(text: str) -> str:
    return f"«{shortened(text)}»"


def shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _chosen(condition: Condition) -> str:
    words = CHOSEN[condition.about]
    values = lines_of(condition.value) if condition.op is Op.ONE_OF else [condition.value]
    how = 2 if condition.op is Op.IS_NOT else 1
    known = [gettext(words[value][how]) for value in values if value in words]
    return any_of(known) if known else f"{_named(condition.about)} — …"


def _named(about: str) -> str:
    """A word that is none of ours stands as it is: the rule is told to be broken elsewhere."""
    return gettext(ABOUT[About(about)]) if about in set(About) else about


def _value(condition: Condition) -> str:
    if condition.op is Op.ONE_OF:
        return any_of(map(quoted, lines_of(condition.value))) or "…"
    if condition.op is Op.MATCHES:
        return f"/{shortened(condition.value)}/"
    if condition.about is About.SPAM_SCORE:
        return condition.value or "…"
    return quoted(condition.value) if condition.value else "…"
