"""What came by forms, for programs."""

from sqlmodel.ext.asyncio.session import AsyncSession

from storage.consents import Agreed, consents_of
from storage.history import stored_id
from storage.submitted import files_of, forms_named, submissions_of
from storage.tables.forms import Submission, SubmissionFile
from web.api import schema


async def requests_of(session: AsyncSession, inquiry_id: int) -> list[schema.FormRequest]:
    """The oldest first."""
    sent = await submissions_of(session, inquiry_id)
    ids = [stored_id(one) for one in sent]
    forms, files = await forms_named(session, sent), await files_of(session, ids)
    agreed = await consents_of(session, ids) if ids else []
    return [_shown(one, forms.get(one.form_id, ""), files[stored_id(one)], agreed) for one in sent]


def _shown(
    one: Submission, form: str, files: list[SubmissionFile], agreed: list[Agreed]
) -> schema.FormRequest:
    return schema.FormRequest(
        number=stored_id(one),
        form_id=one.form_id,
        form=form,
        at=one.at,
        via=one.via,
        values=[schema.ValueSent(name=name, label=label, value=value) for name, label, value in one.values],
        problems={name: str(code) for name, code in one.problems.items()},
        files=[schema.FileSent.model_validate(file) for file in files],
        consents=[_agreed(each) for each in agreed if each.consent.submission_id == one.id],
        page=one.page,
        referrer=one.referrer,
        utm={name: str(value) for name, value in one.utm.items()},
    )


def _agreed(one: Agreed) -> schema.ConsentShown:
    return schema.ConsentShown(
        id=stored_id(one.consent),
        purpose=one.text.purpose,
        version=one.text.version,
        digest=one.text.digest,
        given=one.consent.given,
        at=one.consent.at,
        withdrawn_at=one.consent.withdrawn_at,
    )
