"""What is done with a dialogue besides answering: taken, taken over, released, looked at, accepted; whose it
is said to be; a message of ours taken back or tried again."""

from datetime import datetime
from typing import Any

from aiohttp import web

from intake.errors import Rejected
from intake.model.wizard import Existing, PartyKind
from intake.wizard.chats import take_up
from storage.chat_drafts import chat_draft, keep_chat_draft
from storage.chat_identities import link, unlink
from storage.chat_state import dialogue_to_change
from storage.chat_unsent import send_again, take_back
from storage.dialogues import dialogue_row
from storage.dialogues_taken import note_seen, release, take, take_over
from storage.dialogues_thread import message_seen_by, said
from storage.fields import CardKind
from storage.inquiries import company_name, person_name
from storage.lists import Wanted, listed
from web.i18n import gettext
from web.keys import DATABASE
from web.pages import dialogues_words as words
from web.pages.cards import actor
from web.pages.cards_edit import card_id
from web.pages.inquiries_bulk import numbers_of
from web.render import fragment, is_partial, page, urls_of
from web.say import say, tell_page

MOST = 6  # cards of a kind to choose from
KINDS = (CardKind.CONTACT, CardKind.LEAD, CardKind.ACCOUNT)

routes = web.RouteTableDef()


@routes.post("/dialogues/{id:\\d+}/take", name="dialogue.take")
async def take_it(request: web.Request) -> web.Response:
    async with request.app[DATABASE].transaction() as session:
        await take(session, card_id(request), actor(request))
    tell_page(request, "dialogue-write", id=card_id(request))
    return _done(request)


@routes.post("/dialogues/{id:\\d+}/take-over", name="dialogue.take-over")
async def take_it_over(request: web.Request) -> web.Response:
    async with request.app[DATABASE].transaction() as session:
        was = (await dialogue_row(session, actor(request), card_id(request))).taker
        await take_over(session, card_id(request), actor(request))
    if was:
        say(request, gettext("You answer there now instead of %(name)s", name=was))
    tell_page(request, "dialogue-write", id=card_id(request))
    return _done(request)


@routes.post("/dialogues/{id:\\d+}/release", name="dialogue.release")
async def let_go(request: web.Request) -> web.Response:
    async with request.app[DATABASE].transaction() as session:
        await release(session, card_id(request), actor(request))
    say(
        request,
        gettext("Anybody may answer now"),
        undo=urls_of(request.app)("dialogue.take", id=card_id(request)),
    )
    return _done(request)


@routes.post("/dialogues/{id:\\d+}/seen", name="dialogue.seen")
async def seen(request: web.Request) -> web.Response:
    """`until`: when the last message came that was shown."""
    try:
        until = datetime.fromisoformat(str((await request.post()).get("until", "")))
    except ValueError as error:
        raise Rejected("no-such-choice", field="until") from error
    if until.tzinfo is None:
        raise Rejected("no-such-choice", field="until")
    async with request.app[DATABASE].transaction() as session:
        await note_seen(session, card_id(request), actor(request), until)
    return web.Response(status=204)


@routes.post("/dialogues/{id:\\d+}/accept", name="dialogue.accept")
async def accept_it(request: web.Request) -> web.Response:
    """`message`, many times: what it is about; none: what nobody has answered."""
    ids = numbers_of(await request.post(), "message")
    inquiry = await take_up(request.app[DATABASE], card_id(request), ids, actor(request))
    url = urls_of(request.app)
    if not is_partial(request):
        raise web.HTTPSeeOther(url("wizard", id=inquiry))
    tell_page(
        request, "dialogue-accepted", wizard=url("wizard", id=inquiry), take=url("wizard.take", id=inquiry)
    )
    return web.Response(status=204)


@routes.get("/dialogues/{id:\\d+}/link", name="dialogue.link")
async def choose(request: web.Request) -> web.Response:
    """Cards by the words of their names or by their numbers; at first by what the dialogue itself says."""
    context = await _choices(request)
    if is_partial(request) and "q" in request.query:
        return fragment(request, "dialogues/link_choices.html", **context)
    return await page(request, "dialogues/link.html", **context)


