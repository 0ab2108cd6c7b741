"""Who wrote a forwarded letter, told from what each mail program puts above it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.letters.about import said_of_sender
from intake.letters.forwarded import inside, origin
from intake.letters.read import read_letter
from intake.model.letters import Address, Found

IVAN = Address("ivan@orel.example", "Иван Орлов")
BODY = "Нужен станок.\n\nС уважением, Иван"
OUTLOOK = (
    "От: Иван Орлов <ivan@orel.example>\nОтправлено: пятница, 13 марта 2026 г. 10:11\n"
    f"Кому: info@sever.example\nТема: Станок\n\n{BODY}"
)

FORWARDS = {
    "gmail": "---------- Forwarded message ---------\nОт: Иван Орлов <ivan@orel.example>\n"
    "Date: пт, 13 мар. 2026 г. в 10:11\nSubject: Станок\nTo: <info@sever.example>\n\n\n",
    "mailru": "-------- Пересылаемое сообщение --------\nОт: Иван Орлов <ivan@orel.example>\n"
    "Кому: info@sever.example\nДата: Пятница, 13 марта 2026, 10:11 +03:00\nТема: Станок\n\n",
    "yandex": "-------- Пересылаемое сообщение --------\n"
    '13.03.2026, 10:11, "Иван Орлов" <ivan@orel.example>:\n\n',
    "yandex-end": "-------- Начало пересылаемого сообщения --------\nОт: Иван Орлов <ivan@orel.example>\n"
    "Дата: 13.03.2026\n\n",
    "apple": "Начало переадресованного сообщения:\n\n> От: Иван Орлов <ivan@orel.example>\n> Тема: Станок\n"
    "> Дата: 13 марта 2026 г., 10:11:12 GMT+3\n> Кому: info@sever.example\n>\n> ",
    "apple-english": "Begin forwarded message:\n\n> From: Иван Орлов <ivan@orel.example>\n> Subject: Станок\n"
    "> Date: 13 March 2026 at 10:11:12 GMT+3\n> To: info@sever.example\n>\n> ",
    "thunderbird": "-------- Перенаправленное сообщение --------\n"
    "Тема: Станок\nДата: Fri, 13 Mar 2026 10:11:12 +0300\n"
    "От: Иван Орлов <ivan@orel.example>\nКому: info@sever.example\n\n",
    "german": "-------- Weitergeleitete Nachricht --------\n"
    "Betreff: Станок\nDatum: Fri, 13 Mar 2026 10:11:12 +0300\n"
    "Von: Иван Орлов <ivan@orel.example>\nAn: info@sever.example\n\n",
    "chinese": '---------- 转发的邮件 ----------\n发件人: "Иван Орлов" <ivan@orel.example>\n主题: Станок\n\n',
}


@pytest.mark.parametrize(
    "above", ["", "Анна, возьми, пожалуйста.\n\n--\nПётр\n\n"], ids=["bare", "with words"]
)
@pytest.mark.parametrize("client", FORWARDS)
def test_the_true_sender_of_a_forward_is_found(client, above):
    assert origin(f"{above}{FORWARDS[client]}{BODY}") == IVAN


@pytest.mark.parametrize("client", FORWARDS)
def test_what_the_true_sender_wrote_is_parted_from_the_headers(client):
    assert inside(f"Анна, возьми.\n\n{FORWARDS[client]}{BODY}") == BODY
    assert inside(BODY) == ""


def test_what_the_true_sender_quoted_stays_quoted():
    assert inside(f"{FORWARDS['gmail']}> Берёте?\nДа.") == "> Берёте?\nДа."
    assert inside(f"{FORWARDS['apple']}> Берёте?\n> Да.") == "> Берёте?\nДа."


def test_outlooks_headers_are_a_forward_where_the_subject_says_so():
    text = f"Анна, возьми.\nЭто срочно.\nПётр\nотдел продаж\n\n{OUTLOOK}"
    for subject in ("FW: Станок", "Fwd: Станок", "Пересл: Станок", "WG: Станок", "[Заявки] FW: Станок"):
        assert origin(text, subject) == IVAN
    assert origin(text, "RE: Станок") is None
    assert origin(text) is None


def test_outlooks_headers_under_nothing_are_a_forward():
    assert origin(OUTLOOK) == IVAN
    assert origin(f"________________________________\n{OUTLOOK}") == IVAN
    assert origin(f"Анна, см. ниже, свяжитесь.\n\n{OUTLOOK}") == IVAN
    assert origin(OUTLOOK, "RE: Станок") is None


def test_an_address_in_square_brackets_is_read():
    text = OUTLOOK.replace("<ivan@orel.example>", "[mailto:ivan@orel.example]")
    assert origin(text, "FW: Станок") == IVAN


def test_a_sender_without_a_name_has_none():
    assert origin(OUTLOOK.replace("Иван Орлов <", "<"), "FW: Станок") == Address("ivan@orel.example")
    assert origin(
        OUTLOOK.replace("Иван Орлов <ivan@orel.example>", "ivan@orel.example"), "FW: Станок"
    ) == Address("ivan@orel.example")


@pytest.mark.parametrize(
    "text",
    [
        f"Да, согласны.\n\n{OUTLOOK}",
        f"-----Исходное сообщение-----\n{OUTLOOK}",
        f"Да.\n\n-----Original Message-----\n{OUTLOOK}",
        "13.03.2026, 10:11, Анна <anna@sever.example>:\n> Берёте?",
        "Прошу переслать сообщение на ivan@orel.example",
        "---------- Forwarded message ---------\nтекст без отправителя",
        "От: Иван\nТема: Станок",
        "",
    ],
)
def test_what_is_no_forward_has_no_other_sender(text):
    assert origin(text) is None


def test_a_forwarded_forward_names_the_one_who_passed_it_on_last():
    inner = FORWARDS["mailru"].replace("Иван Орлов <ivan@orel.example>", "Ольга <olga@dom.example>")
    assert origin(f"{FORWARDS['gmail']}{inner}{BODY}") == IVAN


PIECES = [*OUTLOOK.split("\n"), *FORWARDS["apple"].split("\n"), *FORWARDS["mailru"].split("\n"), "", ">"]


@given(st.text() | st.lists(st.sampled_from(PIECES), max_size=30).map("\n".join), st.text(max_size=30))
def test_an_address_comes_from_the_letter(text, subject):
    found = origin(text, subject)
    assert found is None or (found.email in text.lower() and found.name in text)


@pytest.mark.parametrize(
    "piece",
    ["От: a\n", "---Forwarded message---\n", "From: <", "Begin forwarded message:\n", ">", "\n", "-", "Fwd"],
)
def test_no_letter_takes_longer_than_promised(piece):
    began = time.process_time()
    origin(piece * 50_000, piece * 50_000)
    assert time.process_time() - began < 2


def test_a_letter_passed_on_says_of_its_writer_what_the_writer_signed():
    text = f"Анна, возьми.\nПётр, +7 495 111-22-33\n\n{FORWARDS['gmail']}{BODY} Орлов\n+7 912 000-00-00"
    letter = read_letter(
        f"From: boss@sever.example\nSubject: Fwd: A\n\n{text}".encode(), own=["boss@sever.example"]
    )
    assert letter.sender.email == IVAN.email
    found = said_of_sender(letter.text, letter.html, letter.subject, letter.sender.why)
    assert found == Found(names=("Иван Орлов",), phones=("+79120000000",))
