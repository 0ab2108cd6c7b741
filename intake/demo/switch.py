"""The PBX's channels and bridges, and the events that Asterisk 22 with PJSIP sends about them."""

import itertools
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from intake.demo.ami import Message, render

DOWN, RING, RINGING, UP = 0, 4, 5, 6
STATE_NAMES = {DOWN: "Down", RING: "Ring", RINGING: "Ringing", UP: "Up"}
CAUSES = {3: "No route to destination", 16: "Normal Clearing", 17: "User busy", 26: "Answered elsewhere"}
UNKNOWN = "<unknown>"


@dataclass(frozen=True, slots=True)
class Party:
    """Whose channel it is: a phone of the house («101») or an outside party behind the trunk."""

    peer: str
    number: str
    name: str
    context: str = "from-internal"


@dataclass(slots=True, eq=False)
class Channel:
    """One leg of a call, as Asterisk names it."""

    name: str
    uniqueid: str
    linkedid: str
    number: str
    caller_name: str
    context: str
    exten: str
    state: int
    connected_number: str = UNKNOWN
    connected_name: str = UNKNOWN
    bridge: str = ""
    application: str = ""
    begun: float = field(default_factory=time.time)

    def headers(self, prefix: str = "") -> Message:
        """The block of fields that every event about a channel carries."""
        return [
            (f"{prefix}Channel", self.name),
            (f"{prefix}ChannelState", str(self.state)),
            (f"{prefix}ChannelStateDesc", STATE_NAMES[self.state]),
            (f"{prefix}CallerIDNum", self.number),
            (f"{prefix}CallerIDName", self.caller_name),
            (f"{prefix}ConnectedLineNum", self.connected_number),
            (f"{prefix}ConnectedLineName", self.connected_name),
            (f"{prefix}Language", "en"),
            (f"{prefix}AccountCode", ""),
            (f"{prefix}Context", self.context),
            (f"{prefix}Exten", self.exten),
            (f"{prefix}Priority", "1"),
            (f"{prefix}Uniqueid", self.uniqueid),
            (f"{prefix}Linkedid", self.linkedid),
        ]


class Switch:
    """Makes channels, joins them, ends them, and says so to `tell` (bytes of AMI events)."""

    def __init__(self, tell: Callable[[bytes], None]) -> None:
        self._tell = tell
        self._numbers = itertools.count()
        self.channels: dict[str, Channel] = {}

    def say(self, event: str, *parts: Message, family: str = "call") -> None:
        """Send one event made of blocks of fields."""
        message: Message = [("Event", event), ("Privilege", f"{family},all")]
        self._tell(render(message + [pair for part in parts for pair in part]))

    def new(
        self, party: Party, exten: str = "s", state: int = DOWN, linkedid: str = "", uniqueid: str = ""
    ) -> Channel:
        """A new channel; without `linkedid` it begins a call."""
        number = next(self._numbers)
        uniqueid = uniqueid or f"{int(time.time())}.{number}"
        channel = Channel(
            name=f"PJSIP/{party.peer}-{number:08x}",
            uniqueid=uniqueid,
            linkedid=linkedid or uniqueid,
            number=party.number,
            caller_name=party.name,
            context=party.context,
            exten=exten,
            state=state,
        )
        self.channels[channel.name] = channel
        self.say("Newchannel", channel.headers())
        return channel

    def state(self, channel: Channel, state: int) -> None:
        """A channel rings or is up."""
        if channel.state != state:
            channel.state = state
            self.say("Newstate", channel.headers())

    def connect_line(self, channel: Channel, other: Channel) -> None:
        """A channel learns who is at the other end."""
        channel.connected_number, channel.connected_name = other.number, other.caller_name
        self.say("NewConnectedLine", channel.headers())

    def dial(self, event: str, caller: Channel | None, leg: Channel, *more: tuple[str, str]) -> None:
        """DialBegin, DialState or DialEnd; a click to call dials its first phone for nobody."""
        self.say(event, caller.headers() if caller else [], leg.headers("Dest"), list(more))

    def bridge(self, *channels: Channel) -> None:
        """Let channels talk with one another."""
        name = str(uuid.uuid4())
        self.say("BridgeCreate", _bridge(name, 0))
        for count, channel in enumerate(channels, 1):
            channel.bridge = name
            self.say("BridgeEnter", _bridge(name, count), channel.headers())

    def unbridge(self, *channels: Channel) -> None:
        """Part them again; the last to leave ends the bridge."""
        name = channels[0].bridge
        for left, channel in enumerate(channels, 1):
            channel.bridge = ""
            self.say("BridgeLeave", _bridge(name, len(channels) - left), channel.headers())
        self.say("BridgeDestroy", _bridge(name, 0))

    def hang_up(self, channel: Channel, cause: int = 16) -> None:
        """End a channel. `cause` is Q.850's."""
        self.channels.pop(channel.name, None)
        text = CAUSES.get(cause, "Unknown")
        self.say("Hangup", channel.headers(), [("Cause", str(cause)), ("Cause-txt", text)])


def _bridge(name: str, count: int) -> Message:
    return [
        ("BridgeUniqueid", name),
        ("BridgeType", "basic"),
        ("BridgeTechnology", "simple_bridge"),
        ("BridgeCreator", UNKNOWN),
        ("BridgeName", UNKNOWN),
        ("BridgeNumChannels", str(count)),
        ("BridgeVideoSourceMode", "none"),
    ]
