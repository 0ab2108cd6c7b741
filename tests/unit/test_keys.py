"""What stands in «other contact information», and pieces of numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.matching.keys import (
    document_key,
    nick_key,
    phone_beginnings,
    phone_parts,
    phone_tails,
    read_other,
    site_key,
)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("firma.example", "firma.example"),
        ("https://www.Firma.example:443/contacts?x=1", "firma.example"),
        ("WWW.firma.example/", "firma.example"),
        ("http://ромашка.рф", "ромашка.рф"),
        ("xn--80aa3agjl3d.xn--p1ai", "ромашка.рф"),
        ("t.me/ivanov", None),
        ("ivan@firma.example", None),
        ("firma", None),
        ("10.0.0.1", None),
        ("http://[::1", None),
        ("", None),
    ],
)
def test_a_site_is_its_bare_domain(written, key):
    assert site_key(written) == key


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("@Ivan_Ov", "ivan_ov"),
        ("ivan_ov", "ivan_ov"),
        ("https://t.me/Ivan_Ov?start=1", "ivan_ov"),
        ("vk.com/id123/", "id123"),
        ("Telegram: ivan_ov", "ivan_ov"),
        ("тг @ivan_ov", "ivan_ov"),
        ("live:ivan.petrov", "live:ivan.petrov"),
        ("два слова", None),
        ("@", None),
        ("", None),
    ],
)
def test_a_nick_is_the_same_by_link_and_by_at_sign(written, key):
    assert nick_key(written) == key


def test_numbers_of_documents_are_compared_without_their_punctuation():
    assert document_key("АБ-12/2024") == document_key("аб 12 2024") == "аб122024"
    assert read_other("договор № АБ-12/2024").documents == ("аб122024",)
    assert read_other("Договор 12-34/2024").documents == ("12342024",)


def test_a_phone_or_an_address_in_the_wrong_field_is_found_all_the_same():
    assert [phone.e164 for phone in read_other("8 916 123-45-67").phones] == ["+79161234567"]
    assert [phone.e164 for phone in read_other("https://wa.me/79161234567").phones] == ["+79161234567"]
    assert [email.address for email in read_other("Ivan@firma.example").emails] == ["ivan@firma.example"]
    assert read_other("Ivan@firma.example").sites == ()
    assert read_other("7707083893").inns == ("7707083893",)
    assert read_other("123-45-67", area_code="495").phones[0].e164 == "+74951234567"


def test_the_beginning_of_a_phone_is_the_same_with_8_with_7_and_without():
    for written in ("8 916 12", "+7 (916) 12", "916-12"):
        assert "+791612" in phone_beginnings(written)
    assert phone_beginnings("+4930") == ("+4930",)
    assert phone_beginnings("91") == ()


def test_a_part_of_a_phone_may_begin_with_the_country():
    assert phone_parts("8 916 12") == ("891612", "791612")
    assert phone_parts("123-45") == ("12345",)
    assert phone_parts("12") == ()


def test_a_local_number_is_known_by_its_tail():
    assert phone_tails("123-45-67") == phone_tails("8 (495) 123-45-67") == ("1234567",)
    assert phone_tails("123-45") == ()


@given(st.one_of(st.text(max_size=400), st.text(alphabet="t.me/vk:@№-xn[]8 9аb", max_size=60)))
def test_no_text_makes_these_fail(text):
    other = read_other(text)
    assert all(key and " " not in key for key in (*other.nicks, *other.sites, *other.documents))
    site_key(text)
    nick_key(text)
    phone_beginnings(text)
    phone_parts(text)
    phone_tails(text)
