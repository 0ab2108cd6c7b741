"""Telephone numbers as people and PBXs write them."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.matching.phones import (
    MAX_NUMBERS,
    Phone,
    display_phone,
    read_phone,
    read_phones,
    region_of,
    tail,
)

MOSCOW, MOBILE = "+74951234567", "+79161234567"
NASTY = st.text(alphabet="0123456789+()-* #,;/доб.extOо٣９\u200b\n@:sip", max_size=300)


def numbers(text: str, area_code: str | None = None) -> list[str]:
    return [phone.e164 for phone in read_phones(text, area_code=area_code)]


@pytest.mark.parametrize(
    "written",
    [
        "+7 916 123-45-67",
        "8 (916) 123-45-67",
        "89161234567",
        "79161234567",
        "9161234567",
        "8-916-123-45-67",
        "8.916.123.45.67",
        "+7(916)123–45–67",
        "８９１６１２３４５６７",
        "٨٩١٦١٢٣٤٥٦٧",
        "\u200e+7 916 123‑45‑67\u202c",
        "sip:+79161234567@10.0.0.1;user=phone",
        "tel:+7-916-123-45-67",
        "#31#89161234567",
        "тел. 8 916 123 45 67",
        "моб.: +7 916 1234567 (Анна)",
    ],
)
def test_one_mobile_number_however_it_is_written(written):
    assert numbers(written) == [MOBILE]


@pytest.mark.parametrize("written", ["8 9O5 123 45 67", "8 9о5 123 45 67", "+7 9O5 123-45-67"])
def test_a_letter_o_among_digits_is_a_nought(written):
    assert numbers(written) == ["+79051234567"]


@pytest.mark.parametrize(
    ("written", "extension"),
    [
        ("8 (495) 123-45-67 доб. 139", "139"),
        ("8 (495) 123-45-67 (доб. 139)", "139"),
        ("8 (495) 123-45-67, доб.139", "139"),
        ("8 (495) 123-45-67 добавочный 139", "139"),
        ("8 495 1234567 вн. 139", "139"),
        ("+7 495 123-45-67 ext. 139", "139"),
        ("+7 495 123-45-67 x139", "139"),
        ("+7 495 123-45-67 #139", "139"),
        ("84951234567*22", "22"),
        ("84951234567 * 22", "22"),
        ("84951234567,139", "139"),
        ("84951234567,,139", "139"),
        ("tel:+7-495-123-45-67;ext=139", "139"),
    ],
)
def test_an_extension_is_split_off_and_leaves_the_number_whole(written, extension):
    phone = read_phone(written)
    assert phone is not None
    assert (phone.e164, phone.extension, phone.valid) == (MOSCOW, extension, True)


@pytest.mark.parametrize(
    "written",
    [
        "+7 916 123-45-67 / 8 495 123-45-67",
        "+7 916 123-45-67, 8 (495) 123-45-67",
        "8 916 123 45 67 8 495 123 45 67",
        "моб. 89161234567; раб. 84951234567",
        "+79161234567\n+74951234567",
        "8(916)1234567 или 8(495)1234567",
    ],
)
def test_two_numbers_in_one_field_are_two(written):
    assert numbers(written) == [MOBILE, MOSCOW]


def test_each_of_two_numbers_keeps_its_own_extension():
    found = read_phones("8916-123-45-67 (доб. 5), тел. 8(495)1234567,139")
    assert [(phone.e164, phone.extension) for phone in found] == [(MOBILE, "5"), (MOSCOW, "139")]


def test_a_number_said_twice_is_one():
    assert numbers("+7 916 123-45-67 (89161234567)") == [MOBILE]


@pytest.mark.parametrize(
    ("written", "e164"),
    [
        ("810 49 30 12345678", "+493012345678"),
        ("8~10 49 30 12345678", "+493012345678"),
        ("0049 30 12345678", "+493012345678"),
        ("380441234567", "+380441234567"),
        ("+375 29 123-45-67", "+375291234567"),
        ("+1 650 253 0000", "+16502530000"),
        ("+7 700 123 45 67", "+77001234567"),
        ("8 700 123 45 67", "+77001234567"),
        ("8 800 100-20-30", "+78001002030"),
    ],
)
def test_other_countries_and_free_numbers(written, e164):
    phone = read_phone(written)
    assert phone is not None
    assert (phone.e164, phone.valid) == (e164, True)


def test_a_local_number_needs_the_area_code_of_the_line():
    assert read_phone("123-45-67") is None
    assert numbers("123-45-67", area_code="495") == [MOSCOW]
    assert numbers("12-34-56", area_code="8182") == ["+78182123456"]
    assert numbers("8 916 123-45-67", area_code="495") == [MOBILE]


@pytest.mark.parametrize(
    "written",
    [
        "", " ", "+", "(", "anonymous", "Unknown", "<unknown>", "Restricted", "101", "1001", "sip:1001@pbx",
        "asterisk", "Анна Петрова", "user9161234567", "0611", "112", "2024-11-05 12:30", "7707083893",
        "500100732259", "9" * 500,
    ],
)  # fmt: skip
def test_what_is_no_telephone_number_is_none(written):
    assert read_phone(written) is None
    assert read_phone(written, area_code="495") is None


def test_a_number_that_no_plan_knows_yet_is_kept_and_marked():
    assert read_phone("+7 000 123 45 67") == Phone("+70001234567", None, "+7 000 123 45 67", valid=False)


def test_a_mobile_of_a_code_that_is_not_given_out_yet_is_kept_without_its_country_too():
    assert read_phone("9300024548") == Phone("+79300024548", None, "9300024548", valid=False)


def test_the_text_a_number_was_read_from_is_kept():
    phone = read_phone("Ольга: 8 (495) 123-45-67 доб. 139, спросить Анну")
    assert phone is not None
    assert phone.raw == "8 (495) 123-45-67 доб. 139"


def test_another_region_reads_its_own_numbers():
    phone = read_phone("030 12345678", region="DE")
    assert phone is not None
    assert phone.e164 == "+493012345678"
    assert read_phone("030 12345678", region="nowhere") is None


@pytest.mark.parametrize(
    ("e164", "shown"),
    [
        (MOBILE, "+7 916 123-45-67"),
        ("+78182123456", "+7 8182 12-34-56"),
        ("+78001002030", "+7 800 100-20-30"),
        ("+16502530000", "+1 650-253-0000"),
        ("nonsense", "nonsense"),
    ],
)
def test_a_number_is_shown_as_it_is_read_aloud(e164, shown):
    assert display_phone(e164) == shown


@pytest.mark.parametrize(
    ("e164", "russian", "english"),
    [
        ("+78121234567", "Санкт-Петербург", "Saint Petersburg"),
        ("+78182123456", "Архангельск", "Arkhangelsk"),
        ("+78312345678", "Нижний Новгород", "Nizhny Novgorod"),
        ("+78317712345", "Нижегородская область", "Nizhny Novgorod Oblast"),
        ("+77172701234", "Казахстан", "Kazakhstan"),
        (MOBILE, "Россия", "Russia"),
        ("+493012345678", "Германия", "Germany"),
        ("nonsense", "", ""),
    ],
)
def test_where_a_number_is_from_in_the_readers_language(e164, russian, english):
    assert region_of(e164, "ru") == russian
    assert region_of(e164, "en") == english
    assert region_of(e164, "zz") == english


def test_the_tail_is_what_stays_however_the_beginning_is_written():
    assert tail(MOSCOW) == tail("84951234567") == "1234567"


@given(st.one_of(st.text(max_size=400), NASTY), st.sampled_from([None, "495", "8182", "x"]))
def test_no_text_makes_the_reader_fail(text, area_code):
    found = read_phones(text, area_code=area_code)
    assert len(found) <= MAX_NUMBERS
    for phone in found:
        assert phone.e164[0] == "+"
        assert phone.e164[1:].isascii()
        assert phone.e164[1:].isdigit()
        assert len(phone.e164) <= 17
        assert phone.raw
    assert read_phone(text, area_code=area_code) == (found[0] if found else None)


@given(st.text(max_size=100))
def test_no_text_makes_the_other_functions_fail(text):
    display_phone(text)
    region_of(text, "ru")
    region_of(MOBILE, text)
    tail(text)


@given(st.from_regex(r"\A\+79\d{9}\Z"))
def test_what_is_shown_is_read_back(e164):
    phone = read_phone(e164)
    assert phone is not None
    assert numbers(display_phone(phone.e164)) == [phone.e164]


@pytest.mark.parametrize("piece", ["8(", "1 ", "8-", "((((", "+7 ", "1234567,", "*#", "доб."])
def test_hostile_lengths_take_no_time(piece):
    begun = time.perf_counter()
    read_phones(piece * 100_000)
    assert time.perf_counter() - begun < 0.2
