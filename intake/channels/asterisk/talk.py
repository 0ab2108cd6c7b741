"""Who talks with the outside party. Only a bridge tells: queues and menus answer long before a person."""

from datetime import datetime

from intake.channels.asterisk.exchange import Exchange
from intake.channels.asterisk.messages import Heard
from intake.channels.asterisk.numbers import Lines, is_extension
from intake.channels.asterisk.open_call import Channel, OpenCall, Side
from intake.channels.asterisk.wire import Message
from intake.model.calls import Direction, Step, Transfer

NORMAL_CLEARING = "16"  # Q.850: somebody hung up after a talk


def listen(exchange: Exchange, channel: Channel, at: datetime) -> None:
    """A channel has come into a bridge or left one: see who hears whom now."""
    connected = _connected(exchange, channel)
    for other in connected:
        exchange.merge(channel.call, other.call)
    for call in dict.fromkeys([channel.call, *(other.call for other in connected)]):
        _hear_party(exchange, call, at)


def _connected(exchange: Exchange, channel: Channel) -> list[Channel]:
    known = exchange.channels
    found = [
        known[uniqueid] for uniqueid in exchange.bridges.connected(channel.uniqueid) if uniqueid in known
    ]
    return sorted(found, key=lambda one: one.born)


def _hear_party(exchange: Exchange, call: OpenCall, at: datetime) -> None:
    party = call.party
    if party is None or party.uniqueid not in exchange.channels:
        return
    talkers = [other for other in _connected(exchange, party) if _talks(other, party)]
    now = {talker.uniqueid for talker in talkers}
    call.talking = {uniqueid: person for uniqueid, person in call.talking.items() if uniqueid in now}
    for talker in talkers:
        if talker.uniqueid not in call.talking:
            _takes_up(call, talker, at)
    call.last_talkers = tuple(call.talking.values()) or call.last_talkers


def _talks(other: Channel, party: Channel) -> bool:
    """Another caller in the same conference is nobody's answer."""
    if other is party or not other.person:
        return False
    return other.side is Side.INSIDE or other.call is party.call


def _takes_up(call: OpenCall, talker: Channel, at: datetime) -> None:
    call.direction = call.direction or Direction.INTERNAL
    call.announce()
    call.talk(talker, at)
    if told := call.transfers.get(call.taker_unknown):
        call.transfers[call.taker_unknown] = Transfer(told.kind, told.source, talker.person)
    call.taker_unknown, call.transferring, call.moved = "", False, False


def infer(channel: Channel, heard: Heard, message: Message, lines: Lines, at: datetime) -> None:
    """Of a call heard in part: a phone that was up and connected to the outside party has talked with it."""
    call = channel.call
    if not call.in_part:
        return
    sure = message["Event"] == "BridgeLeave" or message["Cause"] == NORMAL_CLEARING
    called = channel.uniqueid != call.linkedid
    if channel.side is Side.INSIDE and _is_party(call, heard.connected, lines):
        if heard.ringing:
            call.note_ring(channel.person)
        elif heard.up and (called or sure):
            must_have_talked(call, channel.person, channel.uniqueid, at)
    elif heard.up and sure and channel is call.party and _may_have_answered(call, heard.connected):
        must_have_talked(call, heard.connected, "", at)


def _may_have_answered(call: OpenCall, person: str) -> bool:
    """Whoever rings is shown as connected as well: believe it only of one of whom nothing is known."""
    return call.direction is not Direction.INTERNAL and is_extension(person) and person not in call.rang


def _is_party(call: OpenCall, number: str, lines: Lines) -> bool:
    if not number or not call.number_raw or call.direction is Direction.INTERNAL:
        return False
    return number == call.number_raw or (call.number is not None and lines.e164(number) == call.number)


def must_have_talked(call: OpenCall, person: str, uniqueid: str, at: datetime) -> None:
    """Concluded, not heard."""
    if not person or person in call.answered_by:
        return
    call.partial = True
    call.note_answer(person, at)
    if call.direction is Direction.IN:
        call.note_ring(person)
    call.say(Step.ANSWERED, person, uniqueid)
