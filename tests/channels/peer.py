"""Somebody else's SMTP server on loopback: aiosmtpd, which says what it is told to say."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass
class Peer:
    """`says` is what is answered to a command instead of 250; `refuses` what is said of one recipient."""

    says: dict[str, str] = field(default_factory=dict)
    refuses: dict[str, str] = field(default_factory=dict)
    silent: bool = False  # takes the text and never answers
    port: int = 0
    taken: list[Envelope] = field(default_factory=list)
    logins: list[Any] = field(default_factory=list)

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.says.get("MAIL", "250 OK")

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.silent:
            await asyncio.sleep(60)
        self.taken.append(envelope)
        return self.says.get("DATA", "250 2.0.0 queued as 42")

    def login(self, server: SMTP, session: Session, envelope: Envelope, kind: str, given: Any) -> AuthResult:
        self.logins.append(given)
        right = given == LoginPassword(b"info@firma.example", "пароль".encode())
        return AuthResult(success=right, handled=False)

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802
        self.logins.append(args[1])
        if "AUTH" in self.says:
            await server.push(self.says["AUTH"])
            return AuthResult(success=False, handled=True)
        return AuthResult(success=True, auth_data=args[1])


@contextlib.asynccontextmanager
async def serving(
    peer: Peer, starttls: ssl.SSLContext | None = None, tls: ssl.SSLContext | None = None, **options: Any
) -> AsyncIterator[Peer]:
    loop = asyncio.get_running_loop()
    wanted = {"auth_require_tls": False, "enable_SMTPUTF8": True, "authenticator": peer.login, **options}
    server = await loop.create_server(
        lambda: SMTP(peer, hostname="peer.example", loop=loop, tls_context=starttls, **wanted),
        "127.0.0.1",
        0,
        ssl=tls,
    )
    peer.port = server.sockets[0].getsockname()[1]
    try:
        yield peer
    finally:
        server.close()
        await server.wait_closed()
