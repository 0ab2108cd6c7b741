"""Who has passed the outside party on to whom."""

from intake.channels.asterisk.exchange import Exchange
from intake.channels.asterisk.messages import local_extension, said
from intake.channels.asterisk.numbers import Lines
from intake.channels.asterisk.open_call import Channel, OpenCall
from intake.channels.asterisk.wire import Message
from intake.model.calls import Step, Transfer

MAX_TRANSFERS = 50  # of one call


def blind(transferer: Channel, message: Message, lines: Lines) -> None:
    """A BlindTransfer event: by the phone's button, by feature code, or by AMI."""
    extension = said(message, "Extension")
    number, _ = lines.outside_number(extension)
    _tell(transferer.call, "blind", transferer.person, number or extension, transferer.uniqueid)


def attended(transferer: Channel, target: str) -> None:
    """An AttendedTransfer event, once its two calls have become one."""
    _tell(transferer.call, "attended", transferer.person, target, transferer.uniqueid)
    if not target:
        transferer.call.taker_unknown = transferer.uniqueid


def untold(call: OpenCall, rung: Channel) -> None:
    """AMI's Redirect tells no transfer: somebody has talked, and the outside party is now calling another."""
    call.moved = False
    if rung.person in call.last_talkers or not call.last_talkers:
        return
    _tell(call, "blind", call.last_talkers[-1], rung.person, rung.uniqueid)
    call.taker_unknown = rung.uniqueid


def _tell(call: OpenCall, kind: str, source: str, target: str, uniqueid: str) -> None:
    if call.in_part and source:
        call.note_earlier(source, target)
    if uniqueid not in call.transfers and len(call.transfers) < MAX_TRANSFERS:
        call.transfers[uniqueid] = Transfer(kind, source, target)
        call.transferring, call.moved = True, False
        call.say(Step.TRANSFERRED, kind, uniqueid)


def target(exchange: Exchange, transferer: Channel, second: Channel | None, message: Message) -> str:
    """Whom the transferer has asked: in a talk with, or still ringing."""
    name = message["TransferTargetChannel"]
    given = exchange.channels.get(message["TransferTargetUniqueid"])
    if given and given is given.call.party and given.call is not transferer.call:
        return given.call.number or ""
    if given and given.person:
        return given.person
    asked = [other for other in (given, second) if other]
    known = exchange.channels
    near = {uniqueid for other in asked for uniqueid in exchange.bridges.connected(other.uniqueid)}
    people = [known[uniqueid].person for uniqueid in near if uniqueid in known]
    people += [*transferer.call.talking.values(), *(second or transferer).call.ringing.values()]
    others = [person for person in people if person and person != transferer.person]
    return next(iter(others), local_extension(name))
