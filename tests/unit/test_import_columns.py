"""What the columns of a file are, by their headings and by what stands in them."""

import pytest

from intake.importing.columns import guess_columns, looks_like_headings
from intake.importing.targets import TARGETS
from intake.model.wizard import PartyKind

ACCOUNT, CONTACT, LEAD = PartyKind


@pytest.mark.parametrize("kind", list(PartyKind))
@pytest.mark.parametrize("language", ["russian", "english"])
def test_what_we_export_we_recognise(kind: PartyKind, language: str):
    headings = [getattr(target, language)[0] for target in TARGETS[kind]]
    assert guess_columns(kind, headings, []) == [target.key for target in TARGETS[kind]]


@pytest.mark.parametrize(
    ("kind", "headings", "columns"),
    [
        (ACCOUNT, "Наименование; ИНН; КПП; Юр. адрес; Тел.; Эл. почта; Менеджер",
         "name inn kpp address phone email responsible"),
        (ACCOUNT, "Контрагент;ИНН/КПП;ФИО;Должность;Мобильный телефон;Рабочий телефон;Комментарии",
         "name inn contact_full_name contact_position phone phone description"),
        (ACCOUNT, "Компания;Контактное лицо;Тел. контактного лица;E-mail контактного лица;Сфера деятельности",
         "name contact_full_name contact_phone contact_email industry"),
        (CONTACT, "Фамилия;Имя;Отчество;Компания;Рабочий e-mail;Рабочий телефон;Источник контакта",
         "last_name first_name middle_name account email phone source"),
        (CONTACT, "First Name;Last Name;Company;E-mail Address;Mobile Phone;Notes",
         "first_name last_name account email phone description"),
        (LEAD, "Название лида;Телефон;Статус;Ответственный;Дата создания;Примечание",
         "full_name phone status responsible created description"),
        (LEAD, "ФИО клиента;Организация;WhatsApp;Telegram;Город;Рост",
         "full_name organisation phone messenger city -"),
    ],
)  # fmt: skip
def test_headings_of_other_systems_are_recognised(kind: PartyKind, headings: str, columns: str):
    wanted = ["" if key == "-" else key for key in columns.split()]
    assert guess_columns(kind, [part.strip() for part in headings.split(";")], []) == wanted


def test_a_name_of_three_words_under_first_name_is_the_whole_name():
    sample = [["Иванов Иван Иванович", "1"], ["Петрова Анна", "2"]]
    assert guess_columns(CONTACT, ["Имя", "Телефон"], sample) == ["full_name", "phone"]


def test_without_headings_cells_say_what_they_are():
    sample = [
        ["ООО «Ромашка»", "7707083893", "+7 916 123-45-67", "info@romashka.ru", "Иванов Иван Иванович", "romashka.ru", "x"],
        ["АО Лютик", "7728168971", "8 (495) 765-43-21", "a@lutik.ru", "Белова Анна Петровна", "www.lutik.ru", "y"],
        ["ИП Котов", "500100732259", "79160000000", "kotov@mail.ru", "Котов Пётр", "kotov.ru", "z"],
    ]  # fmt: skip
    guessed = guess_columns(ACCOUNT, [""] * 7, sample)
    assert guessed == ["name", "inn", "phone", "email", "contact_full_name", "site", ""]


@pytest.mark.parametrize(("kind", "key"), [(ACCOUNT, "name"), (CONTACT, "account"), (LEAD, "organisation")])
@pytest.mark.parametrize("heading", ["Наименование", "Название", "Клиент"])
def test_a_column_of_companies_is_one_whatever_is_imported(kind: PartyKind, key: str, heading: str):
    sample = [["ООО «Ромашка»", "1"], ["АО Лютик", "2"], ["ИП Котов", "3"]]
    assert guess_columns(kind, [heading, "Рост"], sample) == [key, ""]


def test_a_column_of_people_called_clients_is_of_people():
    assert guess_columns(LEAD, ["Клиент"], [["Иванов Иван"], ["Белова Анна"]]) == ["full_name"]


def test_headings_are_told_from_data():
    assert looks_like_headings([["Имя", "Телефон"], ["Анна", "8 916 123-45-67"]])
    assert looks_like_headings([["Клиентик", "Номерок"], ["Анна", "8 916 123-45-67"]])
    assert not looks_like_headings([["Анна", "8 916 123-45-67"], ["Пётр", "8 916 765-43-21"]])
    assert not looks_like_headings([["Анна", "anna@mail.ru"]])
