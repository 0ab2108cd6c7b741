"""A form of ours, and what a visitor sent by it, as reception keeps them."""

from typing import Any

from storage.columns import now
from storage.tables.forms import Submission, WebForm
from storage.tables.inquiries import Channel, Inquiry, InquiryEvent
from storage.tables.work import Consent
from tests.storage.wizard_world import World

OLGA = "+79165550102"
FIELDS: list[dict[str, Any]] = [
    {"name": "fio", "label": "Имя", "target": "name"},
    {"name": "tel", "label": "Телефон", "kind": "phone", "target": "phone"},
    {"name": "mail", "label": "Почта", "kind": "email", "target": "email"},
    {"name": "org", "label": "Организация", "target": "company"},
    {"name": "text", "label": "Что нужно", "kind": "long", "target": "wanted"},
    {"name": "rooms", "label": "Сколько комнат", "target": "interest.custom"},
    {"name": "shop", "label": "Площадь магазина", "target": "account.custom"},
    {"name": "birthday", "label": "День рождения", "target": "contact.custom"},
    {"name": "agree", "label": "Согласен", "kind": "consent", "target": "interest.custom"},
]
SAID = {
    "name": "Ольга Зайцева", "phone": OLGA, "email": "Olga@klyon.example", "company": "ООО «Клён»",
    "wanted": "Добрый день!\nНужен монтаж света", "inn": "7707083893", "kpp": "770701001", "city": "Тверь",
    "position": "Завхоз", "amount": "120 000 руб.",
}  # fmt: skip
VALUES = [
    ["fio", "Имя", "Ольга Зайцева"], ["rooms", "Сколько комнат", "три"],
    ["shop", "Площадь магазина", "140 м²"], ["birthday", "День рождения", "1 мая"],
    ["agree", "Согласен", "on"], ["stray", "", "чужое"],
]  # fmt: skip


async def a_form(world: World, **values: Any) -> int:
    made = {"key": "k" * 16, "name": "Заявка с сайта", "fields": FIELDS, "secret": "s", **values}
    return await world.keep(WebForm(**made))


async def submitted(world: World, form_id: int, inquiry_id: int | None = None, **values: Any) -> int:
    """The submission's id; it opens an inquiry unless it joins one."""
    said = values.setdefault("said", SAID)
    if inquiry_id is None:
        sender = next(
            (text for text in (said.get("phone"), said.get("email")) if isinstance(text, str)), None
        )
        inquiry = Inquiry(
            channel=Channel.FORM, sender=sender, sender_name=said.get("name"), line="Заявка с сайта"
        )
        inquiry_id = await world.keep(inquiry)
    count = len(await world.all(InquiryEvent))
    event = InquiryEvent(
        channel=f"form:{form_id}", external_id=str(count), kind="submission", at=now(), inquiry_id=inquiry_id
    )
    event_id = await world.keep(event)
    values.setdefault("values", VALUES)
    values.setdefault("utm", {"utm_source": "yandex"})
    return await world.keep(Submission(form_id=form_id, event_id=event_id, inquiry_id=inquiry_id, **values))


async def agreed(world: World, submission_id: int) -> int:
    submission = await world.get(Submission, submission_id)
    consent = Consent(
        text_id=world.consent, given="form", inquiry_id=submission.inquiry_id, submission_id=submission_id,
        address="203.0.113.9", page="https://shop.example/", agent="Firefox",
    )  # fmt: skip
    return await world.keep(consent)
