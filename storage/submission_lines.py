"""Requests by forms as the rows of inquiries tell them."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables.forms import Submission, SubmissionFile

SNIPPET = 240  # characters of what is wanted that a row may need


@dataclass(frozen=True, slots=True)
class FormLine:
    """The last request of an inquiry; `number` counts all of them, `wrong` what it has wrong."""

    snippet: str
    files: int
    number: int
    wrong: int


async def last_requests(session: AsyncSession, inquiries: list[int]) -> dict[int, FormLine]:
    """By inquiry; one without requests is not named."""
    if not inquiries:
        return {}
    of_these = col(Submission.inquiry_id).in_(inquiries)
    number = func.count().over(partition_by=col(Submission.inquiry_id))
    files = (
        select(func.count())
        .where(col(SubmissionFile.submission_id) == col(Submission.id))
        .correlate(Submission)
        .scalar_subquery()
    )
    query: Any = select(  # type: ignore[call-overload]
        Submission.inquiry_id, Submission.said, Submission.problems, files, number
    )
    rows = await session.exec(query.where(of_these).order_by(col(Submission.id)))
    return {row[0]: FormLine(snippet_of(row[1]), row[3], row[4], len(row[2])) for row in rows}


def snippet_of(said: dict[str, Any]) -> str:
    """The beginning of what is wanted, in one line."""
    wanted = said.get("wanted") or ""
    text = " ".join(map(str, wanted)) if isinstance(wanted, list) else str(wanted)
    return " ".join(text[: SNIPPET * 2].split())[:SNIPPET]
