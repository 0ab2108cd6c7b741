"""The life of one call in the simulator: who rings, who answers, who is passed on, who hangs up."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from intake.demo.switch import RING, RINGING, UP, Channel, Party, Switch

PICKUP = 1.5  # seconds a phone rings that was rung by a click to call or a transfer


@dataclass(frozen=True, slots=True)
class Plan:
    """How a call from outside goes. Times in seconds."""

    agents: Sequence[str] = ("101",)
    queue: str | None = None
    answer_after: float | None = 2.0  # None: nobody picks up by themselves
    answer_by: str | None = None  # None: the first of the agents
    give_up_after: float = 20.0  # the caller's patience
    talk: float = 10.0
    transfer_to: str | None = None  # blind, by who answered, in the middle of the talk
    busy: Sequence[str] = ()  # of the agents, those whose phones say so at once


class Order(NamedTuple):
    """Something done to a call from outside its plan: answer, send, hang_up."""

    what: str
    extension: str = ""


@dataclass(slots=True)
class Leg:
    """A phone that was rung, and what became of it, for the call records."""

    channel: Channel
    disposition: str = "NO ANSWER"
    answered_at: float | None = None


Record = Callable[[Channel, list[Leg]], None]
"""Writes the call records of a call that began with this channel and rang these phones."""


class Ride:
    """A call on its way. `outside` is the outside party's channel once there is one."""

    def __init__(self, switch: Switch, phones: dict[str, str], record: Record) -> None:
        self._switch = switch
        self._phones = phones
        self._record = record
        self._orders: asyncio.Queue[Order] = asyncio.Queue()
        self._sent_to = ""
        self.outside: Channel | None = None
        self.ringing: set[str] = set()
        self.legs: list[Leg] = []

    def answer(self, extension: str) -> None:
        """That phone, which must be ringing, is picked up now."""
        if extension not in self.ringing:
            raise ValueError(f"{extension} does not ring")
        self._orders.put_nowait(Order("answer", extension))

    def send(self, extension: str) -> None:
        """The outside party is sent to another extension now (AMI Redirect)."""
        self._orders.put_nowait(Order("send", extension))

    def hang_up(self) -> None:
        """The outside party hangs up now."""
        self._orders.put_nowait(Order("hang_up"))

    async def _wait(self, seconds: float) -> Order | None:
        try:
            async with asyncio.timeout(seconds):
                order = await self._orders.get()
        except TimeoutError:
            return None
        if order.what == "send":
            self._sent_to = order.extension
        return order

    def _reach(self, outside: Channel, extension: str) -> Leg:
        """Ring one phone."""
        switch = self._switch
        party = Party(extension, extension, self._phones[extension])
        channel = switch.new(party, linkedid=outside.linkedid)
        channel.exten, channel.application = outside.exten, "AppDial"
        switch.connect_line(channel, outside)
        switch.dial("DialBegin", outside, channel, ("DialString", extension))
        self.legs.append(leg := Leg(channel))
        return leg

    def _rings(self, caller: Channel, leg: Leg) -> None:
        self._switch.state(leg.channel, RINGING)
        self._switch.dial("DialState", caller, leg.channel, ("DialStatus", "RINGING"))

    def _stop(self, caller: Channel, leg: Leg, status: str, cause: int) -> None:
        self._switch.dial("DialEnd", caller, leg.channel, ("DialStatus", status))
        self._switch.hang_up(leg.channel, cause)

    def _pick_up(self, caller: Channel, leg: Leg) -> None:
        self._switch.state(leg.channel, UP)
        self._switch.dial("DialEnd", caller, leg.channel, ("DialStatus", "ANSWER"))
        leg.disposition, leg.answered_at = "ANSWERED", time.time()

    async def _go_on(self, outside: Channel, leg: Leg | None, plan: Plan) -> None:
        """Talk, be passed on, talk again, until nobody is there any more."""
        talk = plan.talk
        while leg is not None or self._sent_to:
            if leg is not None:
                await self._talk(outside, leg, talk, plan.transfer_to)
                plan = Plan(transfer_to=None)
            if not self._sent_to:
                return
            extension, self._sent_to = self._sent_to, ""
            outside.exten, outside.context = extension, "from-internal"
            leg = await self._ring(outside, Plan(agents=(extension,), answer_after=PICKUP))

    async def _ring(self, outside: Channel, plan: Plan) -> Leg | None:
        """Ring all agents at once; returns the one who answered."""
        legs = [self._reach(outside, agent) for agent in plan.agents if agent in self._phones]
        for leg in [leg for leg in legs if leg.channel.number in plan.busy]:
            leg.disposition = "BUSY"
            self._stop(outside, leg, "BUSY", 17)
            legs.remove(leg)
        for leg in legs:
            self._rings(outside, leg)
        winner = await self._winner(legs, plan) if legs else None
        if winner is not None:
            self._pick_up(outside, winner)
        for leg in legs:
            if leg is not winner:
                self._stop(outside, leg, "CANCEL", 26 if winner else 16)
        return winner

    async def _winner(self, legs: list[Leg], plan: Plan) -> Leg | None:
        by_itself = plan.answer_after is not None and plan.answer_after <= plan.give_up_after
        wait = plan.answer_after if by_itself and plan.answer_after is not None else plan.give_up_after
        by_extension = {leg.channel.number: leg for leg in legs}
        self.ringing = set(by_extension)
        order = await self._wait(wait)
        self.ringing = set()
        if order is not None:
            return by_extension.get(order.extension) if order.what == "answer" else None
        return by_extension.get(plan.answer_by or "", legs[0]) if by_itself else None

    async def _talk(self, outside: Channel, leg: Leg, seconds: float, transfer_to: str | None) -> None:
        switch, person = self._switch, leg.channel
        switch.state(outside, UP)
        switch.connect_line(outside, person)
        switch.bridge(person, outside)
        order = await self._wait(seconds / 2 if transfer_to else seconds)
        if order is None and transfer_to:
            self._sent_to = transfer_to
            switch.say("BlindTransfer", *_transfer(person, outside, transfer_to))
        if not self._sent_to:
            switch.say("HangupRequest", outside.headers(), [("Cause", "16")])
        switch.unbridge(outside, person)
        switch.hang_up(person)


