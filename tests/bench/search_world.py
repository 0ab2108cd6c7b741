"""A seeded world for measuring the search: companies, their people, phones, interests."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert

from storage.search.words import reindex
from storage.tables import metadata

LAST = (
    "Иванов Смирнов Кузнецов Попов Васильев Петров Соколов Михайлов Новиков Фёдоров Морозов Волков Алексеев "
    "Лебедев Семёнов Егоров Павлов Козлов Степанов Николаев Орлов Андреев Макаров Никитин Захаров Ковалёв"
).split()
FIRST = (
    "Александр Сергей Дмитрий Андрей Алексей Максим Евгений Иван Михаил Артём Марина Ольга Анна Елена Наталья "
    "Татьяна Ирина Светлана Юлия Екатерина Анастасия Дарья Ксения Полина Вера Роман Павел Кирилл Никита Олег Юрий"
).split()
MIDDLE = (
    "Александрович Сергеевич Дмитриевич Андреевич Иванович Петрович Олегович Юрьевич Александровна Сергеевна "
    "Викторович Николаевич Владимирович Игоревна Павлович Романович Михайлович Ивановна Петровна Николаевна"
).split()
NOUNS = "Ромашка Север Свет Строй Снаб Комплект Сервис Мир Дом Техника Ресурс Альянс Вектор Гарант Лидер".split()
SYLLABLES = "ба ве го ди жу ка ле мо ни пу ра се ти фу ха це чо ша эл юр яр".split()
START = datetime(2026, 1, 1, tzinfo=UTC)


def fill(connection: Connection, contacts: int, seed: int = 1) -> None:
    """Write `contacts` people at half as many companies, past the session, and index them."""
    chance = random.Random(seed)
    connection.execute(insert(metadata.tables["pipeline"]), [{"id": 1, "name": "Продажи", "position": 0}])
    statuses = [(1, "Новый", "open"), (2, "Продано", "won")]
    rows = [{"id": i, "pipeline_id": 1, "name": name, "position": i, "kind": kind} for i, name, kind in statuses]
    connection.execute(insert(metadata.tables["status"]), rows)
    for table, made in (
        ("account", _accounts(chance, contacts // 2)),
        ("contact", _contacts(chance, contacts)),
        ("contact_point", _points(chance, contacts)),
        ("interest", _interests(chance, contacts)),
    ):
        connection.execute(insert(metadata.tables[table]), list(made))
    reindex(connection)


def phone(number: int) -> str:
    """The phone of the contact with this id."""
    return f"+79{number * 7919 % 10**9:09}"


def _surname(chance: random.Random) -> str:
    """The commonest of all are a tenth of all people, as in life."""
    if chance.random() < 0.1:
        return chance.choice(LAST)
    return "".join(chance.choices(SYLLABLES, k=3)).capitalize() + "ов"


def _common(chance: random.Random, row_id: int) -> dict[str, Any]:
    touched = START + timedelta(minutes=chance.randrange(400_000))
    return {
        "id": row_id, "folded": "", "do_not_call": False, "do_not_email": False,
        "created_at": START, "updated_at": START, "touched_at": touched,
    }  # fmt: skip


def _accounts(chance: random.Random, count: int) -> Iterator[dict[str, Any]]:
    for row_id in range(1, count + 1):
        name = f"{chance.choice(NOUNS)}-{''.join(chance.choices(SYLLABLES, k=2))} {chance.choice(NOUNS)}"
        inn = f"{chance.randrange(10**9, 10**10)}"
        yield _common(chance, row_id) | {"kind": "company", "name": name, "legal_form": "ООО", "inn": inn}


def _contacts(chance: random.Random, count: int) -> Iterator[dict[str, Any]]:
    for row_id in range(1, count + 1):
        yield _common(chance, row_id) | {
            "account_id": (row_id + 1) // 2, "last_name": _surname(chance), "first_name": chance.choice(FIRST),
            "middle_name": chance.choice(MIDDLE), "from_lead": False,
        }  # fmt: skip


def _points(chance: random.Random, contacts: int) -> Iterator[dict[str, Any]]:
    common = {"shared": False, "main": True, "created_at": START}
    for row_id in range(1, contacts + 1):
        number, address = phone(row_id), f"user{row_id}@firma{chance.randrange(contacts)}.example"
        yield common | {"contact_id": row_id, "kind": "phone", "value": number, "raw": number, "tail": number[-7:]}
        yield common | {"contact_id": row_id, "kind": "email", "value": address, "raw": address, "tail": None}


def _interests(chance: random.Random, contacts: int) -> Iterator[dict[str, Any]]:
    for row_id in range(1, contacts + 1):
        contact = chance.randrange(1, contacts + 1)
        yield {
            "id": row_id, "title": f"Поставка {row_id}", "folded": f"поставка {row_id}", "utm": {},
            "status_id": chance.choice((1, 2)), "account_id": (contact + 1) // 2, "contact_id": contact,
            "inquired_at": START, "created_at": START, "updated_at": START,
        }  # fmt: skip
