"""Kinds, senders and spam where a corpus letter would say nothing more."""

import pytest

from intake.letters.read import read_letter
from intake.model.letters import LetterKind, SenderFrom

OURS = ["sales@firm.example"]


def letter(
    extra: str = "", subject: str = "Hello", sender: str = "a@client.example", text: str = "Hi."
) -> bytes:
    typed = "Content-Type: text/plain; charset=utf-8"
    return f"From: {sender}\nSubject: {subject}\n{extra}{typed}\n\n{text}\n".encode()


@pytest.mark.parametrize(
    "subject",
    [
        "Автоответ: заявка",
        "Автоматический ответ: заявка",
        "Вне офиса",
        "Re: Вне офиса: заявка",
        "Out of Office: offer",
        "Out of office",
        "Automatic reply: offer",
        "Autoreply: offer",
        "Auto: offer",
        "Abwesenheitsnotiz: Angebot",
        "Ваше обращение №5 принято",
        "Я в отпуске",
    ],
)
def test_subjects_of_automatic_answers(subject: str) -> None:
    assert read_letter(letter(subject=subject)).kind is LetterKind.AUTO_REPLY


@pytest.mark.parametrize(
    "subject",
    [
        "Отпуск: билеты для двоих",
        "Нужен автоматический выключатель",
        "Automatic gates: price?",
        "Доставка в Тверь",
        "Прошу не доставлять до обеда",
        "Office for rent",
        "Спасибо за письмо, есть вопрос",
    ],
)
def test_subjects_that_people_write(subject: str) -> None:
    assert read_letter(letter(subject=subject)).kind is LetterKind.LETTER


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied (vacation)",
        "X-Autoreply: yes",
        "X-Autorespond: vacation",
        "Precedence: auto_reply",
        "X-Auto-Response: yes",
    ],
)
def test_headers_of_automatic_answers(header: str) -> None:
    assert read_letter(letter(f"{header}\n")).kind is LetterKind.AUTO_REPLY


@pytest.mark.parametrize("header", ["Auto-Submitted: no", "X-Autoreply: no", "Precedence: normal"])
def test_headers_that_say_no(header: str) -> None:
    assert read_letter(letter(f"{header}\n")).kind is LetterKind.LETTER


def test_a_form_that_a_program_sends_is_a_letter() -> None:
    text = "Имя: Ольга\nТелефон: 8 916 123-45-67\nEmail: olga@client.example"
    read = read_letter(letter("Auto-Submitted: auto-generated\nPrecedence: bulk\n", text=text))
    assert read.kind is LetterKind.LETTER
    assert (read.sender.email, read.sender.phone) == ("olga@client.example", "+79161234567")


def test_a_colleague_who_forwards_is_not_the_sender() -> None:
    text = "--- Forwarded message ---\nFrom: Bob <bob@client.example>\nDate: today\nSubject: x\n\nHi"
    read = read_letter(letter(subject="Fwd: x", sender="sales@firm.example", text=text), own=OURS)
    assert read.kind is LetterKind.LETTER
    assert (read.sender.email, read.sender.why) == ("bob@client.example", SenderFrom.FORWARDED)


def test_a_form_that_a_colleague_forwards_names_its_sender() -> None:
    form = "Имя: Ольга\nТелефон: 8 916 123-45-67\nEmail: olga@client.example"
    text = f"---------- Forwarded message ---------\nFrom: Site <robot@site.example>\nSubject: x\n\n{form}"
    read = read_letter(letter(subject="Fwd: x", sender="sales@firm.example", text=text), own=OURS)
    assert (read.sender.email, read.sender.name) == ("olga@client.example", "Ольга")


def test_who_answers_a_forwarded_letter_speaks_for_themselves() -> None:
    text = "Yes.\n\n> ---------- Forwarded message ---------\n> From: Bob <bob@client.example>\n> Subject: x"
    assert read_letter(letter(subject="Re: Fwd: x", text=text)).sender.email == "a@client.example"


def test_what_a_reply_quotes_is_no_forward() -> None:
    text = "Yes.\n\n-----Original Message-----\nFrom: Bob <bob@client.example>\nSent: today\nSubject: x\n\nHi"
    assert read_letter(letter(subject="RE: x", text=text)).sender.email == "a@client.example"


def test_a_reply_to_of_ours_is_no_sender() -> None:
    read = read_letter(letter("Reply-To: Sales@firm.example\n"), own=OURS)
    assert read.sender.email == "a@client.example"


def test_an_answer_that_can_be_unsubscribed_from_is_a_letter() -> None:
    unsubscribe = "List-Unsubscribe: <https://crm.example/u>\n"
    assert read_letter(letter(unsubscribe)).kind is LetterKind.LIST
    assert read_letter(letter(unsubscribe + "In-Reply-To: <q1@firm.example>\n")).kind is LetterKind.LETTER


def test_our_own_header_outweighs_everything() -> None:
    assert read_letter(letter("X-Intake-Id: 7\nList-Id: <x>\n")).kind is LetterKind.OWN


@pytest.mark.parametrize(
    ("header", "spam"),
    [
        ("X-Spam-Flag: YES", True),
        ("X-Spam-Flag: NO", False),
        ("X-Spam-Status: Yes, score=9", True),
        ("X-Spam-Status: No, score=1", False),
        ("X-Yandex-Spam: 4", True),
        ("X-Yandex-Spam: 1", False),
        ("X-Mras: SPAM", True),
        ("X-Mras: Ok", False),
        ("X-MS-Exchange-Organization-SCL: 6", True),
        ("X-MS-Exchange-Organization-SCL: -1", False),
        ("X-KLMS-AntiSpam-Status: spam", True),
        ("X-KLMS-AntiSpam-Status: not_detected", False),
        ("X-Forefront-Antispam-Report: CIP:1.2.3.4; SFV:SPM", True),
    ],
)
def test_what_filters_say(header: str, spam: bool) -> None:
    assert bool(read_letter(letter(f"{header}\n")).spam) is spam
