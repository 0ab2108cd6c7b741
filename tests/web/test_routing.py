"""Teams, calendars, absences and alarms as those who lead use them."""

from datetime import timedelta
from typing import Any

import pytest
from aiohttp.test_utils import TestClient
from sqlmodel import select

from intake.automation.assigning import assign
from intake.model.rules import Responsible, Way
from storage.alarms import raise_alarm
from storage.columns import now
from storage.preferences import settings
from storage.tables.inquiries import Channel, Inquiry
from storage.tables.people import Role, Team, User
from storage.tables.routing import Absence, Alarm, Seat, WorkCalendar
from tests.databases import store
from tests.site import Site

pytestmark = pytest.mark.slow

Browser = TestClient[Any, Any]
PAGE = "/settings/routing"
HOURS = {f"hours-{day}": "9-13, 14-18" for day in range(5)} | {"hours-5": "", "hours-6": "выходной"}
OFFICE = {"name": "Офис", "timezone": "Europe/Moscow", **HOURS}


@pytest.fixture
async def boss(site: Site) -> Browser:
    return await site.sign_in("boss", role=Role.ADMINISTRATOR)


async def every(site: Site, table: type[Any]) -> list[Any]:
    async with site.database.reading() as session:
        return list(await session.exec(select(table)))


async def test_a_calendar_is_kept_as_it_was_typed(site: Site, boss: Browser) -> None:
    days = {"day": "2026-12-31", "day-name": "Сокращённый", "day-hours": "9-15"}

    await boss.post("/settings/calendars/new", data={**OFFICE, **days})

    (calendar,) = await every(site, WorkCalendar)
    assert calendar.hours == [[["09:00", "13:00"], ["14:00", "18:00"]]] * 5 + [[], []]
    assert calendar.days == {"2026-12-31": {"name": "Сокращённый", "hours": [["09:00", "15:00"]]}}
    shown = await (await boss.get(f"/settings/calendars/{calendar.id}")).text()
    assert 'value="09:00–13:00, 14:00–18:00"' in shown
    assert "Офис" in await (await boss.get(PAGE)).text()


async def test_hours_that_make_no_sense_are_told_at_their_day_and_nothing_is_lost(
    site: Site, boss: Browser
) -> None:
    answer = await boss.post("/settings/calendars/new", data={**OFFICE, "hours-2": "утром и вечером"})

    text = await answer.text()
    assert answer.status == 422
    assert "утром и вечером" in text
    assert 'aria-invalid="true"' in text
    assert await every(site, WorkCalendar) == []


async def test_the_holidays_of_a_year_are_added_and_what_was_set_stays(site: Site, boss: Browser) -> None:
    year = now().year
    own = {"day": f"{year}-06-12", "day-name": "Работаем", "day-hours": "10-12"}

    for _ in range(2):
        sent = {**OFFICE, **own, "holidays": str(year)}
        path = "/settings/calendars/1" if await every(site, WorkCalendar) else "/settings/calendars/new"
        await boss.post(path, data=sent)

    (calendar,) = await every(site, WorkCalendar)
    assert calendar.days[f"{year}-06-12"] == {"name": "Работаем", "hours": [["10:00", "12:00"]]}
    assert calendar.days[f"{year}-01-01"]["hours"] == []
    assert len(calendar.days) > 10


async def test_a_team_gets_seats_a_leader_and_a_calendar(site: Site, boss: Browser) -> None:
    anna, boris = await site.user("anna"), await site.user("boris")
    (team,) = await store(site.database, Team(name="Продажи"))
    typed = {f"in-{anna.id}": "yes", f"weight-{anna.id}": "3", f"most-{anna.id}": "", "leader_id": boris.id}

    await boss.post(f"{PAGE}/team/{team}", data=typed)
    await boss.post(
        f"{PAGE}/team/{team}",
        data={**typed, f"in-{boris.id}": "yes", f"most-{boris.id}": "5", f"paused-{boris.id}": "yes"},
    )

    seats = {seat.user_id: seat for seat in await every(site, Seat)}
    assert (seats[anna.id].weight, seats[anna.id].most_open) == (3, 0)
    assert (seats[boris.id].weight, seats[boris.id].most_open, seats[boris.id].paused) == (1, 5, True)
    shown = await (await boss.get(PAGE)).text()
    assert "is next" in shown
    assert "goes up to Boris" in shown
    await boss.post(f"{PAGE}/team/{team}", data={f"in-{boris.id}": "yes"})
    assert [seat.user_id for seat in await every(site, Seat)] == [boris.id]


async def test_a_senseless_weight_is_told_and_nothing_changes(site: Site, boss: Browser) -> None:
    anna = await site.user("anna")
    (team,) = await store(site.database, Team(name="Продажи"))

    for weight in ("0", "21", "-1", "many", "²"):
        typed = {f"in-{anna.id}": "yes", f"weight-{anna.id}": weight}
        assert (await boss.post(f"{PAGE}/team/{team}", data=typed)).status == 422
    assert await every(site, Seat) == []


async def test_a_manager_looks_pauses_and_notes_absences_and_sets_nothing_up(site: Site) -> None:
    manager = await site.sign_in("gleb", role=Role.MANAGER)
    anna = await site.user("anna")
    (team,) = await store(site.database, Team(name="Продажи"))
    await store(site.database, Seat(team_id=team, user_id=anna.id or 0))
    tomorrow = (now() + timedelta(days=1)).date().isoformat()

    await manager.post(f"{PAGE}/team/{team}/pause", data={"user": str(anna.id), "paused": "yes"})
    away = {"user_id": str(anna.id), "first": tomorrow, "last": tomorrow, "note": "отпуск"}
    await manager.post("/absences", data=away)

    (seat,), (absence,) = await every(site, Seat), await every(site, Absence)
    assert (seat.paused, absence.user_id, absence.note) == (True, anna.id, "отпуск")
    assert "отпуск" in await (await manager.get(PAGE)).text()
    for path in (f"{PAGE}/team/{team}", "/settings/calendars/new", f"{PAGE}/house"):
        assert (await manager.post(path, data={})).status == 403
    await manager.post(f"/absences/{absence.id}/remove")
    assert await every(site, Absence) == []


