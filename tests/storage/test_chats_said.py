"""What a chat puts into the wizard before anybody types, and what it only offers."""

from typing import Any

import pytest

from intake.errors import NotFound
from intake.model.chats import AttachmentKind, ChatKind
from intake.model.prefill import Offer, Said
from intake.model.wizard import Criteria
from intake.wizard.chats import take_up
from intake.wizard.chats_said import plain_name
from intake.wizard.holding import save_draft
from intake.wizard.said import said
from intake.wizard.search import search
from storage.access import Actor
from storage.asking_again import ask_again
from storage.columns import now
from storage.decisions import last_action
from storage.edits import take_back
from storage.tables.automation import InquiryKey
from storage.tables.chats import ChatMessage, ChatWay, Dialogue
from storage.tables.inquiries import Channel, Inquiry, InquiryState
from storage.tables.parties import Point, PointKind
from tests.storage.chat_rows import MASHA, a_dialogue, asked_in_chat, attached, said_in
from tests.storage.wizard_world import MARINA, World

pytestmark = pytest.mark.slow


async def heard(world: World, inquiry_id: int, who: Actor | None = None) -> Said:
    async with world.database.reading() as session:
        found = await said(session, await session.get_one(Inquiry, inquiry_id), who or world.boss)
    assert found is not None
    return found


async def change(world: World, table: Any, id_: int, **values: Any) -> None:
    async with world.database.transaction() as session:
        row = await session.get_one(table, id_)
        for name, value in values.items():
            setattr(row, name, value)


async def test_the_name_the_nick_and_a_vouched_phone_stand_in_the_search(world: World) -> None:
    inquiry, dialogue, _ = await asked_in_chat(world, "Добрый день!\nНужны 40 прожекторов")
    await change(world, Dialogue, dialogue, phone="+79165550101")
    found = await heard(world, inquiry)
    assert found.criteria.name == "Маша Лебедева"
    assert (found.criteria.phone, found.criteria.other) == ("+79165550101", "@masha_l")
    assert (found.wish, found.source, found.given) == ("Нужны 40 прожекторов", "Бот telegram", "chat")


async def test_the_deep_link_is_the_source(world: World) -> None:
    inquiry, _, _ = await asked_in_chat(world, "Здравствуйте", source="promo-7")
    assert (await heard(world, inquiry)).source == "promo-7"


async def test_what_is_wanted_is_what_nobody_has_answered_yet(world: World) -> None:
    inquiry, dialogue, _ = await asked_in_chat(world, "Сколько стоит кабель?")
    await said_in(world, dialogue, "Двести рублей", way=ChatWay.OUT, inquiry_id=inquiry)
    assert (await heard(world, inquiry)).wanted == "Сколько стоит кабель?"
    await said_in(world, dialogue, "Беру два километра", "И розетки", inquiry_id=inquiry)
    await said_in(world, dialogue, "/start promo", kind=ChatKind.COMMAND, inquiry_id=inquiry)
    assert (await heard(world, inquiry)).wanted == "Беру два километра\nИ розетки"


async def test_words_that_nobody_has_written_answer_nothing(world: World) -> None:
    inquiry, dialogue, _ = await asked_in_chat(world, "Сколько стоит кабель?")
    await said_in(world, dialogue, "Мы ответим утром", way=ChatWay.OUT, by_itself="away", inquiry_id=inquiry)
    await said_in(world, dialogue, "Хорошо", inquiry_id=inquiry)
    assert (await heard(world, inquiry)).wanted == "Сколько стоит кабель?\nХорошо"


async def test_numbers_in_texts_and_the_contacts_of_others_are_offered(world: World) -> None:
    inquiry, _, (message,) = await asked_in_chat(
        world, "Пишите на p.sidorov@romashka.example, ИНН 7707083893, +7 916 555-01-02"
    )
    await attached(world, message, AttachmentKind.CONTACT, title="Пётр Сидоров", phone="8 (916) 555-01-03")
    found = await heard(world, inquiry)
    assert (found.criteria.phone, found.criteria.email) == ("", "")
    assert found.offers == (
        Offer("name", "Пётр Сидоров"),
        Offer("phone", "+79165550102"),
        Offer("phone", "+79165550103"),
        Offer("inn", "7707083893"),
        Offer("email", "p.sidorov@romashka.example"),
    )


async def test_of_somebody_known_neither_name_nor_numbers_are_told_again(world: World) -> None:
    inquiry, _, _ = await asked_in_chat(world, f"Мой номер {MARINA}")
    await change(world, Inquiry, inquiry, contact_id=world.marina, account_id=world.account)
    found = await heard(world, inquiry)
    assert (found.criteria.name, found.offers) == ("", ())
    assert (await heard(world, inquiry, world.charlie)).criteria.name  # who may not see her is told no card's


