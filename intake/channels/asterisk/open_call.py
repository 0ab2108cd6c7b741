"""One call while it lasts: its channels, who rings, who talks; and what is told of it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto

from intake.model.calls import Call, Direction, Outcome, Step, Transfer

MAX_PEOPLE = 200  # of one call


class Side(Enum):
    OUTSIDE = auto()  # an outside line
    INSIDE = auto()  # somebody's phone
    NOBODY = auto()  # Asterisk's own: Local halves, announcers


@dataclass(slots=True, eq=False)
class Channel:
    """One leg of a call until it hangs up."""

    uniqueid: str
    linkedid: str
    call: "OpenCall"
    born: int  # orders channels by when they were heard of
    met: datetime
    name: str = ""
    side: Side = Side.NOBODY
    person: str = ""  # an extension, or the outside number that a call was forwarded to

    @property
    def awaited(self) -> bool:
        """A call lasts as long as it has a telephone, or a first channel of which nothing is known yet."""
        return self.side is not Side.NOBODY or not self.name


News = tuple["OpenCall", Step, str]  # what has happened to whom, and the id of it


@dataclass(slots=True, eq=False)
class OpenCall:
    """Changed by each message; `snapshot` is what the rest of the service sees."""

    linkedid: str
    news: list[News]
    direction: Direction | None = None
    party: Channel | None = None  # the outside party; inside the house, whoever has called
    party_name: str = ""  # its channel
    channels: dict[str, Channel] = field(default_factory=dict)
    links: set[str] = field(default_factory=set)  # every Linkedid that leads here
    number: str | None = None
    number_raw: str | None = None
    name: str | None = None
    did: str | None = None
    trunk: str | None = None
    queue: str | None = None
    queued: bool = False
    joins: int = 0  # how often it came into a queue
    ringing: dict[str, str] = field(default_factory=dict)  # channel → whose phone
    rang: dict[str, str] = field(default_factory=dict)  # person → the channel that rang first
    talking: dict[str, str] = field(default_factory=dict)
    talks: dict[str, int] = field(default_factory=dict)  # channel → how often it took up the talk
    answered_by: list[str] = field(default_factory=list)
    transfers: dict[str, Transfer] = field(default_factory=dict)
    ordered: bool = False  # Asterisk was told to call, nobody has dialled
    last_talkers: tuple[str, ...] = ()
    transferring: bool = False  # a transfer was told, nobody new has talked since
    taker_unknown: str = ""  # the key of a transfer that does not say to whom, until somebody takes it
    moved: bool = False  # the outside party was sent on, and no transfer was told
    status: str = ""  # of the last attempt to reach whom the call is for
    started: datetime | None = None
    answered: datetime | None = None
    ended: datetime | None = None
    outcome: Outcome | None = None
    cause: int | None = None
    recording: str | None = None
    announced: bool = False
    partial: bool = False
    gap: bool = False  # something may have been missed meanwhile
    merged_into: str | None = None

    @property
    def in_part(self) -> bool:
        """Not all of it was heard, or that cannot be known."""
        return self.partial or self.gap

    def say(self, step: Step, *what: str) -> None:
        if self.announced:
            self.news.append((self, step, ":".join([self.linkedid, step, *what])))

    def announce(self) -> None:
        """From now on it is told of; which way it goes must be known."""
        if not self.announced and self.direction is not None:
            self.announced = True
            self.say(Step.STARTED)

    def ring(self, channel: Channel) -> None:
        """A phone rings; it may be the second phone of the same extension."""
        if not channel.person or channel.uniqueid in self.ringing or channel.uniqueid in self.talking:
            return
        self.ringing[channel.uniqueid] = channel.person
        self.note_ring(channel.person, channel.uniqueid)
        self.say(Step.RINGING, channel.person, channel.uniqueid)

    def stop(self, channel: Channel, *, in_vain: bool = False) -> None:
        """A phone that was called has stopped, unanswered; `in_vain`: it never said that it rings."""
        if self.ringing.pop(channel.uniqueid, None):
            if in_vain and self.rang.get(channel.person) == channel.uniqueid:
                del self.rang[channel.person]
            self.say(Step.STOPPED, channel.person, channel.uniqueid)

    def talk(self, channel: Channel, at: datetime) -> None:
        """One more phone hears the outside party, or hears it again after asking a colleague."""
        self.ringing.pop(channel.uniqueid, None)
        self.talking[channel.uniqueid] = channel.person
        self.note_answer(channel.person, at)
        times = self.talks[channel.uniqueid] = self.talks.get(channel.uniqueid, 0) + 1
        if times == 1:
            self.say(Step.ANSWERED, channel.person, channel.uniqueid)
        else:
            self.say(Step.UPDATED, "back", channel.person, channel.uniqueid, str(times))

    def leave(self, channel: Channel) -> None:
        """The channel hung up."""
        self.stop(channel)
        self.talking.pop(channel.uniqueid, None)
        if self.talks.pop(channel.uniqueid, None) and self.party and self.party.uniqueid in self.channels:
            self.say(Step.UPDATED, "left", channel.person, channel.uniqueid)

    def note_ring(self, person: str, uniqueid: str = "") -> None:
        if person not in self.rang and len(self.rang) < MAX_PEOPLE:
            self.rang[person] = uniqueid

    def note_answer(self, person: str, at: datetime) -> None:
        self.answered = self.answered or at
        if person not in self.answered_by and len(self.answered_by) < MAX_PEOPLE:
            self.answered_by.append(person)

    def note_earlier(self, person: str, other: str) -> None:
        """Who passes a call on has talked, before the other has."""
        if person not in self.answered_by:
            self.partial = True
            place = self.answered_by.index(other) if other in self.answered_by else len(self.answered_by)
            self.answered_by.insert(place, person)

    def nobody_answered(self) -> None:
        """Those who have talked so far were not talking with the outside party."""
        self.answered = None
        self.talking.clear()
        self.answered_by.clear()
        self.last_talkers = ()

    def absorb(self, other: "OpenCall") -> None:
        """The other call was a part of this one: somebody asked a colleague, or picked up."""
        for person, uniqueid in other.rang.items():
            self.note_ring(person, uniqueid)
        self.ringing |= other.ringing
        self.transfers |= other.transfers
        self.queue = self.queue or other.queue
        self.partial = self.partial or other.partial
        if other.party and other.party.side is Side.OUTSIDE:
            other.party.person = other.number or other.number_raw or ""
        other.merged_into = self.linkedid
        other.say(Step.MERGED, self.linkedid)
        self.say(Step.UPDATED, "merged", other.linkedid)

    def close(self, at: datetime, outcome: Outcome) -> None:
        """It is over. Of a call inside the house that rang nobody nothing is told."""
        if self.direction in (Direction.IN, Direction.OUT):
            self.announce()
        self.queued = False
        self.ringing.clear()
        self.talking.clear()
        self.ended = at
        self.outcome = outcome
        self.say(Step.ENDED)

    def snapshot(self) -> Call:
        return Call(
            linkedid=self.linkedid,
            direction=self.direction or Direction.INTERNAL,
            number=self.number,
            number_raw=self.number_raw,
            name=self.name,
            did=self.did,
            trunk=self.trunk,
            queue=self.queue,
            waiting=self.queued and not self.talking,
            ringing=tuple(dict.fromkeys(self.ringing.values())),
            rang=tuple(self.rang),
            talking=tuple(dict.fromkeys(self.talking.values())),
            answered_by=tuple(self.answered_by),
            transfers=tuple(self.transfers.values()),
            outcome=self.outcome,
            started=self.started,
            answered=self.answered,
            ended=self.ended,
            cause=self.cause,
            recording=self.recording,
            channel=self.party_name or None,
            partial=self.partial,
            merged_into=self.merged_into,
        )


def reopened(call: Call, news: list[News]) -> OpenCall:
    """A call as the database knew it; who rings and talks now is not known yet."""
    return OpenCall(
        call.linkedid,
        news,
        direction=call.direction,
        party_name=call.channel or "",
        number=call.number,
        number_raw=call.number_raw,
        name=call.name,
        did=call.did,
        trunk=call.trunk,
        queue=call.queue,
        rang=dict.fromkeys(call.rang, ""),
        answered_by=list(call.answered_by),
        transfers={str(place): transfer for place, transfer in enumerate(call.transfers)},
        last_talkers=call.talking,
        started=call.started,
        answered=call.answered,
        cause=call.cause,
        recording=call.recording,
        announced=True,
        partial=call.partial,
        gap=True,
    )
