"""The administrator sets the house up in the browser."""

import pytest
from sqlmodel import select

from intake.service.connections import connection
from storage.tables.calls import NumberRule, Pbx, PhoneLine
from storage.tables.history import Change
from storage.tables.interests import Pipeline, Status
from storage.tables.people import ApiToken, Role, User
from storage.tables.work import ConsentText
from tests.site import PASSWORD, Site

pytestmark = pytest.mark.slow

PBX = {
    "name": "АТС", "host": "10.0.0.5", "port": "5038", "username": "intake", "secret": "hush-hush-hush",
    "trunks": "mytrunk, other", "technology": "PJSIP", "context": "from-internal", "enabled": "yes",
}  # fmt: skip


async def test_a_pbx_its_lines_and_corrections_are_added(site: Site):
    boss = await site.sign_in("boss", role=Role.ADMINISTRATOR)
    answer = await boss.post("/settings/pbx/new", data=PBX)
    assert answer.status == 200
    assert "10.0.0.5" in await answer.text()
    await boss.post("/settings/line/new", data={"parent": "1", "did": "74951000101", "name": "Отдел продаж"})
    await boss.post("/settings/rule/new", data={"parent": "1", "prefix": "8495", "replacement": "+7495"})
    async with site.database.reading() as session:
        pbx = (await session.exec(select(Pbx))).one()
        assert (pbx.trunks, pbx.secret) == (["mytrunk", "other"], "hush-hush-hush")
        assert (await session.exec(select(PhoneLine.name))).all() == ["Отдел продаж"]
        assert (await session.exec(select(NumberRule.prefix))).all() == ["8495"]


async def test_how_second_telephones_are_named_is_a_setting_with_sensible_defaults(site: Site):
    async def kept() -> tuple[str, ...]:
        async with site.database.reading() as session:
            row = (await session.exec(select(Pbx))).one()
            return (await connection(session, row)).lines.twins

    boss = await site.sign_in("boss", role=Role.ADMINISTRATOR)
    assert (
        'value="99{ext} 98{ext} {ext}-web {ext}-webrtc"' in await (await boss.get("/settings/pbx/new")).text()
    )
    await boss.post("/settings/pbx/new", data=PBX | {"twins": "99{ext}, soft-{ext}"})
    assert await kept() == ("99{ext}", "soft-{ext}")
    for wrong in ("{ext}", "99", "{ext}{ext}", "({ext}|.*)", "9{ext} " * 11):
        answer = await boss.post("/settings/pbx/1", data=PBX | {"twins": wrong})
        assert answer.status == 422, wrong
    await boss.post("/settings/pbx/1", data=PBX | {"twins": ""})
    assert await kept() == ()


async def test_a_secret_is_never_shown_and_never_logged(site: Site):
    boss = await site.sign_in("boss", role=Role.ADMINISTRATOR)
    await boss.post("/settings/pbx/new", data=PBX)
    assert "hush" not in await (await boss.get("/settings/pbx/1")).text()
    await boss.post("/settings/pbx/1", data=PBX | {"secret": "", "name": "Other"})
    async with site.database.reading() as session:
        assert (await session.exec(select(Pbx.secret))).one() == "hush-hush-hush"
        assert "hush" not in str([change.model_dump() for change in await session.exec(select(Change))])


async def test_what_makes_no_sense_is_told_beside_its_field(site: Site):
    boss = await site.sign_in("boss", role=Role.ADMINISTRATOR)
    answer = await boss.post(
        "/settings/pbx/new", data=PBX | {"port": "many", "trunks": "a\r\nAction: Logoff$"}
    )
    assert answer.status == 422
    assert (await answer.text()).count("This makes no sense here.") == 2


async def test_a_name_that_is_taken_is_a_conflict(site: Site):
    boss = await site.sign_in("boss", role=Role.ADMINISTRATOR)
    await boss.post("/settings/team/new", data={"name": "Sales"})
    assert (await boss.post("/settings/team/new", data={"name": "Sales"})).status == 409


