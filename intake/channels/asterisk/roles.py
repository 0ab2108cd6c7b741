"""Which channel of a call is the outside party, what its number is, and which way the call goes."""

from intake.channels.asterisk.messages import Heard, is_phone
from intake.channels.asterisk.numbers import SHORTEST_OUTSIDE, Lines, bare, is_extension, is_withheld
from intake.channels.asterisk.open_call import Channel, OpenCall, Side
from intake.channels.asterisk.wire import Message
from intake.model.calls import Direction, Step


def name_channel(channel: Channel, name: str, lines: Lines) -> None:
    """Channels change names when one takes another's place."""
    channel.name = name
    channel.side = side_of(name, lines)
    if channel.call.party is channel:
        channel.call.party_name = name
    if channel.side is not Side.OUTSIDE:
        channel.person = lines.extension(name) if channel.side is Side.INSIDE else ""


def side_of(name: str, lines: Lines) -> Side:
    if not is_phone(name):
        return Side.NOBODY
    return Side.OUTSIDE if lines.trunk(name) else Side.INSIDE


def place(channel: Channel, heard: Heard, lines: Lines, *, fresh: bool) -> None:
    """Take in what a message says about a channel of a call. `fresh`: it says that the channel was made."""
    call = channel.call
    if channel.side is Side.OUTSIDE:
        _place_outside(channel, heard, lines, fresh=fresh)
    elif channel.side is Side.INSIDE:
        _place_inside(channel, heard, lines, fresh=fresh)
    if channel is call.party and call.direction is Direction.IN:
        hear_caller(call, heard, lines)


def _place_inside(channel: Channel, heard: Heard, lines: Lines, *, fresh: bool) -> None:
    call = channel.call
    if call.partial and not fresh and call.direction is None:
        _presume(channel, heard, lines)
    if call.party is None and call.direction in (None, Direction.INTERNAL) and _has_called(channel):
        take_party(call, channel)


def _has_called(channel: Channel) -> bool:
    """The first channel of a call; or the first phone, where Asterisk began with a Local channel."""
    root = channel.call.channels.get(channel.call.linkedid)
    return root is channel or (root is not None and root.name != "" and root.side is Side.NOBODY)


def _place_outside(channel: Channel, heard: Heard, lines: Lines, *, fresh: bool) -> None:
    call = channel.call
    if channel.uniqueid in (call.linkedid, channel.linkedid):
        _begins_outside(call, channel, heard, lines, fresh=fresh)
    elif channel.name == call.party_name and (call.party is None or call.party.side is not Side.OUTSIDE):
        call.party = channel
    elif call.direction is not Direction.IN and channel is not call.party and _looks_for_party(call):
        _goes_out(call, channel, lines)
    if not fresh:
        _hear_number(call, channel, heard, lines)


def _begins_outside(call: OpenCall, channel: Channel, heard: Heard, lines: Lines, *, fresh: bool) -> None:
    if channel is not call.party:
        if call.party is not None and call.party.side is Side.OUTSIDE:
            _was_forwarded(call, call.party, lines)
        take_party(call, channel)
        call.trunk = lines.trunk(channel.name)
    if call.direction in (None, Direction.INTERNAL) and not (fresh and _may_be_ordered(heard)):
        call.direction = Direction.IN
    if call.did is None and call.direction is Direction.IN:
        call.did = _did(heard, fresh=fresh)


def _was_forwarded(call: OpenCall, leg: Channel, lines: Lines) -> None:
    """Heard from the middle, a call that was forwarded to an outside number looks like one that goes out."""
    leg.person = lines.person(call.number or call.number_raw or "")
    call.direction = call.number = call.number_raw = None


