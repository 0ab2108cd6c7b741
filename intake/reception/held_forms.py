"""A request by a form that was held, or kept away, turns out to be somebody who asks for something."""

from intake.model.forms import FormEvent
from intake.reception.form_rows import Sent, inquiry_columns, read
from intake.reception.forms import who_sent
from storage import submissions, submissions_write, touches
from storage.access import Actor
from storage.database import Database
from storage.tables.forms import Submission, WebForm


async def take_up(database: Database, submission_id: int, who: Actor) -> tuple[int, int]:
    """An inquiry of it, that waits since it came; its id and the action's, for undo.

    Raises NotFound("no-such-submission") and Conflict("already-taken-up", inquiry=)."""
    async with database.transaction() as session:
        submission = await submissions.submission_to_take_up(session, submission_id)
        form = await session.get_one(WebForm, submission.form_id)
        sent = _sent(submission, form)
        await touches.hold(session, sent.keys)
        known = await submissions_write.known(session, {*sent.phones, *sent.emails})
        caller = await who_sent(session, sent, known)
        columns = inquiry_columns(sent, caller)
        return await submissions.make_inquiry(session, submission, columns, caller, sent.keys, who)


def _sent(submission: Submission, form: WebForm) -> Sent:
    event = FormEvent(
        channel=f"form:{form.id}",
        external_id="",
        earlier="",
        same_minutes=0,
        at=submission.at,
        form_id=submission.form_id,
        form_name=form.name,
        values=(),
        said=(),
    )
    return read(event, submission.said)
