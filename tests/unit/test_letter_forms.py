"""Letters that contact forms write, and letters that only look so."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.letters.forms import fields_in, learn

IVAN = {"name": "Иван Орлов", "phone": "+7 (912) 000-00-00", "email": "ivan@orel.example"}

TILDA = """Request details:
Name: Иван Орлов
Phone: +7 (912) 000-00-00
Email: ivan@orel.example
Textarea: Нужен станок.
Привезите в Тулу: Заречная, 4.

Additional information:
Transaction ID: 1234567:890
Block ID: rec123456
Form Name: Расчёт
https://sever.example/stanki
-----
Sent from Tilda"""

BITRIX = """Информационное сообщение сайта Северный цех
------------------------------------------

Вам было отправлено сообщение через форму обратной связи

Автор: Иван Орлов
E-mail автора: ivan@orel.example

Текст сообщения:
Нужен станок.

Срочно!

Сообщение сгенерировано автоматически."""

BITRIX_BELOW = """sever.example

Заполнена web-форма: [3] Заказ звонка
-------------------------------------------------------

Дата - 12.03.2026 10:11:12
Результат - #12
Пользователь -
Посетитель - 77

Ваше имя
Имя:
Иван Орлов

Телефон:
+7 (912) 000-00-00

Для просмотра результата воспользуйтесь ссылкой https://sever.example/bitrix/12"""

CF7 = """От: Иван Орлов <ivan@orel.example>
Тема: Станок

Сообщение:
Нужен станок.

--
Это сообщение отправлено с сайта Северный цех (https://sever.example)"""

CF7_ENGLISH = """From: John Miller <john@mill.example>
Subject: A lathe

Message Body:
We need a lathe.

--
This e-mail was sent from a contact form on Northern Shop (https://shop.example)"""

ELEMENTOR = """Name: John Miller
Email: john@mill.example
Message: We need a lathe.

---

Date: March 13, 2026
Time: 10:11
Page URL: https://shop.example/lathes
User Agent: Mozilla/5.0
Remote IP: 192.0.2.7
Powered by: Elementor"""

JOOMLA = """This is an enquiry email via https://shop.example/ from:
John Miller <john@mill.example>

We need a lathe.
How much?"""

WPFORMS = """Name

John Miller

Your Email

john@mill.example

Comment or Message

We need a lathe.
In green.

Sent from https://shop.example"""

TABLE = """Новая заявка с сайта

*Ваше имя:*\tИван Орлов
• Телефон (обязательно)\t+7 (912) 000-00-00
E-mail — ivan@orel.example <ivan@orel.example>
ИНН\t7707083893
Название компании: ООО «Орёл»
utm_source: yandex"""


@pytest.mark.parametrize(
    ("letter", "fields"),
    [
        (TILDA, IVAN | {"message": "Нужен станок.\nПривезите в Тулу: Заречная, 4.", "form": "Расчёт"}),
        (
            BITRIX,
            {"name": "Иван Орлов", "email": "ivan@orel.example", "message": "Нужен станок.\n\nСрочно!"},
        ),
        (
            BITRIX_BELOW,
            {"name": "Иван Орлов", "phone": "+7 (912) 000-00-00", "form": "[3] Заказ звонка"},
        ),
        (
            CF7,
            {
                "name": "Иван Орлов",
                "email": "ivan@orel.example",
                "subject": "Станок",
                "message": "Нужен станок.",
            },
        ),
        (
            CF7_ENGLISH,
            {
                "name": "John Miller",
                "email": "john@mill.example",
                "subject": "A lathe",
                "message": "We need a lathe.",
            },
        ),
        (
            ELEMENTOR,
            {
                "name": "John Miller",
                "email": "john@mill.example",
                "message": "We need a lathe.",
                "page": "https://shop.example/lathes",
            },
        ),
        (
            JOOMLA,
            {"name": "John Miller", "email": "john@mill.example", "message": "We need a lathe.\nHow much?"},
        ),
        (
            WPFORMS,
            {
                "name": "John Miller",
                "email": "john@mill.example",
                "message": "We need a lathe.\nIn green.",
            },
        ),
        (TABLE, IVAN | {"inn": "7707083893", "company": "ООО «Орёл»", "utm_source": "yandex"}),
    ],
    ids=["tilda", "bitrix", "bitrix-below", "cf7", "cf7-english", "elementor", "joomla", "wpforms", "table"],
)
def test_a_forms_letter_becomes_fields(letter, fields):
    assert fields_in(letter, {}) == fields


