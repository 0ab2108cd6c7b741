"""Letters of ours that did not go: given up, or tried again in vain. Somebody believes to have answered."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables.inquiries import Inquiry
from storage.tables.letters import LetterRecord, Sending

ON_THE_WAY = (Sending.QUEUED, Sending.SENDING)


def has_unsent() -> ColumnElement[bool]:
    """Of an inquiry: one of its letters did not go. By a short list of them, for they are few."""
    return col(Inquiry.id).in_(_inquiries())


async def with_unsent(session: AsyncSession, inquiries: Collection[int]) -> set[int]:
    """Those of these inquiries."""
    if not inquiries:
        return set()
    found = await session.exec(_inquiries().where(col(LetterRecord.inquiry_id).in_(inquiries)))
    return set(found)


def is_unsent(letter: LetterRecord, letters: Collection[LetterRecord]) -> bool:
    """The same of a letter in its thread."""
    if letter.sending is not Sending.FAILED:
        return letter.sending in ON_THE_WAY and bool(letter.error)
    return not any(one.sending is Sending.SENT and one.at > letter.at for one in letters)


def _inquiries() -> Any:
    return select(LetterRecord.inquiry_id).where(col(LetterRecord.inquiry_id).is_not(None), _unsent())


def _unsent() -> ColumnElement[bool]:
    """What was given up counts until another letter to them has gone."""
    later = aliased(LetterRecord)
    gone = exists().where(
        col(later.inquiry_id) == col(LetterRecord.inquiry_id),
        col(later.sending) == Sending.SENT,
        col(later.at) > col(LetterRecord.at),
    )
    given_up = and_(col(LetterRecord.sending) == Sending.FAILED, ~gone)
    in_vain = and_(col(LetterRecord.sending).in_(ON_THE_WAY), col(LetterRecord.error) != "")
    return and_(
        col(LetterRecord.sending).in_((Sending.FAILED, *ON_THE_WAY)),  # by the index
        or_(given_up, in_vain),
    )
