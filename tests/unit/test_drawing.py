"""What is typed in the forms' editor, and what is made of it."""

from dataclasses import replace

import pytest

from intake.model.forms import TARGETS, FieldKind, FormField
from storage.tables.forms import WebForm
from tests.web.garbage import TEXTS as GARBAGE
from web.i18n import speaking
from web.pages.drawing_colours import contrast, hard_to_see
from web.pages.drawing_draft import PARTS, VALUES, Draft, Row, drawn, moved, posted
from web.pages.drawing_names import NAME, name_from
from web.pages.drawing_presets import FIELDS, STARTS, begun, with_field
from web.pages.drawing_read import understood
from web.pages.drawing_warnings import warnings
from web.pages.drawing_words import ICONS, KINDS, MISTAKES, WARNINGS, complaints
from web.pages.drawing_words import TARGETS as TARGET_WORDS
from web.visitors.look import look_of

FORM = {"name": "Сайт", "accent": "#1d4ed8"}
TEXTS = {"данные": "Согласен на обработку данных."}
CHOICE = {"kind": "choice", "target": "wanted"}
LABEL = {"label": "Телефон", "kind": "phone", "target": "phone"}


def one(**typed: str) -> Draft:
    """A form of one field."""
    return Draft(FORM, (Row(1, LABEL | typed),))


def mistakes(draft: Draft) -> dict[str, str]:
    return understood(draft, TEXTS).mistakes


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Телефон", "telefon"),
        ("Ваш e-mail", "vash_e_mail"),
        ("Щёлкните, юный Хищник!", "schelknite_yunyy_hischnik"),
        ("ИНН / КПП", "inn_kpp"),
        ("2 этаж", "field_2_etazh"),
        ("???", "field"),
        ("", "field"),
        ("名前", "field"),
    ],
)
def test_a_name_is_made_of_the_label(label: str, name: str):
    assert name_from(label, set()) == name
    assert NAME.fullmatch(name)


def test_a_name_that_is_taken_gets_a_number_and_none_is_too_long():
    taken = set[str]()
    for _ in range(12):
        taken.add(name_from("Очень " * 40, taken))
    assert len(taken) == 12
    assert all(NAME.fullmatch(name) for name in taken)


def test_what_is_saved_keeps_its_name_when_its_label_changes():
    draft = Draft(FORM, (Row(1, LABEL | {"name": "phone", "label": "Мобильный"}), Row(2, {"label": "Phone"})))
    assert [field.name for field in understood(draft, {}).fields] == ["phone", "phone_2"]


def test_fields_stand_in_the_order_they_are_sent_in_and_nonsense_is_left_out():
    sent = [("f7.label", "Второе имя\r\n"), ("f2.label", "Город"), ("f7.kind", "text"), ("name", " Сайт ")]
    sent += [("f2.nonsense", "x"), ("key", "stolen"), ("f99999.label", "x"), ("f2.label.x", "y")]
    draft = posted(sent)
    assert [(row.token, row["label"]) for row in draft.rows] == [(7, "Второе имя"), (2, "Город")]
    assert draft.typed == {"name": "Сайт"}


def test_more_fields_than_anybody_fills_in_are_cut_off():
    assert len(posted((f"f{number}.label", "x") for number in range(500)).rows) == 60


def test_a_kept_form_read_again_is_the_same():
    fields = [
        FormField("phone", "Телефон", FieldKind.PHONE, "phone", required=True, hint="С кодом"),
        FormField("colour", "Цвет", FieldKind.CHOICE, default="Синий", options=("Синий", "Белый")),
        FormField("papers", "Бумаги", FieldKind.FILE, many=True),
        FormField("agreed", "Согласен", FieldKind.CONSENT, required=True, purpose="данные"),
        FormField("from", "Откуда", FieldKind.HIDDEN, "source", default="Лендинг"),
    ]  # fmt: skip
    form = WebForm(key="k", secret="s", **understood(_of(fields), TEXTS).columns())
    read = understood(drawn(form), TEXTS)
    assert (read.mistakes, list(read.fields)) == ({}, fields)
    assert read.columns() == understood(_of(fields), TEXTS).columns()


def _of(fields: list[FormField]) -> Draft:
    form = WebForm(key="k", secret="s", name="Сайт", origins=["https://shop.example"], challenge=True)
    draft = drawn(form)
    rows = drawn(WebForm(key="k", secret="s", name="x", fields=[_kept(each) for each in fields])).rows
    return replace(draft, rows=rows)


