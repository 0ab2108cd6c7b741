"""Where a PBX is and how long we wait for it: all that the rest of this folder is told from outside."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from intake.channels.asterisk.cdr import CdrSource
from intake.channels.asterisk.numbers import Lines
from intake.channels.pauses import Pauses


@dataclass(frozen=True, slots=True)
class Connection:
    """One PBX as it is set up. `channel` is our name for it («asterisk:1»)."""

    channel: str
    host: str
    port: int
    username: str
    secret: str = field(repr=False)
    lines: Lines
    context: str = "from-internal"  # of the dialplan, where extensions and outside numbers can be dialled
    dial_prefix: str = ""  # what stands before an outside number instead of +7: «8», «98»
    technology: str = "PJSIP"  # of people's phones: PJSIP/101
    cdr: CdrSource | None = None


Fields = Mapping[str, str | list[str]]
"""Fields of an AMI action; a list is a field said several times (Variable)."""

AGAIN = Pauses(first=1.0, longest=60.0)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds."""

    connect: float = 10.0
    answer: float = 10.0  # to one action, the login included
    boot: float = 5.0  # for FullyBooted, which a user without the class «system» never gets
    pickup: float = 2.5  # for an early «no» to a click to call; a phone that still rings then is a success
    ping: float = 5.0  # between pings
    silence: float = 15.0  # three pings' time without a byte: the link is dead
    heartbeat: float = 5.0  # between two words that we still hear
    refused: float = 600.0  # before the next login once one was refused; sooner, fail2ban shuts us out
    cdr: float = 10.0  # for the call records after a gap
    again: Pauses = AGAIN  # between attempts to connect
