"""A PBX that says, in Asterisk's words and to a call tracker, what goes on in it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

from intake.channels.asterisk.calls import CallTracker
from intake.channels.asterisk.numbers import Lines
from intake.channels.asterisk.wire import Message
from intake.model.calls import Call, CallEvent, Step

CALLER, DID = "+79161234567", "74951000101"
MORNING = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
STATES = {"down": "0", "ring": "4", "ringing": "5", "up": "6"}


@dataclass
class Leg:
    name: str
    uniqueid: str
    linkedid: str
    number: str = "<unknown>"
    caller: str = "<unknown>"
    connected: str = "<unknown>"
    exten: str = "s"
    state: str = "down"

    def headers(self, prefix: str = "") -> dict[str, str]:
        said = {
            "Channel": self.name,
            "ChannelState": STATES[self.state],
            "CallerIDNum": self.number,
            "CallerIDName": self.caller,
            "ConnectedLineNum": self.connected,
            "Exten": self.exten,
            "Uniqueid": self.uniqueid,
            "Linkedid": self.linkedid,
        }
        return {f"{prefix}{key}": value for key, value in said.items()}


class Pbx:
    def __init__(self, lines: Lines | None = None) -> None:
        self.lines = lines or Lines(trunks=frozenset({"trunk"}))
        self.tracker = CallTracker("asterisk:1", self.lines)
        self.at = MORNING
        self.told: list[CallEvent] = []
        self._number, self._bridge = count(), count()

    def says(self, event: str, *legs: dict[str, str], **headers: str) -> list[CallEvent]:
        message = Message({"Event": event}, **headers)
        for leg in legs:
            message.update(leg)
        self.at += timedelta(milliseconds=100)
        told = self.tracker.hear(message, self.at)
        self.told += told
        return told

    def leg(self, name: str, linked: Leg | None = None, **kind: str) -> Leg:
        uniqueid = f"1795288482.{next(self._number)}"
        return Leg(name, uniqueid, linked.linkedid if linked else uniqueid, **kind)

    def makes(self, leg: Leg) -> Leg:
        self.says("Newchannel", leg.headers())
        return leg

    def comes_in(
        self, number: str = CALLER, did: str = DID, name: str = "<unknown>", trunk: str = "PJSIP/trunk"
    ) -> Leg:
        leg = self.leg(f"{trunk}-0000000a", number=number, caller=name, exten=did, state="ring")
        return self.makes(leg)

    def rings(self, caller: Leg, extension: str, said: str = "ringing") -> Leg:
        phone = self.makes(self.leg(f"PJSIP/{extension}-0000000b", caller, number=extension))
        self.says("DialBegin", caller.headers(), phone.headers("Dest"), DialString=extension)
        phone.state, phone.connected = said, caller.number
        return phone

    def dials_out(self, caller: Leg, number: str, trunk: str = "PJSIP/trunk") -> Leg:
        leg = self.makes(self.leg(f"{trunk}-0000000c", caller))
        leg.number = number
        self.says("DialBegin", caller.headers(), leg.headers("Dest"), DialString=f"{number}@trunk")
        return leg

    def stops(self, caller: Leg, phone: Leg, status: str = "CANCEL") -> None:
        self.says("DialEnd", caller.headers(), phone.headers("Dest"), DialStatus=status)

    def answers(self, caller: Leg, phone: Leg) -> str:
        phone.state = caller.state = "up"
        self.stops(caller, phone, "ANSWER")
        return self.joins(phone, caller)

    def joins(self, *legs: Leg, bridge: str = "", technology: str = "simple_bridge") -> str:
        bridge = bridge or f"bridge-{next(self._bridge)}"
        for leg in legs:
            self.says("BridgeEnter", leg.headers(), BridgeUniqueid=bridge, BridgeTechnology=technology)
        return bridge

    def hangs_up(self, *legs: Leg, cause: str = "16") -> None:
        for leg in legs:
            self.says("Hangup", leg.headers(), Cause=cause)

    def shows(self, leg: Leg, bridge: str = "") -> Message:
        """One line of CoreShowChannels."""
        return Message({"Event": "CoreShowChannel", "BridgeId": bridge}, **leg.headers())

    @property
    def calls(self) -> list[Call]:
        """The calls that are over, merged ones left out."""
        return [event.call for event in self.told if event.step is Step.ENDED]

    @property
    def call(self) -> Call:
        """The one call, as it stands."""
        (call,) = {event.call.linkedid: event.call for event in self.told}.values()
        return call

    @property
    def steps(self) -> list[str]:
        return [event.step.value for event in self.told]
