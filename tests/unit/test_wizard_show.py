"""How hits look: the words for why they were found, the marks on what was typed."""

import pytest

from intake.matching.likeness import Kind
from intake.model.hits import Level, PointShown, Reason
from intake.model.wizard import Mode
from intake.wizard.evidence import POLICY
from intake.wizard.ranking import _CODES, MARKED
from web.i18n import speaking
from web.pages.wizard_form import LENGTHS, existing, read_form
from web.pages.wizard_show import SILENT, marked, marked_digits, reason_class, reason_text, shown_point

PARAMS = {"extension": "12", "people": 3, "value": "x"}


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_reason_has_words(language):
    alike = {f"name-{_CODES.get(kind, kind)}" for kind in Kind} | {"name-layout", "name-exact"}
    own = {code for code in POLICY.bits if code not in SILENT} | alike
    numbers = {"inn", "inn-kpp", "inn-part", "inn-near", "other-kpp", "other-inn"}  # people have none
    through = {f"contact-{code}" for code in own - MARKED - numbers}
    with speaking(language):
        wordless = [code for code in own | through if reason_text(Reason(code, PARAMS)) == code]
    same_in_english = {"phone", "messenger", "site"}
    assert set(wordless) - (same_in_english if language == "en" else set()) == set()


def test_doubts_are_amber_whatever_the_hit_is():
    assert reason_class(Reason("phone"), Level.EXACT) == "exact"
    assert reason_class(Reason("shared-number"), Level.EXACT) == "possible"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("+78120000000", "shared number, 3 people"),
        ("info@sever.example", "shared address, 3 people"),
        ("sever_bot", "shared address, 3 people"),
    ],
)
def test_what_is_shared_is_a_number_or_an_address(value, words):
    with speaking("en"):
        assert reason_text(Reason("shared-number", {"people": 3, "value": value})) == words


def test_typed_letters_are_marked_and_everything_else_is_escaped():
    assert marked("<Ковалёва>", "ковале", Mode.BEGINNING) == "&lt;<mark>Ковалё</mark>ва&gt;"
    assert marked("Ковалёва", "", Mode.PART) == "Ковалёва"


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("916 12", "+7 <mark>916 12</mark>3-45-67"),
        ("8 (916) 123", "+<mark>7 916 123</mark>-45-67"),
        ("45", "+7 916 123-45-67"),  # two digits stand everywhere
        ("", "+7 916 123-45-67"),
    ],
)
def test_typed_digits_are_marked_however_they_are_written(typed, seen):
    assert marked_digits("+7 916 123-45-67", typed) == seen


def test_a_phone_that_matched_in_another_spelling_is_marked_whole():
    assert marked_digits("+7 916 123-45-67", "", matched=True) == "<mark>+7 916 123-45-67</mark>"


def test_an_address_is_marked_where_it_was_typed():
    form = read_form({"email": "Kovaleva@"})
    point = PointShown(1, "email", "m.kovaleva@sevsvet.example")
    assert shown_point(point, form, Mode.PART) == "m.<mark>kovaleva@</mark>sevsvet.example"


def test_a_former_phone_is_struck_through():
    point = PointShown(None, "phone", "+79161234567", matched=True, former=True)
    shown = shown_point(point, read_form({"phone": "8 916 123-45-67"}), Mode.INEXACT)
    assert shown == "<s>+<mark>7 916 123-45-67</mark></s>"


def test_a_form_keeps_only_its_own_fields_and_cuts_what_is_too_long():
    form = read_form({"name": "я" * 1000, "evil": "x", "diff-contact-phone-+7916": "keep"})
    assert len(form["name"]) == LENGTHS["name"]
    assert "evil" not in form
    assert form["diff-contact-phone-+7916"] == "keep"


@pytest.mark.parametrize(
    "text", ["", "account", "account:", "account:x", "contact:1", "account:1:2", "account:-1"]
)
def test_nonsense_is_nobody(text):
    assert existing(text) is None
