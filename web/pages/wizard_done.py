"""What follows an accepted inquiry: the word of it, undo, and the next one who waits."""

from aiohttp import web

from intake.errors import Conflict
from intake.model.wizard import Accepted
from intake.wizard.holding import take
from storage.queue import next_waiting
from web.i18n import gettext
from web.keys import DATABASE, VIEWER
from web.render import has_route, is_partial, urls_of
from web.say import say, tell_page

TRIES = 3  # of colleagues who press «accept and next» at the same moment each gets another one


async def done(request: web.Request, accepted: Accepted, with_next: bool) -> web.Response:
    url = urls_of(request.app)
    interest = url("interest", id=accepted.interest_id) if has_route(request.app, "interest") else ""
    words = (
        gettext("Accepted · interest No. %(number)s")
        if accepted.created
        else gettext("Linked · interest No. %(number)s")
    )
    undo = "" if accepted.repeated else url("wizard.undo", action=accepted.action_id)
    say(request, words % {"number": accepted.interest_id}, undo=undo, href=interest)
    following = await _following(request, accepted.inquiry_id) if with_next else ""
    if is_partial(request):
        tell_page(request, "wizard-done", interest=interest, next=following, inquiry=accepted.inquiry_id)
        return web.Response(status=204)
    raise web.HTTPSeeOther(following or interest or "/")


async def _following(request: web.Request, besides: int) -> str:
    """The wizard of the one that has waited longest, taken; nothing when nobody waits."""
    database, who = request.app[DATABASE], request[VIEWER].actor(request.remote)
    for _ in range(TRIES):
        async with database.reading() as session:
            found = await next_waiting(session, who, besides)
        if found is None:
            break
        try:
            await take(database, found, who)
        except Conflict:
            continue
        return urls_of(request.app)("wizard", id=found)
    say(request, gettext("Nobody else is waiting."))
    return ""
