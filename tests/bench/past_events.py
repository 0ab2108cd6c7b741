"""A past: requests, letters and ended calls of clients and strangers, as reception writes them."""

import random
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select

from storage.batches import batches
from storage.columns import now
from storage.tables.forms import Submission, WebForm
from storage.tables.inquiries import Inquiry, InquiryEvent
from storage.tables.letters import LetterRecord, Mailbox
from storage.tables.parties import Point, PointKind

SEED = 5
DAYS = 30
FIRST = 10_000_000  # their ids begin behind those of the world that is there
OURS = 1001  # id of the form and of the mailbox
KNOWN = 0.4  # of those who come are clients
MIX = ("form", "form", "form", "letter", "letter", "call")
STATES = ("new", "accepted", "accepted", "linked", "declined")
WANTED = ("Нужны столы и стулья", "Счёт на оплату", "Предлагаем продвижение сайтов", "Когда доставка?",
          "Прошу прайс на светильники", "We need office chairs")  # fmt: skip

Row = dict[str, Any]


def write_past(connection: Connection, number: int) -> None:
    """So many events, an inquiry each, spread over the last days."""
    chance = random.Random(SEED)
    connection.execute(insert(WebForm).values(id=OURS, key="k", name="Прошлая заявка", secret="s"))
    connection.execute(insert(Mailbox).values(id=OURS, name="Отдел прошлого", address="past@house.example"))
    phones, emails = _points(connection, PointKind.PHONE), _points(connection, PointKind.EMAIL)
    begin = now() - timedelta(days=DAYS)
    for some in batches(range(1, number + 1), 2000):
        made = [
            _one(one, chance, begin + timedelta(days=DAYS) * one / number, phones, emails) for one in some
        ]
        for table in (Inquiry, InquiryEvent, Submission, LetterRecord):
            rows = [row for rows in made for kind, row in rows if kind is table]
            if rows:
                connection.execute(insert(table), rows)


def _points(connection: Connection, kind: PointKind) -> list[str]:
    table = Point.__table__  # type: ignore[attr-defined]
    return list(connection.execute(select(table.c.value).where(table.c.kind == kind)).scalars())


def _one(
    number: int, chance: random.Random, at: datetime, phones: list[str], emails: list[str]
) -> list[tuple[Any, Row]]:
    channel = chance.choice(MIX)
    known = chance.random() < KNOWN
    phone = chance.choice(phones) if known else f"+7495{number:07}"
    email = chance.choice(emails) if known else f"gast{number}@mail{number % 500}.example"
    sender = email if channel == "letter" else phone
    wanted = f"{chance.choice(WANTED)} № {number}. " + "Подробности письмом, спасибо. " * chance.randrange(
        1, 30
    )
    opened = {
        "id": FIRST + number, "channel": channel, "state": chance.choice(STATES), "opened_at": at,
        "touched_at": at, "sender": sender, "sender_name": f"Гость {number}", "subject": wanted[:60],
        "line": "Прошлая заявка",
    }  # fmt: skip
    event = {
        "id": FIRST + number, "inquiry_id": FIRST + number, "external_id": f"{number}",
        "kind": channel, "at": at, "heard_at": at, "fact": {}, "channel": f"form:{OURS}", "raw": "",
    }  # fmt: skip
    rows: list[tuple[Any, Row]] = [(Inquiry, opened)]
    if channel == "call":
        outcome = chance.choice(("answered", "missed"))
        fact = {"direction": "in", "number": phone, "did": "74951000101", "outcome": outcome}
        event |= {"channel": "asterisk:9", "kind": "call-ended", "fact": fact}
    elif channel == "letter":
        event |= {"channel": f"imap:{OURS}", "fact": {"fingerprint": f"{number:064x}"}}
        rows.append((LetterRecord, {
            "inquiry_id": FIRST + number, "mailbox_id": OURS, "at": at, "fingerprint": f"{number:064x}",
            "message_id": f"{number}@mail.example", "sender_email": email, "sender_name": f"Гость {number}",
            "subject": wanted[:60], "text": wanted * 3, "reply_text": wanted, "html": "", "raw_size": 0,
        }))  # fmt: skip
    else:
        rows.append((Submission, {
            "form_id": OURS, "event_id": FIRST + number, "inquiry_id": FIRST + number, "at": at,
            "values": [["name", "Имя", f"Гость {number}"], ["wanted", "Вопрос", wanted]],
            "said": {"name": f"Гость {number}", "phone": phone, "email": email, "wanted": wanted},
            "page": "https://shop.example/tables", "utm": {"utm_source": "yandex"},
        }))  # fmt: skip
    return [*rows, (InquiryEvent, event)]
