"""The wizard's other ways out: later, decline, hand over; taking what a colleague has open; undo."""

import contextlib

from aiohttp import web

from intake.errors import Conflict, NotFound, Rejected
from intake.wizard import holding
from intake.wizard.decline import decline
from intake.wizard.no_answer import needs_no_answer
from intake.wizard.undo import undo
from storage.access import Actor
from storage.database import Database
from web.i18n import gettext
from web.keys import DATABASE, VIEWER
from web.messages import status
from web.pages.ignoring_words import never_again
from web.pages.wizard import show_search
from web.pages.wizard_form import kept, read_form, with_query
from web.pages.wizard_open import hold, open_wizard
from web.pages.wizard_places import inquiry_id_of, places
from web.pages.wizard_refusal import refusal_of
from web.render import is_partial, urls_of
from web.say import say, tell_page

routes = web.RouteTableDef()


@routes.post("/inquiries/{id:\\d+}/wizard/later")
@routes.post("/wizard/later")
async def later(request: web.Request) -> web.Response:
    """Back to the queue with what was typed. By hand there is no queue: the browser's tab keeps it."""
    form, inquiry_id = read_form(await request.post()), inquiry_id_of(request)
    if inquiry_id is not None:
        database, who = _context(request)
        try:
            await holding.later(database, inquiry_id, kept(form), who)
        except Conflict:  # decided meanwhile: there is nothing to keep it for
            await holding.release(database, inquiry_id, who)
    if is_partial(request):  # the sheet is closed already
        return web.Response(status=204)
    raise web.HTTPSeeOther("/")


@routes.post("/inquiries/{id:\\d+}/wizard/draft")
async def draft(request: web.Request) -> web.Response:
    """What is typed is kept while it is typed. Once it is decided there is nothing to keep it for, and the
    page says so by itself."""
    database, who = _context(request)
    form = read_form(await request.post())
    with contextlib.suppress(Conflict):
        await holding.save_draft(database, _id(request), kept(form), who)
    return web.Response(status=204)


@routes.post("/inquiries/{id:\\d+}/wizard/keep")
async def keep(request: web.Request) -> web.Response:
    """Said every minute by an open page: a holder who is not heard of holds nothing."""
    database, who = _context(request)
    with contextlib.suppress(Conflict):
        await holding.keep(database, _id(request), who)
    return web.Response(status=204)


@routes.post("/inquiries/{id:\\d+}/wizard/take", name="wizard.take")
async def take(request: web.Request) -> web.Response:
    """Whoever opens it has it; where a colleague has, the page says who. A button elsewhere sends nothing and
    is answered with the page; the page's own sends what is typed."""
    fields = kept(read_form(await request.post()))
    await hold(request)
    if is_partial(request) and not fields:
        return await show_search(request, await open_wizard(request))
    database, who = _context(request)
    if fields:
        with contextlib.suppress(Conflict):
            await holding.save_draft(database, _id(request), fields, who)
    return _moved(request, places(request).here)


@routes.post("/inquiries/{id:\\d+}/wizard/over")
async def take_over(request: web.Request) -> web.Response:
    """From whoever has it open."""
    form = read_form(await request.post())
    database, who = _context(request)
    await holding.take_over(database, _id(request), who)
    await holding.save_draft(database, _id(request), kept(form), who)
    return _moved(request, places(request).here)


@routes.post("/inquiries/{id:\\d+}/wizard/decline")
async def decline_it(request: web.Request) -> web.Response:
    data = await request.post()
    reason, note = str(data.get("reason", "")), str(data.get("note", ""))
    database, who = _context(request)
    try:
        never = never_again(str(data.get("never", "")))
        action = await decline(database, _id(request), reason, note, who, never)
    except (Conflict, Rejected) as error:
        opened = await open_wizard(request)
        return await show_search(request, opened, refusal_of(request, error), status(error))
    say(request, gettext("Declined"), undo=urls_of(request.app)("wizard.undo", action=action))
    return _gone(request, "/")


@routes.post("/inquiries/{id:\\d+}/wizard/nothing", name="wizard.nothing")
async def nothing_to_add(request: web.Request) -> web.Response:
    """They came again about what has been accepted: it is decided as it was."""
    database, who = _context(request)
    action = await needs_no_answer(database, _id(request), who)
    say(request, gettext("It waits no more"), undo=urls_of(request.app)("wizard.undo", action=action))
    return _gone(request, "/")


@routes.post("/inquiries/{id:\\d+}/wizard/hand-over")
async def hand_over(request: web.Request) -> web.Response:
    """To the person responsible for the best hit: theirs from now on."""
    data = await request.post()
    user_id = str(data.get("to", ""))
    if not user_id.isdecimal():
        raise Rejected("no-such-choice")
    database, who = _context(request)
    await holding.hand_over(database, _id(request), int(user_id), who)
    say(request, gettext("Handed over"))
    return _gone(request, "/")


@routes.post("/inquiries/{id:\\d+}/wizard/back")
@routes.post("/wizard/back")
async def back(request: web.Request) -> web.Response:
    """From page 2 to page 1 with everything that was typed on either."""
    form, inquiry_id = read_form(await request.post()), inquiry_id_of(request)
    if inquiry_id is None:
        return _moved(request, with_query(places(request).here, kept(form)))
    database, who = _context(request)
    await holding.save_draft(database, inquiry_id, kept(form), who)
    return _moved(request, places(request).here)


@routes.post("/inquiries/{id:\\d+}/wizard/choose")
@routes.post("/wizard/choose")
async def choose(request: web.Request) -> web.Response:
    """Page 2 again, with somebody stored in the newcomer's place."""
    data = await request.post()
    form = read_form(data) | {"client": str(data.get("choose", ""))[:40], "contact": "", "new": ""}
    inquiry_id = inquiry_id_of(request)
    if inquiry_id is not None:
        database, who = _context(request)
        await holding.save_draft(database, inquiry_id, kept(form), who)
    return _moved(request, with_query(places(request).accept, kept(form)))


@routes.post("/wizard/undo/{action:\\d+}", name="wizard.undo")
async def undo_it(request: web.Request) -> web.Response:
    """Everything the decision made or moved is put back."""
    database, who = _context(request)
    inquiry_id = await undo(database, int(request.match_info["action"]), who)
    say(request, gettext("Undone: everything is as it was"))
    if is_partial(request):
        tell_page(request, "wizard-undone", inquiry=inquiry_id)
        return web.Response(status=204)
    raise web.HTTPSeeOther(urls_of(request.app)("wizard", id=inquiry_id) if inquiry_id else "/")


def _context(request: web.Request) -> tuple[Database, Actor]:
    return request.app[DATABASE], request[VIEWER].actor(request.remote)


def _id(request: web.Request) -> int:
    inquiry_id = inquiry_id_of(request)
    if inquiry_id is None:
        raise NotFound("no-such-inquiry")
    return inquiry_id


def _moved(request: web.Request, address: str) -> web.Response:
    """On to another page of the wizard; in a sheet the page's script goes there."""
    if is_partial(request):
        return web.Response(status=204, headers={"HX-Location": address})
    raise web.HTTPSeeOther(address)


def _gone(request: web.Request, address: str) -> web.Response:
    """The wizard closes."""
    if is_partial(request):
        tell_page(request, "wizard-done", interest="", next="")
        return web.Response(status=204)
    raise web.HTTPSeeOther(address)