def _kept(field: FormField) -> dict[str, object]:
    return {name: getattr(field, name) for name in FormField.__dataclass_fields__}


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({}, {}),
        ({"label": ""}, {"label": "no-label"}),
        ({"label": "я" * 201}, {"label": "too-long"}),
        ({"kind": "hologram"}, {"kind": "no-such-kind"}),
        ({"target": "moon"}, {"target": "no-such-target"}),
        ({"target": "email"}, {"target": "kind-for-target"}),
        ({"kind": "number"}, {"target": "kind-for-target"}),
        ({"kind": "hidden", "required": "yes"}, {"default": "hidden-required"}),
        ({"kind": "hidden", "required": "yes", "default": "+79161234567"}, {}),
        ({"name": "Телефон"}, {"name": "bad-name"}),
        ({"name": "_token"}, {"name": "bad-name"}),
        ({"hint": "я" * 301}, {"hint": "too-long"}),
        ({"default": "я" * 501}, {"default": "too-long"}),
        ({"kind": "choice", "target": "wanted"}, {"options": "no-options"}),
        ({"kind": "choices", "target": "wanted", "options": " \n "}, {"options": "no-options"}),
        ({**CHOICE, "options": "А\nБ"}, {}),
        ({**CHOICE, "options": "А\nБ", "default": "В"},
         {"default": "default-no-option"}),
        ({**CHOICE, "options": "я" * 201}, {"options": "too-long"}),
        ({**CHOICE, "options": "\n".join(map(str, range(101)))},
         {"options": "many-options"}),
        ({"kind": "consent"}, {"purpose": "no-purpose"}),
        ({"kind": "consent", "purpose": "нет такой"}, {"purpose": "no-purpose"}),
        ({"kind": "consent", "purpose": "данные"}, {}),
        ({"kind": "consent", "purpose": "данные", "wording": "коротко"}, {"wording": "bad-wording"}),
        ({"kind": "consent", "purpose": "данные", "wording": "Согласен на всё это."}, {}),
        ({"kind": "consent", "purpose": "+"}, {"new_purpose": "no-purpose"}),
        ({"kind": "consent", "purpose": "+", "new_purpose": "реклама"}, {"wording": "no-wording"}),
        ({"kind": "consent", "purpose": "+", "new_purpose": "данные"}, {"new_purpose": "purpose-taken"}),
        ({"kind": "consent", "purpose": "+", "new_purpose": "я" * 121}, {"new_purpose": "too-long"}),
    ],
)  # fmt: skip
def test_each_mistake_of_a_field_is_told_beside_it(typed: dict[str, str], wrong: dict[str, str]):
    assert mistakes(one(**typed)) == {f"f1.{part}": code for part, code in wrong.items()}


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"name": ""}, {"name"}),
        ({"name": "я" * 121}, {"name"}),
        ({"accent": "red;} body{display:none"}, {"accent"}),
        ({"radius": "900"}, {"radius"}),
        ({"look": "sepia"}, {"look"}),
        ({"language": "fr"}, {"language"}),
        ({"origins": "https://shop.example javascript:alert(1)"}, {"origins"}),
        ({"origins": "https://"}, {"origins"}),
        ({"per_hour": "0", "most_file_mb": "all"}, {"per_hour", "most_file_mb"}),
        ({"title": "я" * 201}, {"title"}),
    ],
)
def test_each_mistake_of_the_form_is_told_and_the_rest_is_still_shown(typed: dict[str, str], wrong: set[str]):
    read = understood(Draft(FORM | {"intro": "Привет"} | typed, one().rows), TEXTS)
    assert set(read.mistakes) == wrong
    assert read.values["intro"] == "Привет"
    assert set(complaints(read.mistakes)) == wrong


def test_origins_are_written_as_browsers_write_them():
    typed = "shop.example, https://Shop.example/contacts?x=1\nhttp://localhost:8000 https://магазин.рф/"
    read = understood(Draft(FORM | {"origins": typed}, one().rows), {})
    assert read.values["origins"] == [
        "https://shop.example",
        "http://localhost:8000",
        "https://xn--80aairftm.xn--p1ai",
    ]


def test_fields_that_nobody_could_tell_apart_are_complained_about():
    rows = (Row(1, LABEL | {"name": "a"}), Row(2, LABEL | {"name": "a", "label": "телефон"}))
    assert mistakes(Draft(FORM, rows)) == {"f2.name": "name-twice", "f2.label": "label-twice"}
    ticks = tuple(Row(n, {"label": f"Да {n}", "kind": "consent", "purpose": "данные"}) for n in (1, 2))
    assert mistakes(Draft(FORM, ticks)) == {"f2.purpose": "purpose-twice"}


def test_a_field_that_is_taken_away_is_no_mistake_but_a_form_of_nothing_is():
    assert mistakes(Draft(FORM, (*one().rows, Row(2, {"label": "", "gone": "yes"})))) == {}
    assert mistakes(Draft(FORM, (Row(1, LABEL | {"gone": "yes"}),))) == {"rows": "no-fields"}


