"""By what a person is known again, and by what nobody is."""

import pytest

from intake.matching.touching import is_nobodys, touch_keys


def test_numbers_and_addresses_folded_each_once() -> None:
    said = ("+79161234567", "Ivan@Firma.RU", "ivan@firma.ru", None, "", "+79161234567")
    assert touch_keys(*said) == ("+79161234567", "ivan@firma.ru")


@pytest.mark.parametrize(
    "said", ["101", "anonymous", "Withheld", "+7", "not an address", "a@", "@b.ru", "8 800"]
)
def test_what_is_neither_is_nobodys(said: str) -> None:
    assert touch_keys(said) == ()


@pytest.mark.parametrize(
    "address",
    [
        "noreply@tilda.cc", "no-reply@firma.ru", "No_Reply@firma.ru", "do.not.reply@x.ru",
        "wordpress@shop.ru", "robot@yandex.ru", "mailer-daemon@mx.ru", "noreply+17@github.com",
        "zayavka@site.ru",
    ],
)  # fmt: skip
def test_programs_write_for_anybody(address: str) -> None:
    assert is_nobodys(address.lower())
    assert touch_keys(address) == ()


@pytest.mark.parametrize(
    "address", ["robotov@mail.ru", "norep@firma.ru", "botanik@mail.ru", "ivan+noreply@x.ru"]
)
def test_people_with_such_names_are_people(address: str) -> None:
    assert touch_keys(address) == (address,)


def test_our_own_are_nobodys() -> None:
    assert touch_keys("sales@house.ru", "ivan@x.ru", own=["sales@house.ru"]) == ("ivan@x.ru",)


def test_a_cyrillic_domain_is_one_however_it_is_written() -> None:
    assert touch_keys("ivan@xn--80a1acny.xn--p1ai") == touch_keys("ivan@почта.рф")
