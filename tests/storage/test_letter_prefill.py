"""What a letter puts into the wizard before anybody types, and what it only offers."""

from typing import Any

import pytest

from intake.model.letters import LetterKind
from intake.model.prefill import Offer, Said
from intake.model.wizard import Acceptance, Chosen, CreateInterest, Existing, Newcomer, NewPerson, PartyKind
from intake.wizard.accept import accept
from intake.wizard.letter_words import bare_subject, gist, of_form, wanted_of
from intake.wizard.letters import said_in_letters
from intake.wizard.prefill import prefill
from storage.access import Actor
from storage.tables.inquiries import Channel, Inquiry
from storage.tables.interests import Interest
from storage.tables.letters import LetterRecord, LetterWay, Mailbox
from storage.tables.parties import Account, Point
from tests.storage.wizard_world import World

KOVALEVA = "kovaleva@sevsvet.example"
STRANGER = "p.sidorov@romashka.example"
SIGNED = """Добрый день!
Нужны прожекторы.

--
Сидоров Пётр Ильич
Инженер
ООО «Ромашка»
+7 916 555-01-01 доб. 12
ИНН 7707083893
http://romashka.example
p.sidorov@romashka.example"""


async def written(world: World, sender: str = STRANGER, **values: Any) -> int:
    """An inquiry that a letter opened."""
    given = {"subject": "Re: Прожекторы на склад", "reply_text": "Добрый день!\nНужны прожекторы.", **values}
    inquiry = Inquiry(
        channel=Channel.LETTER, sender=sender, subject=given["subject"], line="sales@our.example"
    )
    inquiry_id = await world.keep(inquiry)
    await add(world, inquiry_id, sender, **given)
    return inquiry_id


async def add(world: World, inquiry_id: int, sender: str = STRANGER, **values: Any) -> None:
    count = len(await world.all(LetterRecord))
    await world.keep(
        LetterRecord(
            inquiry_id=inquiry_id,
            fingerprint=f"{count:064}",
            from_email=sender,
            sender_email=sender,
            **values,
        )
    )


async def said(world: World, inquiry_id: int, who: Actor | None = None) -> Said:
    async with world.database.reading() as session:
        inquiry = await session.get_one(Inquiry, inquiry_id)
        found = await said_in_letters(session, inquiry, who or world.boss)
    assert found is not None
    return found


async def test_a_newcomer_stands_in_the_search_as_they_call_themselves(world: World) -> None:
    letter = await said(world, await written(world, sender_name="Пётр Сидоров", text=SIGNED))
    assert (letter.criteria.email, letter.criteria.name) == (STRANGER, "Пётр Сидоров")
    assert (letter.criteria.phone, letter.criteria.inn) == ("", "")


async def test_what_only_stands_in_the_signature_is_offered_and_searched_for_by_nobody(world: World) -> None:
    letter = await said(world, await written(world, sender_name="Пётр Сидоров", text=SIGNED))
    assert letter.offers == (
        Offer("name", "Сидоров Пётр Ильич"),
        Offer("company", "ООО «Ромашка»"),
        Offer("phone", "+79165550101", "12"),
        Offer("inn", "7707083893"),
        Offer("position", "Инженер"),
        Offer("site", "romashka.example"),
    )


async def test_of_a_short_name_the_signature_knows_the_rest(world: World) -> None:
    letter = await said(world, await written(world, sender_name="Пётр", text=SIGNED))
    assert letter.criteria.name == "Сидоров Пётр Ильич"
    assert "name" not in [offer.field for offer in letter.offers]


async def test_a_name_that_is_an_address_is_none(world: World) -> None:
    letter = await said(world, await written(world, sender_name=STRANGER))
    assert letter.criteria.name == ""


async def test_a_known_sender_is_searched_by_address_alone_and_offered_what_is_new(world: World) -> None:
    inn = "7801234564"
    async with world.database.transaction() as session:
        (await session.get_one(Account, world.account)).inn = inn
    on_her_card = f"Марина Ковалёва\nООО «Северный свет»\nИНН {inn}\n+7 916 123-45-67"
    text = f"Нужны лампы.\n\n-- \n{on_her_card}\n+7 916 555-01-99"
    letter = await said(world, await written(world, KOVALEVA, sender_name="Отдел закупок", text=text))
    assert (letter.criteria.email, letter.criteria.name) == (KOVALEVA, "")
    assert letter.offers == (Offer("phone", "+79165550199"),)


async def test_whom_the_asker_may_not_see_is_a_newcomer_to_them(world: World) -> None:
    letter = await said(world, await written(world, KOVALEVA, sender_name="Марина Ковалёва"), world.charlie)
    assert letter.criteria.name == "Марина Ковалёва"


