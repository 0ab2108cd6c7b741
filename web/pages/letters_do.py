"""What is done with a letter: its sender is blocked, or it is an inquiry after all. It can be undone."""

from typing import get_args

from aiohttp import web

from intake.errors import Rejected
from intake.wizard.blocking import What, block_sender, unblock_sender
from intake.wizard.taking_up import take_up
from storage.aside import letter_seen_by
from web.i18n import gettext
from web.keys import DATABASE
from web.pages.cards import actor
from web.pages.cards_edit import card_id
from web.render import is_partial, urls_of
from web.say import say, tell_page

routes = web.RouteTableDef()


@routes.post("/letters/{id:\\d+}/block", name="letter.block")
async def block(request: web.Request) -> web.Response:
    what = str((await request.post()).get("what", "address"))
    if what not in get_args(What):
        raise Rejected("no-such-choice", field="what", value=what[:40])
    whole: What = "domain" if what == "domain" else "address"
    action = await block_sender(request.app[DATABASE], card_id(request), whole, actor(request))
    return await _done(request, gettext("Blocked: letters of theirs wait for nobody"), action)


@routes.post("/letters/{id:\\d+}/unblock", name="letter.unblock")
async def unblock(request: web.Request) -> web.Response:
    action = await unblock_sender(request.app[DATABASE], card_id(request), actor(request))
    return await _done(request, gettext("Not blocked any more"), action)


@routes.post("/letters/{id:\\d+}/inquiry", name="letter.inquiry")
async def make_inquiry(request: web.Request) -> web.Response:
    """Afterwards the inquiry is open, to be accepted."""
    inquiry, action = await take_up(request.app[DATABASE], card_id(request), actor(request))
    url = urls_of(request.app)
    say(request, gettext("It waits among the inquiries now"), undo=url("action.undo", id=action))
    if not is_partial(request):
        raise web.HTTPSeeOther(url("inquiry", id=inquiry))
    return web.Response(status=204, headers={"HX-Redirect": url("inquiry", id=inquiry)})


async def _done(request: web.Request, text: str, action: int) -> web.Response:
    url = urls_of(request.app)
    say(request, text, undo=url("action.undo", id=action))
    if not is_partial(request):
        raise web.HTTPSeeOther(url("letter", id=card_id(request)))
    async with request.app[DATABASE].reading() as session:
        letter = await letter_seen_by(session, actor(request), card_id(request))
    tell_page(request, "inquiry-decided", id=letter.inquiry_id or f"letter-{letter.id}")
    return web.Response(status=204)
