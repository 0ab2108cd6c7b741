"""The sentences for what can go wrong, by the codes of intake/errors.py.

A sentence says what happened, what was kept and what to do. `%(name)s` are the error's params.
A code without a sentence falls back to one for its class, so that nobody ever reads a bare code.
"""

from typing import TypeVar

from intake.errors import Conflict, Deferred, Forbidden, IntakeError, NotFound, Rejected
from web.i18n import gettext, mark

T = TypeVar("T")

SENTENCES = {
    "wrong-login": mark("Wrong login or password."),
    "too-many-attempts": mark("Too many attempts. Wait a minute and try again."),
    "sign-in-first": mark("Sign in to go on."),
    "delivery-under-way": mark("It is being delivered just now. Look again in a moment."),
    "not-allowed": mark("Your role does not allow this. Ask the administrator."),
    "cross-site": mark("The request came from another site and was refused. Reload the page and try again."),
    "wrong-password": mark("This is not your present password."),
    "password-too-short": mark("At least %(least)s characters, please."),
    "too-large": mark("This is more than can be taken at once. Shorten it and send it again."),
    "no-such-page": mark("There is no such page."),
    "file-removed": mark("This file was removed when its time was over. Its name was kept."),
    "source-removed": mark("The source of this letter was removed when its time was over."),
    "no-preview": mark("This file cannot be shown here. Download it."),
    "public-domain": mark("Everybody may have an address at %(domain)s. Block the one address."),
    "already-an-inquiry": mark("Somebody was first: this letter is an inquiry already."),
    "nothing-to-ignore": mark("There is no number and no address that could be ignored."),
    "no-sender": mark("This is neither a number nor an address: %(value)s"),
    "too-short": mark("At least %(least)s characters, please: a shorter beginning fits too many."),
    "no-such-domain": mark("This is no domain: %(value)s. Write @firma.ru."),
    "bad-expression": mark("This is no expression: %(why)s"),
    "fits-everybody": mark("This expression fits everybody: nobody could reach you."),
    "already-ignored": mark("Another entry says this already: %(pattern)s"),
    "no-such-entry": mark("This entry is not on the list any more."),
    "day-is-over": mark("This day is over. Choose a later one, or none: for ever."),
    "too-many-lines": mark("At most %(limit)s lines at once, please."),
    "no-such-touch": mark("There is nothing that was joined here."),
    "already-separated": mark("Somebody has separated them already."),
    "no-such-block": mark("This sender is not blocked any more."),
    "no-such-letter": mark("There is no such letter."),
    "already-taken-up": mark("Somebody was first: this request is an inquiry already."),
    "already-looked-at": mark("Somebody has looked at it already."),
    "no-such-submission": mark("There is no such request."),
    "no-such-consent": mark("There is no such consent."),
    "no-such-value": mark("There is no such value any more."),
    "already-withdrawn": mark("This consent has been withdrawn already."),
    "no-such-attachment": mark("There is no such file."),
    "nothing-to-block": mark("This letter names no address that could be blocked."),
    "bad-rule": mark("This is no rule that can be asked: %(where)s"),
    "no-such-rule": mark("There is no such rule any more."),
    "no-such-event": mark("There is no such event, or rules are not asked about it."),
    "changed-meanwhile": mark("Something changed meanwhile. It is tried again by itself."),
    "no-such-alarm": mark("There is no such alarm."),
    "bad-hours": mark("These are no working hours: %(text)s. Write 9:00–13:00, 14:00–18:00."),
    "bad-date": mark("This is no date."),
    "bad-year": mark("Holidays can be added for this year and the ten behind it."),
    "no-such-calendar": mark("There is no such calendar any more."),
    "no-such-seat": mark("They have no place in this team's turn any more."),
    "not-given": mark("It is not yours any more, so there is nothing to pass on."),
    "no-such-absence": mark("There is no such absence any more."),
    "absence-ends-first": mark("It ends before it begins."),
    "absence-too-long": mark("That is longer than three years: is the date right?"),
    "own-substitute": mark("Nobody stands in for themselves. Choose somebody else."),
    "no-such-choice": mark("Choose one of the list."),
    "no-pbx": mark("No PBX is connected. The administrator connects one in the settings."),
    "no-extension": mark("You have no telephone of your own. Ask the administrator to set your extension."),
    "nobody-responsible": mark("Nobody with a telephone is responsible for this caller."),
    "call-gone": mark("This call is over."),
    "dial-number": mark("This number cannot be dialled."),
    "dial-extension": mark("This extension cannot be dialled."),
    "dial-channel": mark("The PBX gave no usable name for this call."),
    "phone-busy": mark("The telephone %(extension)s is busy."),
    "phone-no-answer": mark("Nobody picked up the telephone %(extension)s."),
    "phone-unreachable": mark("The telephone %(extension)s cannot be reached."),
    "pbx-offline": mark("The PBX is not connected right now. It is tried again by itself."),
    "pbx-unreachable": mark("The PBX cannot be reached. It is tried again by itself."),
    "pbx-silent": mark("The PBX does not answer. Try again in a minute."),
    "pbx-refused": mark("The PBX refused: %(words)s"),
    "mail-offline": mark("The mail server cannot be reached: %(reason)s"),
    "mail-later": mark("The mail server asks us to come later: %(reason)s"),
    "mail-refused": mark("The mail server does not let us in: %(words)s"),
    "mail-denied": mark("The mail server said no: %(words)s"),
    "mail-folder": mark("The folder %(folder)s cannot be opened: %(words)s"),
    "mail-address": mark("The address or port of the mail server makes no sense."),
    "mail-ca-file": mark("The certificate file cannot be used: %(words)s"),
    "mail-token": mark("The service that gives tokens cannot be reached: %(reason)s"),
    "mail-token-url": mark("The address that gives tokens makes no sense."),
    "smtp-unreachable": mark("The server for outgoing letters cannot be reached: %(words)s"),
    "smtp-login-refused": mark("The server for outgoing letters does not let us in: %(words)s"),
    "smtp-refused": mark("The server for outgoing letters said no: %(words)s"),
    "smtp-certificate": mark("The certificate of the server for outgoing letters is not trusted: %(words)s"),
    "smtp-not-able": mark("The server for outgoing letters cannot do what is asked of it: %(words)s"),
    "already-accepted": mark("%(who)s was first and accepted it."),
    "already-declined": mark("%(who)s was first and declined it."),
    "nothing-waits": mark("It does not wait for an answer any more."),
    "held": mark("%(who)s has it open. You can take it over."),
    "nobody-chosen": mark("Choose a client or a contact, or register a new one."),
    "required": mark("Fill this in."),
    "name-missing": mark("Give the name of a company or of a person."),
    "already-merged": mark("%(who)s was first and merged them into this card."),
    "changed-since": mark("One of the cards has changed since you looked. Look again; nothing was merged."),
    "merge-itself": mark("A card cannot be merged with itself."),
    "search-runs": mark("The cards are being looked through already."),
    "interest-of-another": mark("This interest is another client's."),
    "no-pipeline": mark("There is no pipeline yet. The administrator draws one in the settings."),
    "bad-inn": mark("An INN has 10 or 12 digits, not all of them alike."),
    "bad-ogrn": mark("An OGRN has 13 or 15 digits, not all of them alike."),
    "bad-point": mark("This cannot be read as a phone, an address, a nick or a site: %(text)s"),
    "bad-amount": mark("This amount makes no sense."),
    "too-long": mark("Too long: at most %(limit)s characters."),
    "no-time-zone": mark("Give the time together with its time zone."),
    "bad-fields": mark("Some fields are wrong."),
    "bad-json": mark("The body is not JSON."),
    "already-undone": mark("This has been undone already."),
    "cannot-undo": mark("This cannot be undone any more: what it made has been changed or used since."),
    "nothing-to-undo": mark("There is nothing to undo."),
    "not-yours": mark("This was done by somebody else; a manager can undo it."),
    "database-busy": mark("The database is busy. Nothing was changed; try again in a moment."),
    "login-taken": mark("There is a user with the login %(login)s already."),
    "short-password": mark("At least %(least)s characters, please."),
    "unknown-role": mark("There is no such role."),
    "bad-settings": mark("Some of the settings make no sense: %(fields)s"),
    "form-changed": mark(
        "Somebody has changed this form since you opened it. Nothing was saved and nothing you typed is "
        "lost: save once more to keep yours, or open the form anew to see theirs."
    ),
    "name-taken": mark("There is one of this name already."),
    "in-use": mark("It is in use and stays. Take it out of use first."),
    "last-administrator": mark("Somebody must stay an administrator who may sign in."),
    "password-missing": mark("A new user needs a password."),
    "no-user": mark("There is no user %(login)s."),
    "database-unavailable": mark(
        "The database cannot be reached. Nothing was changed; try again in a minute."
    ),
    "schema-older": mark("The database is of an older version: run «intake migrate»."),
    "schema-newer": mark("The database is of a newer version of Intake than this one."),
    "pbx-address": mark("The address or port of the PBX makes no sense."),
    "pbx-value": mark("A value for the PBX has characters that it must not have."),
    "too-many": mark("There are too many of them already."),
    "same-point": mark("This is on the card already."),
    "text-missing": mark("Write something first."),
    "bad-number": mark("This is no number."),
    "bad-moment": mark("This is no date and time."),
    "bad-number-correction": mark("This number correction makes no sense: %(why)s"),
    "cdr-source": mark("The source of call records cannot be read."),
    "bad-secret-key": mark("The key that seals secrets is malformed."),
    "wrong-secret-key": mark("The key that seals secrets is not the one this database was written with."),
    "mailbox-cannot-send": mark("This mailbox cannot send letters. The administrator sets its server."),
    "no-recipients": mark("Say whom it goes to."),
    "too-many-recipients": mark("At most %(most)s recipients, please."),
    "bad-address": mark("This is no e-mail address: %(address)s"),
    "subject-missing": mark("Give it a subject."),
    "send-when": mark("Choose a time from now on, within a year."),
    "never-answered": mark("This letter is not answered: no person would read it."),
    "never-written-to": mark("No letter may go to %(address)s: nobody reads it, or it is our own."),
    "written-too-often": mark("Too many letters went to %(address)s lately. Wait; your draft is kept."),
    "letter-gone": mark("It is too late: the letter has gone, or is going right now."),
    "letter-taken-back": mark("This letter was taken back. Press «Send» once more to send it after all."),
    "file-gone": mark("An attached file is not there any more. Attach it again."),
    "large-files": mark("The files are larger than %(limit)s MB together. Send several letters."),
    "too-many-files": mark("At most %(limit)s files, please."),
    "file-missing": mark("Choose a file first."),
    "empty-file": mark("There is nothing in this file."),
    "not-a-table": mark("This is no table: CSV, XLSX, XLS and vCard can be read."),
    "bad-file": mark("The file is damaged and cannot be read. Save it anew, best as CSV."),
    "locked-file": mark("The file is protected by a password. Save it without one."),
    "large-file": mark("The file is larger than %(limit)s MB. Send it in parts."),
    "too-large-inside": mark("The file takes more memory than there is for it. Save it as CSV, or in parts."),
    "too-many-columns": mark("More than %(limit)s columns: is this the right file?"),
    "too-many-cells": mark("The row has far more cells than the headings."),
    "too-long-row": mark("The row is longer than any row should be."),
    "broken-row": mark("A quotation mark is opened and never closed, or a cell is far too long."),
    "broken-card": mark("This vCard is damaged."),
    "unreadable-letters": mark("Some letters cannot be read in this encoding."),
    "digits-lost": mark("Excel has cut this number: %(text)s. Give the column the format «text»."),
    "several-fit": mark("Several records fit: %(numbers)s. Nothing was changed."),
    "no-such-client": mark("There is no client with the INN %(inn)s, and no name to make one."),
    "too-many-bad": mark("More than %(limit)s rows cannot be taken: the columns must be wrong."),
    "no-columns": mark("Say of at least one column what it is."),
    "import-runs": mark("This import has begun already."),
    "import-over": mark("This import is over already."),
    "import-fault": mark("Something broke on our side. It has been written down; the import stopped there."),
    "import-file-gone": mark("The file is not kept any more. Send it again."),
    "too-many-rules": mark("There are %(limit)s rules already. Remove one first."),
    "no-such-rehearsal": mark("This rehearsal is not kept any more. Begin it again."),
    "no-dialogue": mark("There is no such dialogue, or it is not yours to see."),
    "no-message": mark("There is no such message, or it is not yours to see."),
    "dialogue-taken": mark("%(name)s answers there already. Take the dialogue over to write yourself."),
    "message-gone": mark("It is too late: the message has gone, or is going right now."),
    "message-taken-back": mark("This message was taken back. Write it anew."),
    "chat-empty": mark("Write something, or attach a file."),
    "chat-not-answered": mark("Nothing is answered there: offer another channel."),
    "chat-window-closed": mark("The messenger allows no answer any more: they wrote too long ago."),
    "chat-blocked": mark("They have blocked our bot: nothing can be written to them."),
    "bot-token-refused": mark("The platform does not know the token. Put in the one that counts now."),
    "bot-unreachable": mark("The platform cannot be reached, or is out of order."),
    "bot-busy": mark("The platform asks for a little patience."),
    "bot-refused": mark("The platform does not accept that."),
    "no-public-url": mark("The service has no public address (INTAKE_PUBLIC_URL): no platform can reach it."),
    "bot-certificate-file": mark("The certificate file cannot be read: %(path)s"),
    "bot-proxy": mark("The proxy's address makes no sense."),
    "bot-platform-unknown": mark("This version does not know the bot's platform."),
    "no-bot": mark("There is no such bot any more."),
    "bot-off": mark("This messenger is switched off in the settings."),
    "file-too-large": mark("The file is larger than the messenger takes."),
    "no-secret-key": mark("The service was started without the key that seals secrets."),
}

