"""What is new in a reply. The corpus is our own letters in the manners of many mail programs."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.letters.html import html_to_text
from intake.letters.reply import MAX_CONTEXT, new_text, own_text

CORPUS = Path(__file__).parents[1] / "corpus" / "replies"
CASES = sorted(CORPUS.glob("*.txt"))
MARK = "13.03.2026, 10:11, «Анна» <anna@sever.example>:"
PIECES = [
    "Да, берём.", "> Нужен монтаж?", ">> раньше", "", " ", "-- ", "-----", "***", "Иван Орлов", MARK,
    "On Fri, 13 Mar 2026 at 10:11, Ann <ann@firm.example>", "wrote:", "От: Анна", "Отправлено: 13.03.2026",
    "Кому: Иван", "Тема: Станок", "-----Original Message-----", "Отправлено с iPhone", "| Анна", "\x00", "\r",
    "Sent from my iPhone", "12.03.2026", "<", "a@b.example>:", "写道：", "ᐧ", "пишет:",
]  # fmt: skip
LIMIT = 2.0  # seconds of a processor: what the product promises for any letter


@pytest.mark.parametrize("case", CASES, ids=[case.stem for case in CASES])
def test_only_what_is_new_is_left(case):
    assert new_text(case.read_text()) == case.with_suffix(".expected").read_text().strip()


def test_the_corpus_is_there():
    assert len(CASES) > 60


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("\n".join) | st.text())
def test_what_is_new_is_lines_of_the_letter_in_their_order(text):
    for function in (new_text, own_text):
        lines = iter([line.strip() for line in text.replace("\r", "\n").split("\n")])
        assert all(line.strip() in lines for line in function(text).split("\n") if line.strip())


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=30), st.text(max_size=50))
def test_any_html_beside_it_does_no_harm(pieces, html):
    assert isinstance(new_text("\n".join(pieces), html), str)


@pytest.mark.parametrize(
    "text",
    [
        "On " + "a " * 20_000,
        "On a b c\n" * 20_000,
        "From: a\n" * 20_000,
        "От: a\nb\nc\n" * 20_000,
        "\n" * 200_000,
        (" " * 390 + "\n") * 500,
        ">" * 200_000,
        "\n".join(">" * depth for depth in range(600)),
        "-" * 200_000,
        "a\n" + "---\nb\n" * 15_000,
        "a\n" + "---\n" * 20_000 + "b\n",
        "a\nb\n" + "---\n" * 20_000 + "Имя: b\n",
        ("-" * 150 + "x" * 100 + "-" * 149 + "\n") * 500,
        "1.1.2026 10:11 a@b.example\n" * 9_000,
        ("a@" * 190 + "\n") * 500,
        "wrote " * 33_000,
        ("wrote: " * 50 + "\n") * 600,
        "sent from " * 20_000,
        ("von meinem " * 14 + "\n") * 1_300,
        "пишите " * 20_000,
    ],
    ids=lambda text: repr(text[:12]),
)
def test_no_letter_takes_longer_than_promised(text):
    began = time.process_time()
    new_text(text)
    assert time.process_time() - began < LIMIT


@pytest.mark.parametrize(
    "html",
    ["<div " * 200_000, "<div id=gmail_quote" * 50_000, "type=cite" * 100_000],
    ids=["tags", "boxes", "names"],
)
def test_no_html_takes_longer_than_promised(html):
    began = time.process_time()
    new_text("Да.\nНет.", html)
    assert time.process_time() - began < LIMIT


def test_a_signature_is_no_news_but_the_senders_own():
    text = f"Да, берём.\n-- \nИван Орлов\n+7 912 000-00-00\n\n{MARK}\n> Берёте?"
    assert new_text(text) == "Да, берём."
    assert own_text(text) == "Да, берём.\n-- \nИван Орлов\n+7 912 000-00-00"


def test_a_letter_of_nothing_but_a_quote_is_kept():
    assert new_text("> Берёте?\n> Анна") == "> Берёте?\n> Анна"


def test_a_forward_without_a_word_is_kept():
    text = f"{MARK}\nБерёте?"
    assert new_text(text) == text


def test_an_answer_below_a_long_quote_stands_alone():
    quote = "\n".join("> строка" for _ in range(MAX_CONTEXT + 1))
    assert new_text(f"{MARK}\n{quote}\nДа, берём.") == "Да, берём."


def test_a_box_of_the_mail_program_is_a_quote_whatever_stands_above_it():
    html = (
        "<style>.gmail_quote {color: grey}</style><div>Да, берём.</div>"
        '<div class="gmail_quote">Анна сказала мне вчера:<div>Берёте?</div></div>'
    )
    assert new_text(html_to_text(html), html) == "Да, берём."
    assert new_text(html_to_text(html)) == "Да, берём.\nАнна сказала мне вчера:\nБерёте?"


def test_a_forms_letter_is_new_as_a_whole():
    text = "Сообщение сайта Север\n-----------\n\nАвтор: Иван\nТелефон: 8 912 000-00-00"
    assert new_text(text) == text
    text = "Заявка с сайта\nПринята в 10:11\n-----------\nИмя: Иван\nТелефон: 8 912 000-00-00"
    assert new_text(text) == text


def test_a_line_under_a_title_ends_nothing():
    text = "ЗАПРОС ЦЕН\n==========\nБолт М8, 100 шт."
    assert new_text(text) == text


def test_a_typed_memo_is_no_older_letter():
    text = "Добрый день!\n\nОт: ООО «Орёл»\nКому: Северный цех\nТема: станок\n\nПросим счёт."
    assert new_text(text) == text


@pytest.mark.parametrize("below", ["С уважением,\nИван", "Пётр Иванов\nдиректор", "Avast: no viruses here"])
def test_a_signature_below_the_quote_is_no_answer_to_it(below):
    assert new_text(f"Да, берём.\n\n{MARK}\n> Берёте?\n\n{below}") == "Да, берём."
    assert below in own_text(f"Да, берём.\n\n{MARK}\n> Берёте?\n\n{below}")


@pytest.mark.parametrize("answer", ["Да, две штуки.", "Спасибо, подходит. Везите.", "Иванов уже забрал."])
def test_an_answer_below_the_quote_is_kept_with_what_it_answers(answer):
    text = f"Ответил ниже.\n\n{MARK}\n> Берёте?\n\n{answer}"
    assert new_text(text) == f"Ответил ниже.\n\n> Берёте?\n\n{answer}"


@pytest.mark.parametrize(
    "line",
    [
        "Отправлено из Москвы вчера, пять мест.",
        "Отправлено со склада, телефон водителя 8 916 123-45-67",
        "Sent from our warehouse yesterday, tracking number 123456789.",
        "Получить счёт можно завтра?",
        "由于时间关系，明天发送。",
        "В среду, 12 марта 2026 г., в 10:00 приедет водитель:",
        "On 12.03.2026 we wrote to your office: no answer.",
    ],
)
def test_a_sentence_like_a_programs_words_is_kept(line):
    text = f"Добрый день!\n\n{line}\n\nЖдём."
    assert new_text(text) == text
