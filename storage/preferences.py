"""What the administrator decided, with types and defaults. A setting that was never made, or makes no sense
any more, has its default; a person's own choices are in `User.preferences` (web/preferences.py).
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import Rejected
from intake.model.wizard import Mode, PartyKind
from storage.access import Actor
from storage.database import announce
from storage.history import journal
from storage.tables.history import Setting


class Settings(BaseModel):
    """Each is kept under its name with dashes: «newcomer-kind»."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    newcomer_kind: Literal[PartyKind.ACCOUNT, PartyKind.LEAD] = Field(
        PartyKind.LEAD, description="What an unknown party is registered as"
    )
    pipeline_id: int | None = Field(
        None, ge=1, le=2**31 - 1, description="Where new interests begin; empty: the first pipeline"
    )
    wizard_opens: Literal["ring", "answer", "hand"] = Field(
        "answer", description="When the wizard opens for those who chose nothing themselves"
    )
    search_mode: Mode = Field(Mode.INEXACT, description="How the wizard searches until a person chooses")
    consent_purpose: str = Field(
        "", max_length=120, description="The consent that page 2 asks for; empty: the newest text"
    )
    letter_file_days: int = Field(
        0, ge=0, le=36_500, description="How long attachments and raw letters are kept; 0: for ever"
    )
    touch_minutes: int = Field(
        30, ge=0, le=10_080, description="The same person again within them is the same inquiry; 0: never"
    )
    call_answer_minutes: int = Field(10, ge=1, le=10_000, description="A missed call is answered within")
    letter_answer_minutes: int = Field(60, ge=1, le=10_000, description="… a letter, in working time")
    form_answer_minutes: int = Field(15, ge=1, le=10_000, description="… a request from a form")
    chat_answer_minutes: int = Field(10, ge=1, le=10_000, description="… a message in a chat")
    chat_again_hours: int = Field(
        24, ge=0, le=8760, description="What is written in a chat within them after a decision belongs to it"
    )
    calendar_id: int | None = Field(None, ge=1, le=2**31 - 1, description="Working hours; empty: always")
    default_responsible_id: int | None = Field(
        None, ge=1, le=2**31 - 1, description="Who gets what no rule gives to anybody"
    )
    notify_mailbox_id: int | None = Field(
        None, ge=1, le=2**31 - 1, description="Where notifications are sent from; empty: no letters"
    )
    recording_url: str = Field(
        "", max_length=500, description="Address of a recording; {file} is what the PBX calls it"
    )


KNOWN = "settings"  # of a session: several pieces of one transaction ask


async def settings(session: AsyncSession) -> Settings:
    """All of them, read once a transaction."""
    if KNOWN not in session.info:
        session.info[KNOWN] = await _read(session)
    known: Settings = session.info[KNOWN]
    return known


async def _read(session: AsyncSession) -> Settings:
    stored = {row.key.replace("-", "_"): row.value for row in await session.exec(select(Setting))}
    known = {name: value for name, value in stored.items() if name in Settings.model_fields}
    try:
        return Settings(**known)
    except ValidationError as error:
        return Settings(**{name: value for name, value in known.items() if name not in wrong_in(error)})


async def change_settings(session: AsyncSession, who: Actor, **changes: Any) -> Settings:
    """Keep what differs, with who did it. Raises Rejected("bad-settings", fields=[…]) and keeps nothing."""
    before = await settings(session)
    try:
        after = Settings(**(before.model_dump() | changes))
    except ValidationError as error:
        raise Rejected("bad-settings", fields=sorted(wrong_in(error))) from error
    async with journal(session, "change-settings", who) as log:
        for name, value in after.model_dump(mode="json").items():
            if value != before.model_dump(mode="json")[name]:
                key = name.replace("_", "-")
                row = await session.get(Setting, key)
                await (log.change(row, value=value) if row else log.add(Setting(key=key, value=value)))
    session.info[KNOWN] = after
    announce(session, "settings")
    return after


def wrong_in(error: ValidationError) -> set[str]:
    """The names of the fields that pydantic refused."""
    return {str(part["loc"][0]) for part in error.errors()}
