"""Letters that are written: what a reader sees is what was meant, and nothing becomes a header."""

import email
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.errors import Rejected
from intake.letters.outgoing.addresses import written
from intake.letters.outgoing.building import build
from intake.letters.outgoing.letter import (
    MOST_RECIPIENTS,
    MOST_REFERENCES,
    Enclosed,
    Outgoing,
    message_id,
    new_token,
    token_of,
)
from intake.letters.outgoing.quoting import answer_subject, quoted, thread_of
from intake.model.letters import Address

TOKEN = new_token()
HEADERS = ["date", "from", "to", "subject", "message-id", "x-intake-id", "auto-submitted"]
BREAKING = "\r\nBcc: evil@example.com\r\n\r\n<script>"


def letter(**changes: Any) -> Outgoing:
    known: dict[str, Any] = {
        "sender": Address("info@firma.example", "ООО «Ромашка»"),
        "to": (Address("ivan@client.example", "Иван Сидоров"),),
        "subject": "Re: Заявка на бетон",
        "text": "Здравствуйте, Иван!\n\nБетон есть.\n",
        "date": datetime(2026, 11, 22, 9, 30, tzinfo=UTC),
        "message_id": message_id(TOKEN, "info@firma.example"),
        "token": TOKEN,
    }
    return Outgoing(**{**known, **changes})


def read(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=default)


def shown(raw: bytes, header: str) -> str:
    """As a reader decodes it. `email.policy.default` puts blanks between the encoded words of a name."""
    return str(make_header(decode_header(email.message_from_bytes(raw)[header])))


def test_a_reader_sees_what_was_written():
    raw = build(letter())
    assert shown(raw, "from") == "ООО «Ромашка» <info@firma.example>"
    assert shown(raw, "to") == "Иван Сидоров <ivan@client.example>"
    message = read(raw)
    assert message["subject"] == "Re: Заявка на бетон"
    assert message["date"].datetime == datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
    assert message["message-id"] == f"<intake.{TOKEN}@firma.example>"
    assert (message["x-intake-id"], message["auto-submitted"]) == (TOKEN, "no")
    assert message.get_content().splitlines() == ["Здравствуйте, Иван!", "", "Бетон есть."]


def test_a_file_name_that_looks_encoded_is_not_decoded():
    message = read(build(letter(attachments=(Enclosed("=?utf-8?b?0L8=?=.txt", "text/plain", b""),))))
    assert [file.get_filename() for file in message.iter_attachments()] == ["=_utf-8?b?0L8=_=.txt"]


def test_the_same_letter_is_the_same_bytes_when_it_is_tried_again():
    again = letter(attachments=(Enclosed("а.pdf", "application/pdf", b"%PDF"),))
    assert build(again) == build(again)


@pytest.mark.parametrize(
    "text", ["длинная строка " * 500, "x" * 5000, "a\rb\nc\r\nd\n\n", "From x\n.\n..\n", ""]
)
def test_it_is_ascii_with_short_lines_and_crlf_only(text: str):
    raw = build(letter(text=text, attachments=(Enclosed("a.bin", "x/y", bytes(5000)),)))
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")


def test_headers_of_the_thread_are_named():
    raw = build(letter(in_reply_to="a@b.example", references=("root@b.example", "a@b.example")))
    assert read(raw)["in-reply-to"] == "<a@b.example>"
    assert read(raw)["references"].split() == ["<root@b.example>", "<a@b.example>"]


def test_long_ids_are_not_turned_into_encoded_words():
    long = "x" * 200 + "@mail.example"
    raw = build(letter(in_reply_to=long, references=(long, "b@c.example")))
    assert b"=?" not in raw.partition(b"References")[2].partition(b"X-Intake")[0]
    assert read(raw)["references"].split() == [f"<{long}>", "<b@c.example>"]


def test_a_long_thread_keeps_its_root_and_its_latest():
    ids = tuple(f"{number}@b.example" for number in range(100))
    kept = read(build(letter(references=ids)))["references"].split()
    assert len(kept) == MOST_REFERENCES
    assert (kept[0], kept[1], kept[-1]) == ("<0@b.example>", "<71@b.example>", "<99@b.example>")


