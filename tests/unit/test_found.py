"""What a letter says of who wrote it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.letters.found import MAX_OF_A_KIND, look_for
from intake.model.letters import Found

FULL = """Добрый день! Прошу счёт на 20 шт, сумма 1 234 567,00 руб.
Реквизиты: ООО «Ромашка», ИНН 7707083893, КПП 770701001, ОГРН 1027700132195,
р/с 40702810900000012345, БИК 044525225, к/с 30101810400000000225

С уважением, Иванов Пётр, менеджер ООО «Ромашка»
тел. +7 (495) 123-45-67 доб. 12, моб. 8 916 123 45 67
факс: (495) 123-45-68
petr@romashka.example
www.romashka.example"""


def test_a_signature_says_who_writes():
    assert look_for(FULL) == Found(
        names=("Иванов Пётр",),
        companies=("ООО «Ромашка»",),
        phones=("+74951234567;ext=12", "+79161234567", "+74951234568"),
        emails=("petr@romashka.example",),
        inns=("7707083893",),
        sites=("romashka.example",),
        position="менеджер",
    )


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (
            "Жду ответа.\n\nС уважением,\nСидорова Анна Сергеевна\nглавный бухгалтер",
            "Сидорова Анна Сергеевна",
        ),
        ("Жду.\n-- \nС уважением,\nКузнецов И.И.\n", "Кузнецов И.И."),
        ("Hello.\n\nBest regards,\nJohn Miller\nHead of Purchasing | Northern Mill Ltd.", "John Miller"),
        ("Angebot bitte.\n\nMit freundlichen Grüßen\nJörg Berger", "Jörg Berger"),
        ("Здравствуйте, меня зовут Ольга Смирнова, хочу кухню.", "Ольга Смирнова"),
        ("Перезвоните.\n\nПётр", "Пётр"),
        ("Жду счёт. С уважением, Орлова Анна, ООО «Орёл»", "Орлова Анна"),
        ("Прошу счёт на ИП Кузьмина Ольга Ивановна.", "Кузьмина Ольга Ивановна"),
        ("Перезвоните.\n\nСаша", "Саша"),
        ("Жду.\n\nС уважением, менеджер по закупкам Белова Е. В.", "Белова Е.В."),
        ("Жду.\n\nС уважением,\nОлег Орлов директор", "Олег Орлов"),
        ("Жду.\nС уважением, Пётр Иванов | ООО «Ромашка» | +7 916 123-45-67", "Пётр Иванов"),
    ],
)
def test_the_senders_name_is_found(text, name):
    assert look_for(text).names[0] == name


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("Жду.\n\nС уважением,\nАнна Сидорова\nГлавный бухгалтер\nООО «Ромашка»", "Главный бухгалтер"),
        ("Жду.\n\nС уважением,\nАнна Сидорова, зам. директора по закупкам", "зам. директора по закупкам"),
        ("Hello.\n\nRegards,\nJohn Miller\nHead of Purchasing | Northern Mill Ltd.", "Head of Purchasing"),
        ("Жду.\n\nС уважением, менеджер по закупкам Белова Е. В.", "менеджер по закупкам"),
        ("Наш директор ждёт счёт.\nСпасибо большое", ""),
    ],
)
def test_the_position_stands_in_the_signature_only(text, position):
    assert look_for(text).position == position


@pytest.mark.parametrize(
    ("text", "company"),
    [
        ("Мы — АО «Северный завод», нужен станок.", "АО «Северный завод»"),
        ('Реквизиты: Общество с ограниченной ответственностью "Ромашка"', "ООО «Ромашка»"),
        ("Счёт на ИП Сидоров Алексей Викторович, пожалуйста", "ИП Сидоров Алексей Викторович"),
        ("John Miller, Northern Mill Ltd.", "Northern Mill Ltd"),
        ("ООО «Орёл», р/с 40702810400000012345 в АО «Альфа-Банк»", "ООО «Орёл»"),
        ("Вас беспокоит компания «Весна», нужны окна.", "Весна"),
    ],
)
def test_a_company_is_known_by_its_form_and_quotes(text, company):
    assert look_for(text).companies == (company,)


def test_two_capitals_in_a_text_are_no_name():
    assert look_for("Нужен Станок Токарный.\nСрочно нужна Доставка До двери.\nГорода Тула Орёл").names == ()


@pytest.mark.parametrize(
    "text",
    [
        "р/с 40702810900000012345",
        "счёт № 8 916 123 45 67",
        "Заказ 89161234567",
        "договор №7707083893",
        "КПП 770701001",
        "ОГРН: 1027700132195",
        "встреча 12.03.2026 10:11, 2026-03-13 10:11:12",
        "сумма 8 916 123 450 руб",
        "размеры 1200 800 600 400 мм",
        "накладная 77-120-33-44-55",
        "БИК 044525225",
        "трек 80082612345678",
    ],
)
def test_other_numbers_are_neither_phones_nor_inns(text):
    found = look_for(text)
    assert (found.phones, found.inns) == ((), ())


def test_an_inn_needs_a_label_or_right_check_digits():
    assert look_for("ИНН 7707083890").inns == ("7707083890",)  # a wrong check digit is a person's to judge
    assert look_for("наш 7707083893").inns == ("7707083893",)
    assert look_for("наш 7707083890").inns == ()
    assert look_for("ИНН/КПП 7707083893/770701001").inns == ("7707083893",)
    assert look_for("ИНН: 500100732259").inns == ("500100732259",)


def test_a_mobile_number_is_a_phone_though_its_check_digits_would_do():
    assert look_for("звоните 9161234560 или 9161234567").inns == ()


def test_what_is_quoted_is_somebody_elses():
    assert look_for("> ООО «Чужая», 8 916 555-44-33, a@b.example, ИНН 7707083893\nДа.") == Found()


def test_a_signatures_phone_is_likelier_than_the_texts():
    found = look_for("Водителю звоните 8 903 111-22-33.\n\nС уважением,\nПётр\n8 916 123-45-67")
    assert found.phones == ("+79161234567", "+79031112233")


def test_a_foreign_number_needs_its_plus():
    assert look_for("+44 20 7946 0958").phones == ("+442079460958",)
    assert look_for("2079460958").phones == ()


def test_public_mail_is_nobodys_site():
    found = look_for("Жду.\n-- \nПётр\nmail.ru\npetr@mail.ru\nhttps://romashka.example/contacts, t.me/petr")
    assert found.sites == ("romashka.example",)


def test_a_picture_inside_the_letter_is_no_address():
    assert look_for("[cid:image002.png@01CDD14F.29D467A0.example]").emails == ()


def test_a_files_name_is_no_site():
    assert look_for("Смотрите smeta.pro и чертёж plan.info в приложении.\n\nС уважением,\nПётр").sites == ()


@given(st.text() | st.lists(st.sampled_from(FULL.split()), max_size=40).map(" ".join))
def test_any_text_is_looked_at_and_little_is_taken(text):
    found = look_for(text)
    assert all(
        len(kind) <= MAX_OF_A_KIND for kind in (found.names, found.phones, found.emails, found.companies)
    )


@pytest.mark.parametrize(
    "piece",
    "1 |8 916 123 45 67 |a@|ООО |А|Аб |a.b.|С уважением, |ООО «|заказ |\n|ИП Аб |Меня зовут А | |�> "
    "|Ab & |1|www.|- |ИНН |1-|(+7|Г. ".split("|"),
)
def test_no_text_takes_longer_than_promised(piece):
    began = time.process_time()
    look_for(piece * 20_000)
    assert time.process_time() - began < 2
