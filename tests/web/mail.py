"""Letters that are there, for tests of pages."""

import base64
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from storage.files import Files
from storage.letters import deflate
from storage.tables.inquiries import Channel, Inquiry
from storage.tables.letters import Attachment, LetterRecord, Mailbox
from tests.site import Site
from tests.web.records import keep
from web.keys import FILES

BOX = "sales@firma.example"
SENDER = "i.roschin@technopark.example"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mNk+M9Qz0AEYBxVSF+FABJADveWkH6oAAAAAElFTkSuQmCC"
)
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
    b"3 0 obj<</Type/Page/MediaBox[0 0 300 200]/Parent 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n"
)
RAW = b"From: x@y.example\r\nSubject: Hi\r\nContent-Type: text/plain; charset=windows-1251\r\n\r\nhello\r\n"

_numbers = count(1)


async def letter(site: Site, inquiry_id: int | None = None, raw: bytes = RAW, **values: Any) -> int:
    """A letter of Ilya's that came three minutes ago; its id."""
    text = values.get("text", "We need lamps.")
    said = {
        "at": datetime.now(UTC) - timedelta(minutes=3),
        "fingerprint": f"{next(_numbers):064x}",
        "from_email": SENDER,
        "from_name": "Илья Рощин",
        "sender_email": SENDER,
        "sender_name": "Илья Рощин",
        "subject": "Lamps wanted",
        "text": text,
        "reply_text": text,
        "recipients": [{"role": "to", "email": BOX, "name": "Sales"}],
        "raw": deflate(raw),
        "raw_size": len(raw),
    }
    (row_id,) = await keep(site, LetterRecord(inquiry_id=inquiry_id, **{**said, **values}))
    return row_id


async def inquiry_by_letter(site: Site, minutes: float = 3, **values: Any) -> tuple[int, int]:
    """An inquiry that a letter opened: their ids. `values`: of the letter; `of_inquiry` of the other."""
    at = datetime.now(UTC) - timedelta(minutes=minutes)
    of_inquiry = {
        "channel": Channel.LETTER, "opened_at": at, "touched_at": at, "sender": SENDER,
        "sender_name": "Илья Рощин", "subject": values.get("subject", "Lamps wanted"), "line": BOX,
    } | values.pop("of_inquiry", {})  # fmt: skip
    (inquiry,) = await keep(site, Inquiry(**of_inquiry))
    return inquiry, await letter(site, inquiry, **{"at": at, **values})


async def attach(site: Site, letter_id: int, content: bytes = PNG, **values: Any) -> int:
    """A file of a letter; its id."""
    files: Files = site.app[FILES]
    said = {
        "filename": "photo.png",
        "content_type": "image/png",
        "size": len(content),
        "digest": files.keep(content),
    }
    (row_id,) = await keep(site, Attachment(letter_id=letter_id, **{**said, **values}))
    return row_id


async def mailbox(site: Site, name: str = "Sales desk", address: str = BOX) -> int:
    (row_id,) = await keep(site, Mailbox(name=name, address=address))
    return row_id
