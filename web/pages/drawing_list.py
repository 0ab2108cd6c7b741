"""The web forms: which there are, what came by each, begun and put away. For administrators."""

from typing import Any

from aiohttp import web

from storage.columns import now
from storage.form_counts import Came, came_by_forms
from storage.tables.people import Role
from storage.webforms import every_form, remove_form
from web.access import allow
from web.i18n import gettext
from web.keys import DATABASE, VIEWER
from web.pages import settings_choices as choices
from web.pages.drawing import PATH
from web.pages.drawing_presets import STARTS
from web.render import fragment, page
from web.say import say

routes = web.RouteTableDef()


@routes.get(PATH, name="settings.forms")
@allow(Role.ADMINISTRATOR)
async def overview(request: web.Request) -> web.Response:
    return await page(
        request, "drawing/list.html", tabs=choices.tabs(), here="settings.forms", **await _listed(request)
    )


@routes.get(PATH + "/list", name="settings.forms.list")
@allow(Role.ADMINISTRATOR)
async def listed_anew(request: web.Request) -> web.Response:
    """Something came, or somebody has drawn: the page asks for its list again."""
    return fragment(request, "drawing/rows.html", **await _listed(request))


@routes.get(PATH + "/new", name="settings.forms.new")
@allow(Role.ADMINISTRATOR)
async def choose_start(request: web.Request) -> web.Response:
    starts = [(key, start.icon, gettext(start.name), gettext(start.about)) for key, start in STARTS.items()]
    return await page(request, "drawing/start.html", starts=starts)


@routes.post(PATH + "/{id:\\d+}/remove", name="settings.form.remove")
@allow(Role.ADMINISTRATOR)
async def remove(request: web.Request) -> web.Response:
    """What came by it stays, and so does a form by which something came: switched off."""
    who = request[VIEWER].actor(request.remote)
    async with request.app[DATABASE].transaction() as session:
        gone = await remove_form(session, int(request.match_info["id"]), who)
    say(
        request, gettext("Removed") if gone else gettext("Switched off: what visitors have sent by it stays.")
    )
    raise web.HTTPSeeOther(PATH)


async def _listed(request: web.Request) -> dict[str, Any]:
    at = now()
    async with request.app[DATABASE].reading() as session:
        forms, came = await every_form(session), await came_by_forms(session, at)
    return {"forms": [(form, came.get(form.id or 0, Came())) for form in forms], "at": at}
