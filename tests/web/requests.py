"""A form and what came by it, for tests of pages."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from storage.files import Files
from storage.tables.forms import Submission, SubmissionFile, SubmissionState, WebForm
from storage.tables.inquiries import Channel, Inquiry, InquiryEvent
from storage.tables.work import Consent, ConsentText
from tests.site import Site
from tests.web.mail import PNG
from tests.web.records import keep
from web.keys import FILES

OLGA = "+79165550102"
EMAIL = "olga@klyon.example"
FIELDS: list[dict[str, Any]] = [
    {"name": "fio", "label": "Your name", "target": "name", "kind": "text"},
    {"name": "tel", "label": "Telephone", "target": "phone", "kind": "phone"},
    {"name": "mail", "label": "Mail", "target": "email", "kind": "email"},
    {"name": "text", "label": "What is wanted", "target": "wanted", "kind": "long"},
    {"name": "rooms", "label": "How many rooms", "target": "interest.custom", "kind": "text"},
    {"name": "site", "label": "Your site", "target": "site", "kind": "text"},
    {"name": "agree", "label": "I agree", "kind": "consent", "purpose": "calls"},
]
SAID = {"name": "Ольга Зайцева", "phone": OLGA, "email": EMAIL, "wanted": "Lamps for a barn"}
VALUES = [
    ["fio", "Your name", "Ольга Зайцева"], ["tel", "Telephone", "8 916 555-01-02"],
    ["mail", "Mail", EMAIL], ["text", "What is wanted", "Lamps for a barn"],
    ["rooms", "How many rooms", "three"], ["agree", "I agree", "yes"],
]  # fmt: skip

_numbers = count(1)


async def form(site: Site, name: str = "From the site", **values: Any) -> int:
    (form_id,) = await keep(
        site, WebForm(key=f"k{next(_numbers)}", name=name, fields=FIELDS, secret="s", **values)
    )
    return form_id


async def request_of(site: Site, form_id: int, inquiry_id: int | None, **values: Any) -> int:
    """A submission; its id."""
    at = datetime.now(UTC) - timedelta(minutes=3)
    number = next(_numbers)
    event = InquiryEvent(channel=f"form:{form_id}", external_id=str(number), kind="form", at=at)
    event.inquiry_id = inquiry_id
    (event_id,) = await keep(site, event)
    sent: dict[str, Any] = {
        "form_id": form_id, "event_id": event_id, "inquiry_id": inquiry_id, "at": at, "values": VALUES,
        "said": SAID, "utm": {"utm_source": "yandex"}, "page": "https://shop.example/lamps",
        "referrer": "https://ya.example/", "address": "203.0.113.9", "agent": "Firefox/140",
    }  # fmt: skip
    (submission_id,) = await keep(site, Submission(**(sent | values)))
    return submission_id


async def inquiry_by_form(site: Site, **values: Any) -> tuple[int, int]:
    """An inquiry that a form opened, and its submission."""
    at = datetime.now(UTC) - timedelta(minutes=3)
    inquiry = Inquiry(
        channel=Channel.FORM, opened_at=at, touched_at=at, sender=OLGA, sender_name="Ольга Зайцева",
        subject="Lamps for a barn", line="From the site",
    )  # fmt: skip
    (inquiry_id,) = await keep(site, inquiry)
    return inquiry_id, await request_of(site, await form(site), inquiry_id, **values)


async def held(site: Site, *why: str, **values: Any) -> int:
    """A submission that waits until somebody has looked."""
    form_id = await form(site, name=f"Form {next(_numbers)}")
    state: dict[str, Any] = {"state": SubmissionState.HELD, "held": list(why or ("too-quick",))}
    return await request_of(site, form_id, None, **(state | values))


async def agreed(site: Site, submission_id: int | None, inquiry_id: int | None, **values: Any) -> int:
    text = ConsentText(purpose="calls", text="I agree to be called", digest="ab" * 32)
    (text_id,) = await keep(site, text)
    given: dict[str, Any] = {
        "text_id": text_id, "given": "form", "inquiry_id": inquiry_id, "submission_id": submission_id,
        "address": "203.0.113.9", "page": "https://shop.example/lamps", "agent": "Firefox/140",
    }  # fmt: skip
    (consent_id,) = await keep(site, Consent(**(given | values)))
    return consent_id


async def with_file(site: Site, submission_id: int, content: bytes = PNG, **values: Any) -> int:
    files: Files = site.app[FILES]
    known: dict[str, Any] = {"filename": "plan.png", "content_type": "image/png", "size": len(content)}
    digest = files.keep(content)
    row = SubmissionFile(submission_id=submission_id, field="plan", digest=digest, **(known | values))
    (file_id,) = await keep(site, row)
    return file_id
