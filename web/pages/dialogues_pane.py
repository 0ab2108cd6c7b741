"""One dialogue as its window shows it: the thread, who it is, what can be done, and the composer."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from aiohttp import web
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import IntakeError, NotFound
from intake.letters.outgoing.letter import new_token
from intake.model.wizard import Existing, PartyKind
from storage.access import Actor
from storage.cards import InterestLine, PartyCard, interests_about, party_card
from storage.chat_answers import why_not
from storage.chat_drafts import chat_draft
from storage.dialogues import DialogueRow, dialogue_row, dialogues_of_identities
from storage.dialogues_people import Known, people_of
from storage.dialogues_thread import Part
from storage.letter_templates import templates
from storage.tables.chats import ChatMessage
from storage.tables.inquiries import OPEN_STATES
from storage.tables.parties import PointKind
from storage.webforms import consent_texts
from web.keys import DATABASE, VIEWER
from web.looked import ONLOOKERS
from web.messages import sentence
from web.pages import dialogues_words as words
from web.pages.cards import actor
from web.pages.dialogues_emoji import emoji_rows
from web.pages.dialogues_shown import Reply, shown_part, snippet_of, thread_shown
from web.times import now

MOST_INTERESTS = 4
SOON = timedelta(hours=4)  # so long before the platform's window closes it is told
PLACES = ("dialogue", "inquiry", "wizard")  # where a thread may stand

Asked = Callable[[AsyncSession, int, int, int | None], Awaitable[Part]]


async def pane_context(request: web.Request, dialogue_id: int, whole: bool = True) -> dict[str, Any]:
    """Raises NotFound for what the viewer may not see. `whole`: with the thread."""
    who = actor(request)
    async with request.app[DATABASE].reading() as session:
        row = await dialogue_row(session, who, dialogue_id)
        context = {
            "row": row,
            "thread": await thread_shown(session, row.dialogue, row.bot) if whole else None,
            **await composer_context(session, row, who),
            **await _side(session, row, who),
        }
    request.app[ONLOOKERS].saw(who, "dialogues", [("dialogue", dialogue_id)])
    return context | {
        "words": words,
        "me": request[VIEWER].id,
        "platform": words.platform(row.bot.platform),
        "undecided": row.inquiry is not None and row.inquiry.state in OPEN_STATES,
        "inquiry_word": words.inquiry_word(row.inquiry),
    }


async def composer_context(
    session: AsyncSession,
    row: DialogueRow,
    who: Actor,
    refusal: IntakeError | None = None,
    typed: str | None = None,
) -> dict[str, Any]:
    """`typed` is what stands in it; None: what was kept."""
    draft, limits = await chat_draft(session, row.dialogue.id or 0, who), words.limits_of(row.bot)
    why = why_not(row.bot, row.dialogue, limits, now())
    answered = await session.get(ChatMessage, draft.reply_to) if draft and draft.reply_to else None
    until = row.dialogue.last_in_at + limits.window if limits.window and row.dialogue.last_in_at else None
    return {
        "row": row,
        "limits": limits,
        "why": sentence(_why(why)) if why else "",
        "instead": row.bot.instead if why == "chat-not-answered" else "",
        "others": row.taker if row.dialogue.taken_by not in (None, who.user_id) else "",
        "typed": typed if typed is not None else draft.text if draft else "",
        "files": draft.files if draft else [],
        "reply": _reply(row, answered),
        "once": new_token(),
        "templates": await templates(session),
        "consents": list((await consent_texts(session)).values()),
        "has_buttons": limits.buttons > 1,
        "emoji": emoji_rows(),
        "until": until,
        "closes_soon": until is not None and until - now() < SOON,
        "refusal": sentence(refusal) if refusal else "",
    }


async def thread_asked(request: web.Request, name: str, ask: Asked) -> dict[str, Any]:
    """The part of a thread that an address asks for: ?place=wizard&since=17&inquiry=3."""
    dialogue_id, who = int(request.match_info["id"]), actor(request)
    message = _number(request.query.get(name, "")) or 0
    inquiry = _number(request.query.get("inquiry", ""))
    async with request.app[DATABASE].reading() as session:
        row = await dialogue_row(session, who, dialogue_id)
        part = await ask(session, dialogue_id, message, inquiry)
    place = request.query.get("place", "")
    return {
        "thread": shown_part(
            row.dialogue, row.bot, part, inquiry, since=message if name == "since" else None
        ),
        "place": place if place in PLACES else PLACES[0],
        "writing": request.query.get("writing") == "yes",
    }


async def _side(session: AsyncSession, row: DialogueRow, who: Actor) -> dict[str, Any]:
    """Who it is, as far as is known; what they want; where else they write."""
    identity = row.dialogue.identity
    known = None if row.dialogue.group else (await people_of(session, [identity])).get(identity)
    card = await _card(session, known, who)
    return {
        "party": known,
        "card": card,
        "interests": await _interests(session, known, card, who),
        "chats": await _chats(session, row, card, who),
    }


async def _card(session: AsyncSession, known: Known | None, who: Actor) -> PartyCard | None:
    """None also for a card that they may not see."""
    try:
        return await party_card(session, known.ref, who) if known else None
    except NotFound:
        return None


async def _interests(
    session: AsyncSession, known: Known | None, card: PartyCard | None, who: Actor
) -> list[InterestLine]:
    if known is None or card is None:
        return []
    ref = Existing(PartyKind.ACCOUNT, card.account.id) if card.account and card.account.id else known.ref
    lines = await interests_about(session, ref.kind.value, ref.id, who)
    return [line for line in lines if line.open][:MOST_INTERESTS]


async def _chats(
    session: AsyncSession, row: DialogueRow, card: PartyCard | None, who: Actor
) -> list[DialogueRow]:
    """Their other dialogues: of this account with other bots of ours, and of other accounts of theirs."""
    points = card.points if card else []
    identities = {row.dialogue.identity, *(one.value for one in points if one.kind is PointKind.MESSENGER)}
    found = await dialogues_of_identities(session, who, sorted(identities))
    return [one for one in found if one.dialogue.id != row.dialogue.id]


def _reply(row: DialogueRow, answered: ChatMessage | None) -> Reply | None:
    if answered is None:
        return None
    return Reply(answered.id or 0, answered.author or words.name_of(row.dialogue), snippet_of(answered))


def _why(code: str) -> IntakeError:
    return IntakeError(code)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
