"""Letters to be answered, and a mailbox that can answer, for tests."""

from datetime import UTC, datetime
from typing import Any

from sqlmodel import col, select

from intake.model.letters import LetterKind
from storage.database import Database
from storage.history import stored_id
from storage.letters_write import keep_references
from storage.tables.inquiries import Channel, Inquiry
from storage.tables.letters import LetterRecord, LetterWay, Mailbox
from storage.threads import key

OURS = "sales@lamps.example"
THEIRS = "marina@romashka.example"
THEIR_ID = "root.1@romashka.example"


async def stored(database: Database, row: Any) -> int:
    async with database.transaction() as session:
        session.add(row)
        await session.flush()
    return stored_id(row)


async def mailbox(database: Database, **values: Any) -> int:
    """One that can send, but nowhere: its server is not there."""
    usual: dict[str, Any] = {
        "name": "Sales", "address": OURS, "from_name": "Lamps, Ltd", "smtp_host": "127.0.0.1", "smtp_port": 9,
        "smtp_security": "none", "signature_ru": "С уважением,\n{я}", "signature_en": "Kind regards,\n{me}",
    }  # fmt: skip
    return await stored(database, Mailbox(**(usual | values)))


async def inquiry(database: Database, **values: Any) -> int:
    usual: dict[str, Any] = {
        "channel": Channel.LETTER, "sender": THEIRS, "sender_name": "Марина Ковалёва",
        "subject": "Нужны лампы", "line": OURS,
    }  # fmt: skip
    return await stored(database, Inquiry(**(usual | values)))


async def letter(database: Database, inquiry_id: int | None, **values: Any) -> int:
    """One of Marina's that came in."""
    usual: dict[str, Any] = {
        "inquiry_id": inquiry_id, "fingerprint": f"{values.get('message_id', THEIR_ID)}"[:64],
        "message_id": THEIR_ID, "from_email": THEIRS, "from_name": "Марина Ковалёва",
        "sender_email": THEIRS, "sender_name": "Марина Ковалёва", "subject": "Нужны лампы",
        "text": "Здравствуйте!\nНужно 12 ламп.", "reply_text": "Здравствуйте!\nНужно 12 ламп.",
        "recipients": [{"role": "to", "email": OURS, "name": ""}], "kind": LetterKind.LETTER,
        "at": datetime.now(UTC),
    }  # fmt: skip
    letter_id = await stored(database, LetterRecord(**(usual | values)))
    async with database.transaction() as session:
        await keep_references(session, letter_id, [key((usual | values)["message_id"])])
    return letter_id


async def thread(database: Database, **values: Any) -> tuple[int, int, int]:
    """A mailbox, an inquiry and its letter: their ids."""
    box = await mailbox(database)
    about = await inquiry(database)
    return box, about, await letter(database, about, mailbox_id=box, **values)


async def ours(database: Database) -> list[LetterRecord]:
    """The letters that we wrote, the oldest first."""
    async with database.reading() as session:
        query = select(LetterRecord).where(LetterRecord.way == LetterWay.OUT)
        return list(await session.exec(query.order_by(col(LetterRecord.id))))
