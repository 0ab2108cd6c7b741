"""Answering in a dialogue: one form; a button says in `do` what it does, and what is typed is kept first."""

import asyncio
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import Conflict, IntakeError, Rejected
from intake.letters.templates import fill
from intake.matching.people import read_person
from storage.access import Actor
from storage.chat_answers import CONSENT, MOST_FILES, PHONE, ChatAnswer, queue_chat_answer
from storage.chat_drafts import chat_draft, drop_chat_draft, keep_chat_draft
from storage.choices import consent_text
from storage.dialogues import DialogueRow, dialogue_row
from storage.dialogues_people import people_of
from storage.tables.letters import LetterTemplate
from web.i18n import gettext
from web.keys import DATABASE, FILES
from web.messages import status
from web.pages import dialogues_words as words
from web.pages.answers_read import id_of
from web.pages.answers_received import MOST_BYTES, Received, receive
from web.pages.cards import actor
from web.pages.cards_edit import card_id
from web.pages.dialogues_pane import composer_context
from web.readable import reads_itself
from web.render import fragment, is_partial, urls_of
from web.say import say, tell_page

ACTS = {"keep", "attach", "template", "show", "send", "drop", "forget", PHONE, "consent"}

routes = web.RouteTableDef()


@dataclass(frozen=True, slots=True)
class Scene:
    """The dialogue, and what was kept of an answer."""

    row: DialogueRow
    files: list[dict[str, Any]]


@routes.get("/dialogues/{id:\\d+}/answer", name="dialogue.answer")
async def write(request: web.Request) -> web.Response:
    """The composer, with what was begun before."""
    if not is_partial(request):
        return _back(request)
    return await _show(request)


@routes.post("/dialogues/{id:\\d+}/answer")
@reads_itself
async def act(request: web.Request) -> web.Response:
    """Whatever the button says; what is typed is kept first, so that nothing of it can be lost."""
    scene = await _scene(request)  # before anything that strangers send is read
    try:
        received = await receive(request)
    except Rejected as error:
        return await _show(request, error)
    name, _, which = received.act.partition(":")
    if name not in ACTS:
        raise Rejected("no-such-choice", field="do", value=received.act[:40])
    try:
        files = await _files(request, scene, received, which if name == "drop" else "")
    except Rejected as error:
        return await _show(request, error, received.fields.get("text", ""))
    if name in ("send", PHONE, "consent"):
        return await _send(request, received, files, name, which)
    return await _keep_on(request, scene, received, files, name, which)


async def _keep_on(
    request: web.Request, scene: Scene, received: Received, files: list[dict[str, Any]], name: str, which: str
) -> web.Response:
    """Kept as a draft, and shown again unless that was all."""
    text = received.fields.get("text", "")
    async with request.app[DATABASE].transaction() as session:
        if name == "forget":
            await drop_chat_draft(session, card_id(request), actor(request))
        else:
            if name == "template":
                text = await _with_template(session, scene.row, actor(request), text, id_of(which))
            await _keep(session, request, received, text, files)
    if name == "forget":
        say(request, gettext("The draft is thrown away"))
    if name == "keep":
        return web.Response(status=204) if is_partial(request) else _back(request)
    return await _show(request)


async def _send(
    request: web.Request, received: Received, files: list[dict[str, Any]], name: str, which: str
) -> web.Response:
    """Kept first, in a transaction of its own: a refusal leaves it as a draft."""
    who, database, text = actor(request), request.app[DATABASE], received.fields.get("text", "")
    try:
        async with database.transaction() as session:
            await _keep(session, request, received, text, files)
        async with database.transaction() as session:
            row = await dialogue_row(session, who, card_id(request))
            answer = await _answer(session, received, files, name, which)
            await queue_chat_answer(session, card_id(request), answer, who, words.limits_of(row.bot))
            if not answer.asks.startswith(
                CONSENT
            ):  # whose words are its own: what was typed is still to be sent
                await drop_chat_draft(session, card_id(request), who)
    except (Rejected, Conflict) as error:
        return await _show(request, error, text)
    tell_page(request, "dialogue-answered", id=card_id(request))
    return await _show(request)


