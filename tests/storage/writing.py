"""Letters as a mailbox would bring them."""

from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from sqlmodel import col, select

from intake.model.letters import LetterEvent
from intake.reception import Reception
from storage.database import Database
from storage.files import Files
from storage.tables.inquiries import Inquiry
from storage.tables.letters import LetterRecord, LetterWay, Mailbox

SALES = "sales@house.example"
MARINA = "marina@romashka.example"
IGOR = "igor@mail.ru"
STRANGER = "eve@evil.example"
START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

_numbers = count(1)


def mime(sender: str = MARINA, **headers: str) -> bytes:
    """A letter's bytes. Headers by their names in lower case, «_» for «-»; `body` is the text."""
    number = next(_numbers)
    body = headers.pop("body", f"Здравствуйте! Нужно {number} столов.")
    given = {
        "from": sender,
        "to": SALES,
        "subject": f"Request {number}",
        "date": f"Sat, 21 Nov 2026 09:{number // 60 % 60:02}:{number % 60:02} +0000",
        "message_id": f"<{number}@{sender.partition('@')[2]}>",
        "content_type": "text/plain; charset=utf-8",
    } | headers
    head = "".join(f"{name.replace('_', '-').title()}: {value}\r\n" for name, value in given.items() if value)
    return f"{head}\r\n{body}\r\n".encode()


def id_of(raw: bytes) -> str:
    """«<…>» of its Message-ID."""
    return raw.lower().partition(b"message-id: ")[2].partition(b"\r\n")[0].decode()


def event(raw: bytes, **values: Any) -> LetterEvent:
    """As it came to the sales department's mailbox by IMAP, some minutes after the one before."""
    number = next(_numbers)
    given = {
        "channel": "imap:1",
        "external_id": f"INBOX/1/{number}",
        "at": START + timedelta(minutes=number),
        "mailbox": SALES,
    }
    return LetterEvent(**{**given, "raw": raw, **values})


class Post:
    """A reception that letters are brought to, and what it has made of them."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.files = Files(folder)
        self.reception = Reception(database, self.files)

    async def bring(self, *letters: bytes | LetterEvent) -> None:
        for each in letters:
            await self.reception.receive(each if isinstance(each, LetterEvent) else event(each))

    async def letters(self) -> list[LetterRecord]:
        async with self.database.reading() as session:
            return list(await session.exec(select(LetterRecord).order_by(col(LetterRecord.id))))

    async def inquiries(self) -> list[Inquiry]:
        async with self.database.reading() as session:
            return list(await session.exec(select(Inquiry).order_by(col(Inquiry.id))))

    async def inquiry(self) -> Inquiry:
        (only,) = await self.inquiries()
        return only

    async def change(self, row: Any, **values: Any) -> None:
        async with self.database.transaction() as session:
            stored = await session.get_one(type(row), row.id)
            for name, value in values.items():
                setattr(stored, name, value)

    async def store(self, *rows: Any) -> None:
        async with self.database.transaction() as session:
            for row in rows:
                session.add(row)
                await session.flush()


def mailbox(address: str = SALES, **values: Any) -> Mailbox:
    return Mailbox(**{"name": address, "address": address, **values})


def sent(to: str, token: str = "0" * 32, **values: Any) -> LetterRecord:
    """A letter of ours that has gone out."""
    given = {
        "way": LetterWay.OUT,
        "fingerprint": f"sent {token}",
        "message_id": f"intake.{token}@house.example",
        "from_email": SALES,
        "recipients": [{"role": "to", "email": to, "name": ""}],
        "sending": "sent",
    }
    return LetterRecord(**{**given, **values})