def test_only_a_wording_that_differs_becomes_a_version():
    same = one(kind="consent", purpose="данные", wording=TEXTS["данные"])
    assert understood(same, TEXTS).wordings == {}
    other = one(kind="consent", purpose="данные", wording="Согласен, но иначе.")
    assert understood(other, TEXTS).wordings == {"данные": "Согласен, но иначе."}
    new = one(kind="consent", purpose="+", new_purpose="реклама", wording="Согласен на рекламу.")
    assert understood(new, TEXTS).wordings == {"реклама": "Согласен на рекламу."}


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("texts", [{}, TEXTS])
@pytest.mark.parametrize("start", STARTS)
def test_what_the_editor_begins_with_can_be_saved_at_once(start, texts, language):
    with speaking(language):
        draft = begun(start, list(texts), ["Заявка"])
        read = understood(draft, texts)
    assert read.mistakes == {}
    assert "no-way-back" not in warnings(read.fields, "#1d4ed8", "light")
    assert any(field.kind is FieldKind.CONSENT and field.required for field in read.fields)
    assert bool(read.wordings) is not bool(texts)
    assert read.values["name"] != "Заявка"


def test_every_field_that_can_be_added_needs_no_more_than_a_label_and_options():
    draft = Draft(FORM)
    for key in FIELDS:
        draft = with_field(draft, key, [])
    assert [row["kind"] for row in draft.rows] == [field.kind.value for field in FIELDS.values()]
    assert set(mistakes(draft).values()) <= {"no-label", "no-options", "label-twice"}


def test_a_second_consent_asks_for_something_else():
    draft = with_field(with_field(Draft(FORM), "consent", ["a", "b"]), "consent", ["a", "b"])
    assert [row["purpose"] for row in draft.rows] == ["a", "b"]
    assert with_field(draft, "consent", ["a", "b"]).rows[-1]["purpose"] == "+"


def test_fields_move_by_one_and_stop_at_the_ends():
    draft = Draft(FORM, tuple(Row(token) for token in (5, 3, 9)))
    assert [row.token for row in moved(draft, 9, -1).rows] == [5, 9, 3]
    assert [row.token for row in moved(draft, 5, 1).rows] == [3, 5, 9]
    for token, by in ((5, -1), (9, 1), (77, 1)):
        assert moved(draft, token, by) == draft


@pytest.mark.parametrize("name", [*VALUES, *(f"f1.{part}" for part in PARTS)])
def test_no_garbage_breaks_the_editor_and_none_is_kept_that_does_not_fit(name: str):
    good = FORM | {f"f1.{part}": text for part, text in LABEL.items()}
    for kind in ("phone", "choice", "consent", "hidden"):
        for text in GARBAGE:
            read = understood(posted((good | {"f1.kind": kind, name: text}).items()), {"данные": "x"})
            assert set(complaints(read.mistakes)) == set(read.mistakes)
            assert len(read.values["title"]) <= 200
            assert look_of(read.values).css.count("{") == 1
            if not read.mistakes:
                form = WebForm(key="k", secret="s", **read.columns())
                assert understood(drawn(form), {"данные": "x", **read.wordings}).fields == read.fields


PHONE = FormField("phone", "Телефон", FieldKind.PHONE, "phone", required=True)
TICK = FormField("agreed", "Согласен", FieldKind.CONSENT, required=True, purpose="данные")


@pytest.mark.parametrize(
    ("fields", "accent", "look", "expected"),
    [
        ([PHONE, TICK], "#1d4ed8", "light", []),
        ([PHONE], "#1d4ed8", "light", ["no-consent"]),
        ([TICK], "#1d4ed8", "light", ["no-way-back"]),
        ([replace(PHONE, kind=FieldKind.HIDDEN), TICK], "#1d4ed8", "light", ["no-way-back"]),
        ([replace(PHONE, required=False), replace(TICK, required=False)], "#1d4ed8", "light",
         ["optional-way-back", "optional-consent"]),
        ([PHONE, TICK], "#ffff00", "light", ["faint-light"]),
        ([PHONE, TICK], "#000033", "auto", ["faint-dark"]),
        ([PHONE, TICK], "#ffff00", "dark", []),
    ],
)  # fmt: skip
def test_what_is_seldom_meant_is_warned_of(fields, accent, look, expected):
    assert warnings(fields, accent, look) == expected


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert hard_to_see("#767676", "auto") == []


def test_everything_has_its_words():
    assert set(KINDS) == set(ICONS) == set(FieldKind)
    assert {target for group in TARGET_WORDS.values() for target in group} == set(TARGETS)
    assert all(MISTAKES.values())
    assert all(WARNINGS.values())
