"""How soon people are to be answered, as the administrator says."""

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.model.targets import Targets
from storage.preferences import Settings, settings
from storage.tables.inquiries import Channel
from storage.worktime import hours


async def targets(session: AsyncSession) -> Targets:
    return Targets(minutes_of(await settings(session)), await hours(session))


def minutes_of(house: Settings) -> dict[str, int]:
    """By channel; who stands at the counter is answered like a caller."""
    return {
        Channel.CALL.value: house.call_answer_minutes,
        Channel.MANUAL.value: house.call_answer_minutes,
        Channel.LETTER.value: house.letter_answer_minutes,
        Channel.FORM.value: house.form_answer_minutes,
        Channel.CHAT.value: house.chat_answer_minutes,
    }
