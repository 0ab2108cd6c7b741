"""What forms asked beyond a card's own fields, changed on the card."""

from aiohttp import web

from intake.errors import NotFound
from storage.custom_values import add_value, change_value
from storage.fields import CardKind
from web.i18n import gettext
from web.keys import DATABASE
from web.pages.cards import ANY_CARD, PLURALS, actor
from web.pages.cards_edit import card_id, saved
from web.render import is_partial

routes = web.RouteTableDef()


@routes.post(f"/{ANY_CARD}/{{id:\\d+}}/custom", name="card.custom")
async def add(request: web.Request) -> web.Response:
    """Raises Rejected("required") for an empty one."""
    kind, data = _kind(request), await request.post()
    label, value = str(data.get("label", "")), str(data.get("value", ""))
    action = await add_value(request.app[DATABASE], kind, card_id(request), label, value, actor(request))
    saved(request, gettext("Saved"), action)
    return _answered(request)


@routes.post(f"/{ANY_CARD}/{{id:\\d+}}/custom/{{value:\\d+}}", name="card.custom.change")
async def change(request: web.Request) -> web.Response:
    """`value`: its new text; `drop`: it goes."""
    data = await request.post()
    value = "" if data.get("drop") else str(data.get("value", ""))
    which = _kind(request), card_id(request), int(request.match_info["value"])
    action = await change_value(request.app[DATABASE], *which, value, actor(request))
    saved(request, gettext("Saved") if value.strip() else gettext("Removed"), action)
    return _answered(request)


def _kind(request: web.Request) -> CardKind:
    kind = PLURALS[request.match_info["cards"]]
    if kind is None:
        raise NotFound("no-such-page")
    return kind


def _answered(request: web.Request) -> web.Response:
    if not is_partial(request):
        raise web.HTTPSeeOther(f"/{request.match_info['cards']}/{card_id(request)}")
    return web.Response(status=204)
