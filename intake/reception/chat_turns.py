"""What may be taken together of all that came: what has nothing to do with one another, and plain messages
that follow one another in a dialogue."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from intake.model.chats import ChatKind
from intake.reception.chat_going import Going, World, keys_of
from intake.reception.chat_tidy import Told
from storage.chats_write import Chat


@dataclass(slots=True)
class _Run:
    """Messages of one dialogue, one after another."""

    tied: set[str]
    plain: bool
    named: set[str] = field(default_factory=set)  # the messages' ids

    def takes(self, told: Told, tied: set[str]) -> bool:
        """Whether this one needs nothing of what becomes of those before it."""
        event = told.event
        return self.plain and _is_plain(told) and tied == self.tied and event.message_id not in self.named

    def add(self, told: Told) -> None:
        self.named.add(told.event.message_id)


def apart(waiting: Iterable[Told], world: World) -> tuple[list[Told], list[Told]]:
    """Those that can be taken now, and those that must see what became of these; both in their order."""
    some: list[Told] = []
    later: list[Told] = []
    seen: set[str] = set()
    runs: dict[Chat, _Run] = {}
    for one in waiting:
        tied = {chat_lock(one), *keys_of(one, world)}
        run = runs.get(one.chat)
        if run is None and seen.isdisjoint(tied):
            run = runs[one.chat] = _Run(tied, _is_plain(one))
            some.append(one)
            run.add(one)
        elif run is not None and run.takes(one, tied):
            some.append(one)
            run.add(one)
        else:
            later.append(one)
            runs[one.chat] = _Run(tied, plain=False)  # nothing overtakes it
        seen |= tied
    return some, later


def followed(going: Sequence[Going]) -> Sequence[Going]:
    """Each knows the first of its dialogue among these."""
    first: dict[Chat, Going] = {}
    for one in going:
        leader = first.setdefault(one.told.chat, one)
        one.leader = leader if leader is not one else None
    return going


def chat_lock(told: Told) -> str:
    """Two transactions do not write in one dialogue."""
    return f"chat:{told.bot.id}:{told.event.chat_id}"


def _is_plain(told: Told) -> bool:
    event = told.event
    return event.kind is ChatKind.MESSAGE and bool(event.message_id) and not (event.album or event.reply_to)
