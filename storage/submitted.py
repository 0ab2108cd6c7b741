"""What visitors sent by forms: of an inquiry, with the forms as they are drawn now, and the files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, literal_column, tuple_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import NotFound
from intake.matching.emails import read_emails
from storage.access import Actor
from storage.inquiries import inquiry_row
from storage.tables.forms import Submission, SubmissionFile, SubmissionState, WebForm

PAGE = 50  # rows

SubmissionPlace = tuple[datetime, int]


async def submissions_of(session: AsyncSession, inquiry_id: int) -> list[Submission]:
    """The oldest first."""
    query = select(Submission).where(Submission.inquiry_id == inquiry_id).order_by(col(Submission.id))
    return list((await session.exec(query)).all())


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom a letter of ours answers that came by a form, and the number that they were told."""

    number: int
    email: str


async def form_answered(session: AsyncSession, inquiry_id: int) -> Asked | None:
    """The last request of an inquiry that leaves an address; None where none does."""
    for one in reversed(await submissions_of(session, inquiry_id)):
        given = one.said.get("email") or ""
        texts = given if isinstance(given, list) else [given]
        if found := [email for text in texts for email in read_emails(str(text))]:
            return Asked(one.id or 0, found[0].address)
    return None


async def forms_of(session: AsyncSession, submissions: Sequence[Submission]) -> dict[int, WebForm]:
    """The forms that they came by, by id."""
    ids = {one.form_id for one in submissions}
    found = (await session.exec(select(WebForm).where(col(WebForm.id).in_(ids)))).all() if ids else ()
    return {form.id or 0: form for form in found}


async def files_of(session: AsyncSession, submission_ids: Sequence[int]) -> dict[int, list[SubmissionFile]]:
    """By submission, in the order they were sent in."""
    files: dict[int, list[SubmissionFile]] = {id_: [] for id_ in submission_ids}
    query = select(SubmissionFile).where(col(SubmissionFile.submission_id).in_(submission_ids))
    ordered = query.order_by(col(SubmissionFile.position), col(SubmissionFile.id))
    for file in (await session.exec(ordered)).all() if files else ():
        files[file.submission_id].append(file)
    return files


async def submission(session: AsyncSession, submission_id: int) -> Submission:
    """Raises NotFound("no-such-submission")."""
    found = await session.get(Submission, submission_id)
    if found is None:
        raise NotFound("no-such-submission", id=submission_id)
    return found


async def submission_seen_by(session: AsyncSession, who: Actor, submission_id: int) -> Submission:
    """Raises NotFound for one of an inquiry that `who` may not see. What is no inquiry is everybody's."""
    found = await submission(session, submission_id)
    if found.inquiry_id is not None:
        await inquiry_row(session, who, found.inquiry_id)
    return found


async def submission_file(session: AsyncSession, submission_id: int, file_id: int) -> SubmissionFile:
    """Raises NotFound for a file of another one."""
    found = await session.get(SubmissionFile, file_id)
    if found is None or found.submission_id != submission_id:
        raise NotFound("no-such-attachment", id=file_id)
    return found


async def submissions_in(
    session: AsyncSession, state: SubmissionState, after: SubmissionPlace | None = None
) -> tuple[list[Submission], SubmissionPlace | None]:
    """Up to PAGE that are held, dismissed or ignored, the newest first, and where the next page begins."""
    query = select(Submission).where(_is_aside(), Submission.state == state)
    if after is not None:
        query = query.where(tuple_(col(Submission.at), col(Submission.id)) < after)
    query = query.order_by(col(Submission.at).desc(), col(Submission.id).desc()).limit(PAGE + 1)
    found = list(await session.exec(query))
    last = found[PAGE - 1] if len(found) > PAGE else None
    return found[:PAGE], (last.at, last.id or 0) if last else None


async def held_count(session: AsyncSession) -> int:
    """How many wait until somebody has looked; by an index of their own."""
    query = select(func.count()).where(_is_aside(), Submission.state == SubmissionState.HELD)
    return int((await session.exec(query)).one())


async def aside_counts(session: AsyncSession) -> dict[SubmissionState, int]:
    """How many there are of each kind that is no inquiry."""
    query = select(Submission.state, func.count()).where(_is_aside())
    found = await session.exec(query.group_by(col(Submission.state)))
    return {SubmissionState(state): number for state, number in found.all()}


async def forms_named(session: AsyncSession, submissions: Sequence[Submission]) -> dict[int, str]:
    """What their forms are called, by id."""
    return {id_: form.name for id_, form in (await forms_of(session, submissions)).items()}


def _is_aside() -> ColumnElement[bool]:
    """In the words of the index, which is of these alone."""
    return col(Submission.state) != literal_column("'taken'")
