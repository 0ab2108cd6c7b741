"""Logs never tell whom we talked with, nor what opens doors."""

import io
import json
import logging

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from intake.log import masked, set_up_logging


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("+79161234567", "+7***67"),
        ("8 (916) 123-45-67", "8***67"),
        ("call from +7 916 123-45-67 ext 12", "call from +7***67 ext 12"),
        ("anna.petrova@sevsvet.ru wrote", "***@sevsvet.ru wrote"),
        (
            {"numbers": ["+79161234567"], "deep": {"mail": "a@b.ru"}},
            {"numbers": ["+7***67"], "deep": {"mail": "***@b.ru"}},
        ),
    ],
)
def test_phones_and_addresses_are_masked_however_deep(said, written):
    assert masked(said) == written


@pytest.mark.parametrize(
    "kept", ["1732200000.42", "2026-11-21", "14:07:32", "extension 101", "v1.2.3", "id 12345"]
)
def test_what_is_no_phone_stays_readable(kept):
    assert masked(kept) == kept


@pytest.mark.parametrize(
    "name", ["password", "ami_secret", "api_token", "Authorization", "secret_key", "cookie"]
)
def test_what_opens_doors_is_not_written_at_all(name):
    assert masked({name: "hunter2"}) == {name: "***"}


@given(st.integers(min_value=70000000000, max_value=79999999999))
def test_no_russian_number_survives_in_any_of_the_usual_forms(number):
    digits = str(number)
    forms = (
        f"+{digits}",
        digits,
        f"8{digits[1:]}",
        f"+7 ({digits[1:4]}) {digits[4:7]}-{digits[7:9]}-{digits[9:]}",
    )
    for form in forms:
        assert digits[4:9] not in masked(f"call {form} now").replace("-", "").replace(" ", "")


def test_a_line_is_one_json_object_also_from_other_libraries(monkeypatch):
    out = io.StringIO()
    monkeypatch.setattr("sys.stderr", out)
    root = logging.getLogger()
    before = root.handlers[:], root.level
    try:
        set_up_logging()
        structlog.get_logger().info("call stored", number="+79161234567", secret="hunter2")
        logging.getLogger("asyncio").warning("slow callback for %s", "a@b.ru")
    finally:
        root.handlers[:], root.level = before
        structlog.reset_defaults()
    ours, theirs = (json.loads(line) for line in out.getvalue().splitlines())
    assert (ours["event"], ours["number"], ours["secret"]) == ("call stored", "+7***67", "***")
    assert theirs["event"] == "slow callback for ***@b.ru"
