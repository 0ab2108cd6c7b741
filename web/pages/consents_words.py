"""How a consent is given and taken back, in words."""

from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from storage.consents import consents_about
from storage.custom_values import custom_values
from storage.fields import CardKind
from web.i18n import gettext, mark

GIVEN = {
    "oral": mark("said it"), "form": mark("ticked it in a form"), "letter": mark("wrote it in a letter"),
    "chat": mark("agreed in a chat"), "paper": mark("signed it on paper"),
}  # fmt: skip
HOW = {
    "call": mark("by telephone"), "letter": mark("by letter"), "form": mark("by a form"),
    "in-person": mark("in person"), "paper": mark("on paper"), "chat": mark("by a button in a chat"),
}  # fmt: skip


def said_as(words: dict[str, str]) -> dict[str, str]:
    """In the viewer's language."""
    return {value: gettext(word) for value, word in words.items()}


async def asked_of(session: AsyncSession, kind: CardKind, row_id: int) -> dict[str, Any]:
    """For a card's template: what forms asked beyond its own fields, and what was agreed to."""
    return {
        "custom": await custom_values(session, kind, row_id),
        "consents": await consents_about(session, kind.value, row_id),
        "given_words": said_as(GIVEN),
    }
