"""What goes wrong with a mail server, as an error that says what to do next.

`imaplib` mixes them up: its `abort` (the connection is gone) is no OSError but a kind of `error` (the server
said no), and imapclient wraps both in a LoginError when they come at sign-in.
"""

import contextlib
import re
from collections.abc import Iterator
from imaplib import IMAP4

from imapclient.exceptions import LoginError, ProtocolError

from intake.errors import Deferred, IntakeError, Rejected

LONGEST = 300  # characters of what a server said
OFFLINE = "mail-offline"

# RFC 5530, and what servers say who do not know it
LATER = re.compile(
    r"\[(UNAVAILABLE|INUSE|LIMIT|SERVERBUG)\]|temporar|try again|too many|simultaneous|exceeded|internal",
    re.IGNORECASE,
)


class Refused(Rejected):
    """The server does not let us in. Its words are in `params["words"]`; only a person can help."""


class Denied(Deferred):
    """The server said no to one command; the connection is alive. Its words are in `params["words"]`."""


@contextlib.contextmanager
def understood() -> Iterator[None]:
    """Around everything that is asked of a server. Raises `Refused`, `Denied`, or `Deferred` when the
    connection is of no more use: it is gone, silent, or what comes over it makes no sense."""
    try:
        yield
    except IntakeError:
        raise
    except LoginError as error:
        raise _at_sign_in(_first(error)) from error
    except (IMAP4.abort, ProtocolError, OSError) as error:
        raise Deferred(OFFLINE, reason=words(error)) from error
    except IMAP4.error as error:
        raise Denied("mail-denied", words=words(error)) from error
    except Exception as error:  # whatever the parsers stumble over
        raise Deferred(OFFLINE, reason=f"{type(error).__name__}: {words(error)}") from error


def words(error: BaseException) -> str:
    """What was said, in one line without control characters."""
    said = error.args[0] if len(error.args) == 1 else str(error)
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    text = re.sub(r"b(['\"])(.*?)\1", r"\2", text)  # imaplib shows bytes as Python does
    clean = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return clean[:LONGEST] or type(error).__name__


def _first(error: BaseException) -> BaseException:
    while isinstance(error.__context__, (IMAP4.error, OSError)):
        error = error.__context__
    return error


def _at_sign_in(error: BaseException) -> IntakeError:
    said = words(error)
    if isinstance(error, (IMAP4.abort, OSError)):
        return Deferred(OFFLINE, reason=said)
    if LATER.search(said):
        return Deferred("mail-later", reason=said)
    return Refused("mail-refused", words=said)
