"""Numbers inside free text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.matching.mentions import MAX_KEYS, mentioned


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("звонить секретарю: 8 (916) 123-45-67, после 18", ["+79161234567"]),
        ("тел.+7 916 123-45-67;факс 8(495)111-22-33 доб. 12", ["+79161234567", "+74951112233"]),
        ("дача 89161234567\nработа 84951112233", ["+79161234567", "+74951112233"]),
        ("8-916-123-45-67/8-495-111-22-33", ["+79161234567", "+74951112233"]),
        ("моб.: ８９１６１２３４５６７", ["+79161234567"]),
        ("Жена Ольга (olga@mail.ru), бухгалтер <Buh@Firma.Example>", ["olga@mail.ru", "buh@firma.example"]),
        ("почта: ivan@почта.рф.", ["ivan@почта.рф"]),
        ("ИНН 7707083893, КПП 770701001", ["7707083893"]),
        ("ИНН:500100732259", ["500100732259"]),
        ("ИНН 7707083894", []),  # the control sum is wrong
        ("договор 12-34/2024 от 12.03.2024 на 1 250 000 руб.", []),
        ("р/с 40702810900000012345, БИК 044525225", []),
        ("приедет в 10:30, кв. 15", []),
        ("", []),
        ("@", []),
        ("просто слова", []),
    ],
)
def test_what_stands_in_a_text_is_found_by_its_key(text, keys):
    assert list(mentioned(text)) == keys


def test_a_number_far_down_in_a_long_text_is_found():
    assert mentioned("Очень важный клиент. " * 500 + "8 916 123-45-67") == ("+79161234567",)


def test_a_row_of_numbers_with_nothing_between_is_many():
    text = "8 916 123-45-67 8 495 111-22-33 8 903 555-66-77"
    assert mentioned(text) == ("+79161234567", "+74951112233", "+79035556677")


def test_no_text_has_more_keys_than_are_kept():
    assert len(mentioned("\n".join(f"a{number}@b.example" for number in range(200)))) == MAX_KEYS


@given(st.text(max_size=400) | st.text("0123456789 +()-.@абab", max_size=400))
def test_no_text_does_harm_and_each_key_shows_its_kind(text):
    for key in mentioned(text):
        assert key.startswith("+") or "@" in key or (key.isascii() and len(key) in (10, 12))