def test_parts_of_a_name_are_one_name():
    letter = "Заявка с сайта\nИмя: Иван\nФамилия: Орлов\nОтчество: Петрович\nТелефон: 8 912 000-00-00"
    assert fields_in(letter, {})["name"] == "Орлов Иван Петрович"


@pytest.mark.parametrize(
    "letter",
    [
        "Добрый день!\nНужен станок.\n\nС уважением,\nИван\nТел.: +7 912 000-00-00\nE-mail: a@b.example",
        "Здравствуйте!\nКонтактное лицо: Иван\nТелефон: +7 912 000-00-00",
        "Тел.: +7 912 000-00-00\nE-mail: ivan@orel.example\nСайт: orel.example",
        "От: Иван <ivan@orel.example>\nКому: info@sever.example\nТема: Станок\n\nСообщение: да",
        "From: John <john@mill.example>\nSent: Friday\nTo: Ann\nSubject: A lathe\n\nName: John",
        "Добрый день!\nНаш адрес:\nТула\nТелефон\n+7 912 000-00-00\nИмя\nИван",
        "Имя: Иван\nСообщение: Перезвоните",
        "Имя: Иван\nТелефон: нет",
        "Телефон: +7 912 000-00-00",
        "",
    ],
)
def test_what_people_write_is_no_form(letter):
    assert fields_in(letter, {}) == {}


def test_what_the_mailbox_has_learned_wins():
    letter = (
        "Площадь крыши: 120\nС кем говорить: Иван Орлов\nКуда звонить - мобильный: +7 912 000-00-00\nИмя: да"
    )
    labels = {
        "С кем говорить": "name",
        "Куда звонить - мобильный": "phone",
        "Имя": "",
        "Площадь крыши": "message",
    }
    assert fields_in(letter, labels) == {"name": "Иван Орлов", "phone": "+7 912 000-00-00", "message": "120"}


def test_a_sample_letter_teaches_its_labels():
    sample = (
        "Заявка с сайта\nС кем говорить: Иван\nИмя: Иван\nСвязь: +7 912 000-00-00\n"
        "Адрес для счёта: a@b.example\nЦвет: синий"
    )
    assert learn(sample) == {
        "С кем говорить": "",
        "Имя": "name",
        "Связь": "phone",
        "Адрес для счёта": "email",
        "Цвет": "",
    }


def test_what_was_learned_reads_the_letter_it_was_learned_from():
    sample = "Кто: Иван Орлов\nСвязь: +7 912 000-00-00\nКомментарий: да"
    labels = learn(sample) | {"Кто": "name"}
    assert fields_in(sample, labels) == {"name": "Иван Орлов", "phone": "+7 912 000-00-00", "message": "да"}


PIECES = [*TILDA.split("\n"), *BITRIX_BELOW.split("\n"), *JOOMLA.split("\n"), ":", "\t", " - ", "Имя", ""]


@given(
    st.text() | st.lists(st.sampled_from(PIECES), max_size=30).map("\n".join),
    st.dictionaries(st.text(), st.text()),
)
def test_values_are_pieces_of_the_letter(text, labels):
    folded = " ".join(text.casefold().split())
    for meaning, value in fields_in(text, labels).items():
        whole = meaning in ("name", "email")  # put together of parts, written in small letters
        assert whole or " ".join(value.casefold().split()) in folded
    assert all(label in text for label in learn(text))


@pytest.mark.parametrize(
    "piece", ["Имя: ", "Имя:\n", "Имя\n", "a: b\n", ":", "\t", " - ", "-\n", "(", "Сообщение: a\n", "\n"]
)
def test_no_letter_takes_longer_than_promised(piece):
    began = time.process_time()
    fields_in(piece * 50_000, {"Имя": "name"})
    learn(piece * 50_000)
    assert time.process_time() - began < 2
