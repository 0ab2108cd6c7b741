"""A form as the administrator draws it, for tests of the editor and of what stands around it."""

import re
from typing import Any

from sqlmodel import col, select

from storage.tables.forms import WebForm
from storage.tables.people import Role
from storage.tables.work import ConsentText
from tests.site import Site

FORM = {
    "name": "Сайт", "title": "Заявка", "enabled": "yes", "accent": "#2563eb", "radius": "6", "look": "auto",
    "language": "ru", "origins": "https://shop.example", "least_seconds": "3", "per_hour": "30",
    "same_minutes": "10", "most_file_mb": "10", "do": "save",
}  # fmt: skip
PHONE = {"f1.label": "Телефон", "f1.kind": "phone", "f1.target": "phone", "f1.required": "yes"}
TICK = {"f2.label": "Согласен", "f2.kind": "consent", "f2.purpose": "+", "f2.new_purpose": "данные"}
WORDING = {"f2.wording": "Согласен на обработку данных."}
WHOLE = FORM | PHONE | TICK | WORDING


async def boss_of(site: Site) -> Any:
    return await site.sign_in("boss", role=Role.ADMINISTRATOR)


async def boss_with_a_form(site: Site, **typed: str) -> Any:
    boss = await boss_of(site)
    answer = await boss.post("/settings/forms/draw", data=WHOLE | typed)
    assert answer.status == 200, await answer.text()
    return boss


async def kept(site: Site) -> WebForm:
    async with site.database.reading() as session:
        return (await session.exec(select(WebForm))).one()


async def texts(site: Site) -> list[tuple[str, int, str]]:
    async with site.database.reading() as session:
        rows = await session.exec(select(ConsentText).order_by(col(ConsentText.id)))
        return [(row.purpose, row.version, row.text) for row in rows]


def seen(page: str) -> str:
    found = re.search(r'name="seen" value="([^"]*)"', page)
    assert found
    return found[1]


def labels(page: str) -> list[str]:
    return re.findall(r'name="f\d+\.label" type="text" value="([^"]*)"', page)
