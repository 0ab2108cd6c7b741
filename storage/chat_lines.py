"""Chats as the rows of inquiries and timelines tell them: how it ended, how much was said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_
from sqlalchemy import select as choose
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.chats import SAYING
from storage.tables.chats import Bot, ChatFile, ChatMessage, ChatWay, Dialogue
from storage.tables.parties import Point, PointKind

SNIPPET = 240  # characters of a text that a row may need
PARTIES = ("account_id", "contact_id", "lead_id")
SILENCE = timedelta(hours=4)  # after it something new is spoken of
MOST = 2000  # messages of a card that are looked at


@dataclass(frozen=True, slots=True)
class ChatLine:
    """The last thing that they have said in an inquiry: the last text, where there is one. `number` counts
    all that they said, `files` what they sent along."""

    dialogue_id: int
    platform: str
    username: str
    snippet: str
    number: int
    files: int = 0


async def last_chats(session: AsyncSession, inquiries: list[int]) -> dict[int, ChatLine]:
    """By inquiry; one without chats is not named."""
    if not inquiries:
        return {}
    texts = case((col(ChatMessage.text) != "", col(ChatMessage.id)))
    shown = func.coalesce(func.max(texts), func.max(col(ChatMessage.id)))
    last = (
        select(shown.label("id"), func.count().label("number"), func.sum(_files()).label("files"))
        .where(col(ChatMessage.inquiry_id).in_(inquiries), ChatMessage.way == ChatWay.IN)
        .where(col(ChatMessage.kind).in_(SAYING))
        .group_by(col(ChatMessage.inquiry_id))
        .subquery()
    )
    query: Any = (
        choose(ChatMessage, Dialogue, Bot.platform, last.c.number, last.c.files)  # type: ignore[call-overload]
        .join(last, last.c.id == ChatMessage.id)
        .join(Dialogue, col(Dialogue.id) == ChatMessage.dialogue_id)
        .join(Bot, col(Bot.id) == Dialogue.bot_id)
    )
    return {
        message.inquiry_id: ChatLine(
            dialogue.id or 0, platform, dialogue.username, one_line(message.text), number, files
        )
        for message, dialogue, platform, number, files in (await session.exec(query)).all()
    }


def one_line(text: str) -> str:
    return " ".join(text[: SNIPPET * 2].split())[:SNIPPET]


@dataclass(frozen=True, slots=True)
class Stretch:
    """What was said in a dialogue without a longer silence. `heard` and `answered` count messages, `snippet`
    is the last of their texts, else of ours."""

    id: int  # the first message's
    dialogue_id: int
    inquiry_id: int | None
    began: datetime
    at: datetime  # of the last message
    platform: str
    name: str
    heard: int = 0
    answered: int = 0
    files: int = 0
    snippet: str = ""


async def stretches_about(
    session: AsyncSession, column: str, row_id: int, inquiries: Iterable[int | None], limit: int
) -> list[Stretch]:
    """Of these inquiries, and of a party whatever it has said by its accounts in messengers; the newest
    first."""
    ours: ColumnElement[bool] = col(ChatMessage.inquiry_id).in_([one for one in inquiries if one is not None])
    if column in PARTIES:
        keys = select(Point.value).where(getattr(Point, column) == row_id, Point.kind == PointKind.MESSENGER)
        ours = or_(ours, col(Dialogue.identity).in_(keys))
    told = case((col(ChatMessage.way) == ChatWay.IN, 1), else_=0)
    query: Any = (
        choose(  # type: ignore[call-overload]
            ChatMessage.id, ChatMessage.dialogue_id, ChatMessage.inquiry_id, ChatMessage.at, told,
            func.substr(ChatMessage.text, 1, 2 * SNIPPET), _files(), Dialogue.name, Bot.platform,
        )
        .join(Dialogue, col(Dialogue.id) == ChatMessage.dialogue_id)
        .join(Bot, col(Bot.id) == Dialogue.bot_id)
        .where(ours, col(ChatMessage.kind).in_(SAYING))
        .order_by(col(ChatMessage.id).desc())
        .limit(MOST)
    )  # fmt: skip
    return stretches((await session.exec(query)).all()[::-1])[:limit]


def stretches(rows: Sequence[Any]) -> list[Stretch]:
    """Of messages in their order; the newest first. Pure."""
    found: dict[int, Stretch] = {}
    last: dict[int, int] = {}  # dialogue: its last stretch
    for id_, dialogue, inquiry, at, told, text, files, name, platform in rows:
        before = found.get(last.get(dialogue, 0))
        if before is None or at - before.at > SILENCE or before.inquiry_id != inquiry:
            before = Stretch(id_, dialogue, inquiry, at, at, platform, name)
            last[dialogue] = id_
        found[before.id] = replace(
            before,
            at=max(before.at, at),
            heard=before.heard + told,
            answered=before.answered + 1 - told,
            files=before.files + files,
            snippet=one_line(text) if text and (told or not before.heard) else before.snippet,
        )
    return sorted(found.values(), key=lambda one: one.at, reverse=True)


def _files() -> Any:
    mine = select(func.count()).where(col(ChatFile.message_id) == col(ChatMessage.id))
    return mine.correlate(ChatMessage).scalar_subquery()
