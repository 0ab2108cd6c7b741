"""Whom the ignore list fits, and what may be written there."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.errors import Rejected
from intake.matching.ignoring import (
    DOMAIN,
    EXACT,
    PREFIX,
    REGEX,
    IgnoreList,
    Ignoring,
    how_of,
    key_of,
    pattern_of,
)


def listed(*entries: tuple[str, str] | tuple[str, str, tuple[str, ...]]) -> IgnoreList:
    """Numbered from 1, as people write them."""
    return IgnoreList(
        Ignoring(number, one[0], pattern_of(one[0], one[1]), one[2] if len(one) == 3 else ())
        for number, one in enumerate(entries, start=1)
    )


@pytest.mark.parametrize(
    ("how", "text", "key", "fits"),
    [
        (EXACT, "8 (495) 123-45-67", "+74951234567", True),
        (EXACT, "8 (495) 123-45-67", "+74951234568", False),
        (EXACT, "2255", "2255", True),
        (EXACT, "Ivan@Firma.RU", "ivan@firma.ru", True),
        (EXACT, "ivan@firma.ru", "IVAN@FIRMA.RU", True),
        (EXACT, "иван@почта.рф", "иван@xn--80a1acny.xn--p1ai", True),
        (EXACT, "ivan@firma.ru", "petr@firma.ru", False),
        (EXACT, "tg:12345", "tg:12345", True),
        (PREFIX, "8 800*", "+78005553535", True),
        (PREFIX, "+7 495", "+74951234567", True),
        (PREFIX, "+7495", "+79495123456", False),
        (PREFIX, "promo-*", "promo-17@shop.ru", True),
        (DOMAIN, "@firma.ru", "a@firma.ru", True),
        (DOMAIN, "firma.ru", "a@mail.firma.ru", True),
        (DOMAIN, "firma.ru", "a@notfirma.ru", False),
        (DOMAIN, "firma.ru", "firma.ru@gmail.com", False),
        (DOMAIN, "mail.firma.ru", "a@firma.ru", False),
        (REGEX, r"^\+7(495|499)\d{7}$", "+74991234567", True),
        (REGEX, r"^\+7(495|499)\d{7}$", "+79161234567", False),
        (REGEX, "/SALE|скидк/", "big-sale@shop.ru", True),
    ],
)
def test_what_fits(how: str, text: str, key: str, fits: bool) -> None:
    assert listed((how, text)).entry_for("call", [key]) == (1 if fits else None)


def test_any_key_counts_and_nobody_without_one() -> None:
    some = listed((EXACT, "+74951234567"))
    assert some.entry_for("form", ["a@b.ru", None, "+74951234567"]) == 1
    assert some.entry_for("call", []) is None
    assert some.entry_for("call", [None, ""]) is None


def test_an_entry_is_of_its_channels_and_the_next_one_is_asked() -> None:
    both = listed((EXACT, "+74951234567", ("call",)), (PREFIX, "+7495", ("letter", "form")))
    assert both.entry_for("call", ["+74951234567"]) == 1
    assert both.entry_for("form", ["+74951234567"]) == 2
    assert both.entry_for("chat", ["+74951234567"]) is None


def test_the_longest_beginning_and_the_nearest_domain_say_it() -> None:
    assert listed((PREFIX, "+74"), (PREFIX, "+7495")).entry_for("call", ["+74951234567"]) == 2
    assert listed((DOMAIN, "b.ru"), (DOMAIN, "a.b.ru")).entry_for("letter", ["x@a.b.ru"]) == 2


@pytest.mark.parametrize(
    ("how", "text", "code"),
    [
        (EXACT, "   ", "nothing-to-ignore"), (EXACT, "\0", "nothing-to-ignore"),
        (EXACT, "a" * 400, "too-long"),
        (EXACT, "кто-то там", "no-sender"), (EXACT, "1", "no-sender"), (EXACT, "(*@", "no-sender"),
        (PREFIX, "8", "too-short"),
        (PREFIX, "*", "too-short"), (DOMAIN, "firma", "no-such-domain"), (DOMAIN, "@", "no-such-domain"),
        (REGEX, "(", "bad-expression"), (REGEX, r"(?=a)", "bad-expression"),
        (REGEX, r"(a)\1", "bad-expression"),
        (REGEX, ".*", "fits-everybody"), (REGEX, "x*", "fits-everybody"), (REGEX, "|a", "fits-everybody"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(how: str, text: str, code: str) -> None:
    with pytest.raises(Rejected) as refused:
        pattern_of(how, text)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("a@b.ru", EXACT),
        ("@b.ru", DOMAIN),
        ("*@b.ru", DOMAIN),
        ("+7800*", PREFIX),
        ("/^8/", REGEX),
        ("/", EXACT),
    ],
)
def test_what_is_written_alone_says_how_it_is_meant(text: str, how: str) -> None:
    assert how_of(text) == how


@given(st.sampled_from([EXACT, PREFIX, DOMAIN, REGEX]), st.text(max_size=60), st.text(max_size=60))
def test_no_text_breaks_it(how: str, text: str, key: str) -> None:
    try:
        pattern = pattern_of(how, text)
    except Rejected:
        return
    assert pattern_of(how, pattern) == pattern or how == PREFIX
    IgnoreList([Ignoring(1, how, pattern)]).entry_for("call", [key])


@given(st.emails())
def test_an_address_is_known_again_however_it_is_written(address: str) -> None:
    try:
        pattern = pattern_of(EXACT, address)
    except Rejected:
        return
    assert IgnoreList([Ignoring(1, EXACT, pattern)]).entry_for("letter", [key_of(address)]) == 1


def test_ten_thousand_entries_and_a_nasty_expression_are_asked_in_no_time() -> None:
    many = [Ignoring(n, EXACT, f"+7495{n:07}") for n in range(10_000)]
    nasty = Ignoring(10_001, REGEX, pattern_of(REGEX, "(a+)+b$"))
    some = IgnoreList([*many, nasty])
    began = time.perf_counter()
    for _ in range(100):
        assert some.entry_for("letter", ["a" * 300, "+74990000000"]) is None
    assert time.perf_counter() - began < 1.0
