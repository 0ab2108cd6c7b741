"""What each AMI event means for the calls. Events that say nothing new of a call are not listened to."""

from collections.abc import Callable
from datetime import datetime

from intake.channels.asterisk import talk, transfers
from intake.channels.asterisk.exchange import Exchange
from intake.channels.asterisk.messages import MAX_PATH, heard, local_extension, said, whole_number
from intake.channels.asterisk.numbers import Lines
from intake.channels.asterisk.open_call import Channel, Side
from intake.channels.asterisk.roles import hear_dialled, hear_order, hear_ordered
from intake.channels.asterisk.wire import Message
from intake.model.calls import Direction, Step

_CONFERENCE = "softmix"  # has members of its own that nobody is told of
_HOLDING = "holding_bridge"  # parking and waiting rooms: those in one do not hear each other


class Hearing:
    """Listens for one exchange."""

    def __init__(self, exchange: Exchange, lines: Lines) -> None:
        self._exchange = exchange
        self._lines = lines
        self._hearers: dict[str, Callable[[Message, datetime], None]] = {
            "Newchannel": self._newchannel,
            "DialBegin": self._dial_begin,
            "DialEnd": self._dial_end,
            "BridgeEnter": self._bridge_enter,
            "BridgeLeave": self._bridge_leave,
            "Hangup": self._hangup,
            "QueueCallerJoin": self.queue_join,
            "QueueEntry": self.queue_join,
            "QueueCallerLeave": self._queue_leave,
            "QueueCallerAbandon": self._queue_leave,
            "AgentComplete": self._agent_complete,
            "BlindTransfer": self._blind_transfer,
            "AttendedTransfer": self._attended_transfer,
            "OriginateResponse": self._originate_response,
            "VarSet": self._var_set,
        }

    def hear(self, message: Message, at: datetime) -> None:
        hearer = self._hearers.get(message["Event"])
        if hearer is not None:
            hearer(message, at)

    def _meet(self, message: Message, at: datetime, prefix: str = "") -> Channel | None:
        return self._exchange.meet(heard(message, prefix), at)

    def _newchannel(self, message: Message, at: datetime) -> None:
        self._exchange.meet(heard(message), at, fresh=True)

    def _dial_begin(self, message: Message, at: datetime) -> None:
        ordered = self._exchange.first_channel(message["DestUniqueid"]) if not message["Uniqueid"] else None
        if ordered is not None:
            hear_order(ordered)
        source, rung = self._meet(message, at), self._meet(message, at, "Dest")
        if rung is None:
            return
        if rung is ordered and rung.side is Side.INSIDE:
            hear_ordered(rung, message["DestCallerIDNum"], self._lines)
        if source is not None:
            self._exchange.dial(source, rung)
        if rung.side is Side.OUTSIDE:
            hear_dialled(rung, message, self._lines)
        self._rings(source, rung)

    def _rings(self, source: Channel | None, rung: Channel) -> None:
        call = rung.call
        if source is not None and source is call.party and call.answered_by and not call.transferring:
            call.moved = True
        if rung.side is Side.NOBODY:
            return
        if call.direction is None and rung.side is Side.INSIDE and not call.partial:
            call.direction = Direction.INTERNAL
        call.announce()
        if call.moved and rung is not call.party:
            transfers.untold(call, rung)
        if rung.side is Side.INSIDE or rung.person in self._lines.mobiles.values():
            call.ring(rung)

    def _dial_end(self, message: Message, at: datetime) -> None:
        self._meet(message, at)
        about, status = heard(message, "Dest"), message["DialStatus"]
        rung = self._exchange.meet(about, at)
        if rung is None or about is None or rung.side is Side.NOBODY:
            return
        call = rung.call
        if rung is call.party or call.direction is not Direction.OUT:
            call.status = status
        if status == "ANSWER":
            call.ringing.pop(rung.uniqueid, None)
        elif rung.uniqueid not in call.talking:
            call.stop(rung, in_vain=about.down)

    def _bridge_enter(self, message: Message, at: datetime) -> None:
        channel = self._meet(message, at)
        if channel is None:
            return
        bridge, technology = message["BridgeUniqueid"], message["BridgeTechnology"]
        self._enter(channel, bridge, technology, at)
        inside = whole_number(message["BridgeNumChannels"]) or 0
        if technology not in (_HOLDING, _CONFERENCE) and inside > self._exchange.bridges.count(bridge):
            channel.call.partial = True  # somebody was there before we listened

    def _enter(self, channel: Channel, bridge: str, technology: str, at: datetime) -> None:
        self._exchange.bridges.leave(channel.uniqueid)
        if bridge and technology != _HOLDING:
            self._exchange.bridges.enter(channel.uniqueid, bridge)
        talk.listen(self._exchange, channel, at)

    def show(self, message: Message, at: datetime) -> None:
        """A CoreShowChannel: how a channel stands now."""
        about = heard(message)
        channel = self._exchange.meet(about, at)
        if channel is None or about is None:
            return
        if about.ringing and channel.side is Side.INSIDE:
            channel.call.ring(channel)
        bridge = message["BridgeId"]
        if bridge != self._exchange.bridges.inside(channel.uniqueid):
            self._enter(channel, bridge, "", at)

    def _bridge_leave(self, message: Message, at: datetime) -> None:
        about = heard(message)
        channel = self._exchange.meet(about, at)
        if channel is None or about is None:
            return
        talk.infer(channel, about, message, self._lines, at)
        if self._exchange.bridges.inside(channel.uniqueid) == message["BridgeUniqueid"]:
            others = self._exchange.bridges.connected(channel.uniqueid) - {channel.uniqueid}
            self._exchange.bridges.leave(channel.uniqueid)
            for other in [channel, *(self._exchange.channels[one] for one in others)]:
                talk.listen(self._exchange, other, at)

    def _hangup(self, message: Message, at: datetime) -> None:
        about = heard(message)
        channel = self._exchange.meet(about, at)
        if channel is None or about is None:
            return
        talk.infer(channel, about, message, self._lines, at)
        channel.call.stop(channel, in_vain=about.down)
        if channel is channel.call.party:
            channel.call.cause = whole_number(message["Cause"])
        self._exchange.hang_up(channel, at)

    def queue_join(self, message: Message, at: datetime) -> None:
        """QueueCallerJoin, or a QueueEntry of somebody who waits already."""
        channel, queue = self._meet(message, at), said(message, "Queue")
        if channel is None or not queue:
            return
        call = channel.call
        if channel is not call.party:
            call.queue = call.queue or queue
        elif not (call.queued and call.queue == queue):
            call.queue, call.queued = queue, True
            call.joins += 1
            call.announce()
            call.say(Step.QUEUED, queue, channel.uniqueid, str(call.joins))

    def _queue_leave(self, message: Message, at: datetime) -> None:
        channel = self._meet(message, at)
        if channel is None:
            return
        call = channel.call
        call.queue = call.queue or said(message, "Queue") or None
        if channel is call.party:
            call.queued = False

    def _agent_complete(self, message: Message, at: datetime) -> None:
        """Says for certain who has talked, where the bridge was not heard of."""
        source, agent = self._meet(message, at), self._meet(message, at, "Dest")
        if source is not None and source.call.in_part:
            call = source.call
            call.queue = call.queue or said(message, "Queue") or None
            person = agent.person if agent else ""
            talk.must_have_talked(call, person or local_extension(message["DestChannel"]), "", at)

    def _blind_transfer(self, message: Message, at: datetime) -> None:
        self._meet(message, at, "Transferee")
        transferer = self._meet(message, at, "Transferer")
        if transferer is not None and message["Result"] == "Success":
            transfers.blind(transferer, message, self._lines)

    def _attended_transfer(self, message: Message, at: datetime) -> None:
        first = self._meet(message, at, "OrigTransferer")
        second = self._meet(message, at, "SecondTransferer")
        for other in ("Transferee", "TransferTarget"):
            self._meet(message, at, other)
        if first is None or message["Result"] != "Success":
            return
        target = transfers.target(self._exchange, first, second, message)
        if second is not None:
            self._exchange.merge(first.call, second.call)
        transfers.attended(first, target)

    def _originate_response(self, message: Message, at: datetime) -> None:
        """Success means only that one's own phone was picked up; failure does not name the channel."""
        channel = self._meet(message, at) or self._exchange.not_taken(said(message, "Channel"))
        if channel is not None:
            hear_ordered(channel, said(message, "Exten"), self._lines)

    def _var_set(self, message: Message, at: datetime) -> None:
        if message["Variable"] != "MIXMONITOR_FILENAME" or not message["Value"]:
            return
        channel = self._meet(message, at)
        if channel is not None and channel.call.recording is None:
            channel.call.recording = message["Value"][:MAX_PATH]
            channel.call.say(Step.UPDATED, "recording")
