"""What was joined by the repeat-touch window, in words; taking it apart."""

from typing import Any

from aiohttp import web
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.wizard.separate import separate
from storage.touched import touches_of
from web.i18n import gettext
from web.keys import DATABASE
from web.pages.cards import actor
from web.pages.cards_edit import card_id
from web.pages.ignoring_words import KINDS
from web.pages.touches_words import said
from web.render import is_partial, urls_of
from web.say import say, tell_page

routes = web.RouteTableDef()


@routes.post("/touches/{id:\\d+}/separate", name="touch.separate")
async def apart(request: web.Request) -> web.Response:
    """Two people: the later contact waits as an inquiry of its own."""
    done = await separate(request.app[DATABASE], card_id(request), actor(request))
    url = urls_of(request.app)
    say(
        request,
        gettext("Separated: it waits as an inquiry of its own"),
        undo=url("action.undo", id=done.action_id),
    )
    if not is_partial(request):
        raise web.HTTPSeeOther(url("inquiry", id=done.inquiry_id))
    tell_page(request, "inquiry-separated", id=done.inquiry_id)
    return web.Response(status=204)


async def joined(session: AsyncSession, inquiry_id: int) -> dict[str, Any]:
    """The context of inquiries/touches.html."""
    return {
        "touches": await touches_of(session, [inquiry_id]),
        "touch_kinds": KINDS,
        "touch_said": said,
    }
