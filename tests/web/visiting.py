"""A form that is drawn, and visitors who send it: for tests of the visitors' pages."""

import re
from typing import Any

from sqlmodel import col, select

from intake.model.forms import FieldKind, FormField
from storage.tables.forms import Submission, SubmissionFile, WebForm
from storage.tables.inquiries import Inquiry, InquiryEvent
from storage.tables.work import ConsentText
from storage.webforms import kept_fields
from tests.databases import store
from tests.site import Site

KEY = "doors"
FIELDS = (
    FormField("name", "Ваше имя", target="name", required=True),
    FormField("phone", "Телефон", FieldKind.PHONE, "phone"),
    FormField("email", "Почта", FieldKind.EMAIL, "email"),
    FormField("text", "Что нужно", FieldKind.LONG, "wanted"),
    FormField("plan", "План помещения", FieldKind.FILE, many=True),
    FormField("agree", "Согласен на обработку", FieldKind.CONSENT, purpose="Обработка", required=True),
)
TYPED = {"name": "Анна", "phone": "+7 916 123-45-67", "text": "Две двери", "agree": "on"}


async def draw(site: Site, *fields: FormField, **values: Any) -> WebForm:
    """A form with these fields, in English so that tests read plainly, and without waiting for people."""
    drawn = {"key": KEY, "name": "Двери", "secret": "secret", "language": "en", "least_seconds": 0, **values}
    form = WebForm(fields=kept_fields(fields or FIELDS), **drawn)
    text = ConsentText(purpose="Обработка", text="Мы бережём ваши данные.", digest="0" * 64)
    await store(site.database, form, text)
    return form


async def sent(site: Site) -> list[Submission]:
    async with site.database.reading() as session:
        return list(await session.exec(select(Submission).order_by(col(Submission.id))))


async def opened(site: Site) -> list[Inquiry]:
    async with site.database.reading() as session:
        return list(await session.exec(select(Inquiry).order_by(col(Inquiry.id))))


async def files(site: Site) -> list[SubmissionFile]:
    async with site.database.reading() as session:
        return list(await session.exec(select(SubmissionFile).order_by(col(SubmissionFile.id))))


async def facts(site: Site) -> list[InquiryEvent]:
    async with site.database.reading() as session:
        return list(await session.exec(select(InquiryEvent).order_by(col(InquiryEvent.id))))


def token_in(html: str) -> str:
    found = re.search(r'name="_token" value="([^"]+)"', html)
    assert found
    return found[1]
