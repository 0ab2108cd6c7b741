"""The dialogues beside the wizard, and what they offer: each offer fills fields when somebody takes it."""

from dataclasses import dataclass

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.model.prefill import Said
from intake.wizard.said import said
from storage.chats import bots_of, dialogues_of
from storage.tables.inquiries import Inquiry
from web.access import Viewer
from web.pages.dialogues_shown import ShownMessage, ShownThread, thread_shown
from web.pages.wizard_form import Form, typed_of
from web.pages.wizard_letter import OfferShown, shown_offer


@dataclass(frozen=True, slots=True)
class BesideChat:
    """What was said of the inquiry in each dialogue. `whose`: fields that say who it is, where that is
    known."""

    threads: list[ShownThread]
    said: Said | None
    whose: Form
    letter: None = None
    submissions: tuple[()] = ()

    @property
    def heard(self) -> list[ShownMessage]:
        return [one for thread in self.threads for one in thread.messages if one.spoken]

    @property
    def gist(self) -> str:
        """What they want, in a line."""
        return " ".join((self.said.wanted if self.said else "").split())[:300]

    @property
    def file_names(self) -> str:
        files = (file for one in self.heard for some in one.files.values() for file in some)
        return ", ".join(file.name for file in files if not file.row.removed_at)

    def offers(self, step: int) -> list[OfferShown]:
        return [shown_offer(offer, step) for offer in self.said.offers] if self.said else []

    @property
    def form(self) -> Form:
        """What stands in the fields of page 1 before anybody types, and who is chosen there."""
        return (typed_of(self.said.criteria) if self.said else {}) | self.whose


async def chat_beside(session: AsyncSession, inquiry: Inquiry, viewer: Viewer) -> BesideChat | None:
    """None for what nobody has said in a chat."""
    threads = await threads_of(session, inquiry)
    if not threads:
        return None
    told = await said(session, inquiry, viewer.actor())
    return BesideChat(threads, told, _whose(inquiry))


async def threads_of(session: AsyncSession, inquiry: Inquiry) -> list[ShownThread]:
    """What was said of it, in each dialogue where it was."""
    dialogues = await dialogues_of(session, inquiry.id or 0)
    bots = await bots_of(session, dialogues)
    return [
        await thread_shown(session, one, bots[one.bot_id], inquiry.id)
        for one in dialogues
        if one.bot_id in bots
    ]


def _whose(inquiry: Inquiry) -> Form:
    """Of a person of a messenger the fields find nobody: a key is typed by no one."""
    client = ""
    if inquiry.account_id is not None:
        client = f"account:{inquiry.account_id}"
    elif inquiry.lead_id is not None:
        client = f"lead:{inquiry.lead_id}"
    found = {"client": client, "contact": str(inquiry.contact_id or "")}
    return {name: value for name, value in found.items() if value}
