"""What nobody takes goes on."""

from datetime import timedelta

import pytest
import time_machine
from sqlmodel import select

from intake.automation.escalating import LOOK_AGAIN, escalate, pass_on
from intake.errors import Conflict
from intake.model.rules import Responsible, Way
from intake.wizard.decline import decline
from intake.wizard.holding import take
from storage.columns import now
from storage.database import Database
from storage.outbox import do_next
from storage.tables.history import Action
from storage.tables.inquiries import Inquiry
from storage.tables.people import Presence, Team
from tests.storage.routing import MONDAY, House, open_house

pytestmark = pytest.mark.slow

MINUTES = 10


@pytest.fixture
async def house(database: Database) -> House:
    return await open_house(database)


async def work_off(house: House) -> bool:
    """The next job of the outbox, as the service does it."""

    async def handler(payload: dict[str, int]) -> None:
        await escalate(house.database, payload)

    return await do_next(house.database, {"escalate": handler})


async def given(house: House, then: str = "next") -> int:
    """An inquiry that Anna is to take within ten minutes."""
    inquiry = await house.inquiry()
    await house.assign(inquiry, house.by_turn(MINUTES, then), MONDAY)
    return inquiry


async def test_nothing_happens_before_the_time_is_over(house: House) -> None:
    inquiry = await given(house)

    with time_machine.travel(MONDAY + timedelta(minutes=MINUTES - 1)):
        assert not await work_off(house)

    assert await house.whose(inquiry) == "anna"


async def test_it_goes_to_the_next_then_to_the_one_after_then_up_and_then_there_is_an_alarm(
    house: House,
) -> None:
    inquiry = await given(house)
    whose = []
    for round_ in range(1, 5):
        with time_machine.travel(MONDAY + timedelta(minutes=round_ * (MINUTES + 1))):
            assert await work_off(house)
            whose.append(await house.whose(inquiry))

    assert whose == ["boris", "vera", "gleb", "gleb"]
    assert await house.assignments(inquiry) == [
        ("anna", "turn", "escalated"),
        ("boris", "escalated", "escalated"),
        ("vera", "escalated", "escalated"),
        ("gleb", "escalated", ""),
    ]
    assert await house.alarms() == [("not-taken", 1, {"team": "Продажи"})]
    async with house.database.reading() as session:
        steps = list(await session.exec(select(Action.kind).where(Action.inquiry_id == inquiry)))
    assert steps == ["assign", "escalate", "escalate", "escalate"]


async def test_up_means_to_the_leader_at_once(house: House) -> None:
    inquiry = await given(house, then="up")

    with time_machine.travel(MONDAY + timedelta(minutes=MINUTES)):
        assert await work_off(house)

    assert await house.whose(inquiry) == "gleb"


async def test_a_team_without_a_leader_ends_in_an_alarm_and_it_stays(house: House) -> None:
    await house.change(Team, house.team, leader_id=None)
    inquiry = await given(house, then="up")

    with time_machine.travel(MONDAY + timedelta(minutes=MINUTES)):
        assert await work_off(house)

    assert await house.whose(inquiry) == "anna"
    assert [kind for kind, _, _ in await house.alarms()] == ["not-taken"]


async def test_the_clients_own_who_does_not_take_it_loses_it_to_their_own_team(house: House) -> None:
    await house.change_person("vera", team_id=house.team)
    asked = Responsible((Way.USER,), user_id=house.people["vera"], take_minutes=MINUTES)
    inquiry = await house.inquiry()
    await house.assign(inquiry, asked, MONDAY)

    with time_machine.travel(MONDAY + timedelta(minutes=MINUTES)):
        assert await work_off(house)

    assert await house.whose(inquiry) == "anna"


async def test_who_has_it_open_is_looked_at_again_later(house: House) -> None:
    inquiry = await given(house)
    due = MONDAY + timedelta(minutes=MINUTES)

    with time_machine.travel(due):
        await take(house.database, inquiry, await house.actor("anna"))
        assert await work_off(house)
        assert await house.whose(inquiry) == "anna"
    with time_machine.travel(due + LOOK_AGAIN + timedelta(minutes=1)):  # she went away
        assert await work_off(house)

    assert await house.whose(inquiry) == "boris"


async def test_what_was_answered_is_taken(house: House) -> None:
    inquiry = await given(house)
    await house.change(Inquiry, inquiry, answered_at=MONDAY + timedelta(minutes=3))

    with time_machine.travel(MONDAY + timedelta(minutes=MINUTES)):
        assert await work_off(house)

    assert await house.assignments(inquiry) == [("anna", "turn", "answered")]


async def test_what_is_decided_does_not_go_on_and_doing_the_job_again_changes_nothing(house: House) -> None:
    inquiry = await given(house)
    other = await given(house)
    await decline(house.database, inquiry, "spam", "", await house.actor("anna"))

    with time_machine.travel(MONDAY + timedelta(minutes=MINUTES)):
        assert await work_off(house)
        assert await work_off(house)
        await escalate(house.database, {"assignment": 2})
        await escalate(house.database, {"assignment": 404})

    assert await house.assignments(inquiry) == [("anna", "turn", "declined")]
    assert len(await house.assignments(other)) == 2


async def test_minutes_are_working_minutes(house: House) -> None:
    friday_evening = MONDAY + timedelta(days=4, hours=7, minutes=55)  # five to six
    inquiry = await house.inquiry()
    await house.assign(inquiry, house.by_turn(MINUTES), friday_evening)

    with time_machine.travel(friday_evening + timedelta(hours=60)):
        assert not await work_off(house)
    with time_machine.travel(MONDAY + timedelta(days=6, hours=23, minutes=5)):
        assert await work_off(house)

    assert await house.whose(inquiry) == "boris"


async def test_not_mine_passes_it_on_at_once(house: House) -> None:
    inquiry = await house.inquiry()
    await house.assign(inquiry, house.by_turn(), now())
    await house.change_person("boris", presence=Presence.BREAK)
    anna = await house.actor("anna")

    given_to = await pass_on(house.database, inquiry, anna)

    with pytest.raises(Conflict):
        await pass_on(house.database, inquiry, anna)
    assert house.login(given_to) == await house.whose(inquiry) != "anna"
    assert (await house.assignments(inquiry))[0] == ("anna", "turn", "passed-on")


async def test_what_nobody_else_can_have_is_everybodys_and_alarmed(house: House) -> None:
    for login in ("boris", "vera"):
        await house.change_seat(login, paused=True)
    await house.change(Team, house.team, leader_id=None)
    inquiry = await house.inquiry()
    await house.assign(inquiry, house.by_turn(), now())

    assert await pass_on(house.database, inquiry, await house.actor("anna")) is None

    assert await house.whose(inquiry) == ""
    assert [kind for kind, _, _ in await house.alarms()] == ["nobody-there"]
