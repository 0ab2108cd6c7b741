"""The call tracker: AMI messages in, steps of calls out. It reads no clock and touches no socket."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from intake.channels.asterisk.exchange import Exchange
from intake.channels.asterisk.hearing import Hearing
from intake.channels.asterisk.messages import whole_number
from intake.channels.asterisk.numbers import Lines
from intake.channels.asterisk.open_call import Channel, reopened
from intake.channels.asterisk.wire import Message
from intake.model.calls import Call, CallEvent

JUST_HEARD = timedelta(seconds=5)  # a channel this young may have come after the list of channels was made
MAX_LIST = 10_000  # channels of one CoreShowChannels answer
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class CallTracker:
    """One PBX's calls. `hear` takes the messages of a connection in order, and never raises."""

    def __init__(self, channel: str, lines: Lines) -> None:
        self._name = channel
        self._lines = lines
        self._exchange = Exchange(lines)
        self._uptime: int | None = None
        self._heard_at_login = 0
        self._shown: list[Message] = []
        self._hearing = Hearing(self._exchange, lines)

    def hear(self, message: Message, at: datetime) -> list[CallEvent]:
        """What one message means; `at` is when it was heard, aware."""
        match message["Event"]:
            case "FullyBooted":
                self._fully_booted(message, at)
            case "Shutdown":
                self._end_all(at)
            case "CoreShowChannel" if len(self._shown) < MAX_LIST:
                self._shown.append(message)
            case "CoreShowChannelsComplete":
                self._take_list(message, at)
            case _:
                self._hearing.hear(message, at)
        return self._told(message, at)

    def open_calls(self) -> list[Call]:
        """Every call that lasts and has been told of."""
        return [call.snapshot() for call in self._exchange.calls.values() if call.announced]

    def restore(self, calls: Iterable[Call]) -> None:
        """Take over what the database knew to be open; to be followed by `reconcile`."""
        for call in calls:
            if call.ended is None and call.merged_into is None:
                self._exchange.adopt(reopened(call, self._exchange.news), call.started or LONG_AGO)
        self._heard_at_login = self._exchange.born

    def reconcile(self, channels: list[Message], queues: list[Message], at: datetime) -> list[CallEvent]:
        """After (re)connecting: the CoreShowChannel events, and those that QueueStatus was answered with.

        Calls that are still alive are picked up, those whose channels are gone are ended; both are partial.
        """
        self._match(channels, at)
        for message in queues:
            if message["Event"] == "QueueEntry":
                self._hearing.queue_join(message, at)
        return self._told(Message(), at)

    def forget(self, at: datetime) -> list[CallEvent]:
        """The PBX has started anew: nothing of what went on before goes on."""
        self._end_all(at)
        return self._told(Message(), at)

    def _told(self, message: Message, at: datetime) -> list[CallEvent]:
        news = self._exchange.news
        if not news:
            return []
        raw = json.dumps(message, ensure_ascii=False)
        now = {id(call): call.snapshot() for call, _, _ in news}
        events = [CallEvent(self._name, name, at, step, now[id(call)], raw) for call, step, name in news]
        news.clear()
        return events

    def _fully_booted(self, message: Message, at: datetime) -> None:
        """Comes after each login; a PBX that was started anew meanwhile has hung up all that was going on."""
        self._shown = []
        self._heard_at_login = self._exchange.born
        for call in self._exchange.calls.values():
            call.gap = True
        uptime = whole_number(message["Uptime"])
        if uptime is not None:
            if self._uptime is not None and uptime < self._uptime:
                self._end_all(at)
            self._uptime = uptime

    def _end_all(self, at: datetime) -> None:
        for call in list(self._exchange.calls.values()):
            call.partial = True
            self._exchange.end(call, at)

    def _take_list(self, message: Message, at: datetime) -> None:
        """A list that came in the stream itself counts only when it is whole."""
        shown, self._shown = self._shown, []
        if whole_number(message["ListItems"]) in (None, len(shown)):
            self._match(shown, at)

    def _match(self, shown: list[Message], at: datetime) -> None:
        """Hold what we know against the channels that there are."""
        alive = {message["Uniqueid"] for message in shown}
        for channel in list(self._exchange.channels.values()):
            if channel.uniqueid not in alive and not self._just_heard(channel, at):
                channel.call.partial = channel.call.partial or channel.awaited
                self._exchange.hang_up(channel, at)
        for message in shown:
            self._hearing.show(message, at)

    def _just_heard(self, channel: Channel, at: datetime) -> bool:
        return channel.born > self._heard_at_login and at - channel.met < JUST_HEARD
