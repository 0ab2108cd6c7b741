"""Text out of bytes, whatever charset a letter names."""

import pytest

from intake.letters.charsets import decode, known

RUSSIAN = [
    "Привет",
    "Заявка",
    "Здравствуйте, пришлите счёт",
    "ООО Ромашка",
    "Re: Заявка",
    "Тест",
    "Ответ",
    "Цена?",
    "Счёт №5 – «Ромашка»",
]


@pytest.mark.parametrize("text", RUSSIAN)
@pytest.mark.parametrize("charset", ["utf-8", "cp1251", "koi8-r"])
def test_russian_without_a_charset_is_read(text: str, charset: str) -> None:
    written = text.encode(charset, "ignore")
    assert decode(written, "") == (written.decode(charset), True)


@pytest.mark.parametrize("named", ["us-ascii", "iso-8859-1", "utf-8", "no-such"])
@pytest.mark.parametrize("charset", ["cp1251", "koi8-r"])
def test_russian_under_a_wrong_name_is_read(named: str, charset: str) -> None:
    text = "Добрый день, нужен счёт на трубы"
    assert decode(text.encode(charset), named)[0] == text


@pytest.mark.parametrize(("charset", "named"), [("cp1251", "koi8-r"), ("koi8-r", "windows-1251")])
def test_two_russian_charsets_are_told_apart(charset: str, named: str) -> None:
    text = "Добрый день, пришлите, пожалуйста, прайс"
    assert decode(text.encode(charset), named) == (text, False)


@pytest.mark.parametrize("named", ["windows-1251", "koi8-r", "iso-8859-1", "us-ascii"])
def test_utf_8_proves_itself_under_any_name(named: str) -> None:
    assert decode("Заявка".encode(), named) == ("Заявка", False)


@pytest.mark.parametrize("text", ["Gruß aus Köln", "Réclamation élégibilité", "Ñandú", "Füße"])
def test_latin_text_with_accents_does_not_become_russian(text: str) -> None:
    assert decode(text.encode("latin-1"), "iso-8859-1") == (text, True)
    assert decode(text.encode("latin-1"), "us-ascii")[0] == text


@pytest.mark.parametrize(("charset", "named"), [("gbk", "gb2312"), ("gbk", "X-GBK"), ("cp932", "shift_jis")])
def test_a_name_stands_for_its_larger_set(charset: str, named: str) -> None:
    text = "報價" if charset == "gbk" else "①見積"
    assert decode(text.encode(charset), named) == (text, True)


def test_a_hint_decides_what_nothing_else_does() -> None:
    written = "转发：整体提升企业服务水平".encode("gbk")
    assert decode(written, "", "gb2312")[0] == "转发：整体提升企业服务水平"


def test_a_lost_letter_does_not_change_the_charset() -> None:
    broken = "Добрый день, ".encode() + b"\xd0" + "пришлите счёт".encode()
    text, right = decode(broken, "utf-8")
    assert text == "Добрый день, \ufffdпришлите счёт"
    assert right


@pytest.mark.parametrize(
    "name", ["idna", "punycode", "unicode_escape", "hex", "rot13", "zip", "x" * 5000, "\0"]
)
def test_names_that_are_no_charsets_of_letters_are_not_known(name: str) -> None:
    assert known(name) == ""


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("Windows-1251", "cp1251"),
        ("cp-1251", "cp1251"),
        ("win1251", "cp1251"),
        ("KOI8R", "koi8-r"),
        ('\\"us-ascii\\"', ""),
        ("utf-8*ru", "utf-8"),
        ("ks_c_5601-1987", "cp949"),
        ("latin1", "cp1252"),
    ],
)
def test_names_as_they_are_really_written(name: str, codec: str) -> None:
    assert known(name) == codec
