"""What is said in chats on its way in: what a transaction knows of it, and what became of each so far."""

from dataclasses import dataclass, field

from intake.matching.touching import touch_keys
from intake.model.chats import ChatKind
from intake.reception.chat_rows import said_columns
from intake.reception.chat_tidy import Told
from intake.reception.house import House
from storage.callers import NOBODY, Caller
from storage.chats_write import Chat, Named
from storage.history import stored_id
from storage.tables.chats import Dialogue
from storage.tables.inquiries import Channel
from storage.touches import Coming, Recent

SILENT = frozenset({ChatKind.STATUS, ChatKind.DELETE})  # begin no dialogue
NAMELESS = frozenset({ChatKind.BUTTON, ChatKind.STARTED, ChatKind.BLOCKED, ChatKind.UNBLOCKED})


@dataclass(slots=True)
class World:
    """What is stored of the dialogues that a transaction is about; kept as it goes on."""

    house: House
    dialogues: dict[Chat, Dialogue] = field(default_factory=dict)
    parts: dict[Named, int] = field(default_factory=dict)
    albums: dict[Named, int] = field(default_factory=dict)
    ahead: set[Named] = field(default_factory=set)  # told of before they came
    owners: dict[str, Caller] = field(default_factory=dict)
    keys: dict[str, list[str]] = field(default_factory=dict)
    points: set[str] = field(default_factory=set)  # of the keys those that are clients'
    touched: set[str] = field(default_factory=set)  # … that some inquiry's person came with
    spoken: dict[int, "Going"] = field(default_factory=dict)  # who asked last, by dialogue


@dataclass(slots=True)
class Going:
    """One of them."""

    told: Told
    dialogue: Dialogue | None = None
    caller: Caller = NOBODY
    ignored_by: int | None = None
    message_id: int | None = None  # of one that it belongs to, or changes
    is_album: bool = False  # another part of one that is there
    late: bool = False  # its edit was here first
    new: bool = False  # a message of its own
    leader: "Going | None" = None  # which it follows in its dialogue, and whose inquiry is its own
    inquiry_id: int | None = None
    recent: Recent | None = None  # that it joins
    waits: bool = False  # for our answer
    phone_news: bool = False  # the platform has told us the number just now
    event_id: int = 0

    @property
    def kind(self) -> ChatKind:
        return self.told.event.kind

    @property
    def dialogue_id(self) -> int:
        return stored_id(self.dialogue)

    @property
    def asks(self) -> bool:
        """It is work for somebody: joins an inquiry or opens one."""
        said = self.message_id is None or self.late
        return self.kind is ChatKind.MESSAGE and said and self.ignored_by is None

    @property
    def phone(self) -> str | None:
        return self.dialogue.phone if self.dialogue is not None else self.told.phone

    def coming(self, world: World) -> Coming:
        said = said_columns(self.told, self.phone)
        keys = keys_of(self.told, world)
        return Coming(keys, self.told.at, Channel.CHAT, caller=self.caller, said=said)


def keys_of(told: Told, world: World) -> tuple[str, ...]:
    """By which they are known when they come again, by whatever way."""
    if told.event.group:
        return (told.identity,)
    theirs = touch_keys(told.phone, *world.keys.get(told.identity, ()), own=world.house.own)
    return (told.identity, *theirs)
