"""What an inquiry's chats say before anybody types. Everything in here was written by strangers.

A messenger tells a name, sometimes a nick, and a phone only where it vouches for it: these fill the search.
What stands in the texts, and other people's contacts, is offered: it finds nobody before somebody takes it.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import NotFound
from intake.letters.found import look_for
from intake.matching.phones import read_phone
from intake.model.chats import AttachmentKind, ChatKind
from intake.model.prefill import Said
from intake.model.wizard import Criteria, Existing, PartyKind
from intake.wizard.letter_words import MAX_VALUE, gist, offers, wanted_of
from storage import parties
from storage.access import Actor
from storage.chats import SAYING, SELECTED, bots_of, dialogues_of, files_of, heard_in, messages_of
from storage.tables.chats import Bot, ChatFile, ChatMessage, ChatWay, Dialogue
from storage.tables.inquiries import Inquiry

_IN_NAMES = " .,-'’«»\"()"


async def said_in_chats(session: AsyncSession, inquiry: Inquiry, who: Actor) -> Said | None:
    """None for what nobody has said in a chat."""
    dialogues = await dialogues_of(session, inquiry.id or 0)
    if not dialogues:
        return None
    heard = await _asked_of(session, inquiry, dialogues)
    files = await files_of(session, [one.id for one in heard])
    found = await asyncio.to_thread(_found, heard, files)
    cards = await _cards_of(session, inquiry, who)
    bots = await bots_of(session, dialogues)
    criteria = _criteria(dialogues, heard, known=bool(cards))
    wanted = wanted_of("\n".join(one.text for one in heard if one.text))
    points = await parties.points_of(session, cards)
    return Said(
        criteria=criteria,
        wish=gist(wanted) or inquiry.subject or "",
        wanted=wanted,
        given="chat",
        source=_source(dialogues[0], bots),
        offers=offers(found, [*(point.value for point in points), *_keys(criteria)], [criteria.name]),
    )


async def _asked_of(
    session: AsyncSession, inquiry: Inquiry, dialogues: Sequence[Dialogue]
) -> list[ChatMessage]:
    """What somebody has selected, else what waits."""
    selected = inquiry.draft.get(SELECTED)
    ids = [one for one in selected if isinstance(one, int)] if isinstance(selected, list) else []
    chosen = await heard_in(session, [one.id or 0 for one in dialogues], ids) if ids else []
    return chosen or asked(await messages_of(session, inquiry.id or 0))


def asked(spoken: Sequence[ChatMessage]) -> list[ChatMessage]:
    """What nobody has answered yet, else all that was heard; but what was deleted by whoever wrote it."""
    heard = [one for one in spoken if one.way is ChatWay.IN and one.kind in SAYING]
    plain = [one for one in heard if one.kind is ChatKind.MESSAGE] or heard
    standing = [one for one in plain if one.deleted_at is None] or plain
    answered = max((one.id or 0 for one in spoken if one.way is ChatWay.OUT and not one.by_itself), default=0)
    return [one for one in standing if (one.id or 0) > answered] or standing


def _criteria(dialogues: Sequence[Dialogue], heard: Sequence[ChatMessage], known: bool) -> Criteria:
    """Of somebody known only what tells them: a name in a messenger is often no name."""
    first = dialogues[0]
    author = next((one.author for one in heard if one.author), "")
    name = author if first.group else first.name
    phones = dict.fromkeys(one.phone for one in dialogues if one.phone)
    nick = "" if first.group else next((one.username for one in dialogues if one.username), "")
    return Criteria(
        name="" if known else plain_name(name),
        phone=", ".join(phones)[:MAX_VALUE],
        other=f"@{nick}"[:MAX_VALUE] if nick else "",
    )


def plain_name(name: str) -> str:
    """«🌸 Маша 🌸» is «Маша»."""
    kept = "".join(letter if letter.isalnum() or letter in _IN_NAMES else " " for letter in name)
    return " ".join(kept.split())[:MAX_VALUE].strip(" .,-")


def _source(dialogue: Dialogue, bots: Mapping[int, Bot]) -> str:
    """What they came by, else the bot's name."""
    bot = bots.get(dialogue.bot_id)
    return dialogue.source or (bot.name if bot else "")


def _found(heard: Iterable[ChatMessage], files: Mapping[int, list[ChatFile]]) -> list[Mapping[str, Any]]:
    """In a thread. The newest first."""
    newest = list(heard)[::-1]
    told: list[Mapping[str, Any]] = [asdict(look_for(one.text)) for one in newest if one.text]
    shared = [file for one in newest for file in files.get(one.id or 0, ())]
    return told + [_contact(file) for file in shared if file.kind is AttachmentKind.CONTACT]


def _contact(file: ChatFile) -> Mapping[str, Any]:
    phone = read_phone(file.phone)
    return {"names": (file.title,), "phones": (phone.e164,) if phone else ()}


async def _cards_of(session: AsyncSession, inquiry: Inquiry, who: Actor) -> list[Existing]:
    """Whom the inquiry is known to be of, as far as `who` may see them."""
    ids = ((kind, getattr(inquiry, f"{kind.value}_id")) for kind in PartyKind)
    refs = [Existing(kind, id_) for kind, id_ in ids if id_ is not None]
    return [ref for ref in refs if await _is_seen(session, ref, who)]


async def _is_seen(session: AsyncSession, ref: Existing, who: Actor) -> bool:
    try:
        await parties.card(session, ref, who)
    except NotFound:
        return False
    return True


def _keys(criteria: Criteria) -> list[str]:
    """What stands in the fields already, as it would be offered."""
    read = (read_phone(one) for one in criteria.phone.split(", "))
    return [phone.e164 for phone in read if phone]
