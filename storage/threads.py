"""Which inquiry a letter belongs to. Why it is so: docs/decisions/letters.md.

Only ids of letters lead into a thread, never a subject or a number; and only those get in who took part.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, bindparam, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.matching.emails import company_domain
from storage.callers import Caller
from storage.tables.inquiries import Inquiry
from storage.tables.letters import LetterRecord, LetterReference, LetterWay

MOST_IDS = 100  # of one letter that are followed: the first, which is the root, and the last
MOST_LETTERS = 200  # that share an id; the oldest, for a thread cannot be flooded from behind
LONGEST = 300  # bytes of an id as it is; a longer one is known by its digest
TOKEN = re.compile(r"intake\.([0-9a-f]{32})@")  # our own letters' ids are made so, whatever domain follows

_letter = LetterRecord.__table__  # type: ignore[attr-defined]
_reference = LetterReference.__table__  # type: ignore[attr-defined]
_inquiry = Inquiry.__table__  # type: ignore[attr-defined]

_SHARING: Select[Any] = (
    select(
        _reference.c.message_id.label("shared"),
        _letter.c.id,
        _letter.c.inquiry_id,
        _letter.c.way,
        _letter.c.message_id,
        _letter.c.from_email,
        _letter.c.sender_email,
        _letter.c.recipients,
        _letter.c.sent_at,
        _letter.c.author_id,
    )
    .join_from(_reference, _letter, _letter.c.id == _reference.c.letter_id)
    .where(_reference.c.message_id.in_(bindparam("ids", expanding=True)))
    .order_by(_letter.c.id)
    .limit(MOST_LETTERS)
)
_OF_INQUIRY = (
    select(_letter.c.from_email, _letter.c.sender_email, _letter.c.recipients)
    .where(_letter.c.inquiry_id == bindparam("inquiry_id"))
    .order_by(_letter.c.id)
    .limit(MOST_LETTERS)
)
_PARTY = select(_inquiry.c.sender, _inquiry.c.account_id, _inquiry.c.contact_id, _inquiry.c.lead_id).where(
    _inquiry.c.id == bindparam("inquiry_id")
)


@dataclass(frozen=True, slots=True)
class Named:
    """What a letter says of its thread. All ids as `key` gives them."""

    own: str
    answers: tuple[str, ...]  # the nearest first
    email: str  # From, in lower case: the one address of a letter that others do not choose for its sender
    sent_at: datetime | None = None

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one for one in (self.own, *self.answers) if one))


@dataclass(frozen=True, slots=True)
class Thread:
    """`inquiry_id` is the one they took part in. Without it: `stranger_to` is an inquiry whose thread they
    name and have no part in, `loose` are letters of theirs and to them that belong to no inquiry, and
    `author_id` wrote the last of ours among these."""

    inquiry_id: int | None = None
    stranger_to: int | None = None
    loose: tuple[int, ...] = ()
    author_id: int | None = None


NO_THREAD = Thread()


class Ours(NamedTuple):
    """A letter that we sent."""

    id: int
    inquiry_id: int | None
    author_id: int | None


def key(message_id: str) -> str:
    """What an id is stored and looked up as. One of ours is known by its token alone: servers put their own
    domain into it, and our X-Intake-Id says the token only."""
    if ours := TOKEN.match(message_id):
        return token_key(ours[1])
    encoded = message_id.encode(errors="replace")
    if len(encoded) <= LONGEST:
        return message_id
    return f"sha256:{hashlib.sha256(encoded).hexdigest()}"


def token_key(token: str) -> str:
    return f"intake:{token}"


def keys(message_ids: Sequence[str]) -> tuple[str, ...]:
    """Of many the first, which is the root, and the last."""
    if len(message_ids) > MOST_IDS:
        message_ids = [message_ids[0], *message_ids[1 - MOST_IDS :]]
    return tuple(dict.fromkeys(key(one) for one in message_ids if one))


def lock_names(ids: Iterable[str]) -> list[str]:
    """Whoever brings a letter that shares an id with ours waits until we are done (storage/keyed_locks.py):
    of two that come at the same moment one opens the inquiry, the other joins it."""
    return [f"letter:{one}" for one in ids]


async def thread_of(session: AsyncSession, named: Named, writer: Caller) -> Thread:
    """`writer` is who the sender is known as: a colleague of theirs may answer for a client."""
    sharing = await _sharing(session, named)
    if not sharing:
        return NO_THREAD
    stranger_to = None
    for inquiry_id in dict.fromkeys(row.inquiry_id for row in sharing if row.inquiry_id is not None):
        rows = [row for row in sharing if row.inquiry_id == inquiry_id]
        if _took_part(named.email, rows) or await _belongs(session, named.email, writer, inquiry_id):
            return Thread(inquiry_id)
        stranger_to = stranger_to or inquiry_id
    loose = [row for row in sharing if row.inquiry_id is None and _took_part(named.email, [row])]
    authors = [row.author_id for row in loose if row.way is LetterWay.OUT and row.author_id]
    return Thread(None, stranger_to, tuple(dict.fromkeys(row.id for row in loose)), (authors or [None])[-1])


async def ours_among(session: AsyncSession, ids: Sequence[str]) -> Ours | None:
    """The letter of ours that one of these ids is the id of; the last one written."""
    rows = (await (await session.connection()).execute(_SHARING, {"ids": list(ids)})).all()
    ours = [row for row in rows if row.way is LetterWay.OUT and key(row.message_id) == row.shared]
    return Ours(ours[-1].id, ours[-1].inquiry_id, ours[-1].author_id) if ours else None


async def adopt(session: AsyncSession, letters: Iterable[int], inquiry_id: int) -> None:
    """Letters of its thread that belonged to no inquiry."""
    if ids := list(letters):
        query = update(_letter).where(_letter.c.id.in_(ids), _letter.c.inquiry_id.is_(None))
        await (await session.connection()).execute(query.values(inquiry_id=inquiry_id))


async def _sharing(session: AsyncSession, named: Named) -> list[Row[Any]]:
    """The letters that share an id with it, those that it answers most nearly first."""
    if not named.ids:
        return []
    found = await (await session.connection()).execute(_SHARING, {"ids": list(named.ids)})
    rows: Sequence[Row[Any]] = found.all()
    order = {one: place for place, one in enumerate((*named.answers, named.own))}
    return sorted((row for row in rows if _is_of_it(row, named)), key=lambda row: order[row.shared])


def _is_of_it(row: Row[Any], named: Named) -> bool:
    """Web forms give every letter one and the same id. Two letters of one id are of one thread only when the
    second is the first, rewritten on its way."""
    if row.shared != named.own or key(row.message_id) != named.own:
        return True
    return named.sent_at is not None and (row.from_email, row.sent_at) == (named.email, named.sent_at)


def _took_part(email: str, rows: Sequence[Row[Any]]) -> bool:
    """Whether a letter was from or to this address, or another one of the same company."""
    taken = {address for row in rows for address in _addresses(row)}
    domain = company_domain(email)
    return bool(email) and (email in taken or (domain is not None and domain in map(company_domain, taken)))


def _addresses(row: Row[Any]) -> set[str]:
    return {row.from_email, row.sender_email, *(one.get("email", "") for one in row.recipients)} - {""}


async def _belongs(session: AsyncSession, email: str, writer: Caller, inquiry_id: int) -> bool:
    """Whether they took part earlier in it, or are the client that it is of."""
    connection = await session.connection()
    party = (await connection.execute(_PARTY, {"inquiry_id": inquiry_id})).one()
    for name in ("account_id", "contact_id", "lead_id"):
        if getattr(writer, name) is not None and getattr(writer, name) == getattr(party, name):
            return True
    if email and email == party.sender:
        return True
    return _took_part(email, (await connection.execute(_OF_INQUIRY, {"inquiry_id": inquiry_id})).all())
