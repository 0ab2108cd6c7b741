"""ИНН, КПП and ОГРН: check digits warn, nonsense is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.matching.inn import clean_inn, clean_kpp, clean_ogrn, inn_problem, kpp_problem, ogrn_problem


@pytest.mark.parametrize(
    "written",
    [
        "7707083893",
        " 7707 083 893 ",
        "ИНН 7707083893",
        "инн: 7707-083-893",
        "ИНН7707083893",
        "ИНН/КПП 7707083893/770701001",
        "7707083893 / 770701001",
        "７７０７０８３８９３",
    ],
)
def test_an_inn_is_cleaned_of_what_is_written_around_it(written):
    assert clean_inn(written) == "7707083893"


def test_kpp_and_ogrn_are_cleaned_likewise():
    assert clean_kpp("КПП 7707 01 001") == "770701001"
    assert clean_kpp("ИНН/КПП 7707083893/770701001") == "770701001"
    assert clean_kpp("7707ab001") == "7707AB001"
    assert clean_ogrn("ОГРН: 1 027 700 132 195") == "1027700132195"


@pytest.mark.parametrize(
    ("inn", "problem"),
    [
        ("7707083893", None),
        ("500100732259", None),
        ("7707083894", "checksum"),
        ("500100732258", "checksum"),
        ("500100732269", "checksum"),
        ("0000000000", "same-digits"),
        ("777777777777", "same-digits"),
        ("770708389", "length"),
        ("77070838930", "length"),
        ("", "digits"),
        ("77О7083893", "digits"),
        ("٧٧٠٧٠٨٣٨٩٣", "digits"),
    ],
)
def test_what_is_wrong_with_an_inn(inn, problem):
    assert inn_problem(inn) == problem


@pytest.mark.parametrize(
    ("kpp", "problem"),
    [
        ("770701001", None),
        ("7707AB001", None),
        ("77070100", "length"),
        ("77A701001", "digits"),
        ("7707ab001", "digits"),
        ("111111111", "same-digits"),
    ],
)
def test_what_is_wrong_with_a_kpp(kpp, problem):
    assert kpp_problem(kpp) == problem


@pytest.mark.parametrize(
    ("ogrn", "problem"),
    [
        ("1027700132195", None),
        ("304500116000157", None),
        ("308779741197040", None),  # the remainder by 13 is 10
        ("1027700132194", "checksum"),
        ("102770013219", "length"),
        ("1111111111111", "same-digits"),
        ("ОГРН", "digits"),
    ],
)
def test_what_is_wrong_with_an_ogrn(ogrn, problem):
    assert ogrn_problem(ogrn) == problem


@given(st.text("0123456789", min_size=9, max_size=9).filter(lambda digits: len(set(digits)) > 1))
def test_exactly_one_last_digit_is_right(beginning):
    problems = [inn_problem(f"{beginning}{digit}") for digit in range(10)]
    assert problems.count(None) == 1
    assert problems.count("checksum") == 9


@given(st.one_of(st.text(max_size=200), st.text(alphabet="инкпИНКП0123456789/-№ :٣", max_size=60)))
def test_no_text_makes_these_fail(text):
    inn_problem(clean_inn(text))
    kpp_problem(clean_kpp(text))
    ogrn_problem(clean_ogrn(text))
    inn_problem(text)
