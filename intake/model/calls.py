"""A telephone call as the service sees it, whatever the PBX did to bring it about."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

# How the name of somebody's second telephone is made of their extension: FreePBX's WebRTC and softphone
# twins, and what other PBXs call theirs
TWINS = ("99{ext}", "98{ext}", "{ext}-web", "{ext}-webrtc")
EXTENSION = "{ext}"  # its place in such a name


class Direction(StrEnum):
    IN = "in"
    OUT = "out"
    INTERNAL = "internal"


class Outcome(StrEnum):
    """How a call ended. `answered` only when a person answered, not a queue or an IVR."""

    ANSWERED = "answered"
    MISSED = "missed"
    BUSY = "busy"
    FAILED = "failed"


class Step(StrEnum):
    """What has just happened to a call; the last word of a call is `ended`."""

    STARTED = "started"  # the outside party is known; nobody rings yet
    QUEUED = "queued"  # waits in a queue
    RINGING = "ringing"  # one more extension rings
    STOPPED = "stopped"  # one extension rings no longer, and did not answer
    ANSWERED = "answered"  # one more person talks with the outside party
    TRANSFERRED = "transferred"
    UPDATED = "updated"  # name, number, queue or recording became known
    MERGED = "merged"  # turned out to be part of another call: `Call.merged_into` says which
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Transfer:
    """From whom to whom, as extensions; `to` is an outside number when it left the house."""

    kind: str  # blind | attended
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Call:
    """The whole of a call at one moment. Extensions are bare («101»), times are aware UTC."""

    linkedid: str
    direction: Direction
    number: str | None = None  # the outside party in E.164 where it parses; None when withheld
    number_raw: str | None = None  # as the PBX said it, also when presentation is restricted
    name: str | None = None
    did: str | None = None  # the line that was called, digits as the PBX has them
    trunk: str | None = None  # the outside line's name: PJSIP/trunk-0000000a -> trunk
    queue: str | None = None
    waiting: bool = False  # in a queue and talking with nobody
    ringing: tuple[str, ...] = ()  # whose phones ring now
    rang: tuple[str, ...] = ()  # whose phones rang, in order
    talking: tuple[str, ...] = ()  # who talks with the outside party now
    answered_by: tuple[str, ...] = ()  # people who talked with the outside party, in order
    transfers: tuple[Transfer, ...] = ()
    outcome: Outcome | None = None  # None while it lasts
    started: datetime | None = None
    answered: datetime | None = None
    ended: datetime | None = None
    cause: int | None = None  # Q.850 hang-up cause of the outside party's channel
    recording: str | None = None
    channel: str | None = None  # the outside party's channel, for AMI Redirect
    partial: bool = False  # heard only in part: the stream was cut at the start or there was a gap
    merged_into: str | None = None


@dataclass(frozen=True, slots=True)
class CallEvent:
    """One step of one call. `external_id` is made of the PBX's own ids only, so that the same
    step heard twice, in other chunks or after a reconnect, has the same one."""

    channel: str  # which connection heard it: «asterisk:1»
    external_id: str
    at: datetime
    step: Step
    call: Call
    raw: str = ""  # the AMI message that brought it about, as JSON


@dataclass(frozen=True, slots=True)
class Gap:
    """A time when a channel could not hear, told once it hears again."""

    channel: str
    since: datetime
    until: datetime


class Link(StrEnum):
    """The state of a channel's connection to the other side."""

    CONNECTING = "connecting"
    UP = "up"
    DOWN = "down"  # tries again by itself
    REFUSED = "refused"  # wrong secret or not allowed: waits for a person


@dataclass(frozen=True, slots=True)
class Health:
    """Told whenever a channel's link changes, for the desk and for /readyz."""

    channel: str
    link: Link
    at: datetime
    detail: str = ""
