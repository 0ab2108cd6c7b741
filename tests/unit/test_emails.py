"""E-mail addresses as people write them."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.matching.emails import MAX_ADDRESSES, company_domain, read_email, read_emails


def addresses(text: str) -> list[str]:
    return [email.address for email in read_emails(text)]


@pytest.mark.parametrize(
    "written",
    [
        "ivan@firma.example",
        " Ivan@Firma.EXAMPLE ",
        "Иван Петров <ivan@firma.example>",
        "mailto:ivan@firma.example?subject=привет",
        "«ivan@firma.example».",
        "почта: ivan@firma.example, звонить после 10",
        "ivan @ firma.example",
        "ｉｖａｎ@firma.example",
        "ivan@firma.example\u200b",
    ],
)
def test_one_address_however_it_is_written(written):
    assert addresses(written) == ["ivan@firma.example"]


def test_several_addresses_are_each_named_once():
    assert addresses("a@one.example, b@two.example; A@ONE.example") == ["a@one.example", "b@two.example"]


def test_a_cyrillic_domain_is_the_same_in_punycode():
    assert (
        addresses("zakaz@ромашка.рф") == addresses("zakaz@xn--80aa3agjl3d.xn--p1ai") == ["zakaz@ромашка.рф"]
    )


def test_a_scanner_inside_the_house_has_an_address():
    assert addresses("scanner@office.local") == ["scanner@office.local"]


@pytest.mark.parametrize(
    "written",
    [
        "", "@", "ivan", "ivan@", "@firma.example", "ivan@firma", "a@@b.example", "a..b@c.example",
        "a@[1.2.3.4]", "a@" + "b" * 300 + ".example", "Иван Петров",
    ],
)  # fmt: skip
def test_what_is_no_address_is_none(written):
    assert read_email(written) is None


def test_what_was_written_is_kept():
    email = read_email("Ivan@Firma.example")
    assert email is not None
    assert (email.raw, email.domain) == ("Ivan@Firma.example", "firma.example")


def test_public_mail_says_nothing_about_the_company():
    assert company_domain("ivan@firma.example") == "firma.example"
    assert company_domain("ivan@mail.ru") is None
    assert company_domain("nonsense") is None


@given(
    st.one_of(st.text(max_size=300), st.text(alphabet="aя@.-<>\"' xn--,;[]\u200b", max_size=80), st.emails())
)
def test_no_text_makes_the_reader_fail(text):
    found = read_emails(text)
    assert len(found) <= MAX_ADDRESSES
    for email in found:
        assert email.address.count("@") == 1
        assert len(email.address) <= 320
        assert email.address == email.address.lower()


@pytest.mark.parametrize("piece", ["a@", "a@b.", "@", "a a", "-@-", "xn--@xn--."])
def test_hostile_lengths_take_no_time(piece):
    begun = time.perf_counter()
    read_emails(piece * 100_000)
    assert time.perf_counter() - begun < 0.5