@pytest.mark.parametrize("bad", ["a b@c", f"a@b{BREAKING}", "a>@b", "", "ж@b", "x" * 999])
def test_ids_that_cannot_be_written_are_left_out(bad: str):
    message = read(build(letter(in_reply_to=bad, references=(bad, "a@b.example"))))
    assert message["in-reply-to"] is None
    assert message["references"].split() == ["<a@b.example>"]


@pytest.mark.parametrize(
    "name",
    [
        "Счёт № 15 от 12.11.2026.pdf",
        "очень длинное имя файла с коммерческим предложением на поставку бетона и щебня в Химки.docx",
        'кавычки "и" запятая, точка; с запятой.txt',
        "plain.txt",
        "100% _utf-8.txt",
    ],
)
def test_file_names_come_out_as_they_went_in(name: str):
    message = read(build(letter(attachments=(Enclosed(name, "application/pdf", b"%PDF-1.7"),))))
    (file,) = message.iter_attachments()
    assert (file.get_filename(), file.get_content_type(), file.get_content()) == (
        name,
        "application/pdf",
        b"%PDF-1.7",
    )
    assert file.get_content_disposition() == "attachment"


@pytest.mark.parametrize(
    "kind", ["", "text", f"text/html{BREAKING}", "message/rfc822", "multipart/mixed", "a/b/c", "ж/ж"]
)
def test_odd_kinds_of_files_go_as_bytes(kind: str):
    message = read(build(letter(attachments=(Enclosed("a", kind, b"From: x\n\n"),))))
    (file,) = message.iter_attachments()
    assert (file.get_content_type(), file.get_content()) == ("application/octet-stream", b"From: x\n\n")


@pytest.mark.parametrize(
    "field",
    [
        {"subject": f"Заявка{BREAKING}"},
        {"subject": f"plain{BREAKING}"},
        {"sender": Address("info@firma.example", f"Имя{BREAKING}")},
        {"to": (Address("ivan@client.example", f"name{BREAKING}"),)},
        {"to": (Address("ivan@client.example", 'a" <evil@example.com>, "b'),)},
        {"cc": (Address("olga@client.example", f"Ольга\0{BREAKING}\u2028X: y\x85Z: z"),)},
        {"attachments": (Enclosed(f"имя{BREAKING}.pdf", f"a/b{BREAKING}", b""),)},
        {"in_reply_to": f"a@b{BREAKING}", "references": (f"a@b{BREAKING}",)},
    ],
)
def test_no_field_becomes_a_header_or_a_recipient(field: dict[str, Any]):
    message = read(build(letter(**field)))
    allowed = {
        *HEADERS,
        "cc",
        "in-reply-to",
        "references",
        "content-type",
        "content-transfer-encoding",
        "mime-version",
    }
    assert {name.lower() for name, _ in message.items()} <= allowed
    people = [
        one.addr_spec for header in ("to", "cc") if message[header] for one in message[header].addresses
    ]
    assert set(people) <= {"ivan@client.example", "olga@client.example"}


@pytest.mark.parametrize(
    "address",
    [
        f"a@b.example{BREAKING}",
        "a\x00@b.example",
        "a,b@c.example",
        "a@b.example>",
        "",
        "a",
        "a@",
        "@b.example",
    ],
)
def test_an_address_that_is_none_is_refused(address: str):
    for field in ({"to": (Address(address),)}, {"cc": (Address(address),)}, {"sender": Address(address)}):
        with pytest.raises(Rejected, match="bad-address"):
            build(letter(**field))


def test_what_we_name_ourselves_must_be_right():
    for field in ({"message_id": "a b"}, {"message_id": ""}, {"token": "x\r\ny"}, {"token": ""}):
        with pytest.raises(Rejected, match="bad-message-id"):
            build(letter(**field))
    with pytest.raises(Rejected, match="no-recipients"):
        build(letter(to=()))
    with pytest.raises(Rejected, match="too-many-recipients"):
        build(letter(to=tuple(Address(f"a{n}@b.example") for n in range(MOST_RECIPIENTS + 1))))