async def test_only_administrators_come_in(site: Site):
    manager = await site.sign_in("max", role=Role.MANAGER)
    for path in ("/settings", "/settings/people", "/settings/work", "/settings/access", "/settings/pbx/new"):
        assert (await manager.get(path)).status == 403


async def test_somebody_new_can_sign_in(site: Site):
    boss = await site.sign_in("boss", role=Role.ADMINISTRATOR)
    new = {
        "name": "Анна",
        "login": "Anna",
        "role": "operator",
        "scope": "all",
        "active": "yes",
        "extension": "101",
    }
    assert (await boss.post("/settings/user/new", data=new | {"password": "short"})).status == 422
    assert (await boss.post("/settings/user/new", data=new | {"password": PASSWORD})).status == 200
    anna = await site.enter("anna")
    assert (await anna.get("/", allow_redirects=False)).status == 200


async def test_somebody_switched_off_is_out_at_once(site: Site):
    boss = await site.sign_in("boss", role=Role.ADMINISTRATOR)
    anna = await site.sign_in("anna")
    async with site.database.reading() as session:
        anna_id = (await session.exec(select(User.id).where(User.login == "anna"))).one()
    data = {"name": "Anna", "login": "anna", "role": "operator", "scope": "all"}
    await boss.post(f"/settings/user/{anna_id}", data=data)
    assert (await anna.get("/", allow_redirects=False)).status in (302, 303)


async def test_the_last_administrator_stays_one(site: Site):
    boss = await site.sign_in("boss", role=Role.ADMINISTRATOR)
    data = {"name": "Boss", "login": "boss", "role": "operator", "scope": "all", "active": "yes"}
    assert (await boss.post("/settings/user/1", data=data)).status == 409
    assert (await boss.get("/settings")).status == 200


async def test_pipelines_and_what_their_statuses_mean(site: Site):
    boss = await site.sign_in("boss", role=Role.ADMINISTRATOR)
    await boss.post("/settings/pipeline/new", data={"name": "Sale", "position": "0"})
    await boss.post(
        "/settings/status/new", data={"parent": "1", "name": "Won", "position": "1", "kind": "won"}
    )
    async with site.database.reading() as session:
        assert (await session.exec(select(Pipeline.name))).all() == ["Sale"]
        assert (await session.exec(select(Status.kind))).all() == ["won"]
    assert (await boss.get("/settings/work")).status == 200


async def test_a_consent_text_is_never_changed_but_versioned(site: Site):
    boss = await site.sign_in("boss", role=Role.ADMINISTRATOR)
    for text in ("We keep your name and number.", "We keep your name, number and voice."):
        await boss.post("/settings/consents", data={"purpose": "Processing", "text": text})
    async with site.database.reading() as session:
        assert (await session.exec(select(ConsentText.version))).all() == [1, 2]


async def test_general_settings_that_make_no_sense_change_nothing(site: Site):
    boss = await site.sign_in("boss", role=Role.ADMINISTRATOR)
    assert (
        await boss.post("/settings/general", data={"letter_answer_minutes": "0", "call_answer_minutes": "x"})
    ).status == 422
    assert (await boss.post("/settings/general", data={"newcomer_kind": "account"})).status == 200


async def test_a_token_is_shown_once_and_can_be_revoked(site: Site):
    boss = await site.sign_in("boss", role=Role.ADMINISTRATOR)
    page = await (await boss.post("/settings/tokens", data={"name": "site", "user_id": "1"})).text()
    async with site.database.reading() as session:
        hashed = (await session.exec(select(ApiToken.hash))).one()
    assert hashed not in page
    assert "Copy the token now" in page
    assert "Copy the token now" not in await (await boss.get("/settings/access")).text()
    await boss.post("/settings/tokens/1/revoke")
    assert "Revoke<" not in await (await boss.get("/settings/access")).text()
