"""The administrator draws web forms in the browser."""

import re

import pytest
from sqlmodel import col, select

from storage.tables.forms import WebForm
from storage.tables.history import Action
from storage.tables.people import Role
from storage.tables.work import ConsentText
from tests.site import Site
from tests.web.drawings import WHOLE, boss_of, boss_with_a_form, kept, labels, seen, texts

pytestmark = pytest.mark.slow


async def test_a_form_is_kept_as_it_was_drawn_with_its_consent(site: Site):
    await boss_with_a_form(site)
    form = await kept(site)
    assert (form.name, form.title, form.enabled) == ("Сайт", "Заявка", True)
    assert [(field["name"], field["kind"]) for field in form.fields] == [
        ("telefon", "phone"),
        ("soglasen", "consent"),
    ]
    assert form.theme == {"accent": "#2563eb", "radius": 6, "look": "auto"}
    assert form.origins == ["https://shop.example"]
    assert await texts(site) == [("данные", 1, "Согласен на обработку данных.")]


async def test_what_is_kept_is_shown_again_and_saving_it_changes_nothing(site: Site):
    boss = await boss_with_a_form(site, challenge="yes", tilda="yes")
    before = await kept(site)
    page = await (await boss.get("/settings/forms/1")).text()
    assert labels(page) == ["Телефон", "Согласен"]
    again = WHOLE | {"f1.name": "telefon", "f2.name": "soglasen", "challenge": "yes", "tilda": "yes"}
    again |= {"seen": seen(page), "f2.purpose": "данные", "f2.wording": "", "f2.new_purpose": ""}
    await boss.post("/settings/forms/1", data=again)
    assert (await kept(site)).model_dump() == before.model_dump()
    assert len(await texts(site)) == 1


async def test_a_new_wording_is_the_next_version_and_the_old_one_stays(site: Site):
    boss = await boss_with_a_form(site)
    changed = {"f2.purpose": "данные", "f2.wording": "Согласен, и это новый текст."}
    await boss.post("/settings/forms/1", data=WHOLE | changed)
    assert await texts(site) == [
        ("данные", 1, "Согласен на обработку данных."),
        ("данные", 2, "Согласен, и это новый текст."),
    ]


async def test_all_complaints_are_told_at_once_and_nothing_that_was_typed_is_lost(site: Site):
    boss = await boss_of(site)
    wrong = {"name": "", "origins": "ftp://shop.example", "intro": "Привет, <b>мир</b>", "f1.kind": "hidden"}
    answer = await boss.post("/settings/forms/draw", data=WHOLE | wrong | {"f2.wording": ""})
    page = await answer.text()
    assert answer.status == 422
    assert "4 things are wrong" in page
    for sentence in (
        "Give the form a name",
        "Addresses such as https://shop.example",
        "Nobody can fill in what is hidden",
        "without it the tick is worth nothing",
    ):
        assert page.count(sentence) == 1, sentence
    assert "ftp://shop.example" in page
    assert "Привет, &lt;b&gt;мир&lt;/b&gt;" in page
    assert labels(page) == ["Телефон", "Согласен"]
    async with site.database.reading() as session:
        assert (await session.exec(select(WebForm))).all() == []
        assert (await session.exec(select(ConsentText))).all() == []


async def test_a_name_that_is_taken_is_told_beside_it_and_no_consent_is_left_behind(site: Site):
    boss = await boss_with_a_form(site)
    other = {"f2.new_purpose": "реклама"}
    answer = await boss.post("/settings/forms/draw", data=WHOLE | other)
    assert answer.status == 409
    assert "There is one of this name already." in await answer.text()
    assert [purpose for purpose, _, _ in await texts(site)] == ["данные"]


async def test_without_any_script_fields_are_added_and_moved_by_buttons(site: Site):
    boss = await boss_of(site)
    page = await (await boss.post("/settings/forms/draw", data=WHOLE | {"do": "add.email"})).text()
    assert labels(page) == ["Телефон", "Согласен", "E-mail"]
    assert re.search(r'id="row-3" data-row="3">\s*<details open>', page)
    page = await (await boss.post("/settings/forms/draw", data=WHOLE | {"do": "up.2"})).text()
    assert labels(page) == ["Согласен", "Телефон"]
    page = await (await boss.post("/settings/forms/draw", data=WHOLE | {"do": "down.1"})).text()
    assert labels(page) == ["Согласен", "Телефон"]
    async with site.database.reading() as session:
        assert (await session.exec(select(WebForm))).all() == []


async def test_a_script_asks_for_one_row_only(site: Site):
    boss = await boss_of(site)
    answer = await boss.post(
        "/settings/forms/field", data=WHOLE | {"do": "add.choice"}, headers={"HX-Request": "true"}
    )
    row = await answer.text()
    assert row.count("<li") == 1
    assert 'name="f3.options"' in row


async def test_what_is_taken_away_is_not_kept_and_the_others_keep_their_names(site: Site):
    boss = await boss_with_a_form(site)
    changed = {"f1.gone": "yes", "f2.name": "soglasen", "f2.label": "Да", "f2.purpose": "данные"}
    await boss.post("/settings/forms/1", data=WHOLE | changed)
    assert [field["name"] for field in (await kept(site)).fields] == ["soglasen"]


async def test_two_who_draw_at_once_are_told_and_neither_loses_anything(site: Site):
    boss = await boss_with_a_form(site)
    opened = seen(await (await boss.get("/settings/forms/1")).text())
    mine = WHOLE | {"f2.purpose": "данные", "seen": opened}
    assert (await boss.post("/settings/forms/1", data=mine | {"title": "Их"})).status == 200
    answer = await boss.post("/settings/forms/1", data=mine | {"title": "Моё"})
    page = await answer.text()
    assert answer.status == 409
    assert "Somebody has changed this form" in page
    assert 'value="Моё"' in page
    assert (await kept(site)).title == "Их"
    again = await boss.post("/settings/forms/1", data=mine | {"title": "Моё", "seen": seen(page)})
    assert again.status == 200
    assert (await kept(site)).title == "Моё"


async def test_a_form_nobody_used_is_removed(site: Site):
    boss = await boss_with_a_form(site)
    assert "No forms yet" in await (await boss.post("/settings/forms/1/remove")).text()
    assert (await boss.get("/settings/forms/1")).status == 404


async def test_every_change_is_in_the_log(site: Site):
    boss = await boss_with_a_form(site)
    await boss.post("/settings/forms/1/remove")
    async with site.database.reading() as session:
        kinds = list(await session.exec(select(Action.kind).order_by(col(Action.id))))
    assert [kind for kind in kinds if "form" in kind or "consent" in kind] == [
        "new-consent-text",
        "set-up-web_form",
        "remove-web_form",
    ]


async def test_only_administrators_come_in(site: Site):
    await boss_with_a_form(site)
    manager = await site.sign_in("max", role=Role.MANAGER)
    for path in ("", "/list", "/new", "/draw", "/preview", "/1", "/1/preview", "/1/install"):
        assert (await manager.get("/settings/forms" + path)).status == 403, path
    for path in ("/draw", "/1", "/1/remove", "/preview", "/field"):
        assert (await manager.post("/settings/forms" + path, data=WHOLE)).status == 403, path
