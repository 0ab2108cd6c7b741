"""Handing a letter to an SMTP server."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial

import aiosmtplib
from aiosmtplib.errors import (
    SMTPAuthenticationError,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from intake.errors import Deferred, Rejected
from intake.letters.outgoing.addresses import written

PATIENCE = 30.0  # seconds for each answer of the server
LONGEST = 600.0  # seconds for all of it: a large letter over a slow line
MOST_WORDS = 500  # characters of what a server says


class Security(StrEnum):
    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"  # for a server on the same machine


@dataclass(frozen=True, slots=True)
class Password:
    username: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Token:
    """An OAuth2 access token (XOAUTH2): whoever sends fetches a fresh one first."""

    username: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Server:
    host: str
    port: int
    security: Security
    login: Password | Token | None = None
    ca_file: str = ""  # PEM, of a server with a certificate of one's own
    patience: float = PATIENCE


@dataclass(frozen=True, slots=True)
class Refusal:
    """One recipient whom the server did not take; the others have got the letter."""

    address: str
    code: int
    words: str


@dataclass(frozen=True, slots=True)
class Sent:
    """The server has taken it. `words` often hold its own number for it."""

    words: str
    refused: tuple[Refusal, ...] = ()


async def send(server: Server, message: bytes, sender: str, recipients: Sequence[str]) -> Sent:
    """Returns once the server has taken it, for at least one of the recipients.

    Raises Deferred (try again later: 4xx, network, silence) or Rejected (5xx, a wrong password, a certificate
    that is not believed, an address that is none): code, and `words` as the server said it. A connection that
    dies between the last dot and the server's answer is Deferred too: the same letter goes twice then, under
    the same Message-ID.
    """
    origin, people = written(sender), [written(each) for each in recipients]
    options = [] if all(each.isascii() for each in (origin, *people)) else ["SMTPUTF8"]
    async with _connected(server) as client:
        refused, words = await client.sendmail(origin, people, message, mail_options=options)
    return Sent(
        _clean(words), tuple(Refusal(to, said.code, _clean(said.message)) for to, said in refused.items())
    )


async def try_out(server: Server) -> str:
    """«Test connection»: connect and log in, send nothing; what the server says. Raises as `send`."""
    async with _connected(server) as client:
        said = await client.noop()
    return _clean(said.message)


@asynccontextmanager
async def _connected(server: Server) -> AsyncIterator[aiosmtplib.SMTP]:
    """Logged in, where there is a login. Whatever goes wrong inside is raised as Deferred or Rejected."""
    try:
        async with asyncio.timeout(LONGEST):
            encrypted = server.security is not Security.NONE
            context = await asyncio.to_thread(_context, server.ca_file) if encrypted else None
            async with _client(server, context) as client:
                yield client
    except (SMTPException, OSError, ValueError, TimeoutError) as error:
        raise _told(error) from error


def _client(server: Server, context: ssl.SSLContext | None) -> aiosmtplib.SMTP:
    login = server.login
    return aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        use_tls=server.security is Security.TLS,
        start_tls=server.security is Security.STARTTLS,
        tls_context=context,
        timeout=server.patience,
        username=login.username if login else None,
        password=login.secret if isinstance(login, Password) else None,
        oauth_token_generator=partial(_given, login.token) if isinstance(login, Token) else None,
    )


def _context(ca_file: str) -> ssl.SSLContext:
    """Reads the trusted certificates, which takes long enough to do it in a thread."""
    return ssl.create_default_context(cafile=ca_file or None)


async def _given(token: str) -> str:
    return token


def _told(error: Exception) -> Deferred | Rejected:
    """What the other side meant: wait, or correct something."""
    match error:
        case SMTPRecipientsRefused():
            first = min(error.recipients, key=lambda each: each.code)  # one that may be tried again decides
            return _by_code("smtp-recipients-refused", first.code, first.message)
        case SMTPAuthenticationError():
            return _by_code("smtp-login-refused", error.code, error.message)
        case SMTPResponseException():
            return _by_code("smtp-refused", error.code, error.message)
    if any(isinstance(each, ssl.SSLCertVerificationError) for each in (error, error.__cause__)):
        return Rejected("smtp-certificate", words=_clean(str(error)))
    if isinstance(error, SMTPNotSupported | ValueError | FileNotFoundError) or type(error) is SMTPException:
        return Rejected("smtp-not-able", words=_clean(str(error)))
    return Deferred("smtp-unreachable", words=_clean(str(error)) or type(error).__name__)


def _by_code(code: str, number: int, words: str) -> Deferred | Rejected:
    """RFC 5321, 4.2.1: 4yz may work later, 5yz never will as it is."""
    kind = Rejected if number >= 500 else Deferred
    return kind(code, number=number, words=_clean(words))


def _clean(words: str) -> str:
    return " ".join("".join(each if each.isprintable() else " " for each in words).split())[:MOST_WORDS]
