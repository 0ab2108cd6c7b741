"""A message of a chat that was not sent is told to its author at once, whatever they do meanwhile."""

from aiohttp import web

from storage.live import Announcement
from storage.tables.chats import ChatMessage, Dialogue
from web.access import Viewer
from web.broadcast import Skip
from web.keys import DATABASE, LIVE
from web.messages import worded
from web.render import live_context, render

routes = web.RouteTableDef()


def register(app: web.Application) -> None:
    async def failed(announcement: Announcement, viewer: Viewer) -> str:
        if announcement.data.get("author", viewer.id) != viewer.id:
            raise Skip
        async with app[DATABASE].reading() as session:
            message = await session.get(ChatMessage, announcement.data["message"])
            dialogue = await session.get(Dialogue, message.dialogue_id) if message is not None else None
        if message is None or dialogue is None or message.author_id != viewer.id:
            raise Skip
        why = worded(message.error)
        context = live_context(app, viewer)
        return render(app, "dialogues/failed.html", **context, message=message, dialogue=dialogue, why=why)

    app[LIVE].register("chat-failed", failed)
