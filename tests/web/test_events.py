"""What came and how it was decided, as managers and operators see it; the rehearsal and the replay."""

from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from intake.model.rules import About, Condition, Do, Op
from storage.tables.automation import RuleDecision
from storage.tables.history import Action
from storage.tables.inquiries import Inquiry, InquiryEvent, InquiryState
from storage.tables.people import Role, Scope
from tests.site import Site
from tests.storage.ruling import Ruled, drawn, ruled
from tests.storage.wizard_world import MARINA, populate
from web.afterwards import AFTERWARDS
from web.looked import ONLOOKERS
from web.pages.rules_rehearsal import REHEARSALS

pytestmark = pytest.mark.slow

STRANGER = "8 495 100-20-30"
DRAFT = {
    "name": "Спам", "channels": "form", "responsible": "no", "outcome.do": "decline",
    "outcome.reason": "spam", "days": "7", "do": "rehearse",
}  # fmt: skip


@pytest.fixture
async def house(site: Site, tmp_path: Path) -> Ruled:
    return await ruled(await populate(site.database), tmp_path)


async def event_of(site: Site, inquiry_id: int) -> int:
    async with site.database.reading() as session:
        query = select(InquiryEvent.id).where(InquiryEvent.inquiry_id == inquiry_id)
        return (await session.exec(query)).one() or 0


async def admin_of(site: Site) -> Any:
    return await site.sign_in("gromova", role=Role.ADMINISTRATOR, locale="ru")


async def manager_of(site: Site, **values: Any) -> Any:
    return await site.sign_in("glebov", **{"role": Role.MANAGER, "locale": "ru", **values})


async def text_of(browser: Any, path: str, status: int = 200) -> str:
    answer = await browser.get(path)
    assert answer.status == status, path
    return str(await answer.text())


async def test_an_event_tells_which_rule_decided_why_and_what_was_made(site: Site, house: Ruled):
    await house.rule(drawn(Do.DECLINE, Condition(About.PAGE, Op.CONTAINS, "casino"), reason="spam"), "Спам")
    rule = drawn(Do.CREATE, Condition(About.KNOWN, Op.IS, "nobody"), title="{wanted}", channels=("form",))
    await house.rule(rule, "Новые")
    await house.rule(drawn(Do.HOLD, reason="x", channels=("call",)), "Звонки")
    inquiry_id = await house.send(name="Зубов Тихон", phone=STRANGER, wanted="Столы")
    page = await text_of(await manager_of(site), f"/events/{await event_of(site, inquiry_id)}")
    assert "Правило «Новые», версия 1" in page
    assert "Создан интерес" in page
    assert "адрес страницы содержит «casino»" in page
    assert "клиент неизвестен" in page
    assert "ещё 1 правило — для других каналов" in page
    interest = await house.interest_of(inquiry_id)
    assert f'href="/interests/{interest.id}"' in page
    assert "Зубов Тихон" in page


async def test_raw_payloads_are_masked_but_for_administrators_whose_look_is_kept(site: Site, house: Ruled):
    inquiry_id = await house.send(name="Зубов Тихон", phone=STRANGER, email="zubov@klyon.example")
    event_id = await event_of(site, inquiry_id)
    async with site.database.transaction() as session:
        event = await session.get_one(InquiryEvent, event_id)
        event.raw, event.fact = f"tel={STRANGER}&mail=zubov@klyon.example", {"tel": STRANGER, "token": "hush"}
        session.add(event)
    masked = (await text_of(await manager_of(site), f"/events/{event_id}")).split('id="raw-title"')[1]
    assert STRANGER not in masked
    assert "zubov@" not in masked
    assert "hush" not in masked
    bare = (await text_of(await admin_of(site), f"/events/{event_id}")).split('id="raw-title"')[1]
    assert STRANGER in bare
    assert "zubov@klyon.example" in bare
    site.app[ONLOOKERS].write_down_all()
    await site.app[AFTERWARDS].finish()
    async with site.database.reading() as session:
        looks = (await session.exec(select(Action).where(Action.kind == "view-numbers"))).all()
    assert {"place": "event", "event": [event_id]}.items() <= next(
        look.details for look in looks if look.details["place"] == "event"
    ).items()


