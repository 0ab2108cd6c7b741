"""A letter that was not sent is told to its author at once, whatever they do meanwhile."""

from aiohttp import web

from storage.live import Announcement
from storage.tables.letters import LetterRecord
from web.access import Viewer
from web.broadcast import Skip
from web.keys import DATABASE, LIVE
from web.render import live_context, render, urls_of

routes = web.RouteTableDef()


def register(app: web.Application) -> None:
    async def failed(announcement: Announcement, viewer: Viewer) -> str:
        if announcement.data.get("author", viewer.id) != viewer.id:
            raise Skip
        async with app[DATABASE].reading() as session:
            record = await session.get(LetterRecord, announcement.data["letter"])
        if record is None or record.author_id != viewer.id:
            raise Skip
        kind, _, row_id = str(announcement.data.get("about", "")).partition("/")
        where = urls_of(app)(kind, id=row_id) if row_id.isdecimal() else ""
        return render(app, "answers/failed.html", **live_context(app, viewer), record=record, where=where)

    app[LIVE].register("answer-failed", failed)
