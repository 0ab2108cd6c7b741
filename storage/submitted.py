"""What visitors sent by forms: of an inquiry, with the forms as they are drawn now, and the files."""

from collections.abc import Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables.forms import Submission, SubmissionFile, WebForm


async def submissions_of(session: AsyncSession, inquiry_id: int) -> list[Submission]:
    """The oldest first."""
    query = select(Submission).where(Submission.inquiry_id == inquiry_id).order_by(col(Submission.id))
    return list((await session.exec(query)).all())


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
