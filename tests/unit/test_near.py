import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.matching.inn import inn_problem
from intake.matching.near import near_emails, near_inns, near_phones
from intake.matching.phones import read_phone

KNOWN = "+79161234567"
INN = "7707083893"


@pytest.mark.parametrize(
    "typed",
    [
        "+7 916 123-45-68",  # one wrong
        "8 (916) 132-45-67",  # two swapped
        "8 916 123 45 6",  # one missing
        "916123456",
        "+7 916 123 455 67",  # one doubled
        "89161234 4567",
    ],
)
def test_a_phone_with_one_digit_wrong_leads_to_the_right_one(typed: str) -> None:
    assert KNOWN in near_phones(typed)


@pytest.mark.parametrize("typed", ["+7 916 123-54-76", "8 916 223 45 68", "916 12", "", "112", "231-60-14"])
def test_two_mistakes_or_a_piece_of_a_number_lead_nowhere(typed: str) -> None:
    assert KNOWN not in near_phones(typed)


def test_the_number_itself_is_no_mistake_of_itself() -> None:
    assert KNOWN not in near_phones(KNOWN)


def test_a_near_phone_is_of_the_same_country_and_as_long_as_its_numbers_are() -> None:
    assert {len(number) for number in near_phones(KNOWN)} == {12}
    german = near_phones("+49 30 123456")
    assert "+4930123457" in german
    assert "+493012345" in german  # Germany's numbers are of several lengths
    assert all(number.startswith("+49") for number in german)
    assert all(number.startswith("+7") for number in near_phones("8 701 123-45-67"))


def test_a_local_number_with_a_wrong_digit_is_of_the_lines_own_town() -> None:
    assert "+78126401102" in near_phones("640-11-03", area_code="812")


def test_there_are_few_enough_near_phones_to_look_up() -> None:
    assert 90 < len(near_phones(KNOWN)) < 300
    assert len(near_phones(" / ".join(f"8 916 123-45-{last}" for last in range(10, 30)))) < 900


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ivanov@gmial.com", "ivanov@gmail.com"),
        ("ivanov@mail.ri", "ivanov@mail.ru"),
        ("ivanov@yandex.u", "ivanov@yandex.ru"),
        ("ivanov@yandexru", "ivanov@yandex.ru"),
        ("ivanov@mailru", "ivanov@mail.ru"),
        ("ivnaov@mail.ru", "ivanov@mail.ru"),
        ("ivanow@mail.ru", "ivanov@mail.ru"),
        ("vanov@mail.ru", "ivanov@mail.ru"),
        ("ivanov1@mail.ru", "ivanov@mail.ru"),
        ("i.ivanov@firma.example", "i-ivanov@firma.example"),
        ("info@rnashina.example", "info@mashina.example"),
        ("Info@Firma.Exmaple", "info@firma.example"),
        ("иван@почто.рф", "иван@почта.рф"),
    ],
)
def test_an_address_with_one_sign_wrong_leads_to_the_right_one(typed: str, meant: str) -> None:
    near = near_emails(typed)
    assert (meant in near) == (typed != "info@rnashina.example")  # «rn» for «m» is two signs


def test_another_provider_is_another_address() -> None:
    assert "ivanov@xmail.ru" not in near_emails("ivanov@mail.ru")
    assert "ivanov@mail.kz" not in near_emails("ivanov@mail.ru")


def test_an_address_that_is_still_typed_leads_nowhere() -> None:
    for typed in ("", "ivanov", "ivanov@", "ivanov@mail", "@mailru"):
        assert near_emails(typed) == ()


def test_a_long_address_is_copied_and_not_mistyped() -> None:
    assert near_emails("a" * 60 + "@mail.ru") == ()


@pytest.mark.parametrize("typed", ["7707083894", "7707038893", "770708389", "77070838933", "7707883893"])
def test_an_inn_with_one_digit_wrong_leads_to_the_right_one(typed: str) -> None:
    assert INN in near_inns(typed)


def test_near_inns_have_right_control_sums_and_a_right_one_is_taken_at_its_word() -> None:
    assert all(inn_problem(near) is None for near in near_inns("7707083894"))
    assert near_inns(INN) == ()
    assert "500100732259" in near_inns("500100732258")
    for typed in ("", "7707", "77070838", "abcdefghij"):
        assert near_inns(typed) == ()


@given(st.one_of(st.text(max_size=300), st.text(alphabet="+78 910@.аiv()", max_size=40)))
def test_no_text_makes_these_fail_or_return_what_was_typed(text: str) -> None:
    phone = read_phone(text)
    assert phone is None or phone.e164 not in near_phones(text)[:1]
    near_emails(text)
    near_inns(text)