async def test_everybody_notes_their_own_absence_and_nobody_elses(site: Site) -> None:
    anna = await site.sign_in("anna")
    boris = await site.user("boris")
    today = now().date().isoformat()

    own = {"first": today, "last": today, "substitute_id": str(boris.id), "back": "/me"}
    assert (await anna.post("/absences", data=own, allow_redirects=False)).headers["Location"] == "/me"
    refused = await anna.post("/absences", data={**own, "user_id": str(boris.id)})

    (absence,) = await every(site, Absence)
    assert absence.substitute_id == boris.id
    assert refused.status == 403
    assert "Boris" in await (await anna.get("/me")).text()
    other = await site.enter("boris")
    assert (await other.post(f"/absences/{absence.id}/remove")).status == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"first": "2026-02-02", "last": "2026-02-01"},
        {"first": "gestern"},
        {"first": "2026-01-01", "last": "2036-01-01"},
    ],
)
async def test_an_absence_that_makes_no_sense_is_told(site: Site, wrong: dict[str, str]) -> None:
    anna = await site.sign_in("anna")

    answer = await anna.post("/absences", data={**wrong, "back": "/me"})

    assert answer.status == 200
    assert await every(site, Absence) == []


async def test_the_houses_calendar_and_default_are_kept(site: Site, boss: Browser) -> None:
    anna = await site.user("anna")
    await boss.post("/settings/calendars/new", data=OFFICE)

    await boss.post(f"{PAGE}/house", data={"calendar_id": "1", "default_responsible_id": str(anna.id)})

    async with site.database.reading() as session:
        house = await settings(session)
    assert (house.calendar_id, house.default_responsible_id) == (1, anna.id)
    await boss.post("/settings/calendars/1/remove")
    async with site.database.reading() as session:
        assert (await settings(session)).calendar_id is None


async def test_an_alarm_stands_on_every_page_of_those_who_lead_until_one_has_seen_it(site: Site) -> None:
    manager = await site.sign_in("gleb", role=Role.MANAGER)
    operator = await site.sign_in("anna")
    async with site.database.transaction() as session:
        for _ in range(2):
            raised = await raise_alarm(session, "nobody-there", "nobody-there:1", team="<b>Продажи</b>")

    assert (
        "&lt;b&gt;Продажи&lt;/b&gt;» is there: 2 inquiries wait" in await (await manager.get("/tasks")).text()
    )
    assert "Продажи" not in await (await operator.get("/tasks")).text()
    assert (await operator.post(f"/alarms/{raised}/see")).status == 403
    banner = await manager.post(f"/alarms/{raised}/see", headers={"HX-Request": "true"})

    assert "Продажи" not in await banner.text()
    assert "Продажи" not in await (await manager.get("/tasks")).text()
    assert "seen by Gleb" in await (await manager.get("/alarms")).text()
    (alarm,) = await every(site, Alarm)
    assert alarm.seen_at is not None
    assert (await every(site, User))[0].id == alarm.seen_by


async def test_any_kind_of_alarm_can_be_read(site: Site) -> None:
    manager = await site.sign_in("gleb", role=Role.MANAGER)
    async with site.database.transaction() as session:
        await raise_alarm(session, "rule-loop", "a", rule="Спам", sender="a@b.ru", why="own")
        await raise_alarm(session, "webhook-dead", "b", name="1С", status=500, words="%(x)s")
        await raise_alarm(session, "not-taken", "c")
        await raise_alarm(session, "never-heard-of", "d", text="100 %")

    shown = await (await manager.get("/alarms")).text()

    for text in ("«Спам» runs in circles", "«1С» is not reached", "Nobody takes", "Somebody must look"):
        assert text in shown
    assert "1 more alarm" in shown


async def test_what_was_typed_of_a_senseless_absence_is_still_there(site: Site) -> None:
    anna = await site.sign_in("anna")

    typed = {"first": "2026-02-02", "last": "2026-02-01", "note": "<i>", "back": "/me"}
    answer = await anna.post("/absences", data=typed)

    text = await answer.text()
    assert "It ends before it begins" in text
    assert 'value="2026-02-01"' in text
    assert 'value="&lt;i&gt;"' in text


async def test_not_mine_passes_an_inquiry_on(site: Site) -> None:
    anna, boris = await site.sign_in("anna"), await site.user("boris")
    (team,) = await store(site.database, Team(name="Продажи"))
    (me,) = [user for user in await every(site, User) if user.login == "anna"]
    await store(site.database, *(Seat(team_id=team, user_id=user.id or 0) for user in (me, boris)))
    (inquiry,) = await store(site.database, Inquiry(channel=Channel.FORM, sender_name="Клиент"))
    async with site.database.transaction() as session:
        row = await session.get_one(Inquiry, inquiry)
        await assign(session, row, Responsible((Way.TEAM,), team, take_minutes=30), None, None, now())

    assert "by turn in «Продажи», to be taken until" in await (await anna.get(f"/inquiries/{inquiry}")).text()
    passed = await anna.post(f"/inquiries/{inquiry}/give-back")

    text = await passed.text()
    assert "now it is Boris" in text
    assert "Gave it back" in text
    assert (await anna.post(f"/inquiries/{inquiry}/give-back")).status == 409
