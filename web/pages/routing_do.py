"""«Not mine»: what was given to me goes on."""

from aiohttp import web

from intake.automation.escalating import pass_on
from storage.assignments import given_to
from web.i18n import gettext
from web.keys import DATABASE, VIEWER
from web.pages.cards_edit import card_id
from web.render import is_partial
from web.say import say

routes = web.RouteTableDef()


@routes.post("/inquiries/{id:\\d{1,9}}/give-back", name="inquiry.give-back")
async def not_mine(request: web.Request) -> web.Response:
    inquiry_id, database = card_id(request), request.app[DATABASE]
    whose = await pass_on(database, inquiry_id, request[VIEWER].actor(request.remote))
    async with database.reading() as session:
        given = (await given_to(session, [inquiry_id])).get(inquiry_id)
    if whose is None or given is None:
        say(request, gettext("Given back: now it is everybody's"))
    else:
        say(request, gettext("Passed on: now it is %(name)s's", name=given.person))
    if not is_partial(request):
        raise web.HTTPSeeOther(f"/inquiries/{inquiry_id}")
    return web.Response(status=204)
