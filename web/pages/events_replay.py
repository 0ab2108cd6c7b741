"""«Проиграть заново»: what the rules of today would do with an event, and doing it."""

from collections.abc import Mapping

from aiohttp import web

from intake.automation.replay import Left, Replayed, replay_event
from intake.model.rules import Did
from storage.tables.people import Role
from web.access import allow
from web.i18n import gettext, mark
from web.keys import DATABASE
from web.pages.events_one import event_context
from web.pages.events_words import DID
from web.render import page, urls_of
from web.say import say

LEFT: Mapping[Left, str] = {
    Left.SAME: mark("It stays as it is: the rules say what they said."),
    Left.STANDS: mark("It stays as it is: somebody was registered, and no rule would do anything else now."),
    Left.BY_A_PERSON: mark("It stays as it is: a person has decided it."),
    Left.OPEN_ELSEWHERE: mark("It stays as it is: somebody has it open."),
    Left.USED_SINCE: mark("It stays as it is: what the rule has made was used since."),
    Left.NOT_ASKED: mark("Rules are not asked about such an event."),
}

routes = web.RouteTableDef()


@routes.post("/events/{id:\\d+}/replay", name="event.replay")
@allow(Role.ADMINISTRATOR)
async def replay(request: web.Request) -> web.Response:
    """`do`: try (nothing is written), or replay."""
    event_id = int(request.match_info["id"])
    for_good = (await request.post()).get("do") == "replay"
    done = await replay_event(request.app[DATABASE], event_id, dry=not for_good)
    if not for_good:
        context = {**await event_context(request), "tried": done, "tried_said": said(done)}
        return await page(request, "events/event.html", **context)
    say(request, said(done))
    raise web.HTTPSeeOther(urls_of(request.app)("event", id=event_id))


def said(done: Replayed) -> str:
    if done.left is not None:
        return gettext(LEFT[done.left])
    return gettext(DID[done.did or Did.NONE].word)
