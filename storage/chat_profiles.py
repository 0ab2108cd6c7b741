"""Names of people whose platform does not say them with what they write: asked for once a dialogue."""

from collections.abc import Iterable

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.model.chats import Person
from storage.chat_state import announce_dialogue, dialogue_to_change, inquiry_to_change
from storage.history import stored_id
from storage.inquiries import announce_inquiry
from storage.outbox import add_jobs
from storage.tables.chats import Dialogue

PROFILE = "chat-profile"  # the outbox's kind; payload: dialogue
MOST_NAME, MOST_NICK = 300, 200


async def ask_names(session: AsyncSession, dialogues: Iterable[Dialogue]) -> None:
    """Of those that have none."""
    nameless = sorted(stored_id(one) for one in dialogues if not one.name and not one.group)
    await add_jobs(session, PROFILE, [(f"{PROFILE}:{one}", {"dialogue": one}) for one in nameless])


async def note_name(session: AsyncSession, dialogue_id: int, person: Person) -> None:
    """Unless they have got a name meanwhile; their inquiry has it from now on as well."""
    dialogue = await dialogue_to_change(session, dialogue_id)
    if dialogue.name or not person.name:
        return
    dialogue.name = person.name[:MOST_NAME]
    dialogue.username = dialogue.username or person.username[:MOST_NICK]
    session.add(dialogue)
    inquiry = await inquiry_to_change(session, dialogue.inquiry_id)
    if inquiry is not None and not inquiry.sender_name:
        inquiry.sender_name = dialogue.name
        session.add(inquiry)
        announce_inquiry(session, inquiry)
    await session.flush()
    announce_dialogue(session, dialogue)
