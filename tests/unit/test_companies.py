"""Companies' names without their legal forms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.matching.companies import display_company, fold_company, read_company


@pytest.mark.parametrize(
    ("text", "form", "name"),
    [
        ("ООО «Ромашка»", "ООО", "Ромашка"),
        ("РОМАШКА, ООО", "ООО", "РОМАШКА"),
        ('"Ромашка" ООО', "ООО", "Ромашка"),
        ("Ромашка (ООО)", "ООО", "Ромашка"),
        ('Общество с ограниченной ответственностью "Ромашка"', "ООО", "Ромашка"),
        ("OOO Romashka", "ООО", "Romashka"),
        ("О.О.О. Ромашка", "ООО", "Ромашка"),
        ("ПАО Северный свет", "ПАО", "Северный свет"),
        ("Публичное акционерное общество «Свет»", "ПАО", "Свет"),
        ("ИП Ковалёва М. С.", "ИП", "Ковалёва М. С."),
        ("Ковалёва М. С. (ИП)", "ИП", "Ковалёва М. С."),
        ("индивидуальный предприниматель Ким Анна", "ИП", "Ким Анна"),
        ("НКО Добро", "НКО", "Добро"),
        ("ТОО Алматы-Сервис", "ТОО", "Алматы-Сервис"),
        ("ООО ЧОП Щит", "ООО", "ЧОП Щит"),
        ("Acme LLC", "LLC", "Acme"),
        ("Lumen GmbH", "GmbH", "Lumen"),
        ("Lumen GmbH & Co. KG", "GmbH & Co. KG", "Lumen"),
        ("Światło Sp. z o.o.", "Sp. z o.o.", "Światło"),
        ('ООО "ТД "Ромашка"', "ООО", 'ТД "Ромашка"'),
        ("ООО «Торговый дом «Ромашка»", "ООО", "Торговый дом «Ромашка»"),
        ("Рога и Копыта", None, "Рога и Копыта"),
        ("AG Motors", None, "AG Motors"),
        ("ООО", None, "ООО"),
        ("", None, ""),
        ("«»", None, ""),
    ],
)
def test_the_legal_form_is_split_off_and_kept(text, form, name):
    read = read_company(text)
    assert (read.legal_form, read.name) == (form, name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ООО «Ромашка»", "РОМАШКА, ООО"),
        ("ООО «Ёлка»", "елка"),
        ("Северо-Запад АО", "ПАО Северо Запад"),
        ("ИП Иванов Иван", "Иванов Иван"),
    ],
)
def test_two_spellings_are_the_same_company(one, other):
    assert read_company(one).folded == read_company(other).folded != ""


def test_different_companies_and_no_companies_are_not_the_same():
    assert read_company("ООО Ромашка").folded != read_company("ООО Василёк").folded
    assert read_company("").folded == read_company("«»").folded == ""


def test_a_name_that_is_only_a_form_can_still_be_searched():
    assert fold_company("АО") == "ао"
    assert fold_company("АО Свет") == "свет"


@pytest.mark.parametrize(
    ("name", "form", "shown"),
    [
        ("Ромашка", "ООО", "ООО «Ромашка»"),
        ("Иванов Иван Иванович", "ИП", "ИП Иванов Иван Иванович"),
        ("Lumen", "GmbH", "Lumen GmbH"),
        ("Рога и Копыта", None, "Рога и Копыта"),
        ("Рога и Копыта", "", "Рога и Копыта"),
    ],
)
def test_a_company_is_shown_with_its_form_where_it_belongs(name, form, shown):
    assert display_company(name, form) == shown


@given(st.one_of(st.text(max_size=400), st.text(alphabet='оОaAгпИ«»“„" ,.()-', max_size=60)))
def test_no_text_makes_the_reader_fail(text):
    read = read_company(text)
    display_company(read.name, read.legal_form)
    if read.folded:
        assert read.name


def test_quotes_inside_quotes_are_the_inner_ones():
    assert display_company("Типография «Балтийский путь»", "ООО") == "ООО «Типография „Балтийский путь“»"
