"""Rules in the browser: the list of sentences, the editor, versions, the order."""

from typing import Any

import pytest
from markupsafe import escape
from sqlmodel import col, select

from intake.automation.bodies import rule_of
from intake.model.rules import About, Condition, Do, Op, Rule
from storage.tables.automation import AutoRule, RuleVersion
from storage.tables.people import Role, Team
from tests.databases import store
from tests.site import Site

pytestmark = pytest.mark.slow

SPAM = {
    "name": "Спам", "channels": "letter", "every": "all", "stop": "yes", "responsible": "no",
    "conditions.0.about": "subject", "conditions.0.op": "contains", "conditions.0.value": "кредит",
    "conditions.7.about": "known", "conditions.7.op": "is", "conditions.7.value": "nobody",
    "outcome.do": "decline", "outcome.reason": "spam", "outcome.task_minutes": "60", "do": "save",
}  # fmt: skip
CALLS = {"name": "Пропущенные", "channels": "call", "responsible": "no", "outcome.do": "task"} | {
    "outcome.task_kind": "call", "outcome.task_title": "Перезвонить", "outcome.task_minutes": "15",
}  # fmt: skip


async def boss_of(site: Site, **values: Any) -> Any:
    return await site.sign_in("boss", **{"role": Role.ADMINISTRATOR, "locale": "ru", **values})


async def kept(site: Site) -> list[AutoRule]:
    async with site.database.reading() as session:
        return list(await session.exec(select(AutoRule).order_by(col(AutoRule.position))))


async def rule_kept(site: Site) -> Rule:
    row = (await kept(site))[0]
    return rule_of(row, row.id or 0)


async def test_a_rule_is_kept_as_it_was_written_and_is_off_at_first(site: Site):
    boss = await boss_of(site)
    answer = await boss.post("/settings/rules/new", data=SPAM)
    assert answer.status == 200
    rule = await rule_kept(site)
    assert (rule.name, rule.channels, rule.outcome.do, rule.outcome.reason) == (
        "Спам", ("letter",), Do.DECLINE, "spam",
    )  # fmt: skip
    assert rule.conditions == (
        Condition(About.SUBJECT, Op.CONTAINS, "кредит"),
        Condition(About.KNOWN, Op.IS, "nobody"),
    )
    assert not (await kept(site))[0].enabled


async def test_the_list_says_each_rule_as_a_sentence(site: Site):
    boss = await boss_of(site)
    await boss.post("/settings/rules/new", data=SPAM)
    page = await (await boss.get("/settings/rules")).text()
    assert "Если письмо, тема содержит «кредит» и клиент неизвестен" in page
    assert "отклонить: «спам»" in page
    assert "дальше не смотреть" in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"conditions.0.op": "matches", "conditions.0.value": "(?<=x)"}, "RE2"),
        ({"conditions.0.value": ""}, "Заполните"),
        ({"conditions.0.about": "header", "conditions.0.name": ""}, "Укажите"),
        ({"name": ""}, "Назовите его"),
        ({"outcome.reason": ""}, "Выберите из списка"),
        ({"outcome.do": "task", "outcome.task_title": "x", "outcome.task_minutes": "soon"}, "целое число"),
        ({"outcome.do": "create", "outcome.status_id": "77"}, "статуса больше нет"),
        ({"responsible": "yes", "responsible.ways": "user", "responsible.user_id": "99"}, "не работает"),
    ],
)
async def test_what_makes_no_sense_is_said_beside_its_field_and_nothing_is_lost(
    site: Site, wrong: dict[str, str], said: str
):
    boss = await boss_of(site)
    answer = await boss.post("/settings/rules/new", data=SPAM | wrong)
    page = await answer.text()
    assert answer.status == 422
    assert said in page
    for typed in {**SPAM, **wrong}.values():
        assert escape(typed) in page
    assert await kept(site) == []


async def test_a_team_without_anybody_warns_and_is_kept(site: Site):
    [team] = await store(site.database, Team(name="Продажи"))
    boss = await boss_of(site)
    with_team = {"responsible": "yes", "responsible.ways": "team", "responsible.team_id": str(team)}
    answer = await boss.post("/settings/rules/new", data=SPAM | with_team)
    assert answer.status == 200
    assert "пока никого нет" in await answer.text()
    assert (await rule_kept(site)).responsible is not None


async def test_conditions_come_and_go_without_scripts(site: Site):
    boss = await boss_of(site)
    added = await (await boss.post("/settings/rules/new", data=SPAM | {"do": "add"})).text()
    assert 'name="conditions.2.about"' in added
    dropped = await (await boss.post("/settings/rules/new", data=SPAM | {"do": "drop-0"})).text()
    assert "кредит" not in dropped
    assert 'name="conditions.0.value"' in dropped
    assert 'name="conditions.1.value"' not in dropped
    assert await kept(site) == []


