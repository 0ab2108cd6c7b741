"""What a message says about one channel. Several are told of in one: «Channel», «DestChannel» …"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from intake.channels.asterisk.wire import Message

MAX_ID = 160  # letters of a Uniqueid: Asterisk has room for 149
MAX_DIGITS = 9  # of a number that is believed
MAX_PATH = 1000  # letters of a recording's file name
MAX_TEXT = 120  # letters kept of a name, a number, an extension

_NOTHING = frozenset({"", "<unknown>", "<null>", "(null)"})
_MOMENT = re.compile(r"(\d{9,11})\.(\d+)$")  # the end of a Uniqueid: the second it was made, and a counter
_LOCAL = re.compile(r"Local/(?P<extension>.*?)@.*(?=;[12]$)")
# Not telephones: what Asterisk makes for itself.
_INTERNAL_KINDS = frozenset(
    {"", "Local", "AsyncGoto", "CBAnn", "CBRec", "Announcer", "Recorder", "Bridge", "Surrogate", "Snoop"}
    | {"Parked", "Message", "MulticastRTP", "UnicastRTP", "OutgoingSpoolFailed", "Substitution", "NULL"}
)
_PASSING = ("<ZOMBIE>", "<MASQ>")  # one channel that is becoming another


@dataclass(frozen=True, slots=True)
class Heard:
    """A channel as one message shows it; a text that is not there is ''."""

    uniqueid: str
    linkedid: str
    name: str  # «PJSIP/101-00000004»
    state: str
    number: str
    caller: str  # the caller's name
    connected: str  # the number of the other side
    exten: str

    @property
    def down(self) -> bool:
        """Nothing has been heard from the other side yet: Asterisk itself has made this channel."""
        return self.state == "0"

    @property
    def ringing(self) -> bool:
        return self.state == "5"

    @property
    def up(self) -> bool:
        return self.state == "6"


def heard(message: Message, prefix: str = "") -> Heard | None:
    """None when the message does not speak of such a channel."""
    uniqueid = message[f"{prefix}Uniqueid"]
    if uniqueid in _NOTHING or len(uniqueid) > MAX_ID:
        return None
    return Heard(
        uniqueid,
        said(message, f"{prefix}Linkedid")[:MAX_ID],
        said(message, f"{prefix}Channel"),
        message[f"{prefix}ChannelState"],
        said(message, f"{prefix}CallerIDNum"),
        said(message, f"{prefix}CallerIDName"),
        said(message, f"{prefix}ConnectedLineNum"),
        said(message, f"{prefix}Exten"),
    )


def said(message: Message, key: str) -> str:
    """A header's text, '' for all the words by which Asterisk says nothing."""
    text = message[key]
    return "" if text in _NOTHING else text[:MAX_TEXT]


def whole_number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS else None


def is_phone(name: str) -> bool:
    """Whether somebody can be at the other end of a channel: not of Local halves, announcers, zombies."""
    return name.partition("/")[0] not in _INTERNAL_KINDS and not name.endswith(_PASSING)


def endpoint(name: str) -> str:
    """«PJSIP/my-trunk-0000000a» → «my-trunk», «DAHDI/i1/84951234567-2» → «i1», «SIP/101-00000001» → «101»."""
    peer = name.partition("/")[2]
    return (peer.rpartition("-")[0] or peer).partition("/")[0]


def local_pair(name: str) -> str:
    """What both halves of a Local channel have in common; '' for any other channel."""
    return name[:-2] if name.startswith("Local/") and name.endswith((";1", ";2")) else ""


def local_extension(name: str) -> str:
    """«Local/102@from-internal-00000000;1» → «102»."""
    match = _LOCAL.match(name)
    return match["extension"] if match else ""


def age(uniqueid: str) -> tuple[int, int]:
    """Sorts channels by when they were made."""
    match = _MOMENT.search(uniqueid)
    return (int(match[1]), int(match[2][:12])) if match else (0, 0)


def made_at(uniqueid: str) -> datetime | None:
    """When a channel was made, by the PBX's clock, to the second."""
    second, _ = age(uniqueid)
    return datetime.fromtimestamp(second, UTC) if second else None


def stamped_at(message: Message) -> datetime | None:
    """When the PBX said it; only with `timestampevents=yes` in manager.conf."""
    try:
        return datetime.fromtimestamp(float(message["Timestamp"]), UTC)
    except (ValueError, OverflowError, OSError):
        return None
