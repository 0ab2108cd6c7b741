"""Dialogues as their window lists them: who waits, whose they are, what was said last; who may see one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, or_, tuple_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import NotFound
from storage.access import Actor, within
from storage.tables.chats import Bot, ChatMessage, Dialogue
from storage.tables.inquiries import Inquiry
from storage.tables.people import Scope, User

PAGE = 50  # rows
LONGEST_SEARCH = 100  # characters


class View(StrEnum):
    WAITING = "waiting"  # somebody has to answer; the longest waiting first
    MINE = "mine"  # that I answer, the newest first
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which dialogues; everything that is given must hold."""

    view: View = View.WAITING
    bot: int | None = None
    text: str = ""  # of a name or of what was said
    ids: tuple[int, ...] = ()  # only among these


@dataclass(frozen=True, slots=True)
class DialogueRow:
    """`taker`: who answers."""

    dialogue: Dialogue
    bot: Bot
    taker: str | None = None
    inquiry: Inquiry | None = None


Place = tuple[datetime, int]
"""Where a row stands in the order: a page begins after one."""


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[DialogueRow] = field(default_factory=list)
    after: Place | None = None  # the next page begins here; None: this was the last one


async def dialogues_page(
    session: AsyncSession, who: Actor, wanted: Wanted, after: Place | None = None
) -> Page:
    """Up to PAGE rows that `who` may see."""
    waiting = wanted.view is View.WAITING
    moment: Any = col(Dialogue.waiting_since if waiting else Dialogue.last_at)
    place = tuple_(moment, col(Dialogue.id))
    query = _rows().where(*_matching(wanted, who))
    if after is not None:
        query = query.where(place > after if waiting else place < after)
    order = (moment, col(Dialogue.id)) if waiting else (moment.desc(), col(Dialogue.id).desc())
    found = (await session.exec(query.order_by(*order).limit(PAGE + 1))).all()
    rows = [DialogueRow(*one) for one in found[:PAGE]]
    if len(found) <= PAGE:
        return Page(rows)
    last = rows[-1].dialogue
    return Page(rows, (_moment(last, waiting), last.id or 0))


async def dialogue_row(session: AsyncSession, who: Actor, dialogue_id: int) -> DialogueRow:
    """Raises NotFound("no-dialogue") for one that `who` may not see."""
    found = (await session.exec(_rows().where(col(Dialogue.id) == dialogue_id, seen_by(who)))).first()
    if found is None:
        raise NotFound("no-dialogue", id=dialogue_id)
    return DialogueRow(*found)


async def dialogue_seen_by(session: AsyncSession, who: Actor, dialogue_id: int) -> Dialogue:
    """The same without what stands around it."""
    return (await dialogue_row(session, who, dialogue_id)).dialogue


async def dialogues_of_identities(
    session: AsyncSession, who: Actor, identities: Sequence[str]
) -> list[DialogueRow]:
    """The last used first."""
    if not identities:
        return []
    query = _rows().where(col(Dialogue.identity).in_(identities), seen_by(who))
    return [DialogueRow(*one) for one in await session.exec(query.order_by(col(Dialogue.last_at).desc()))]


def seen_by(who: Actor) -> ColumnElement[bool]:
    """Where Inquiry is joined: it has no inquiry, or one that they may see."""
    if who.scope is Scope.ALL:
        return within(who, Inquiry)
    return or_(col(Dialogue.inquiry_id).is_(None), within(who, Inquiry))


def _rows() -> Any:
    return (
        select(Dialogue, Bot, User.name, Inquiry)
        .join(Bot, col(Bot.id) == Dialogue.bot_id)
        .outerjoin(User, col(User.id) == Dialogue.taken_by)
        .outerjoin(Inquiry, col(Inquiry.id) == Dialogue.inquiry_id)
    )


def _matching(wanted: Wanted, who: Actor) -> list[ColumnElement[bool]]:
    conditions = [seen_by(who)]
    match wanted.view:
        case View.WAITING:
            conditions.append(col(Dialogue.waiting_since).is_not(None))
        case View.MINE:
            conditions.append(col(Dialogue.taken_by) == who.user_id)
        case View.ALL:
            pass
    if wanted.bot is not None:
        conditions.append(col(Dialogue.bot_id) == wanted.bot)
    if wanted.ids:
        conditions.append(col(Dialogue.id).in_(wanted.ids))
    if wanted.text:
        conditions.append(_says(wanted.text[:LONGEST_SEARCH]))
    return conditions


def _says(text: str) -> ColumnElement[bool]:
    """Their name or number, or something that was said. In the cases that people write words in: SQLite knows
    no other of «ё» than «ё»."""
    forms = dict.fromkeys((text, text.lower(), text.capitalize(), text.title(), text.upper()))

    def has(column: Any) -> ColumnElement[bool]:
        return or_(*(col(column).contains(form, autoescape=True) for form in forms))

    digits = "".join(sign for sign in text if sign.isdecimal())
    said = select(ChatMessage.id).where(col(ChatMessage.dialogue_id) == Dialogue.id, has(ChatMessage.text))
    ways = [has(Dialogue.name), has(Dialogue.username), said.exists()]
    if len(digits) >= 4:  # fewer are part of every number
        ways.append(col(Dialogue.phone).contains(digits[1:] if digits[0] == "8" else digits))
    return or_(*ways)


def _moment(dialogue: Dialogue, waiting: bool) -> datetime:
    return dialogue.waiting_since if waiting and dialogue.waiting_since else dialogue.last_at
