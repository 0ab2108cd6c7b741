"""What we ask the PBX to do: ring somebody and join them with a number, pass a call on.

Everything here comes from a screen in the end, so everything is held against a list of what it may look like.
"""

import re
import uuid
from collections.abc import Awaitable
from typing import Protocol

from intake.channels.asterisk.connection import Connection, Fields, Patience
from intake.channels.asterisk.wire import Message
from intake.errors import Deferred, NotFound, Rejected

RING_SECONDS = 30  # how long a person's own phone rings before the click to call is given up

_EXTENSION = re.compile(r"[0-9]{2,8}")
_NUMBER = re.compile(r"\+?[0-9]{2,15}")
_CONTEXT = re.compile(r"[A-Za-z0-9_.-]{1,79}")
_CHANNEL = re.compile(r"[A-Za-z0-9_]{1,20}/[A-Za-z0-9_.@+/-]{1,100}-[0-9a-f]{1,8}(;[12])?")
_CALL_ID = re.compile(r"[A-Za-z0-9.-]{1,80}")
_PREFIX = re.compile(r"[0-9]{0,6}")
_TECHNOLOGY = re.compile(r"PJSIP|SIP|IAX2|DAHDI|Local")

# OriginateResponse `Reason`, from Asterisk's control frames: why the first phone did not take the call.
_REASONS = {"1": "phone-no-answer", "3": "phone-no-answer", "5": "phone-busy", "8": "phone-unreachable"}


class Asks(Protocol):
    """Who passes an action on to the PBX."""

    def action(
        self, name: str, fields: Fields | None = None, patience: float | None = None
    ) -> Awaitable[list[Message]]:
        """As `Link.action`."""


def originate(connection: Connection, extension: str, number: str, call_id: str) -> Fields:
    """Fields of an Originate: the person's own phone rings first, then the number is dialled for them.

    `call_id` becomes the channel's Uniqueid and so the call's Linkedid. Raises `Rejected`.
    """
    dialled = outside(_fits(_NUMBER, number, "number"), _fits(_PREFIX, connection.dial_prefix, "prefix"))
    phone = _fits(_EXTENSION, extension, "extension")
    if connection.technology == "Local":
        phone = f"{phone}@{connection.context}"
    return {
        "Channel": f"{_fits(_TECHNOLOGY, connection.technology, 'technology')}/{phone}",
        "ChannelId": _fits(_CALL_ID, call_id, "call"),
        "Context": _fits(_CONTEXT, connection.context, "context"),
        "Exten": dialled,
        "Priority": "1",
        "CallerID": f"{number} <{number}>",
        "Timeout": str(RING_SECONDS * 1000),
        "Variable": [f"__INTAKE_CALL={call_id}"],
        "Async": "true",
    }


def redirect(connection: Connection, channel: str, extension: str) -> Fields:
    """Fields of a Redirect: the outside party's channel goes to another extension. Raises `Rejected`."""
    return {
        "Channel": _fits(_CHANNEL, channel, "channel"),
        "Context": _fits(_CONTEXT, connection.context, "context"),
        "Exten": _fits(_EXTENSION, extension, "extension"),
        "Priority": "1",
    }


def outside(number: str, prefix: str) -> str:
    """How an outside number is dialled: with a prefix the Russian way (8 916 …, 8 10 380 …), else as is."""
    if not prefix or not number.startswith("+"):
        return number
    return prefix + (number[2:] if number.startswith("+7") else f"10{number[1:]}")


class Dialer:
    """Rings people and passes calls on. Each method returns when it worked and raises when it did not."""

    def __init__(self, pbx: Asks, connection: Connection, patience: Patience) -> None:
        self._pbx = pbx
        self._connection = connection
        self._patience = patience

    async def call(self, extension: str, number: str) -> str:
        """Ring the extension, then the number; returns the call's linked id while the phone rings.

        Raises `Rejected` (dial-number, dial-extension, pbx-refused) or `Deferred` (phone-busy,
        phone-no-answer, phone-unreachable, pbx-offline, pbx-silent).
        """
        call_id = f"intake-{uuid.uuid4()}"
        fields = originate(self._connection, extension, number, call_id)
        answers = await self._pbx.action("Originate", fields, self._patience.pickup)
        _must_succeed(answers[0])
        if answers[-1]["Response"] == "Failure":
            raise Deferred(_REASONS.get(answers[-1]["Reason"], "phone-unreachable"), extension=extension)
        return call_id

    async def transfer(self, channel: str, extension: str) -> None:
        """Send the outside party's channel (`Call.channel`) to an extension.

        Raises `Rejected` (dial-channel, dial-extension, pbx-refused), `NotFound` (call-gone) or `Deferred`.
        """
        answers = await self._pbx.action("Redirect", redirect(self._connection, channel, extension))
        if "exist" in answers[0]["Message"]:  # «Channel does not exist: …»
            raise NotFound("call-gone", channel=channel)
        _must_succeed(answers[0])


def _must_succeed(answer: Message) -> None:
    if answer["Response"] != "Success":
        raise Rejected("pbx-refused", words=answer["Message"])


def _fits(pattern: re.Pattern[str], value: str, field: str) -> str:
    if not pattern.fullmatch(value):
        raise Rejected(f"dial-{field}", value=value[:80])
    return value
