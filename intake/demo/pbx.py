"""A small PBX for the demonstration, the benches and the tests: it speaks AMI as Asterisk 22, on loopback.

No sound goes through it. Calls come from whoever holds it (`call`) and from its own manager port (Originate).
"""

import asyncio
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from intake.demo import ami, records
from intake.demo.ami import AmiServer, Message
from intake.demo.caller import Caller
from intake.demo.click import Outgoing
from intake.demo.ride import Incoming, Leg, Plan, Ride
from intake.demo.switch import UNKNOWN, Channel, Party, Switch

PHONES = {"101": "Анна Петрова", "102": "Дмитрий Соколов", "103": "Ольга Орлова", "104": "Борис Ильин"}
QUEUES = {"sales": ("101", "102", "103")}
TRUNK = "trunk"
SECRET = "intake-demo"  # noqa: S105 - of a PBX that has no telephones


class Pbx:
    """A PBX that can be told to ring, to fall silent, to cut its clients off, to die and to come back.

    `master_csv`: where call records are written as Asterisk's cdr_csv does it, with linked ids, in UTC.
    """

    def __init__(
        self, username: str = "intake", secret: str = SECRET, master_csv: Path | None = None
    ) -> None:
        self.server = AmiServer(username, secret, self._answer)
        self.switch = Switch(self.server.tell)
        self.rides: dict[Ride, asyncio.Task[None]] = {}
        self._master_csv = master_csv
        self._waiting: dict[Ride, str] = {}
        self._actions: dict[str, Callable[[dict[str, str]], list[Message]]] = {
            "ping": lambda _: [ami.success("Ping", ("Ping", "Pong"), ("Timestamp", f"{time.time():.6f}"))],
            "logoff": lambda _: [[("Response", "Goodbye"), ("Message", "Thanks for all the fish.")]],
            "coreshowchannels": self._show_channels,
            "queuestatus": self._show_queues,
            "originate": self._originate,
            "redirect": self._redirect,
        }

    @property
    def port(self) -> int:
        """Where the manager port listens."""
        return self.server.port

    async def start(self, port: int = 0) -> int:
        """Open the manager port; returns it."""
        return await self.server.start(port)

    async def stop(self) -> None:
        """Close the manager port and end every call without a word, as when the PBX is killed."""
        await self.server.stop()
        for task in list(self.rides.values()):
            task.cancel()
        await asyncio.gather(*self.rides.values(), return_exceptions=True)
        self.rides.clear()
        self._waiting.clear()
        self.switch.channels.clear()

    async def call(self, caller: Caller, did: str = "", **plan: Any) -> Incoming:
        """Let somebody ring, as in `Plan`. Returns while the phones ring; steer it through the ride."""
        ride = Incoming(self.switch, PHONES, self._record)
        how = Plan(**plan)
        number, name = caller.number or "anonymous", caller.name or UNKNOWN
        party = Party(TRUNK, number, name if caller.number else "Anonymous", "from-trunk")
        if how.queue:
            self._waiting[ride] = how.queue
        self._begin(ride, ride.run(party, did or caller.did, how))
        await asyncio.sleep(0)
        return ride

    async def over(self, *rides: Ride) -> None:
        """Return when these calls, or else all of them, have ended."""
        tasks = [self.rides[ride] for ride in rides or list(self.rides) if ride in self.rides]
        await asyncio.gather(*tasks)

    def busy(self) -> set[str]:
        """Extensions that ring or talk."""
        return {channel.number for channel in self.switch.channels.values() if channel.number in PHONES}

    def _begin(self, ride: Ride, life: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(life)
        self.rides[ride] = task
        task.add_done_callback(lambda _: self._ended(ride))

    def _ended(self, ride: Ride) -> None:
        self.rides.pop(ride, None)
        self._waiting.pop(ride, None)

    def _record(self, root: Channel, legs: list[Leg]) -> None:
        rows = records.rows(root, legs)
        for row in rows:
            self.switch.say("Cdr", records.event(row), family="cdr")
        if self._master_csv is not None:
            records.append(self._master_csv, rows)

    def _answer(self, action: dict[str, str]) -> list[Message]:
        handler = self._actions.get(action.get("action", "").lower())
        return handler(action) if handler else [ami.error("Invalid/unknown command")]

    def _show_channels(self, _: dict[str, str]) -> list[Message]:
        lines = [_shown(channel) for channel in self.switch.channels.values()]
        return ami.event_list("Channels will follow", "CoreShowChannelsComplete", lines)

    def _show_queues(self, _: dict[str, str]) -> list[Message]:
        lines: list[Message] = []
        for queue, members in QUEUES.items():
            lines.append([("Event", "QueueParams"), ("Queue", queue), ("Strategy", "ringall")])
            lines += [_member(queue, extension) for extension in members]
            lines += [_entry(queue, ride.outside) for ride in self._waiting if self._is_waiting(ride, queue)]
        return ami.event_list("Queue status will follow", "QueueStatusComplete", lines)

    def _is_waiting(self, ride: Ride, queue: str) -> bool:
        return self._waiting[ride] == queue and ride.outside is not None and not ride.outside.bridge

    def _originate(self, action: dict[str, str]) -> list[Message]:
        extension = action.get("channel", "").partition("/")[2].partition("@")[0]
        if extension not in PHONES:
            failed = [("ActionID", action.get("actionid", "")), ("Response", "Failure"), ("Reason", "0")]
            asyncio.get_running_loop().call_soon(self.switch.say, "OriginateResponse", failed)
        else:
            ride = Outgoing(self.switch, PHONES, self._record)
            who = (extension, action.get("exten", ""), action.get("channelid", ""))
            self._begin(ride, ride.run(*who, action.get("actionid", "")))
        return [ami.success("Originate successfully queued")]

    def _redirect(self, action: dict[str, str]) -> list[Message]:
        name = action.get("channel", "")
        for ride in self.rides:
            if ride.outside is not None and ride.outside.name == name:
                ride.send(action.get("exten", ""))
                return [ami.success("Redirect successful")]
        return [ami.error(f"Channel does not exist: {name}")]


def _shown(channel: Channel) -> Message:
    about = [("BridgeId", channel.bridge), ("Application", channel.application), ("ApplicationData", "")]
    return [("Event", "CoreShowChannel"), *channel.headers(), *about, ("Duration", "00:00:01")]


def _member(queue: str, extension: str) -> Message:
    name = [("Name", PHONES[extension]), ("Location", f"PJSIP/{extension}"), ("Status", "1"), ("Paused", "0")]
    return [("Event", "QueueMember"), ("Queue", queue), *name]


def _entry(queue: str, channel: Channel | None) -> Message:
    who = channel.headers() if channel else []
    return [("Event", "QueueEntry"), ("Queue", queue), ("Position", "1"), *who, ("Wait", "1")]
