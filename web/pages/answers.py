"""Writing letters: answers to inquiries, and new ones to whoever has a card. One form, one address each."""

import asyncio
from dataclasses import replace
from typing import Any

from aiohttp import web

from intake.errors import Conflict, IntakeError, Rejected
from intake.letters.outgoing.letter import new_token
from storage.answers import queue_answer
from storage.answers_waiting import send_again, take_back
from storage.letter_drafts import drop_draft, keep_draft
from storage.tables.letters import LetterDraft, LetterRecord
from web.i18n import gettext
from web.keys import DATABASE, FILES
from web.pages.answers_page import Scene, around, begun, composer, scene
from web.pages.answers_read import Mistakes, id_of, read_answer
from web.pages.answers_received import FIELDS, MOST_BYTES, MOST_FILES, Received, receive
from web.pages.answers_templates import put_in
from web.pages.cards import actor
from web.readable import reads_itself
from web.render import fragment, is_partial, page, urls_of
from web.say import say, tell_page
from web.times import when

ACTS = {"keep", "attach", "template", "show", "others", "send", "send-as-it-is", "drop", "forget"}

routes = web.RouteTableDef()


@routes.get("/inquiries/{id:\\d+}/answer", name="answer")
@routes.get("/{cards:accounts|contacts|leads}/{id:\\d+}/letter", name="card.letter")
async def write(request: web.Request) -> web.Response:
    """The composer, with what was begun before."""
    async with request.app[DATABASE].reading() as session:
        found = await scene(session, request)
    return await _show(request, found, begun(found))


@routes.post("/inquiries/{id:\\d+}/answer")
@routes.post("/{cards:accounts|contacts|leads}/{id:\\d+}/letter")
@reads_itself
async def act(request: web.Request) -> web.Response:
    """Whatever the button says; what is typed is kept first, so that nothing of it can be lost."""
    async with request.app[DATABASE].reading() as session:
        found = await scene(session, request)  # before anything that strangers send is read
    try:
        received = await receive(request)
    except Rejected as error:  # the draft is as it was
        return await _show(request, found, begun(found), refusal=error)
    name, _, which = received.act.partition(":")
    if name not in ACTS:
        raise Rejected("no-such-choice", field="do", value=received.act[:40])
    async with request.app[DATABASE].reading() as session:
        found = await scene(session, request, received.fields.get("answers", ""))
    typed = begun(found) | received.fields
    match name:
        case "send" | "send-as-it-is":
            return await _send(request, found, typed, received, name == "send-as-it-is")
        case "forget":
            return await _forget(request, found)
        case "template":
            typed = put_in(typed, found, id_of(which or received.template))
        case "others":
            typed["cc"] = ", ".join(part for part in (typed["cc"].strip(" ,"), found.others) if part)
    return await _write_on(request, found, typed, received)


@routes.post("/answers/{id:\\d+}/take-back", name="answer.take-back")
async def take_it_back(request: web.Request) -> web.Response:
    async with request.app[DATABASE].transaction() as session:
        about = await take_back(session, int(request.match_info["id"]), actor(request))
    say(request, gettext("Not sent. What you wrote is kept as a draft."))
    tell_page(request, "answer-taken-back", about=about)
    return _after(request, about)


@routes.post("/answers/{id:\\d+}/again", name="answer.again")
async def send_it_again(request: web.Request) -> web.Response:
    letter_id = int(request.match_info["id"])
    async with request.app[DATABASE].transaction() as session:
        await send_again(session, letter_id, actor(request))
        record = await session.get_one(LetterRecord, letter_id)
    say(request, gettext("It is tried again now"))
    return _after(request, f"inquiry/{record.inquiry_id}" if record.inquiry_id else "")


async def _write_on(
    request: web.Request, found: Scene, typed: dict[str, str], received: Received
) -> web.Response:
    """Kept as a draft, and shown again unless that was all."""
    name, _, which = received.act.partition(":")
    try:
        files = await _files(request, found, received, which if name == "drop" else "")
    except Rejected as error:
        return await _show(request, found, typed, refusal=error)
    found = await _keep(request, found, typed, files)
    if name == "keep":
        return _left(request, found)
    return await _show(request, found, typed)


