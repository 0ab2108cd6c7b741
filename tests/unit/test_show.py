"""How single values look."""

import pytest

from web.show import initials, tied


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Анна Петрова", "АП"),
        ("Ковалёва Марина Сергеевна", "КМ"),
        ("ООО «Интертеплокомплект»", "И"),
        ("ООО «Торговый дом „Речное снабжение“»", "ТД"),
        ("ИП Парфёнов Сергей Глебович", "ПС"),
        ("ПАО Газпром", "Г"),
        ("Siemens GmbH", "S"),
        ("ООО", "О"),
        ("«„", "?"),
        ("", "?"),
        (None, "?"),
    ],
)
def test_an_avatar_has_the_letters_of_the_name_not_of_the_legal_form(name, letters):
    assert initials(name) == letters


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Насосы — Парфёнов С. Г.", "Насосы — Парфёнов\u00a0С.\u00a0Г."),
        ("Петров А. звонил", "Петров\u00a0А. звонил"),
        ("А. С. Пушкин", "А.\u00a0С.\u00a0Пушкин"),
        ("Smith J. R.", "Smith\u00a0J.\u00a0R."),
        ("Закрыли в г. Орле. Всё", "Закрыли в г. Орле. Всё"),
        ("Склад Б. Готово", "Склад\u00a0Б. Готово"),
        ("", ""),
    ],
)
def test_initials_stay_on_one_line_with_their_name(text, shown):
    assert tied(text) == shown
