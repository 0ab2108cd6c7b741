"""What people do with the telephone from the screen: call somebody, pass a caller on."""

from aiohttp import web

from intake.errors import NotFound, Rejected
from storage.callcards import CallCard, call_card
from storage.history import note
from storage.inquiries import inquiry_row
from web.access import Viewer
from web.i18n import gettext
from web.keys import DATABASE, VIEWER
from web.render import is_partial
from web.say import say
from web.telephony import TELEPHONY

routes = web.RouteTableDef()


@routes.post("/dial", name="dial")
async def dial(request: web.Request) -> web.Response:
    """Click to call: my own phone rings first, then the number."""
    viewer = request[VIEWER]
    number = str((await request.post()).get("number", ""))
    if viewer.user.extension is None:
        raise Rejected("no-extension")
    linkedid = await request.app[TELEPHONY].call(viewer.user.extension, number)
    async with request.app[DATABASE].transaction() as session:
        await note(session, "dial", viewer.actor(request.remote), number=number, linkedid=linkedid)
    say(request, gettext("Your telephone rings; then the number is dialled."))
    return done(request)


@routes.post("/calls/{id:\\d+}/transfer", name="call.transfer")
async def transfer(request: web.Request) -> web.Response:
    """Pass the caller on to the person responsible for them: by whoever they ring at or talk with, and by
    those who may see the inquiry."""
    viewer = request[VIEWER]
    async with request.app[DATABASE].reading() as session:
        card = await call_card(session, int(request.match_info["id"]))
        if card is not None and card.inquiry_id is not None and not _is_on(viewer, card):
            await inquiry_row(session, viewer.actor(), card.inquiry_id)  # raises NotFound
    if card is None or card.ended_at or card.pbx_channel is None:
        raise NotFound("call-gone")
    if card.responsible is None or card.responsible.extension is None:
        raise Rejected("nobody-responsible")
    extension = card.responsible.extension
    await request.app[TELEPHONY].transfer(card.channel, card.pbx_channel, extension)
    async with request.app[DATABASE].transaction() as session:
        who = viewer.actor(request.remote)
        await note(session, "transfer-call", who, card.inquiry_id, call=card.id, extension=extension)
    say(request, gettext("Passed on to %(name)s", name=card.responsible.name))
    return done(request)


def _is_on(viewer: Viewer, card: CallCard) -> bool:
    return viewer.user.extension is not None and viewer.user.extension in (*card.ringing, *card.talking)


def done(request: web.Request) -> web.Response:
    """Back where they were; for htmx nothing is drawn but the toast."""
    if not is_partial(request):
        raise web.HTTPSeeOther("/")
    return web.Response(status=204)
