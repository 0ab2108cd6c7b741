"""Reports. The first: how fast people are answered, by channel and person."""

from datetime import datetime, time, timedelta

from aiohttp import web

from storage.speed import report
from storage.tables.people import Role
from web.access import allow
from web.house import targets
from web.i18n import gettext, ngettext
from web.keys import DATABASE
from web.pages.inquiries_words import CHANNELS
from web.render import page
from web.times import here, now

SPANS = (1, 7, 30, 90)  # days

routes = web.RouteTableDef()


@routes.get("/reports", name="reports")
@allow(Role.MANAGER)
async def speed(request: web.Request) -> web.Response:
    days = _days(request.query.get("days", ""))
    until = now()
    async with request.app[DATABASE].reading() as session:
        found = await report(session, _begins(until, days), until, targets().of)
    slowest = max((each.slowest for each in [*found.channels, *found.people]), default=0)
    return await page(
        request,
        "reports/speed.html",
        report=found,
        days=days,
        spans=[(each, _span(each)) for each in SPANS],
        longest=slowest or 1,
        channel_words={channel.value: gettext(word) for channel, (_, word) in CHANNELS.items()},
        channel_icons={channel.value: icon for channel, (icon, _) in CHANNELS.items()},
        target_of=targets().of,
    )


def _days(text: str) -> int:
    return int(text) if text in {str(each) for each in SPANS} else 7


def _begins(until: datetime, days: int) -> datetime:
    """The beginning of a day, on the clock of whoever looks: today counts as one."""
    today = here(until)
    return datetime.combine(today.date(), time(), today.tzinfo) - timedelta(days=days - 1)


def _span(days: int) -> str:
    return gettext("today") if days == 1 else ngettext("%(num)s day", "%(num)s days", days)