@given(
    subject=st.text(max_size=300),
    name=st.text(max_size=150),
    text=st.text(max_size=500),
    filename=st.text(max_size=150),
)
def test_no_text_whatsoever_breaks_a_letter(subject: str, name: str, text: str, filename: str):
    file = Enclosed(filename, "application/pdf", b"%PDF")
    raw = build(
        letter(subject=subject, to=(Address("ivan@client.example", name),), text=text, attachments=(file,))
    )
    message = read(raw)
    assert [one.addr_spec for one in message["to"].addresses] == ["ivan@client.example"]
    assert {each.lower() for each, _ in message.items()} <= {*HEADERS, "content-type", "mime-version"}
    body, attached = message.iter_parts()
    assert (body.get_content_type(), attached.get_content()) == ("text/plain", b"%PDF")
    assert raw.isascii()


@given(st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), max_size=200))
def test_a_subject_comes_out_as_it_went_in(subject: str):
    wanted = " ".join(subject.split())
    raw = build(letter(subject=subject))
    assert (shown(raw, "subject") if wanted else "") == wanted


def test_a_token_is_found_in_the_ids_we_made_and_in_no_others():
    assert token_of(message_id(TOKEN, "info@почта.рф")) == TOKEN
    assert message_id(TOKEN, "info@почта.рф").isascii()
    for other in (
        "",
        "intake.@a",
        "intake.xyz@a",
        f"x.intake.{TOKEN}@a",
        f"{TOKEN}@a",
        f"intake.{TOKEN.upper()}!@a",
    ):
        assert token_of(other) is None


def test_addresses_are_written_so_that_every_server_knows_them():
    assert written("Ivan@Почта.рф") == "Ivan@xn--80a1acny.xn--p1ai"
    assert written("o'neill+tag@sub.client.example") == "o'neill+tag@sub.client.example"
    assert written("root@localhost") == "root@localhost"
    assert written("иван@почта.рф") == "иван@xn--80a1acny.xn--p1ai"


@pytest.mark.parametrize(
    ("subject", "answer"),
    [
        ("Заявка", "Re: Заявка"),
        ("Re: Заявка", "Re: Заявка"),
        ("RE[2]: Ответ: НА: re: Заявка", "Re: Заявка"),
        ("Fwd: Заявка", "Re: Fwd: Заявка"),
        ("Reклама", "Re: Reклама"),
        ("Наряд: срочно", "Re: Наряд: срочно"),
        ("", "Re:"),
    ],
)
def test_re_stands_once_before_a_subject(subject: str, answer: str):
    assert answer_subject(subject) == answer


def test_an_answer_names_the_whole_thread():
    assert thread_of("c", "b", ("a", "b")) == ("a", "b", "c")
    assert thread_of("c", "b", ()) == ("b", "c")
    assert thread_of("c", "", ()) == ("c",)
    assert thread_of("", "", ()) == ()
    assert thread_of("a", "b", ("a", "b")) == ("a", "b")


def test_the_original_is_quoted_below():
    at = datetime(2026, 11, 22, 14, 7, tzinfo=UTC)
    below = quoted("Привет\r\n\r\n> раньше\r\n", Address("ivan@client.example", "Иван"), at)
    assert below == "22.11.2026, 14:07, Иван <ivan@client.example> пишет:\n> Привет\n>\n>> раньше\n"
    assert (
        quoted("Hi", Address("a@b.example"), at, "en") == "On 22.11.2026 at 14:07, a@b.example wrote:\n> Hi\n"
    )


def test_a_name_with_braces_is_a_name():
    below = quoted("x", Address("a@b.example", "{at} {who.__class__}"), datetime(2026, 1, 1, tzinfo=UTC))
    assert "{at} {who.__class__} <a@b.example> пишет:" in below