class Incoming(Ride):
    """A call from outside to one of our lines."""

    async def run(self, caller: Party, did: str, plan: Plan) -> None:
        """Live through the whole of it."""
        outside = self.outside = self._switch.new(caller, exten=did, state=RING)
        outside.application = "Queue" if plan.queue else "Dial"
        leg = await (self._queue(outside, plan, plan.queue) if plan.queue else self._ring(outside, plan))
        await self._go_on(outside, leg, plan)
        self._switch.say("SoftHangupRequest", outside.headers(), [("Cause", "16")])
        self._record(outside, self.legs)
        self._switch.hang_up(outside)

    async def _queue(self, outside: Channel, plan: Plan, queue: str) -> Leg | None:
        switch, where = self._switch, [("Queue", queue)]
        switch.state(outside, UP)
        place = [("Position", "1"), ("Count", "1")]
        switch.say("QueueCallerJoin", outside.headers(), where, place, family="agent")
        leg = await (self._ring(outside, plan) if plan.agents else self._hold(plan))
        if leg is None and not self._sent_to:
            switch.say("QueueCallerAbandon", outside.headers(), where, place, family="agent")
        switch.say("QueueCallerLeave", outside.headers(), where, place, family="agent")
        if leg is not None:
            dest = leg.channel.headers("Dest")
            member = [("MemberName", leg.channel.caller_name), ("HoldTime", "2"), ("RingTime", "1")]
            switch.say("AgentConnect", outside.headers(), dest, where, member, family="agent")
        return leg

    async def _hold(self, plan: Plan) -> None:
        """Nobody is free: music until the caller has enough, or somebody fetches the call."""
        await self._wait(plan.give_up_after)


def _transfer(person: Channel, outside: Channel, target: str) -> list[list[tuple[str, str]]]:
    result = [("Result", "Success")]
    place = [("IsExternal", "Yes"), ("Context", "from-internal"), ("Extension", target)]
    return [result, person.headers("Transferer"), outside.headers("Transferee"), place]
