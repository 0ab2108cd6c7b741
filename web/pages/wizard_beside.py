"""What came stands beside the wizard, folded into a strip: the letter, the chat, or what was sent by a
form."""

from dataclasses import dataclass

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.model.prefill import Said
from intake.wizard.said import said
from storage.submitted import submissions_of
from storage.tables.inquiries import Channel, Inquiry
from web.access import Viewer
from web.pages.submissions_shown import ShownSubmission, shown_submissions
from web.pages.wizard_chat import BesideChat, chat_beside
from web.pages.wizard_form import Form, typed_of
from web.pages.wizard_letter import Beside, OfferShown, letter_beside, shown_offer


@dataclass(frozen=True, slots=True)
class BesideForm:
    """The requests of an inquiry, the oldest first."""

    submissions: list[ShownSubmission]
    said: Said | None
    letter: None = None
    threads: tuple[()] = ()

    @property
    def name(self) -> str:
        return self.submissions[0].form

    @property
    def gist(self) -> str:
        """What stands in the first one, in a line."""
        return " · ".join(" ".join(value.text.split()) for value in self.submissions[0].values)[:300]

    @property
    def file_names(self) -> str:
        return ", ".join(file.name for one in self.submissions for file in one.files)

    def offers(self, step: int) -> list[OfferShown]:
        return [shown_offer(offer, step) for offer in self.said.offers] if self.said else []

    @property
    def form(self) -> Form:
        """What stands in the fields of page 1 before anybody types."""
        return typed_of(self.said.criteria) if self.said else {}


AnyBeside = Beside | BesideForm | BesideChat


async def beside_of(session: AsyncSession, inquiry: Inquiry, viewer: Viewer) -> AnyBeside | None:
    """None for what no letter, no chat and no form has opened or joined."""
    if inquiry.channel is Channel.LETTER:
        return await letter_beside(session, inquiry, viewer)
    sent = await submissions_of(session, inquiry.id or 0) if inquiry.channel is not Channel.CHAT else []
    if not sent:
        return await chat_beside(session, inquiry, viewer)
    shown = await shown_submissions(session, sent, viewer)
    return BesideForm(shown, await said(session, inquiry, viewer.actor()))
