"""How letters look in words: kinds, origins, what was broken in them, what became of those that went out."""

from dataclasses import dataclass

from intake.matching.emails import company_domain
from intake.model.letters import LetterKind, SenderFrom
from storage.aside import Aside
from storage.tables.letters import LetterRecord, LetterWay, Sending
from web.i18n import gettext, mark

ASIDES = {
    Aside.AUTO_REPLY: ("bot", mark("Auto-replies")),
    Aside.BOUNCE: ("mail-x", mark("Undelivered")),
    Aside.LIST: ("mails", mark("Mailing lists")),
    Aside.CALENDAR: ("calendar", mark("Invitations")),
    Aside.OWN: ("undo-2", mark("Our own")),
    Aside.SPAM: ("shield-alert", mark("Spam")),
    Aside.BLOCKED: ("ban", mark("Blocked senders")),
    Aside.QUARANTINE: ("mail-warning", mark("Unreadable")),
}
WHY_ASIDE = {
    Aside.AUTO_REPLY: mark("An answering machine wrote this, so nobody waits for an answer."),
    Aside.BOUNCE: mark("A mail server reports that a letter was not delivered."),
    Aside.LIST: mark("Bulk mail or a mailing list: many got the same."),
    Aside.CALENDAR: mark("An invitation to a calendar, or the answer to one."),
    Aside.OWN: mark("We sent this ourselves."),
    Aside.SPAM: mark("A spam filter on the way said that this is spam."),
    Aside.BLOCKED: mark("This sender is blocked."),
    Aside.QUARANTINE: mark("This letter could not be read. Its source is kept, byte for byte."),
}
KINDS = {
    LetterKind.AUTO_REPLY: ("bot", mark("auto-reply")),
    LetterKind.BOUNCE: ("mail-x", mark("not delivered")),
    LetterKind.LIST: ("mails", mark("mailing list")),
    LetterKind.CALENDAR: ("calendar", mark("invitation")),
    LetterKind.OWN: ("undo-2", mark("our own")),
}
ORIGINS = {
    SenderFrom.REPLY_TO: mark("from Reply-To"),
    SenderFrom.FORM_BODY: mark("from the web form"),
    SenderFrom.FORWARDED: mark("forwarded"),
}
HOW_FOUND = {
    SenderFrom.FROM: mark("the From header"),
    SenderFrom.REPLY_TO: mark("the Reply-To header: whoever wrote the letter chose it, and it can lie"),
    SenderFrom.FORM_BODY: mark("the fields of a web form in the letter's text"),
    SenderFrom.FORWARDED: mark("the head of the letter that was forwarded"),
}
SENDINGS = {
    Sending.QUEUED: ("", mark("waiting to be sent")),
    Sending.SENDING: ("", mark("being sent")),
    Sending.SENDING: ("", mark("being sent")),
    Sending.SENT: ("good", mark("sent")),
    Sending.FAILED: ("bad", mark("could not be sent")),
    Sending.CANCELLED: ("", mark("not sent: taken back")),
}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the true sender was found; `warns` when a Reply-To leads to another domain than From."""

    word: str
    warns: bool = False


def kind_of(letter: LetterRecord) -> tuple[str, str] | None:
    """Icon and word of what is no ordinary letter."""
    known = KINDS.get(letter.kind)
    return (known[0], gettext(known[1])) if known else None


def origin_of(letter: LetterRecord) -> Origin | None:
    """None where the sender is who From says."""
    try:
        why = SenderFrom(letter.sender_why)
    except ValueError:
        return None
    if why is SenderFrom.FROM:
        return None
    other = _domain(letter.sender_email) != _domain(letter.from_email)
    return Origin(gettext(ORIGINS[why]), why is SenderFrom.REPLY_TO and other)


def how_found(letter: LetterRecord) -> str:
    word = HOW_FOUND.get(SenderFrom(letter.sender_why)) if letter.sender_why in set(SenderFrom) else None
    return gettext(word) if word else letter.sender_why


def sending_of(letter: LetterRecord) -> tuple[str, str] | None:
    """Kind of chip and word."""
    known = SENDINGS.get(letter.sending) if letter.sending else None
    return (known[0], gettext(known[1])) if known else None


def problem_word(code: str) -> str:
    """What was broken, for people; a code that is new is shown as it is."""
    word = PROBLEMS.get(code.partition(":")[0])
    return gettext(word) if word else code


def name_of(letter: LetterRecord) -> str:
    """Who wrote it, as they call themselves."""
    if letter.way is LetterWay.OUT:
        return letter.from_name or letter.from_email or gettext("We")
    said = letter.sender_name or letter.sender_email
    return said or letter.from_name or letter.from_email or gettext("Unknown sender")


def domain_to_block(address: str) -> str | None:
    """A company's own; a public provider's is everybody's, so it is never blocked as a whole."""
    return company_domain(address)


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()


# By the codes of intake/letters/problems.py; tests/web/test_letters_words.py holds them together.
PROBLEMS = {
    "reading-failed": mark("The service failed to read it; this is its source as text."),
    "no-headers": mark("It has no head, only a text."),
    "broken-headers": mark("There are lines in its head that mean nothing."),
    "too-many-headers": mark("Its head is longer than any honest letter's."),
    "no-sender": mark("It does not say whom it is from."),
    "several-senders": mark("It names several senders; the first one is taken."),
    "bad-date": mark("Its date makes no sense."),
    "bad-charset": mark("Its letters are not in the charset it names; it was guessed."),
    "unreadable-text": mark("Some of its letters cannot be read in any way."),
    "bad-encoding": mark("Its encoding is broken; some of it may be garbled."),
    "no-boundary": mark("Its parts are not told apart as they should be."),
    "cut-short": mark("It ends too early: something may be missing."),
    "too-many-parts": mark("It has more parts than are read; the rest is in its source."),
    "nested-too-deep": mark("It holds letters within letters, deeper than are read."),
    "text-cut": mark("It is too long; the rest is in its source."),
    "html-cut": mark("It is too long; the rest is in its source."),
    "winmail-dat": mark("Outlook packed files into winmail.dat in a way of its own."),
    "encrypted": mark("It is encrypted."),
    "large-attachment": mark("An attachment is too large; it is in the letter's source only."),
    "thread-of-others": mark("It names a thread that its sender has no part in; it was not put there."),
    "not-given": mark("The mail server does not give this letter; only its head was taken in."),
    "too-slow": mark("Reading it took too long, so it was given up. Its source is kept."),
    "too-large": mark("The letter is too large; only its head was taken in."),
}
