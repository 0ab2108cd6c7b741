"""What came by each form: how much, how lately, and what of it waits to be looked at."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables.forms import Submission, SubmissionState

LATELY = timedelta(days=30)
QUIET_AFTER = 3  # times its usual pause, and then it is strange
LEAST_QUIET = timedelta(days=2)  # a weekend is not strange
USUAL_FROM = 10  # submissions that say what is usual


@dataclass(frozen=True, slots=True)
class Came:
    """By one form. `lately`: taken in the last 30 days; `waiting`: held until somebody has looked."""

    lately: int = 0
    last: datetime | None = None
    waiting: int = 0

    def is_strangely_quiet(self, at: datetime) -> bool:
        """Nothing for much longer than usual: the page may have lost its form."""
        if self.last is None or self.lately < USUAL_FROM:
            return False
        return at - self.last > max(LATELY / self.lately * QUIET_AFTER, LEAST_QUIET)


async def came_by_forms(session: AsyncSession, at: datetime) -> dict[int, Came]:
    """By the form's id; a form by which nothing ever came is not there."""
    taken = dict(
        (
            await session.exec(
                select(Submission.form_id, func.count())
                .where(Submission.state == SubmissionState.TAKEN, col(Submission.at) >= at - LATELY)
                .group_by(col(Submission.form_id))
            )
        ).all()
    )
    waiting = dict(
        (
            await session.exec(
                select(Submission.form_id, func.count())
                .where(Submission.state == SubmissionState.HELD)
                .group_by(col(Submission.form_id))
            )
        ).all()
    )
    last = (
        await session.exec(
            select(Submission.form_id, func.max(Submission.at)).group_by(col(Submission.form_id))
        )
    ).all()
    return {form_id: Came(taken.get(form_id, 0), when, waiting.get(form_id, 0)) for form_id, when in last}
