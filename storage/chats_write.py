"""Writing down what is said in chats. A hot path, as of facts and letters: its statements are made once.

Whoever takes several rows takes them in this order: keys (storage/keyed_locks.py), dialogues, inquiries,
cards."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import bindparam, insert, null, select, tuple_, union, union_all
from sqlmodel import col
from sqlmodel import select as select_rows
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.outbox import add_jobs
from storage.tables.chats import ChatAhead, ChatFile, ChatMessage, ChatPart, Dialogue, FileState
from storage.tables.inquiries import Inquiry, InquiryEvent
from storage.tables.parties import Point, PointKind

FETCH = "fetch-chat"  # the outbox's kind; payload: file
MOST_KEYS = 20  # of one party

Chat = tuple[int, str]
"""A bot's id, and the platform's of the chat."""

Named = tuple[int, str]
"""A dialogue's id, and the platform's of a message in it."""

_event = InquiryEvent.__table__  # type: ignore[attr-defined]
_dialogue = Dialogue.__table__  # type: ignore[attr-defined]
_message = ChatMessage.__table__  # type: ignore[attr-defined]
_part = ChatPart.__table__  # type: ignore[attr-defined]
_file = ChatFile.__table__  # type: ignore[attr-defined]
_ahead = ChatAhead.__table__  # type: ignore[attr-defined]
_point = Point.__table__  # type: ignore[attr-defined]
_other = _point.alias()

_HEARD = select(_event.c.channel, _event.c.external_id).where(
    _event.c.channel.in_(bindparam("channels", expanding=True)),
    _event.c.external_id.in_(bindparam("external_ids", expanding=True)),
)
_IDENTITIES: Any = bindparam("identities", expanding=True)
_KEYS = union(
    *(
        select(_point.c.value, _other.c.value)
        .join_from(_point, _other, _other.c[owner] == _point.c[owner])
        .where(
            _point.c.kind == PointKind.MESSENGER,
            _point.c.value.in_(_IDENTITIES),
            _other.c.kind.in_((PointKind.PHONE, PointKind.EMAIL)),
            ~_other.c.shared,
        )
        for owner in ("contact_id", "lead_id")
    ),
    select(_dialogue.c.identity, _dialogue.c.phone).where(
        _dialogue.c.identity.in_(_IDENTITIES), _dialogue.c.phone.is_not(None)
    ),
)
_NAMED = union_all(
    *(
        select(table.c.dialogue_id, table.c.external_id, message).where(
            table.c.dialogue_id.in_(bindparam("dialogues", expanding=True)),
            table.c.external_id.in_(bindparam("external_ids", expanding=True)),
        )
        for table, message in ((_part, _part.c.message_id), (_ahead, null()))
    )
)
_ALBUMS = select(_message.c.dialogue_id, _message.c.album, _message.c.id).where(
    _message.c.dialogue_id.in_(bindparam("dialogues", expanding=True)),
    _message.c.album.in_(bindparam("albums", expanding=True)),
    _message.c.album != "",
)
_ADD = insert(_message).returning(_message.c.id, sort_by_parameter_order=True)
_ADD_PARTS = insert(_part)
_ADD_FILES = insert(_file).returning(_file.c.id, sort_by_parameter_order=True)


async def heard(session: AsyncSession, facts: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of the facts, each a channel and an external id, that are there."""
    if not facts:
        return set()
    asked = {
        "channels": list({channel for channel, _ in facts}),
        "external_ids": list({external_id for _, external_id in facts}),
    }
    rows = await (await session.connection()).execute(_HEARD, asked)
    return {(channel, external_id) for channel, external_id in rows}


async def keys_of_people(session: AsyncSession, identities: Collection[str]) -> dict[str, list[str]]:
    """By identity: numbers and addresses by which the same person may come otherwise. The number that the
    platform vouches for, and what is the linked contact's or lead's alone."""
    found: dict[str, list[str]] = defaultdict(list)
    if identities:
        for row in await (await session.connection()).execute(_KEYS, {"identities": list(identities)}):
            found[row[0]].append(row[1])
    return {identity: sorted(keys)[:MOST_KEYS] for identity, keys in found.items()}


async def dialogues_to_change(session: AsyncSession, chats: Collection[Chat]) -> dict[Chat, Dialogue]:
    """Those that are there; nobody else changes them before this transaction ends."""
    if not chats:
        return {}
    mine = tuple_(col(Dialogue.bot_id), col(Dialogue.chat_id)).in_(list(chats))
    query = select_rows(Dialogue).where(mine).order_by(col(Dialogue.id)).with_for_update()
    found = await session.exec(query.execution_options(populate_existing=True))
    return {(one.bot_id, one.chat_id): one for one in found}


async def inquiries_to_change(session: AsyncSession, ids: Collection[int]) -> dict[int, Inquiry]:
    """By id; nobody else changes them before this transaction ends."""
    if not ids:
        return {}
    query = select_rows(Inquiry).where(col(Inquiry.id).in_(ids)).order_by(col(Inquiry.id)).with_for_update()
    found = await session.exec(query.execution_options(populate_existing=True))
    return {one.id or 0: one for one in found}


async def named(
    session: AsyncSession, dialogues: Collection[int], external_ids: Collection[str]
) -> tuple[dict[Named, int], set[Named]]:
    """The messages that are known by these ids of the platform's; and of which something was told before
    they were known."""
    if not dialogues or not external_ids:
        return {}, set()
    asked = {"dialogues": list(dialogues), "external_ids": list(external_ids)}
    rows = (await (await session.connection()).execute(_NAMED, asked)).all()
    parts = {(row[0], row[1]): int(row[2]) for row in rows if row[2] is not None}
    return parts, {(row[0], row[1]) for row in rows if row[2] is None}


async def albums(
    session: AsyncSession, dialogues: Collection[int], names: Collection[str]
) -> dict[Named, int]:
    """The messages that are these albums."""
    if not dialogues or not names:
        return {}
    asked = {"dialogues": list(dialogues), "albums": list(names)}
    rows = await (await session.connection()).execute(_ALBUMS, asked)
    return {(dialogue_id, album): message_id for dialogue_id, album, message_id in rows}


async def add_messages(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Columns of ChatMessage, always the same; their ids in the same order."""
    if not rows:
        return []
    return list((await (await session.connection()).execute(_ADD, list(rows))).scalars())


async def add_parts(session: AsyncSession, rows: Sequence[tuple[int, str, int]]) -> None:
    """Each a dialogue, the platform's id and the message that it names."""
    values = [
        {"dialogue_id": dialogue_id, "external_id": external_id, "message_id": message_id}
        for dialogue_id, external_id, message_id in rows
    ]
    if values:
        await (await session.connection()).execute(_ADD_PARTS, values)


async def add_files(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Columns of ChatFile, always the same; what is to be fetched is asked for."""
    if not rows:
        return
    ids = list((await (await session.connection()).execute(_ADD_FILES, list(rows))).scalars())
    waiting = [id_ for id_, row in zip(ids, rows, strict=True) if row["state"] is FileState.WAITING]
    await add_jobs(session, FETCH, [(f"{FETCH}:{one}", {"file": one}) for one in waiting])
