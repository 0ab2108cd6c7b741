"""Every live channel of one PBX and the call it belongs to. Linkedid is the key; calls that join are one."""

from collections import OrderedDict
from datetime import datetime

from intake.channels.asterisk.bridges import Bridges
from intake.channels.asterisk.messages import Heard, age, is_phone
from intake.channels.asterisk.numbers import Lines
from intake.channels.asterisk.open_call import Channel, News, OpenCall, Side
from intake.channels.asterisk.outcome import outcome
from intake.channels.asterisk.roles import name_channel, place
from intake.model.calls import Direction

MAX_CALLS = 2000  # open at once; beyond it the one longest unheard of is given up
MAX_CHANNELS = 200  # of one call
MAX_ENDED = 20_000  # ids of channels and calls that are over, so that what is heard twice counts once


class Exchange:
    """`news` collects what happens; whoever owns the exchange empties it after each message."""

    def __init__(self, lines: Lines) -> None:
        self.news: list[News] = []
        self.bridges = Bridges()
        self.channels: dict[str, Channel] = {}
        self.born = 0  # channels so far
        self.calls: OrderedDict[str, OpenCall] = OrderedDict()  # by own id, the longest unheard of first
        self._lines = lines
        self._by_link: dict[str, OpenCall] = {}
        self._over: OrderedDict[str, None] = OrderedDict()

    def meet(self, heard: Heard | None, at: datetime, *, fresh: bool = False) -> Channel | None:
        """The channel that a message speaks of. None when it is over, or tells nothing of any call."""
        if heard is None or heard.uniqueid in self._over:
            return None
        channel = self.channels.get(heard.uniqueid) or self._welcome(heard, at, fresh=fresh)
        if channel is None:
            return None
        if heard.name and heard.name != channel.name:
            name_channel(channel, heard.name, self._lines)
            self.bridges.know(channel.uniqueid, channel.name)
        if heard.linkedid and heard.linkedid != channel.linkedid:
            self._relink(channel, heard.linkedid)
        self.calls.move_to_end(channel.call.linkedid)
        place(channel, heard, self._lines, fresh=fresh)
        if channel.call.direction is Direction.IN:
            channel.call.announce()
        return channel

    def adopt(self, call: OpenCall, at: datetime) -> None:
        """Take over a call that was open before; its first channel is taken to live until told otherwise."""
        if call.linkedid not in self._by_link and call.linkedid not in self._over:
            self._open(call, at)
            self._add(call.linkedid, call.linkedid, call, at)

    def hang_up(self, channel: Channel, at: datetime) -> None:
        """The channel is gone, and with the last one its call."""
        if channel.uniqueid not in self.channels:
            return  # it went with its call
        call = channel.call
        call.channels.pop(channel.uniqueid, None)
        call.leave(channel)
        self._forget(channel)
        if _is_over(call):
            self.end(call, at)

    def merge(self, one: OpenCall, other: OpenCall) -> None:
        """Two calls turn out to be one: an outside party's, else the older. Two callers never become one."""
        if one is other or (one.direction is Direction.IN and other.direction is Direction.IN):
            return
        kept, gone = sorted((one, other), key=_weight)
        del self.calls[gone.linkedid]
        for channel in list(gone.channels.values()):
            self._move(channel, kept)
        for link in gone.links:
            self._link(link, kept)
        kept.absorb(gone)

    def end(self, call: OpenCall, at: datetime) -> None:
        """The call is over, and its channels with it."""
        for channel in list(call.channels.values()):
            self._forget(channel)
        call.channels.clear()
        call.close(at, outcome(call))
        del self.calls[call.linkedid]
        for link in call.links:
            self._by_link.pop(link, None)
            self._bury(link)

    def first_channel(self, uniqueid: str) -> Channel | None:
        """The channel, if its call began with it."""
        channel = self.channels.get(uniqueid)
        return channel if channel and channel.call.linkedid == uniqueid else None

    def not_taken(self, device: str) -> Channel | None:
        """The phone that Asterisk was told to call, in vain: «PJSIP/101» → PJSIP/101-00000004."""
        waiting = [call for call in self.calls.values() if call.ordered and call.status != "ANSWER"]
        for call in sorted(waiting, key=lambda call: call.status, reverse=True):
            first = call.channels.get(call.linkedid)
            if first and not call.trunk and first.name.rpartition("-")[0] == device:
                return first
        return None

    def dial(self, source: Channel, rung: Channel) -> None:
        """Whom a channel calls belongs to its call: callers who once met have one Linkedid."""
        self.merge(source.call, rung.call)
        if rung.call is not source.call and len(rung.call.channels) > 1:
            self._move(rung, source.call)

    def _move(self, channel: Channel, call: OpenCall) -> None:
        channel.call.channels.pop(channel.uniqueid, None)
        channel.call = call
        call.channels[channel.uniqueid] = channel

    def _welcome(self, heard: Heard, at: datetime, *, fresh: bool) -> Channel | None:
        call = self._call_of(heard.linkedid)
        if call is None:
            if not self._begins(heard, fresh=fresh):
                return None
            call = self._begin(heard, at)
        call.partial = call.partial or not fresh
        if len(call.channels) >= MAX_CHANNELS:
            return None
        return self._add(heard.uniqueid, heard.linkedid, call, at)

    def _call_of(self, linkedid: str) -> OpenCall | None:
        """A Linkedid is the Uniqueid of some channel's, even where no channel was seen to bear it."""
        first = self.channels.get(linkedid)
        return self._by_link.get(linkedid) or (first.call if first else None)

    def _begins(self, heard: Heard, *, fresh: bool) -> bool:
        """Whether a channel nobody knows begins a call; a leftover of one that is over does not."""
        if not heard.linkedid or heard.linkedid in self._over:
            return False
        return is_phone(heard.name) or (fresh and heard.uniqueid == heard.linkedid)

    def _begin(self, heard: Heard, at: datetime) -> OpenCall:
        call = OpenCall(heard.linkedid, self.news, started=at)
        self._open(call, at)
        if heard.uniqueid != heard.linkedid:  # its first channel was made before we listened
            call.partial = True
            self._add(heard.linkedid, heard.linkedid, call, at)
        return call

    def _open(self, call: OpenCall, at: datetime) -> None:
        if len(self.calls) >= MAX_CALLS:
            stale = next(iter(self.calls.values()))
            stale.partial = True
            self.end(stale, at)
        self.calls[call.linkedid] = call
        self._link(call.linkedid, call)

    def _add(self, uniqueid: str, linkedid: str, call: OpenCall, at: datetime) -> Channel:
        self.born += 1
        channel = Channel(uniqueid, linkedid, call, self.born, at)
        self.channels[uniqueid] = call.channels[uniqueid] = channel
        return channel

    def _relink(self, channel: Channel, linkedid: str) -> None:
        channel.linkedid = linkedid
        other = self._call_of(linkedid)
        if other is None:
            self._link(linkedid, channel.call)
        else:
            self.merge(other, channel.call)

    def _link(self, linkedid: str, call: OpenCall) -> None:
        if len(call.links) < MAX_CHANNELS:
            call.links.add(linkedid)
            self._by_link[linkedid] = call

    def _forget(self, channel: Channel) -> None:
        self.channels.pop(channel.uniqueid, None)
        self.bridges.forget(channel.uniqueid)
        self._bury(channel.uniqueid)

    def _bury(self, name: str) -> None:
        self._over[name] = None
        if len(self._over) > MAX_ENDED:
            self._over.popitem(last=False)


def _is_over(call: OpenCall) -> bool:
    """Local halves outlive nobody, but one that is alone may still be calling somebody."""
    if any(channel.awaited for channel in call.channels.values()):
        return False
    return not call.channels or (call.party is not None and call.party.side is Side.OUTSIDE)


def _weight(call: OpenCall) -> tuple[int, tuple[int, int], str]:
    rank = {Direction.IN: 0, Direction.OUT: 1}.get(call.direction or Direction.INTERNAL, 2)
    return rank, age(call.linkedid), call.linkedid