async def _answer(
    session: AsyncSession, received: Received, files: list[dict[str, Any]], name: str, which: str
) -> ChatAnswer:
    """As it is to be queued. Raises Rejected for a consent that there is none of."""
    once, text = received.fields.get("once", ""), received.fields.get("text", "")
    if not _is_token(once):
        raise Rejected("no-such-choice", field="once")
    if name == "consent":
        wording = await consent_text(session, id_of(which))
        if wording is None:
            raise Rejected("no-such-choice", field="do")
        return ChatAnswer(token=once, text=wording.text, asks=f"{CONSENT}{wording.id}")
    if name == PHONE:
        text = text.strip() or gettext("Please share your telephone number by the button below.")
    reply_to = id_of(received.fields.get("answers", ""))
    asks = PHONE if name == PHONE else ""
    return ChatAnswer(token=once, text=text.strip(), files=tuple(files), reply_to=reply_to, asks=asks)


async def _scene(request: web.Request) -> Scene:
    who = actor(request)
    async with request.app[DATABASE].reading() as session:
        row = await dialogue_row(session, who, card_id(request))
        draft = await chat_draft(session, row.dialogue.id or 0, who)
    return Scene(row, list(draft.files) if draft else [])


async def _keep(
    session: AsyncSession, request: web.Request, received: Received, text: str, files: list[dict[str, Any]]
) -> None:
    await keep_chat_draft(
        session,
        card_id(request),
        actor(request),
        text=text,
        reply_to=id_of(received.fields.get("answers", "")),
        files=files,
        token=received.fields.get("once", ""),
    )


async def _with_template(
    session: AsyncSession, row: DialogueRow, who: Actor, text: str, template_id: int | None
) -> str:
    """Above what is typed already; an unknown template changes nothing."""
    template = await session.get(LetterTemplate, template_id) if template_id else None
    if template is None:
        return text
    known = (await people_of(session, [row.dialogue.identity])).get(row.dialogue.identity)
    name = (known.person if known else "") or row.dialogue.name
    values = {
        "name": read_person(name).first or name,
        "company": known.company if known else "",
        "number": str(row.dialogue.inquiry_id or ""),
        "me": who.name,
    }
    filled = fill(template.text, values).rstrip()
    return f"{filled}\n\n{text.strip()}" if text.strip() else filled


async def _files(request: web.Request, scene: Scene, received: Received, drop: str) -> list[dict[str, Any]]:
    """Those of the draft and those that came, without the one that is dropped. Raises Rejected."""
    kept = [each for place, each in enumerate(scene.files) if str(place) != drop]
    size = sum(int(each["size"]) for each in kept) + sum(len(each.content) for each in received.files)
    if size > MOST_BYTES:
        raise Rejected("large-files", field="files", limit=MOST_BYTES // 1024 // 1024)
    if len(kept) + len(received.files) > MOST_FILES:
        raise Rejected("too-many-files", field="files", limit=MOST_FILES)
    for each in received.files:
        digest = await asyncio.to_thread(request.app[FILES].keep, each.content)
        about = {"filename": each.filename, "content_type": each.content_type, "size": len(each.content)}
        kept.append({"digest": digest, **about})
    return kept


async def _show(
    request: web.Request, refusal: IntakeError | None = None, typed: str | None = None
) -> web.Response:
    """The composer; `typed`: what could not be kept."""
    if not is_partial(request):
        if refusal is not None:
            raise refusal
        return _back(request)
    who = actor(request)
    async with request.app[DATABASE].reading() as session:
        row = await dialogue_row(session, who, card_id(request))
        context = await composer_context(session, row, who, refusal, typed)
    code = status(refusal) if refusal else 200
    return fragment(request, "dialogues/composer.html", status=code, words=words, me=who.user_id, **context)


def _back(request: web.Request) -> web.Response:
    raise web.HTTPSeeOther(urls_of(request.app)("dialogue", id=card_id(request)))


def _is_token(text: str) -> bool:
    return len(text) == 32 and all(sign in "0123456789abcdef" for sign in text)