@routes.post("/dialogues/{id:\\d+}/link")
async def link_it(request: web.Request) -> web.Response:
    """`card`: «contact/5»."""
    kind, _, row_id = str((await request.post()).get("card", "")).partition("/")
    if kind not in set(PartyKind) or not row_id.isdecimal() or len(row_id) > 9:
        raise Rejected("no-such-choice", field="card", value=kind[:40])
    async with request.app[DATABASE].transaction() as session:
        dialogue = await dialogue_to_change(session, card_id(request), actor(request))
        action = await link(
            session, dialogue, Existing(PartyKind(kind), int(row_id)), actor(request), "operator"
        )
    say(request, gettext("Linked"), undo=urls_of(request.app)("action.undo", id=action))
    tell_page(request, "panel-done")
    return _done(request)


@routes.post("/dialogues/{id:\\d+}/unlink", name="dialogue.unlink")
async def unlink_it(request: web.Request) -> web.Response:
    async with request.app[DATABASE].transaction() as session:
        dialogue = await dialogue_to_change(session, card_id(request), actor(request))
        action = await unlink(session, dialogue, actor(request))
    say(request, gettext("Not linked any more"), undo=urls_of(request.app)("action.undo", id=action))
    return _done(request)


@routes.post("/dialogues/{id:\\d+}/messages/{message:\\d+}/again", name="dialogue.again")
async def again(request: web.Request) -> web.Response:
    async with request.app[DATABASE].transaction() as session:
        message = await message_seen_by(session, actor(request), card_id(request), _message_id(request))
        await send_again(session, message.id or 0, actor(request))
    say(request, gettext("It is tried again now"))
    return _done(request)


@routes.post("/dialogues/{id:\\d+}/messages/{message:\\d+}/take-back", name="dialogue.take-back")
async def take_it_back(request: web.Request) -> web.Response:
    """What was written is its author's draft again, unless they write another one by now."""
    who = actor(request)
    async with request.app[DATABASE].transaction() as session:
        message = await message_seen_by(session, who, card_id(request), _message_id(request))
        await take_back(session, message.id or 0, who)
        begun = await chat_draft(session, card_id(request), who)
        if message.author_id == who.user_id and begun is None and not message.asks:
            (whole,) = await said(session, [message])
            files = [
                one.model_dump(include={"digest", "filename", "content_type", "size"}) for one in whole.files
            ]
            await keep_chat_draft(
                session, card_id(request), who, text=message.text, reply_to=message.reply_to, files=files
            )
    say(request, gettext("Not sent. What you wrote is kept as a draft."))
    tell_page(request, "dialogue-write", id=card_id(request))
    return _done(request)


async def _choices(request: web.Request) -> dict[str, Any]:
    who = actor(request)
    async with request.app[DATABASE].reading() as session:
        row = await dialogue_row(session, who, card_id(request))
        text = request.query.get("q", row.dialogue.phone or row.dialogue.name).strip()[:200]
        found = []
        for kind in KINDS if text else ():
            lines = (await listed(session, kind, who, Wanted(text=text))).lines[:MOST]
            found += [(f"{kind.value}/{line.record.id}", _called(kind, line.record), line) for line in lines]
    looking = "q" in request.query
    return {"row": row, "text": text, "choices": found, "words": words, "looking": looking}


def _called(kind: CardKind, record: Any) -> str:
    if kind is CardKind.ACCOUNT:
        return company_name(record)
    return person_name(record) or (company_name(record) if kind is CardKind.LEAD else "")


def _message_id(request: web.Request) -> int:
    return int(request.match_info["message"])


def _done(request: web.Request) -> web.Response:
    if not is_partial(request):
        raise web.HTTPSeeOther(urls_of(request.app)("dialogue", id=card_id(request)))
    return web.Response(status=204)