async def test_a_manager_of_a_team_sees_no_events_of_others(site: Site, house: Ruled):
    inquiry_id = await house.send(phone=STRANGER)
    async with site.database.transaction() as session:
        inquiry = await session.get_one(Inquiry, inquiry_id)
        inquiry.responsible_id = house.world.alice.user_id
        session.add(inquiry)
    stranger = await manager_of(site, scope=Scope.OWN)
    assert f"/inquiries/{inquiry_id}" not in await text_of(stranger, "/events")
    await text_of(stranger, f"/events/{await event_of(site, inquiry_id)}", status=404)


async def test_operators_read_an_event_of_their_inquiry_and_no_list(site: Site, house: Ruled):
    await house.rule(drawn(Do.HOLD, reason="посмотреть вручную"), "Вручную")
    inquiry_id = await house.send(phone=STRANGER)
    anna = await site.sign_in("anna", locale="ru")
    page = await text_of(anna, f"/events/{await event_of(site, inquiry_id)}")
    assert "Вручную" in page
    assert "/settings/rules/1" not in page
    await text_of(anna, "/events", status=403)


async def test_a_list_is_narrowed_by_rule_outcome_kind_and_day(site: Site, house: Ruled):
    rule_id = await house.rule(drawn(Do.HOLD, Condition(About.KNOWN, Op.IS, "nobody"), reason="x"), "Чужие")
    held = await house.send(name="Чужой Ян", phone=STRANGER)
    free = await house.send(name="Марина", phone=MARINA)
    boss = await manager_of(site)
    for query, shown, hidden in (
        ("", {held, free}, set[int]()),
        (f"rule={rule_id}", {held}, {free}),
        ("outcome=none", {free}, {held}),
        ("outcome=held&kind=form&days=1", {held}, {free}),
        ("kind=letter", set(), {held, free}),
        ("day=2001-01-01", set(), {held, free}),
        ("ignored=yes", set(), {held, free}),
        ("rule=zero&days=-1&after=never&kind=nothing", {held, free}, set()),
    ):
        page = await text_of(boss, f"/events?{query}")
        assert all(f'"/inquiries/{one}"' in page for one in shown), query
        assert not any(f'"/inquiries/{one}"' in page for one in hidden), query


async def test_whom_a_rule_waits_for_is_chosen_in_the_wizard_from_the_pane(site: Site, house: Ruled):
    await house.rule(drawn(Do.CREATE), "Сайт")
    inquiry_id = await house.send(name="Ковалева Марина", phone=STRANGER)
    page = await text_of(await site.sign_in("anna", locale="ru"), f"/inquiries/{inquiry_id}")
    assert "Правило «Сайт», версия 1 ждёт человека" in page.replace("</a>", "")
    assert "похожие клиенты" in page
    assert f"/inquiries/{inquiry_id}/wizard?contact={house.world.marina}" in page
    assert f'href="/events/{await event_of(site, inquiry_id)}"' in page


async def test_what_a_rule_did_is_signed_by_it_wherever_actors_are_named(site: Site, house: Ruled):
    await house.rule(drawn(Do.DECLINE, reason="spam"), "Спам")
    inquiry_id = await house.send(phone=STRANGER)
    boss = await admin_of(site)
    signed = "Правило «Спам», версия 1"
    assert signed in await text_of(boss, "/settings/access")
    pane = await text_of(boss, f"/inquiries/{inquiry_id}")
    assert pane.count(signed) >= 2  # what became of it, and the timeline
    assert signed in await text_of(boss, f"/inquiries/{inquiry_id}/wizard")