async def test_a_chat_that_joined_a_call_fills_what_the_call_left_open(world: World) -> None:
    call = await world.inquiry("+79165550101")
    dialogue = await a_dialogue(world, phone="+79165550101")
    await said_in(world, dialogue, "Это я сейчас звонила", inquiry_id=call)
    found = await heard(world, call)
    assert (found.criteria.phone, found.criteria.name) == ("+79165550101", "Маша Лебедева")
    assert found.wanted == "Это я сейчас звонила"


async def test_an_inquiry_whose_chat_is_gone_takes_no_key_for_a_telephone(world: World) -> None:
    inquiry = await world.keep(Inquiry(channel=Channel.CHAT, sender=MASHA, sender_name="Маша"))
    found = await heard(world, inquiry)
    assert (found.criteria.phone, found.criteria.name) == ("", "Маша")


def test_a_name_loses_its_flowers() -> None:
    assert plain_name("🌸 Маша 🌸 Лебедева!!") == "Маша Лебедева"
    assert plain_name("🌸") == ""


async def test_what_is_selected_is_what_is_accepted_also_when_somebody_types(world: World) -> None:
    inquiry, dialogue, ids = await asked_in_chat(world, "Привет", "Нужен кабель", "Спасибо")
    assert await take_up(world.database, dialogue, [ids[1]], world.alice) == inquiry
    assert (await heard(world, inquiry)).wanted == "Нужен кабель"
    await save_draft(world.database, inquiry, {"name": "Маша"}, world.alice)
    assert (await heard(world, inquiry)).wanted == "Нужен кабель"


async def test_a_decided_dialogue_gives_an_inquiry_of_the_selected_messages_and_back(world: World) -> None:
    old, dialogue, ids = await asked_in_chat(world, "Нужен кабель", "И ещё счётчики")
    await change(world, Inquiry, old, state=InquiryState.ACCEPTED)
    before = await world.dump()
    fresh = await take_up(world.database, dialogue, [ids[1]], world.alice)
    inquiry = await world.get(Inquiry, fresh)
    assert (inquiry.channel, inquiry.sender, inquiry.subject) == (Channel.CHAT, MASHA, "И ещё счётчики")
    assert inquiry.line == "Бот telegram"
    assert [one.inquiry_id for one in await world.all(ChatMessage)] == [old, fresh]
    assert (await world.get(Dialogue, dialogue)).inquiry_id == fresh
    assert [one.value for one in await world.all(InquiryKey)] == [MASHA]
    await _undo_take_up(world, fresh)
    after = await world.dump()
    assert after["chat_message"] == before["chat_message"]
    assert after["inquiry"] == before["inquiry"]


async def _undo_take_up(world: World, inquiry: int) -> None:
    async with world.database.transaction() as session:
        action = await last_action(session, inquiry, ("take-up-chat",))
        assert action is not None
        await take_back(session, action.id or 0, world.alice)


async def test_a_dialogue_of_a_colleagues_inquiry_cannot_be_taken_up(world: World) -> None:
    inquiry, dialogue, ids = await asked_in_chat(world, "Нужен кабель")
    await change(world, Inquiry, inquiry, responsible_id=world.alice.user_id)
    with pytest.raises(NotFound):
        await take_up(world.database, dialogue, ids, world.charlie)
    with pytest.raises(NotFound):
        await take_up(world.database, dialogue, [999_999], world.alice)
    with pytest.raises(NotFound):
        await take_up(world.database, 999_999, [], world.boss)


@pytest.mark.parametrize("typed", ["@Masha_L", "t.me/masha_l", MASHA])
async def test_whoever_is_linked_is_found_by_the_nick_and_by_the_key(world: World, typed: str) -> None:
    await a_dialogue(world, username="masha_l")
    await world.keep(Point(contact_id=world.marina, kind=PointKind.MESSENGER, value=MASHA, raw="Маша"))
    found = await search(world.database, Criteria(other=typed), world.boss)
    assert [(hit.id, hit.reasons[0].code) for hit in found.contacts[:1]] == [(world.marina, "messenger")]


async def test_the_digits_of_a_key_are_neither_a_telephone_nor_a_company(world: World) -> None:
    found = await search(world.database, Criteria(other="chat:telegram:7801234567"), world.boss)
    assert (found.clients, found.contacts) == ((), ())


async def test_who_writes_again_after_a_decision_is_asked_about_anew(world: World) -> None:
    inquiry, dialogue, ids = await asked_in_chat(world, "Нужен кабель")
    await take_up(world.database, dialogue, ids, world.alice)
    await change(world, Inquiry, inquiry, state=InquiryState.DECLINED)
    await said_in(world, dialogue, "А счётчики есть?", inquiry_id=inquiry)
    async with world.database.transaction() as session:
        await ask_again(session, await session.get_one(Inquiry, inquiry), now())
    assert "А счётчики есть?" in (await heard(world, inquiry)).wanted
