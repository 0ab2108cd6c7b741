"""What an inquiry's chats leave behind when it is accepted: whoever wrote there is known from now on."""

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.model.wizard import Existing
from intake.wizard.decided import add_point
from intake.wizard.sides import Sides
from storage import parties
from storage.chat_identities import point_of
from storage.chats import dialogues_of
from storage.consents import hang_on_of_chat
from storage.database import announce
from storage.history import Journal, stored_id
from storage.tables.chats import Dialogue
from storage.tables.inquiries import Inquiry
from storage.tables.parties import PointKind


async def keep_chats(session: AsyncSession, j: Journal, inquiry: Inquiry, sides: Sides) -> None:
    """On the contact's or the lead's card, else on the company's; journalled, so that undo takes it off
    again. Who is somebody's already stays theirs, and a group is nobody's."""
    if not sides.refs:
        return
    for dialogue in await dialogues_of(session, stored_id(inquiry)):
        if not dialogue.group:
            await _keep(session, j, dialogue, sides.refs[0])
            await hang_on_of_chat(session, j, stored_id(dialogue), **sides.ids)
        announce(session, "dialogue", dialogue=dialogue.id, inquiry=inquiry.id, message=None)


async def _keep(session: AsyncSession, j: Journal, dialogue: Dialogue, owner: Existing) -> None:
    if await parties.owners_of(session, PointKind.MESSENGER, dialogue.identity):
        return
    await add_point(j, owner, point_of(dialogue), await parties.points_of(session, [owner]))