FALLBACKS: tuple[tuple[type[IntakeError], str], ...] = (
    (Conflict, mark("Somebody has changed this since you looked. Look again; what you typed is kept.")),
    (NotFound, mark("There is no such thing, or it is not yours to see.")),
    (Forbidden, mark("This is not yours to do.")),
    (Deferred, mark("The service cannot do this right now. Nothing was changed; try again in a minute.")),
    (Rejected, mark("Something in what was sent is wrong. Correct it and send it again.")),
)
FAULT = mark("Something broke on our side. It has been written down; nothing was changed.")

OWN_STATUS = {"too-many-attempts": 429, "sign-in-first": 401}
STATUSES: tuple[tuple[type[IntakeError], int], ...] = (
    (Conflict, 409),
    (NotFound, 404),
    (Forbidden, 403),
    (Deferred, 503),
    (Rejected, 422),
)


def sentence(error: IntakeError) -> str:
    """What a person reads, in the language being spoken."""
    message = SENTENCES.get(error.code) or _of_class(error, FALLBACKS, FAULT)
    try:
        return gettext(message) % error.params
    except (KeyError, TypeError, ValueError):  # the error lacks a param that its sentence wants
        return gettext(_of_class(error, FALLBACKS, FAULT))


def worded(told: str) -> str:
    """What is kept of an error («code: words», or words alone), for a person: a code of ours is a sentence, a
    platform's words are as they were."""
    code, _, words = told.partition(": ")
    if code not in SENTENCES:
        return told
    return f"{sentence(Rejected(code))} ({words})" if words else sentence(Rejected(code))


def status(error: IntakeError) -> int:
    """The HTTP status that says what the other side should do next."""
    if error.code in OWN_STATUS:
        return OWN_STATUS[error.code]
    return _of_class(error, STATUSES, 500)


def _of_class(error: IntakeError, table: tuple[tuple[type[IntakeError], T], ...], default: T) -> T:
    return next((value for kind, value in table if isinstance(error, kind)), default)
