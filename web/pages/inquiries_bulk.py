"""Several inquiries of the list at once: declined, not our client, spam, given to a colleague; taken back."""

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web
from multidict import MultiMapping

from intake.errors import Rejected
from intake.wizard.several import (
    MOST,
    Several,
    decline_several,
    hand_over_several,
    spam_several,
    take_back_several,
)
from storage.access import Actor
from storage.choices import workers
from storage.database import Database
from storage.tables.inquiries import DeclineReason
from web.i18n import gettext, ngettext
from web.keys import DATABASE
from web.pages.cards import actor
from web.pages.inquiries_words import REASONS
from web.readable import LARGEST_ID
from web.render import is_partial, urls_of
from web.say import say, tell_page

routes = web.RouteTableDef()


@routes.post("/inquiries/several", name="inquiries.several")
async def several(request: web.Request) -> web.Response:
    """`do`: decline (with `reason` and `note`), not-ours, spam, hand-over (to `user`); `id`, many times."""
    data = await request.post()
    ids = numbers_of(data, "id")
    if not ids:
        raise Rejected("no-such-choice", field="id")
    came = await _do(request.app[DATABASE], ids, data, actor(request))
    if came.actions:
        undo = urls_of(request.app)("inquiries.several.undo", {"actions": ",".join(map(str, came.actions))})
        say(request, _words(str(data["do"]), len(came.done)), undo=undo)
    _say_left(request, came)
    tell_page(request, "inquiries-decided", ids=list(came.done))
    return _answered(request)


@routes.post("/inquiries/several/undo", name="inquiries.several.undo")
async def take_back(request: web.Request) -> web.Response:
    """Of ?actions=5,6,7 those that can be undone."""
    said = request.query.get("actions", "").split(",")[:MOST]
    actions = [int(one) for one in said if _is_number(one)]
    came = await take_back_several(request.app[DATABASE], actions, actor(request))
    if came.done:
        say(request, gettext("Undone"))
    _say_left(request, came)
    return _answered(request)


async def bulk_context(request: web.Request) -> dict[str, Any]:
    """For the bar above the rows."""
    async with request.app[DATABASE].reading() as session:
        colleagues = await workers(session)
    reasons = [reason for reason in REASONS if reason not in (DeclineReason.SPAM, DeclineReason.NOT_OURS)]
    return {
        "bulk_reasons": [(reason.value, gettext(REASONS[reason])) for reason in reasons],
        "bulk_colleagues": colleagues,
    }


async def _do(database: Database, ids: Sequence[int], data: Mapping[str, Any], who: Actor) -> Several:
    match str(data.get("do", "")):
        case "decline":
            reason, note = str(data.get("reason", "")), str(data.get("note", ""))
            return await decline_several(database, ids, reason, note, who)
        case "not-ours":
            return await decline_several(database, ids, DeclineReason.NOT_OURS, "", who)
        case "spam":
            return await spam_several(database, ids, who)
        case "hand-over":
            user = str(data.get("user", ""))
            return await hand_over_several(database, ids, int(user) if _is_number(user) else 0, who)
    raise Rejected("no-such-choice", field="do")


def _words(do: str, number: int) -> str:
    if do == "spam":
        return ngettext(
            "%(num)s inquiry is spam; its sender is blocked",
            "%(num)s inquiries are spam; their senders are blocked",
            number,
        )
    if do == "hand-over":
        return ngettext("%(num)s inquiry handed over", "%(num)s inquiries handed over", number)
    return ngettext("%(num)s inquiry declined", "%(num)s inquiries declined", number)


def _say_left(request: web.Request, came: Several) -> None:
    if came.left:
        text = ngettext(
            "%(num)s was left as it is: somebody was quicker, or it is not yours",
            "%(num)s were left as they are: somebody was quicker, or they are not yours",
            came.left,
        )
        say(request, text, kind="bad")


def numbers_of(data: MultiMapping[Any], name: str) -> list[int]:
    """Ids as a form sends them; what is none is left out."""
    return [int(one) for one in data.getall(name, []) if isinstance(one, str) and _is_number(one)]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 10 and 0 < int(text) <= LARGEST_ID


def _answered(request: web.Request) -> web.Response:
    if not is_partial(request):
        raise web.HTTPSeeOther(urls_of(request.app)("inquiries"))
    return web.Response(status=204)