async def _send(
    request: web.Request, found: Scene, typed: dict[str, str], received: Received, as_it_is: bool
) -> web.Response:
    try:
        files = await _files(request, found, received, "")
        found = await _keep(request, found, typed, files)
        answer = read_answer(typed, around(found, typed), as_it_is)
        if isinstance(answer, Mistakes):
            return await _show(request, found, typed, answer.fields, answer.unfilled)
        async with request.app[DATABASE].transaction() as session:
            record = await queue_answer(session, found.about, answer, actor(request))
    except (Rejected, Conflict) as error:
        field = str(error.params.get("field", ""))
        in_form: dict[str, IntakeError] = {field: error} if field in FIELDS else {}
        fresh = typed | {"once": new_token()}
        return await _show(request, found, fresh, in_form, refusal=None if in_form else error)
    undo = urls_of(request.app)("answer.take-back", id=record.id)
    if answer.send_at is None:
        say(request, gettext("Sending in a few seconds"), undo=undo)
    else:
        say(request, gettext("It will be sent: %(when)s", when=when(record.send_at)), undo=undo)
    return _left(request, found)


async def _forget(request: web.Request, found: Scene) -> web.Response:
    async with request.app[DATABASE].transaction() as session:
        await drop_draft(session, found.about, actor(request))
    say(request, gettext("The draft is thrown away"))
    return _left(request, found)


async def _files(request: web.Request, found: Scene, received: Received, drop: str) -> list[dict[str, Any]]:
    """Those of the draft and those that came, without the one that is dropped. Raises Rejected."""
    kept = list(found.draft.files) if found.draft else []
    kept = [each for place, each in enumerate(kept) if str(place) != drop]
    size = sum(int(each["size"]) for each in kept) + sum(len(each.content) for each in received.files)
    if size > MOST_BYTES:
        raise Rejected("large-files", field="files", limit=MOST_BYTES // 1024 // 1024)
    if len(kept) + len(received.files) > MOST_FILES:
        raise Rejected("too-many-files", field="files", limit=MOST_FILES)
    for each in received.files:
        digest = await asyncio.to_thread(request.app[FILES].keep, each.content)
        kept.append(
            {
                "digest": digest,
                "filename": each.filename,
                "content_type": each.content_type,
                "size": len(each.content),
            }
        )
    return kept


async def _keep(
    request: web.Request, found: Scene, typed: dict[str, str], files: list[dict[str, Any]]
) -> Scene:
    """As a draft. A form that was sent already keeps nothing: its last breath may come after the sending."""
    fields = {name: typed.get(name, "") for name in FIELDS if name != "once"}
    async with request.app[DATABASE].transaction() as session:
        await keep_draft(session, found.about, actor(request), fields, files, typed.get("once", ""))
    draft = LetterDraft(author_id=0, about=found.about, fields=fields, files=files)
    return replace(found, draft=draft)


async def _show(
    request: web.Request,
    found: Scene,
    typed: dict[str, str],
    errors: dict[str, IntakeError] | None = None,
    unfilled: list[str] | None = None,
    refusal: IntakeError | None = None,
) -> web.Response:
    context = composer(request, found, typed, errors, unfilled, refusal)
    code = 422 if errors or unfilled or refusal else 200
    if is_partial(request) and "cards" not in request.match_info:
        return fragment(request, "answers/composer.html", status=code, **context)
    return await page(request, "answers/page.html", status=code, **context)


def _left(request: web.Request, found: Scene) -> web.Response:
    """The composer closes."""
    if not is_partial(request):
        return _after(request, found.about)
    tell_page(request, "answer-done", about=found.about)
    return web.Response(text="", content_type="text/html")


def _after(request: web.Request, about: str) -> web.Response:
    if is_partial(request):
        return web.Response(status=204)
    kind, _, row_id = about.partition("/")
    raise web.HTTPSeeOther(urls_of(request.app)(kind, id=row_id) if row_id else "/inquiries")
