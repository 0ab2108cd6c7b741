"""One connection to the receiver: aiosmtpd, where it is too patient or too strict for us."""

import asyncio
import re
from collections import defaultdict
from typing import AnyStr

from aiosmtpd.smtp import SMTP, Envelope

from intake.channels.smtp.guests import Guests
from intake.channels.smtp.handler import Handler
from intake.channels.smtp.text import PIECE, Endless, NoRoom, Text, TooLarge

LONGEST_COMMAND = 2000  # bytes: senders' addresses made by mailing lists are long
LONGEST_PATH = 330  # characters of an address with its <>; `email` takes long over long ones
LAST_WORDS = 5.0  # seconds in which a client may still read what was said before it was hung up on

TOO_LARGE = "552 5.3.4 Too large: at most {most} bytes"
NO_ROOM = "452 4.3.1 Too many letters at once: try again later"
TOO_SLOW = "421 4.4.2 Too slow"
ENDLESS = "421 4.3.4 Too large by far"
CLOSING = "421 4.3.2 The service stops: try again later"


_USUAL = re.compile(r"<([^\s<>()\[\]\"\\,:;@]+@[^\s<>()\[\]\"\\,:;@]+)>(.*)", re.DOTALL)


class Receiving(SMTP):
    """Speaks with one client. Created where `Door` has let it in."""

    command_size_limit = LONGEST_COMMAND
    line_length_limit = PIECE  # how much asyncio reads ahead; lines of letters may be of any length

    def __init__(self, handler: Handler, guests: Guests, who: str, **options: object) -> None:
        self.command_size_limits = defaultdict(lambda: LONGEST_COMMAND)  # aiosmtpd shares one among all
        limits = guests.limits
        super().__init__(
            handler,
            data_size_limit=limits.letter,
            enable_SMTPUTF8=True,
            ident="ESMTP",
            timeout=limits.idle_crowded if guests.crowded else limits.idle,
            command_call_limit=limits.commands,
            auth_exclude_mechanism=("LOGIN", "PLAIN"),
            **options,  # type: ignore[arg-type]
        )
        self._smtp_methods.pop("AUTH")
        self._guests = guests
        self._who: str | None = who

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called again, with the encrypted one, when TLS has begun."""
        first = self.transport is None
        super().connection_made(transport)
        if first and self._handler_coroutine is not None:
            self._handler_coroutine.add_done_callback(_looked_at)

    def connection_lost(self, error: Exception | None) -> None:
        """Called twice where TLS did not come about."""
        if self._who is None:
            return
        self._guests.leave(self._who)
        self._who = None
        super().connection_lost(error)

    def hang_up(self, words: str) -> None:
        """Say so, read no more, and be gone soon, also from a client that reads nothing."""
        if self.transport is None or self._handler_coroutine is None:
            return
        if not self.transport.is_closing():
            self._writer.write(f"{words}\r\n".encode())
            self.transport.close()
        self._handler_coroutine.cancel()
        self.loop.call_later(LAST_WORDS, self._writer.transport.abort)

    async def push(self, status: AnyStr) -> None:
        """Commands that come in a row let others have their turn in between."""
        await super().push(status)
        await asyncio.sleep(0)

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """Address and what follows it; (None, None) for what is none."""
        usual = _USUAL.fullmatch(arg)
        if len(arg.partition(">")[0]) > LONGEST_PATH:
            return None, None
        return (usual[1], usual[2]) if usual else super()._getaddr(arg)

    def _timeout_cb(self) -> None:
        self.hang_up(TOO_SLOW)

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802
        if await self.check_helo_needed():
            return
        if self.envelope is None or not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 Error: need RCPT command")
        elif arg:
            await self.push("501 5.5.4 Syntax: DATA")
        else:
            await self._take_letter(self.envelope)

    async def _take_letter(self, envelope: Envelope) -> None:
        limits = self._guests.limits
        self._reset_timeout(limits.data)
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        text = Text(self._reader, limits.letter, self._guests)
        try:
            answer = await self._answer(envelope, text)
        except Endless:
            self.hang_up(ENDLESS)
            await asyncio.sleep(LAST_WORDS)  # cancelled at once: what is left of the text are no commands
            return
        finally:
            text.close()
        self.envelope = self._create_envelope()
        self._reset_timeout()
        await self.push(answer)

    async def _answer(self, envelope: Envelope, text: Text) -> str:
        try:
            envelope.original_content = await text.read()
        except TooLarge:
            return TOO_LARGE.format(most=self._guests.limits.letter)
        except NoRoom:
            return NO_ROOM
        self._reset_timeout(self._guests.limits.commit)
        answer: str = await self._call_handler_hook("DATA")
        return answer


def _looked_at(conversation: asyncio.Task[None]) -> None:
    """A connection that breaks is nothing to tell of."""
    if not conversation.cancelled():
        conversation.exception()
