"""What a visitor means, and what is wrong with it: nothing is dropped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.channels.forms.understanding import Understood, understood
from intake.model.forms import TARGETS, FieldKind, FormField, Ticked

NAME = FormField("name", "Имя", target="name", required=True)
PHONE = FormField("phone", "Телефон", FieldKind.PHONE, "phone")
EMAIL = FormField("email", "Почта", FieldKind.EMAIL, "email")
COLOUR = FormField("colour", "Цвет", FieldKind.CHOICE, options=("красный", "синий"))
EXTRAS = FormField("extras", "Ещё", FieldKind.CHOICES, options=("доставка", "монтаж"))
AGREE = FormField("agree", "Согласие", FieldKind.CONSENT, required=True, purpose="Обработка")
NEWS = FormField("news", "Новости", FieldKind.CONSENT, purpose="Рассылка")
PLAN = FormField("plan", "План", FieldKind.FILE, required=True)
CONSENTS = {"Обработка": (17, 9), "Рассылка": (4,)}


def of(field: FormField, *values: str, files: tuple[str, ...] = ()) -> Understood:
    return understood(tuple((field.name, value) for value in values), [field], CONSENTS, files)


def test_values_stand_in_the_forms_order_and_unknown_fields_are_kept_behind() -> None:
    sent = (("x", "1"), ("phone", "8 916 123-45-67"), ("name", " Анна "), ("empty", " "))

    read = understood(sent, [NAME, PHONE], {})

    assert read.values == (("name", "Имя", "Анна"), ("phone", "Телефон", "8 916 123-45-67"), ("x", "", "1"))
    assert read.said == (("name", "Анна"), ("phone", "8 916 123-45-67"))
    assert read.problems == ()


@pytest.mark.parametrize(
    ("field", "values", "code"),
    [
        (NAME, (), "required"),
        (NAME, ("  ",), "required"),
        (NAME, ("я" * 501,), "too-long"),
        (PHONE, ("позвоните мне",), "bad-phone"),
        (PHONE, ("123-45-67",), "bad-phone"),
        (EMAIL, ("anna@",), "bad-email"),
        (COLOUR, ("зелёный",), "unknown-option"),
        (COLOUR, ("красный", "синий"), "only-one"),
        (EXTRAS, ("доставка", "подъём"), "unknown-option"),
        (FormField("n", "N", FieldKind.NUMBER), ("много",), "bad-number"),
        (FormField("n", "N", FieldKind.NUMBER), ("nan",), "bad-number"),
        (FormField("d", "D", FieldKind.DATE), ("31.02.2026",), "bad-date"),
        (AGREE, (), "consent-required"),
        (AGREE, ("нет",), "consent-required"),
        (PLAN, (), "required"),
        (PLAN, ("plan.pdf",), "file-lost"),
    ],
)
def test_each_mistake_has_its_code_and_the_value_is_kept(
    field: FormField, values: tuple[str, ...], code: str
) -> None:
    read = of(field, *values)

    assert read.problems == ((field.name, code),)
    kept = [value for _, _, value in read.values]
    assert kept == ([", ".join(values)] if any(value.strip() for value in values) else [])


@pytest.mark.parametrize(
    ("field", "values"),
    [
        (PHONE, ("+7 (916) 123-45-67",)),
        (PHONE, ("8 495 123-45-67 доб. 12",)),
        (EMAIL, ("Анна <anna@пример.рф>",)),
        (COLOUR, ("синий",)),
        (EXTRAS, ("доставка", "монтаж")),
        (EXTRAS, ()),
        (FormField("n", "N", FieldKind.NUMBER), ("1 200,50",)),
        (FormField("d", "D", FieldKind.DATE), ("2026-11-22",)),
        (FormField("d", "D", FieldKind.DATE), ("22.11.26",)),
        (NEWS, ()),
    ],
)
def test_what_people_write_is_right(field: FormField, values: tuple[str, ...]) -> None:
    assert of(field, *values).problems == ()


def test_several_of_one_target_are_said_in_turn_and_custom_values_only_kept() -> None:
    fields = [PHONE, FormField("phone2", "Ещё телефон", FieldKind.PHONE, "phone"), COLOUR]

    read = understood(
        (("phone2", "+79161234567"), ("phone", "+79161234568"), ("colour", "синий")), fields, {}
    )

    assert read.said == (("phone", "+79161234568"), ("phone", "+79161234567"))
    assert ("colour", "Цвет", "синий") in read.values


def test_consent_is_to_the_text_that_was_shown() -> None:
    assert of(AGREE, "text-9").ticks == (Ticked("agree", 9),)
    assert of(AGREE, "text-9").values == (("agree", "Согласие", "yes"),)


@pytest.mark.parametrize("value", ["on", "yes", "true", "text-4", "text-999999999"])
def test_consent_that_names_no_text_of_its_purpose_is_to_the_newest(value: str) -> None:
    assert of(AGREE, value).ticks == (Ticked("agree", 17),)


def test_nobody_agrees_to_a_purpose_without_a_text() -> None:
    read = understood((("agree", "on"),), [AGREE], {})

    assert read.ticks == ()
    assert read.values == (("agree", "Согласие", "on"),)


def test_a_file_that_came_satisfies_its_field() -> None:
    assert of(PLAN, files=("plan",)).problems == ()


def test_a_hidden_field_has_its_default() -> None:
    hidden = FormField("campaign", "Кампания", FieldKind.HIDDEN, "source", default="Осень")

    assert of(hidden).said == (("source", "Осень"),)
    assert of(hidden, "Зима").said == (("source", "Зима"),)


fields = st.builds(
    FormField,
    name=st.sampled_from(["a", "b", "c"]),
    label=st.text(max_size=5),
    kind=st.sampled_from(FieldKind),
    target=st.sampled_from(TARGETS),
    required=st.booleans(),
    options=st.tuples(st.text(max_size=3)),
    purpose=st.sampled_from(["", "Обработка"]),
)
texts = st.text(max_size=40) | st.sampled_from(
    ["text-9", "1e999999", "٣٠.١٢.٢٠٢٦", "0000-00-00", "+7 916 1234567"]
)


@given(
    st.lists(fields, max_size=3, unique_by=lambda field: field.name),
    st.lists(st.tuples(st.sampled_from("abcd"), texts), max_size=8),
)
def test_nothing_typed_is_lost(drawn: list[FormField], sent: list[tuple[str, str]]) -> None:
    read = understood(tuple(sent), drawn, CONSENTS)

    kept = " ".join(value for _, _, value in read.values)
    consents = {field.name for field in drawn if field.kind is FieldKind.CONSENT}
    assert all(value.strip() in kept for name, value in sent if name not in consents)
    assert {name for name, _ in read.problems} <= {field.name for field in drawn}
