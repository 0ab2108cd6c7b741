"""What a visitor sent, as templates show it: each value by its kind and what is wrong with it, the files, the
page they came from, what was agreed to."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.matching.emails import read_email
from intake.matching.phones import read_phone
from intake.model.forms import FieldKind
from storage.consents import Agreed, consents_of
from storage.history import stored_id
from storage.submitted import files_of, forms_of
from storage.tables.forms import Submission, SubmissionFile, WebForm
from storage.tables.people import Role
from web.access import Viewer
from web.i18n import gettext
from web.pages.letters_shown import ShownFile, shown_file
from web.pages.submissions_words import WAYS, problem, utm_word, why

LONGEST_LINE = 80  # characters; what is longer gets a paragraph
LINKS = ("http://", "https://")  # that may be followed: by a person, never by us


@dataclass(frozen=True, slots=True)
class ShownValue:
    """`kind`: phone, email, link, long or nothing; `key` is what is copied and called."""

    label: str
    text: str
    kind: str = ""
    key: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ShownSubmission:
    record: Submission
    id: int
    form: str
    values: list[ShownValue]
    problems: list[str]  # of fields that nothing was sent for
    files: list[ShownFile]
    consents: list[Agreed]
    held: list[str]  # why, in sentences
    utm: list[tuple[str, str]]
    page: str
    referrer: str
    address: str = ""  # and the browser: for managers only
    agent: str = ""
    way: str = ""

    @property
    def pictures(self) -> list[ShownFile]:
        return [file for file in self.files if file.looked_at and file.icon == "image"]


async def shown_submissions(
    session: AsyncSession, submissions: Sequence[Submission], viewer: Viewer
) -> list[ShownSubmission]:
    """In their order."""
    ids = [stored_id(one) for one in submissions]
    forms, files = await forms_of(session, submissions), await files_of(session, ids)
    consents = await consents_of(session, ids) if ids else []
    return [
        _shown(
            one,
            forms.get(one.form_id),
            files[stored_id(one)],
            [each for each in consents if each.consent.submission_id == one.id],
            viewer,
        )
        for one in submissions
    ]


def _shown(
    one: Submission,
    form: WebForm | None,
    files: Sequence[SubmissionFile],
    consents: list[Agreed],
    viewer: Viewer,
) -> ShownSubmission:
    kinds = {str(field.get("name")): str(field.get("kind", "")) for field in form.fields} if form else {}
    labels = {str(field.get("name")): str(field.get("label", "")) for field in form.fields} if form else {}
    sent = [value for value in one.values if kinds.get(value[0]) != FieldKind.CONSENT]
    told = {value[0] for value in sent}
    knows = viewer.may(Role.MANAGER)
    return ShownSubmission(
        record=one,
        id=stored_id(one),
        form=form.name if form else gettext("a form that is gone"),
        values=[_value(value, kinds.get(value[0], ""), one.problems.get(value[0])) for value in sent],
        problems=[
            f"{labels.get(name) or name}: {problem(str(code))}"
            for name, code in one.problems.items()
            if name not in told
        ],
        files=[shown_file(file) for file in files],
        consents=consents,
        held=[why(code) for code in one.held],
        utm=[(utm_word(name), str(value)) for name, value in one.utm.items()],
        page=one.page,
        referrer=one.referrer if _host(one.referrer) != _host(one.page) else "",
        address=one.address if knows else "",
        agent=one.agent if knows else "",
        way=gettext(WAYS[one.via]) if one.via in WAYS else "",
    )


def _value(sent: Sequence[str], kind: str, mistake: object) -> ShownValue:
    name, label, text = sent
    shown, key = _kind_of(text, kind)
    return ShownValue(label or name, text, shown, key, problem(str(mistake)) if mistake else "")


def _kind_of(text: str, kind: str) -> tuple[str, str]:
    """What it is, and what is copied of it. Of a field that the form has no more the text itself tells."""
    if kind in ("", FieldKind.PHONE) and (phone := read_phone(text)) and phone.valid:
        return "phone", phone.e164
    email = read_email(text) if kind in ("", FieldKind.EMAIL) else None
    if email and (kind or email.address == text.lower()):
        return "email", email.address
    if text.startswith(LINKS) and not any(sign.isspace() for sign in text):
        return "link", text
    return ("long", "") if len(text) > LONGEST_LINE or "\n" in text else ("", "")


def _host(address: str) -> str:
    try:
        return urlsplit(address).netloc
    except ValueError:
        return ""