def _hear_number(call: OpenCall, channel: Channel, heard: Heard, lines: Lines) -> None:
    """The number of a leg that goes out, where its DialBegin was not heard."""
    if channel is call.party and (call.direction is not Direction.OUT or call.number):
        return
    number, raw = lines.outside_number(heard.number, trunk=lines.trunk(channel.name))
    if channel is call.party:
        call.number, call.number_raw = number, raw or call.number_raw
    elif number and not channel.person and call.direction is Direction.IN:
        channel.person = lines.person(number)


def _may_be_ordered(heard: Heard) -> bool:
    """A channel to an outside number, by order of AMI, begins like one that came in without a DID."""
    return heard.down and heard.exten in ("", "s")


def _looks_for_party(call: OpenCall) -> bool:
    """An outgoing call tries one line after another; the first that answers is whom it was for."""
    party = call.party
    if party is None or party.side is not Side.OUTSIDE:
        return True
    return not call.answered_by or party.uniqueid not in call.channels


def _goes_out(call: OpenCall, channel: Channel, lines: Lines) -> None:
    if call.direction is Direction.INTERNAL:
        call.nobody_answered()
    call.direction = Direction.OUT
    take_party(call, channel)
    call.trunk = lines.trunk(channel.name)


def take_party(call: OpenCall, channel: Channel) -> None:
    call.party = channel
    call.party_name = channel.name


def hear_caller(call: OpenCall, heard: Heard, lines: Lines) -> None:
    """The first number that is told counts, and names told with it: dialplans write others over them."""
    if heard.number and is_withheld(call.number_raw or "") and heard.number != call.number_raw:
        call.number_raw = heard.number
        call.number = lines.e164(heard.number, call.trunk, call.did)
        call.say(Step.UPDATED, "number")
    if call.name is None and heard.number == (call.number_raw or "") and _is_name(heard.caller):
        call.name = heard.caller
        call.say(Step.UPDATED, "name")


def _is_name(text: str) -> bool:
    return any(map(str.isalnum, text)) and not is_withheld(text)


def hear_dialled(channel: Channel, message: Message, lines: Lines) -> None:
    """A DialBegin to an outside line: whose number is it?"""
    call, trunk = channel.call, lines.trunk(channel.name)
    texts = [message[key] for key in ("DialString", "DestCallerIDNum", "DestExten", "Exten")]
    number, raw = lines.outside_number(*texts, trunk=trunk)
    if channel is not call.party:
        channel.person = lines.person(number or raw)
    elif call.direction is Direction.OUT and (number or not call.number):
        call.number, call.number_raw = number, raw or bare(message["DialString"], trunk) or None


def hear_order(channel: Channel) -> None:
    """Asterisk itself calls: when it is an outside number that it calls first, the call goes out."""
    channel.call.ordered = True
    if channel.side is Side.OUTSIDE and channel.call.direction is None:
        channel.call.direction = Direction.OUT


def hear_ordered(channel: Channel, number: str, lines: Lines) -> None:
    """Click-to-call: one's own phone rings first, and whom it is for is in the order only."""
    call = channel.call
    found, raw = lines.outside_number(number)
    if found and not call.trunk and call.direction is not Direction.IN:
        call.direction = Direction.OUT
        call.number, call.number_raw = found, raw
        call.party, call.party_name = None, ""


def _did(heard: Heard, *, fresh: bool) -> str | None:
    """The extension that the call came in on; of a call heard later only if it cannot be a colleague's."""
    digits = "".join(letter for letter in heard.exten if letter.isascii() and letter.isdigit())
    return digits if digits and (fresh or len(digits) >= SHORTEST_OUTSIDE) else None


def _presume(channel: Channel, heard: Heard, lines: Lines) -> None:
    """Of a call whose beginning was not heard one leg often tells both sides."""
    call, other = channel.call, heard.connected
    if not other:
        return
    called = channel.uniqueid != call.linkedid
    if is_extension(other):
        call.direction = Direction.INTERNAL
    else:
        call.direction = Direction.IN if called else Direction.OUT
        call.number_raw, call.number = other, lines.e164(other)
