"""What a form puts into the wizard before anybody types."""

from decimal import Decimal
from typing import Any

import pytest

from intake.model.prefill import Custom, Offer, Said
from intake.model.wizard import Chosen, Criteria
from intake.wizard.forms import custom_of
from intake.wizard.prefill import prefill
from intake.wizard.said import said
from storage.tables.inquiries import Channel, Inquiry
from tests.storage.submitting import OLGA, SAID, a_form, submitted
from tests.storage.wizard_world import World

pytestmark = pytest.mark.slow


async def heard(world: World, inquiry_id: int) -> Said:
    async with world.database.reading() as session:
        found = await said(session, await session.get_one(Inquiry, inquiry_id), world.boss)
    assert found is not None
    return found


async def sent(world: World, *requests: dict[str, Any]) -> int:
    """An inquiry of one person's requests."""
    form_id = await a_form(world)
    await submitted(world, form_id, said=requests[0])
    inquiry_id: int = (await world.all(Inquiry))[-1].id
    for later in requests[1:]:
        await submitted(world, form_id, inquiry_id, said=later)
    return inquiry_id


async def test_a_forms_fields_fill_what_they_are_meant_for(world: World) -> None:
    told = await heard(world, await sent(world, SAID))
    assert told.criteria == Criteria(
        name="Ольга Зайцева", inn="7707083893/770701001", phone=OLGA, email="Olga@klyon.example"
    )
    assert (told.company, told.position, told.city) == ("ООО «Клён»", "Завхоз", "Тверь")
    assert (told.wish, told.amount) == ("Нужен монтаж света", Decimal("120000.00"))
    assert (told.source, told.utm) == ("Заявка с сайта", (("utm_source", "yandex"),))


async def test_a_custom_value_is_of_whom_its_field_says_and_ticks_are_none(world: World) -> None:
    told = await heard(world, await sent(world, SAID))
    assert told.custom == (
        Custom("interest", "Сколько комнат", "три"),
        Custom("account", "Площадь магазина", "140 м²"),
        Custom("contact", "День рождения", "1 мая"),
    )


async def test_a_later_request_fills_what_was_left_open_and_offers_what_it_says_otherwise(
    world: World,
) -> None:
    first = {"name": "Ольга", "phone": OLGA, "wanted": "Нужен монтаж"}
    later = {
        "name": "Ольга Зайцева",
        "phone": "+79165550103",
        "email": "olga@klyon.example",
        "wanted": "И щит",
    }
    told = await heard(world, await sent(world, first, later))
    assert told.criteria == Criteria(name="Ольга", phone=OLGA, email="olga@klyon.example")
    assert told.wanted == "Нужен монтаж\n\nИ щит"
    assert told.offers == (Offer("phone", "+79165550103"), Offer("name", "Ольга Зайцева"))


async def test_a_phone_that_was_wrong_is_put_right_by_a_later_request(world: World) -> None:
    told = await heard(world, await sent(world, {"phone": "123", "name": "Ольга"}, {"phone": OLGA}))
    assert (told.criteria.phone, told.offers) == (OLGA, ())


async def test_the_same_request_again_offers_nothing(world: World) -> None:
    told = await heard(world, await sent(world, SAID, SAID))
    assert (told.offers, told.wanted) == ((), SAID["wanted"])


async def test_a_form_that_joined_a_call_says_who_calls(world: World) -> None:
    call = await world.inquiry(OLGA)
    await submitted(world, await a_form(world), call)
    told = await heard(world, call)
    assert (told.criteria.phone, told.criteria.email) == (OLGA, "Olga@klyon.example")
    assert told.criteria.name == "Ольга Зайцева"


async def test_several_fields_may_fill_the_same(world: World) -> None:
    told = await heard(world, await sent(world, {"phone": [OLGA, "8 495 111-22-33"], "last_name": "Зайцева"}))
    assert (told.criteria.phone, told.criteria.name) == (f"{OLGA}, 8 495 111-22-33", "Зайцева")


@pytest.mark.parametrize("amount", ["много", "-5", "1e99", ""])
async def test_what_is_no_sum_stops_nothing(world: World, amount: str) -> None:
    assert (await heard(world, await sent(world, {"phone": OLGA, "amount": amount}))).amount is None


async def test_a_form_without_a_word_is_called_by_its_name(world: World) -> None:
    assert (await heard(world, await sent(world, {"phone": OLGA}))).wish == "Заявка с сайта"


async def test_page_two_begins_with_what_the_form_says(world: World) -> None:
    inquiry_id = await sent(world, SAID)
    criteria = (await heard(world, inquiry_id)).criteria
    page = await prefill(world.database, inquiry_id, Chosen(), criteria, world.boss)
    assert page.title == "Нужен монтаж света — Зайцева О."
    assert page.source == "Заявка с сайта"
    assert page.said.wanted == SAID["wanted"]


async def test_of_an_inquiry_by_hand_what_was_typed_is_said(world: World) -> None:
    inquiry = Inquiry(channel=Channel.MANUAL, sender="a@b.example", sender_name="Анна", draft={"inn": "77"})
    told = await heard(world, await world.keep(inquiry))
    assert told.criteria == Criteria(name="Анна", email="a@b.example", inn="77")


def test_a_field_without_a_label_is_called_by_its_name() -> None:
    field = {"name": "colour", "target": "interest.custom"}
    assert custom_of([["colour", "", " red "], ["colour", "", ""]], [field]) == (
        Custom("interest", "colour", "red"),
    )