async def test_only_comparisons_that_fit_are_offered(site: Site):
    boss = await boss_of(site)
    asked = SPAM | {"conditions.0.about": "working-time", "do": "look"}
    page = await (await boss.post("/settings/rules/new", data=asked)).text()
    offered = page.split('name="conditions.0.op"')[1].split("</select>")[0]
    assert offered.count("<option") == 1


async def test_while_somebody_types_only_the_sentence_is_sent(site: Site):
    boss = await boss_of(site)
    said = SPAM | {"do": "say"}
    page = await (await boss.post("/settings/rules/new", data=said, headers={"HX-Request": "true"})).text()
    assert "Если письмо, тема содержит «кредит»" in page
    assert "<form" not in page


async def test_saving_makes_a_version_and_a_former_one_comes_back(site: Site):
    boss = await boss_of(site)
    await boss.post("/settings/rules/new", data=SPAM)
    changed = SPAM | {"conditions.0.value": "займ", "version": "1"}
    await boss.post("/settings/rules/1", data=changed)
    page = await (await boss.get("/settings/rules/1/versions")).text()
    assert "<del>тема содержит «кредит»</del>" in page
    assert "<ins>тема содержит «займ»</ins>" in page
    await boss.post("/settings/rules/1/versions/1")
    assert (await rule_kept(site)).conditions[0].value == "кредит"
    async with site.database.reading() as session:
        assert len((await session.exec(select(RuleVersion))).all()) == 3


async def test_a_version_written_meanwhile_is_not_overwritten(site: Site):
    boss = await boss_of(site)
    await boss.post("/settings/rules/new", data=SPAM)
    await boss.post("/settings/rules/1", data=SPAM | {"conditions.0.value": "займ", "version": "1"})
    late = await boss.post("/settings/rules/1", data=SPAM | {"conditions.0.value": "ипотека", "version": "1"})
    assert late.status == 409
    assert "ипотека" in await late.text()
    assert (await rule_kept(site)).conditions[0].value == "займ"


async def test_rules_are_switched_and_put_in_order(site: Site):
    boss = await boss_of(site)
    await boss.post("/settings/rules/new", data=SPAM)
    await boss.post("/settings/rules/new", data=CALLS)
    await boss.post("/settings/rules/2/switch", data={"on": "yes"})
    await boss.post("/settings/rules/2/move", data={"to": "up"})
    assert [(row.name, row.enabled) for row in await kept(site)] == [("Пропущенные", True), ("Спам", False)]
    await boss.post("/settings/rules/order", data={"ids": "1,2,zero"})
    assert [row.name for row in await kept(site)] == ["Спам", "Пропущенные"]


async def test_a_removed_rule_is_put_back_by_undo(site: Site):
    boss = await boss_of(site)
    await boss.post("/settings/rules/new", data=SPAM)
    page = await (await boss.post("/settings/rules/1/remove")).text()
    assert "Если письмо" not in page
    undo = page.split("/settings/rules/removed/")[1].split("/undo")[0]
    again = await (await boss.post(f"/settings/rules/removed/{undo}/undo")).text()
    assert "Если письмо" in again
    for other in ("1", "4711"):  # what added the rule, and nothing
        assert (await boss.post(f"/settings/rules/removed/{other}/undo")).status == 404


async def test_managers_look_and_do_not_touch(site: Site):
    boss = await boss_of(site)
    await boss.post("/settings/rules/new", data=SPAM)
    gleb = await site.sign_in("gleb", role=Role.MANAGER, locale="ru")
    page = await (await gleb.get("/settings/rules")).text()
    assert "Если письмо" in page
    assert "Добавить правило" not in page
    assert (await gleb.get("/settings/rules/1")).status == 200
    assert (await gleb.post("/settings/rules/1", data=SPAM)).status == 403
    assert (await gleb.post("/settings/rules/1/switch", data={"on": "yes"})).status == 403
    anna = await site.sign_in("anna")
    assert (await anna.get("/settings/rules")).status == 403


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", "'\"><img src=x>", "{{ 7*7 }}"])
async def test_what_is_typed_is_only_text(site: Site, hostile: str):
    boss = await boss_of(site)
    typed = SPAM | {"name": hostile, "conditions.0.value": hostile, "outcome.note": hostile}
    page = await (await boss.post("/settings/rules/new", data=typed)).text()
    assert hostile not in page or "{{" in hostile  # braces are only braces to a browser
    assert page.count(str(escape(hostile))) >= 3