async def test_a_contact_forms_fields_fill_what_they_are_called(world: World) -> None:
    fields = {
        "surname": "Зайцева", "name": "Ольга", "company": "ООО «Клён»", "inn": "7707 083893", "city": "Тверь",
        "position": "Завхоз", "subject": "Монтаж", "message": "Сколько стоит\nмонтаж?", "page": "/",
    }  # fmt: skip
    letter = await said(
        world, await written(world, fields=fields, sender_phone="+79165550102", sender_name="Ольга")
    )
    assert (letter.criteria.name, letter.criteria.inn) == ("Зайцева Ольга", "7707083893")
    assert letter.criteria.phone == "+79165550102"
    assert (letter.company, letter.position, letter.city) == ("ООО «Клён»", "Завхоз", "Тверь")
    assert letter.wanted == "Монтаж\nСколько стоит\nмонтаж?"


async def test_the_interest_is_called_by_the_subject_and_wants_what_is_new_in_the_letter(
    world: World,
) -> None:
    await world.keep(Mailbox(name="Продажи", address="info@our.example", aliases=["Sales@our.example"]))
    inquiry_id = await written(world)
    whom = Chosen(Existing(PartyKind.ACCOUNT, world.account), world.marina)
    async with world.database.reading() as session:
        letter = await said_in_letters(session, await session.get_one(Inquiry, inquiry_id), world.alice)
    assert letter is not None
    page = await prefill(world.database, inquiry_id, whom, letter.criteria, world.alice)
    assert page.title == "Прожекторы на склад — Ковалёва М. С."
    assert page.source == "Продажи"
    assert page.said == letter
    assert letter.wanted == "Добрый день!\nНужны прожекторы."


async def test_a_letter_without_a_subject_is_called_by_what_it_says_after_the_greeting(world: World) -> None:
    letter = await said(world, await written(world, subject="Re:"))
    assert letter.wish == "Нужны прожекторы."


async def test_the_first_letter_says_what_is_wanted_and_the_last_whom_to_offer(world: World) -> None:
    inquiry_id = await written(world, text="Звоните: +7 916 555-01-03")
    await add(world, inquiry_id, text="Забыл телефон: +7 916 555-01-04")
    await add(world, inquiry_id, reply_text="Мы ответили", way=LetterWay.OUT)
    await add(world, inquiry_id, reply_text="Я в отпуске", kind=LetterKind.AUTO_REPLY)
    letter = await said(world, inquiry_id)
    assert letter.wanted == "Добрый день!\nНужны прожекторы."
    assert [offer.value for offer in letter.offers] == ["+79165550104", "+79165550103"]


async def test_the_signature_is_no_part_of_what_is_wanted(world: World) -> None:
    text = "Добрый день!\nНужны прожекторы.\n\nС уважением,\nПётр Сидоров\nИнженер\n+7 916 555-01-01"
    letter = await said(world, await written(world, reply_text=text))
    assert letter.wanted == "Добрый день!\nНужны прожекторы."


async def test_a_letter_that_could_not_be_read_says_nothing(world: World) -> None:
    inquiry_id = await written(world, quarantined=True)
    async with world.database.reading() as session:
        inquiry = await session.get_one(Inquiry, inquiry_id)
        assert await said_in_letters(session, inquiry, world.boss) is None


async def test_accepting_saves_the_address_and_nothing_that_was_only_offered(world: World) -> None:
    inquiry_id = await written(world, text=SIGNED)
    letter = await said(world, inquiry_id)
    acceptance = Acceptance(
        party=Newcomer(kind=PartyKind.LEAD),
        contact=NewPerson(last_name="Сидоров"),
        interest=CreateInterest(wanted=letter.wanted),
        criteria=letter.criteria,
    )
    accepted = await accept(world.database, inquiry_id, acceptance, world.alice)
    points = [point.value for point in await world.all(Point) if point.lead_id == accepted.lead_id]
    assert points == [STRANGER]
    assert (await world.get(Interest, accepted.interest_id)).title == "Прожекторы на склад — Сидоров"


@pytest.mark.parametrize(
    ("subject", "bare"),
    [
        ("Re: Fwd: Отв: Запрос", "Запрос"),
        ("RE[2]: [EXTERNAL] Счёт", "Счёт"),
        ("Реклама", "Реклама"),
        ("Пересл.: смета", "смета"),
        ("Re:", ""),
        ("Заказ № 5: провода", "Заказ № 5: провода"),
    ],
)
def test_only_what_mail_programs_put_in_front_is_taken_off_a_subject(subject: str, bare: str) -> None:
    assert bare_subject(subject) == bare


def test_a_greeting_alone_is_no_gist() -> None:
    assert gist("Здравствуйте, Анна Петровна!\n\n--\n") == ""
    assert gist("Добрый день! Нужен кабель ВВГ") == "Нужен кабель ВВГ"


def test_a_long_letter_is_cut_at_a_word_and_says_so() -> None:
    cut = wanted_of("слово " * 5000)
    assert len(cut) <= 4000
    assert cut.endswith("слово…")


def test_fields_that_say_nothing_of_the_sender_are_left_alone() -> None:
    assert of_form({"page": "https://our.example", "": "x", "phone": "", "name": None}) == {}
