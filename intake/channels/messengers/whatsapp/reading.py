"""What a notification of the Cloud API tells. Pure; raises nothing but Odd."""

from collections.abc import Iterator
from dataclasses import dataclass

from intake.channels.messengers.base import Parsed
from intake.channels.messengers.reading import Json, Odd, part, parts, text, told, word
from intake.channels.messengers.whatsapp.messages import Nothing, message, person
from intake.channels.messengers.whatsapp.statuses import failed, status
from intake.model.chats import BotKeys, ChatEvent, Person

ACCOUNT = "whatsapp_business_account"
OWN = ("message_echoes", "smb_message_echoes")  # written by us in the telephone's app
MOST = 1000  # of messages and statuses in one body


@dataclass(frozen=True, slots=True)
class _Value:
    """A change, and who is known in it."""

    value: Json
    people: dict[str, Person]

    def sender(self, of: Json) -> Person:
        """Whoever wrote it: by number, or, where they hide it, by the id that Meta gives them."""
        who = word(of, "from") or word(of, "from_user_id")
        if not who:
            raise Odd("no from")
        alone = next(iter(self.people.values())) if len(self.people) == 1 and "group_id" not in of else None
        known = self.people.get(who) or alone
        return person(who, known.name if known else "", known.username if known else "")


def read(body: Json, keys: BotKeys) -> Parsed:
    """Messages and statuses of all entries and changes, each its own event, in their order."""
    if "entry" not in body:
        raise Odd("no entry")
    if (about := text(body, "object")) and about != ACCOUNT:
        return Parsed(ignored=f"unknown-kind: {about[:60]}")
    events: list[ChatEvent] = []
    ignored: list[str] = []
    for change in (change for entry in parts(body, "entry") for change in parts(entry, "changes")):
        for one in _change(change, keys):
            ignored.append(one) if isinstance(one, str) else events.append(one)
    if not events and not ignored:
        ignored.append("empty")
    return told(events[:MOST], ignored)


def _change(change: Json, keys: BotKeys) -> Iterator[ChatEvent | str]:
    field, value = text(change, "field", 60) or "messages", part(change, "value")
    if field in OWN:
        yield "own"
    elif field != "messages":
        yield f"unknown-kind: {field}"
    elif _is_anothers(value, keys):
        yield "another-number"
    else:
        yield from _value(_Value(value, _people(value)), keys)


def _value(known: _Value, keys: BotKeys) -> Iterator[ChatEvent | str]:
    for one in parts(known.value, "messages"):
        try:
            yield message(one, known.sender(one), keys.groups)
        except Odd as error:
            yield f"malformed: {error.args[0]}"
        except Nothing as reason:
            yield str(reason.args[0])
    for one in parts(known.value, "statuses"):
        yield _status(one, keys.groups)
    for one in parts(known.value, "errors"):
        yield f"error: {failed(one)}"


def _status(one: Json, groups: bool) -> ChatEvent | str:
    try:
        return status(one, groups)
    except Odd as error:
        return f"malformed: {error.args[0]}"
    except Nothing as reason:
        return str(reason.args[0])


def _people(value: Json) -> dict[str, Person]:
    found = {}
    for one in parts(value, "contacts"):
        profile = part(one, "profile")
        for who in filter(None, (word(one, "wa_id"), word(one, "user_id"))):
            found[who] = person(who, text(profile, "name"), text(profile, "username"))
    return found


def _is_anothers(value: Json, keys: BotKeys) -> bool:
    """An app tells one address of all its numbers, unless each has its own."""
    ours, theirs = keys.options.get("phone_number_id", ""), word(part(value, "metadata"), "phone_number_id")
    return bool(ours and theirs) and ours != theirs
