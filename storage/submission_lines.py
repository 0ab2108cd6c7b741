"""Requests by forms as the rows of inquiries tell them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables.forms import Submission, SubmissionFile, WebForm

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


@dataclass(frozen=True, slots=True)
class RequestTold:
    """A request as timelines tell it; `files`: the id and the name of each that is still there."""

    id: int
    inquiry_id: int | None
    at: datetime
    form: str
    snippet: str
    wrong: int
    files: tuple[tuple[int, str], ...]


async def requests_of(
    session: AsyncSession, inquiries: Iterable[int | None], limit: int
) -> list[RequestTold]:
    """Of these inquiries, the newest first."""
    query = (
        select(Submission, WebForm.name)
        .join(WebForm, col(WebForm.id) == Submission.form_id)
        .where(col(Submission.inquiry_id).in_([one for one in inquiries if one is not None]))
        .order_by(col(Submission.at).desc(), col(Submission.id).desc())
    )
    found = (await session.exec(query.limit(limit))).all()
    files = await _files(session, [sent.id for sent, _ in found])
    return [
        RequestTold(
            sent.id or 0, sent.inquiry_id, sent.at, form, snippet_of(sent.said), len(sent.problems),
            tuple(files.get(sent.id or 0, ())),
        )
        for sent, form in found
    ]  # fmt: skip


async def _files(session: AsyncSession, submissions: list[int | None]) -> dict[int, list[tuple[int, str]]]:
    files: dict[int, list[tuple[int, str]]] = {}
    query = select(SubmissionFile).where(
        col(SubmissionFile.submission_id).in_(submissions), col(SubmissionFile.removed_at).is_(None)
    )
    for file in (
        (await session.exec(query.order_by(col(SubmissionFile.position)))).all() if submissions else ()
    ):
        files.setdefault(file.submission_id, []).append((file.id or 0, file.filename))
    return files
