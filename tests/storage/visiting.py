"""Requests as visitors would send them by a form."""

from itertools import count
from pathlib import Path
from typing import Any

from sqlmodel import col, select

from intake.model.forms import FormEvent, Taken
from intake.reception import Reception
from storage.columns import now
from storage.database import Database
from storage.files import Files
from storage.tables.forms import Submission, WebForm
from storage.tables.history import Job
from storage.tables.inquiries import Inquiry, InquiryEvent

_numbers = count(1)


def web_form(**values: Any) -> WebForm:
    """The first one of a database has the number 1."""
    return WebForm(**{"key": "k", "name": "Заявка с сайта", "secret": "s", **values})


def request(**values: Any) -> FormEvent:
    """What a visitor whom nobody knows sends; `said` is given as a mapping."""
    number = next(_numbers)
    said = values.pop(
        "said", {"name": f"Гость {number}", "phone": f"+7 495 100-{number:04}", "wanted": "Столы"}
    )
    given = {
        "channel": "form:1",
        "external_id": f"key {number}",
        "earlier": "",
        "same_minutes": 10,
        "at": now(),
        "form_id": 1,
        "form_name": "Заявка с сайта",
        "values": tuple((name, name.title(), value) for name, value in said.items()),
        "said": tuple(said.items()),
        "raw": f"raw {number}",
    }
    return FormEvent(**{**given, **values})


class Visitors:
    """A reception that requests are brought to, and what it has made of them."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.reception = Reception(database, Files(folder))

    async def send(self, event: FormEvent | None = None, **values: Any) -> Taken:
        return await self.reception.receive(event or request(**values))

    async def all(self, table: Any) -> list[Any]:
        async with self.database.reading() as session:
            return list(await session.exec(select(table).order_by(*table.__table__.primary_key)))

    async def submissions(self) -> list[Submission]:
        return await self.all(Submission)

    async def inquiries(self) -> list[Inquiry]:
        return await self.all(Inquiry)

    async def events(self) -> list[InquiryEvent]:
        return await self.all(InquiryEvent)

    async def jobs(self, kind: str = "decide") -> list[Job]:
        async with self.database.reading() as session:
            query = select(Job).where(Job.kind == kind).order_by(col(Job.id))
            return list(await session.exec(query))

    async def counts(self) -> tuple[int, int, int, int]:
        """Facts, submissions, inquiries, and jobs for the rules."""
        made = len(await self.events()), len(await self.submissions())
        return *made, len(await self.inquiries()), len(await self.jobs())