async def rehearsed(site: Site, boss: Any, draft: dict[str, str]) -> str:
    """The page, once the rehearsal is over."""
    page = str(await (await boss.post("/settings/rules/new", data=draft)).text())
    [running] = site.app[REHEARSALS].values()
    if running.over and "rehearsal-title" in page and "<progress" not in page:
        return page
    await running.task
    return await text_of(boss, f"/settings/rules/rehearsals/{running.token}")


async def test_a_draft_is_rehearsed_beside_what_was_and_writes_nothing(site: Site, house: Ruled):
    await house.rule(drawn(Do.HOLD, reason="x"), "Держать")
    inquiry_id = await house.send(name="Чужой Ян", phone=STRANGER)
    before = await house.world.dump()
    boss = await admin_of(site)
    page = await rehearsed(site, boss, DRAFT)
    assert "Оставлено человеку" in page  # the enabled rule before it decides
    assert "другим правилом" in page
    assert f"/events/{await event_of(site, inquiry_id)}" in page
    hx = {"HX-Request": "true"}
    await boss.post("/settings/rules/1", data=DRAFT | {"version": "1"}, headers=hx)
    [running] = site.app[REHEARSALS].values()
    await running.task
    table = await (await boss.get(f"/settings/rules/rehearsals/{running.token}", headers=hx)).text()
    assert "Отклонено" in table
    assert "сделало бы само" in table
    assert "<form" not in table
    after = await house.world.dump()
    changed = {name for name in after if after[name] != before[name]}
    assert changed <= {"user_account", "web_session"}


async def test_one_event_is_rehearsed_with_each_rules_answer(site: Site, house: Ruled):
    inquiry_id = await house.send(name="Ковалева Марина", phone=STRANGER)
    boss = await admin_of(site)
    one = {"event": str(await event_of(site, inquiry_id)), "outcome.do": "create", "outcome.reason": ""}
    asked = {"conditions.0.about": "known", "conditions.0.op": "is", "conditions.0.value": "nobody"}
    page = await rehearsed(site, boss, DRAFT | one | asked)
    assert "похожие клиенты" in page
    assert "клиент неизвестен" in page
    assert f"/wizard?contact={house.world.marina}" in page
    gone = await rehearsed(site, boss, DRAFT | {"event": "4711"})
    assert 'role="alert"' in gone


async def test_a_rehearsal_is_its_owners(site: Site, house: Ruled):
    await house.send(phone=STRANGER)
    boss = await admin_of(site)
    page = await (await boss.post("/settings/rules/new", data=DRAFT)).text()
    assert "Спам" in page
    [token] = site.app[REHEARSALS]
    assert "Репетиция" in await text_of(boss, f"/settings/rules/rehearsals/{token}?only=spared")
    other = await site.sign_in("orlov", role=Role.ADMINISTRATOR, locale="ru")
    await text_of(other, f"/settings/rules/rehearsals/{token}", status=404)
    await text_of(boss, "/settings/rules/rehearsals/nonsense", status=404)


async def test_an_event_is_replayed_first_without_writing(site: Site, house: Ruled):
    inquiry_id = await house.send(phone=STRANGER)
    await house.rule(drawn(Do.DECLINE, reason="spam"), "Спам")
    event = f"/events/{await event_of(site, inquiry_id)}"
    boss = await admin_of(site)
    tried = await (await boss.post(f"{event}/replay", data={"do": "try"})).text()
    assert "По сегодняшним правилам: отклонено." in tried
    assert (await house.inquiry(inquiry_id)).state is InquiryState.NEW
    done = await (await boss.post(f"{event}/replay", data={"do": "replay"})).text()
    assert "Правило «Спам», версия 1" in done
    assert (await house.inquiry(inquiry_id)).state is InquiryState.DECLINED
    again = await (await boss.post(f"{event}/replay", data={"do": "replay"})).text()
    assert "правила говорят то же самое" in again
    async with site.database.reading() as session:
        assert len((await session.exec(select(RuleDecision))).all()) == 1
    manager = await manager_of(site)
    assert (await manager.post(f"{event}/replay", data={"do": "replay"})).status == 403
