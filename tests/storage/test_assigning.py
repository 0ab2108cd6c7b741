"""Who gets what comes in."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from intake.model.calls import Direction
from intake.model.rules import Party, Responsible, Rule, Way
from intake.wizard.decline import decline
from intake.wizard.holding import hand_over
from intake.wizard.undo import undo
from storage.access import Actor
from storage.assignments import count_given, given_to
from storage.database import Database
from storage.preferences import change_settings
from storage.tables.automation import AutoRule
from storage.tables.calls import CallRecord
from storage.tables.history import Action, Job
from storage.tables.inquiries import Channel, Inquiry, InquiryState
from storage.tables.outgoing import Notification
from storage.tables.parties import Account
from storage.tables.people import Presence, Role
from storage.tables.routing import Absence, Because
from tests.databases import store
from tests.storage.routing import MONDAY, SATURDAY, House, open_house

pytestmark = pytest.mark.slow

BOSS = Actor(None, "Boss")
ALL_DAY: dict[str, Any] = {"first": date(2026, 6, 1), "last": date(2026, 6, 1)}


@pytest.fixture
async def house(database: Database) -> House:
    return await open_house(database)


async def test_a_team_takes_turns(house: House) -> None:
    had = [await house.given(house.by_turn()) for _ in range(4)]

    assert had == ["anna: turn", "boris: turn", "vera: turn", "anna: turn"]


async def test_the_clients_own_goes_first_then_who_talked_last_then_the_rule_then_the_default(
    house: House,
) -> None:
    ways = Responsible((Way.OWN, Way.LAST, Way.USER, Way.DEFAULT), user_id=house.people["anna"])
    (client,) = await store(house.database, Account(name="ООО «Ромашка»"))
    talked = await house.inquiry(account_id=client, channel=Channel.CALL, state=InquiryState.ACCEPTED)
    call = CallRecord(
        channel="asterisk", linkedid="1", direction=Direction.IN, inquiry_id=talked, started_at=MONDAY,
        answered_at=MONDAY, answered_by=["102"],
    )  # fmt: skip
    await store(house.database, call)
    theirs = Party(account_id=client, responsible_id=house.people["gleb"])
    nobodys = Party(account_id=client)

    own = await house.assign(await house.inquiry(), ways, party=theirs)
    last = await house.assign(await house.inquiry(), ways, party=nobodys)

    assert own is not None
    assert (own.user_id, own.because) == (house.people["gleb"], Because.OWN)
    assert last is not None
    assert (last.user_id, last.because) == (house.people["vera"], Because.LAST)
    assert await house.given(ways) == "anna: named"


async def test_forms_and_letters_go_to_the_default_when_no_rule_says_to_whom_and_calls_do_not(
    house: House,
) -> None:
    async with house.database.transaction() as session:
        await change_settings(session, BOSS, default_responsible_id=house.people["vera"])

    assert await house.given(None) == "vera: default"
    assert await house.given(None, channel=Channel.LETTER) == "vera: default"
    assert await house.given(None, channel=Channel.CALL) == ""
    assert await house.given(None, responsible_id=house.people["anna"]) == "anna: own"


async def test_without_rules_and_default_it_stays_everybodys_and_nobody_is_alarmed(house: House) -> None:
    assert await house.given(None) == ""
    assert await house.alarms() == []


async def test_what_was_given_is_not_given_again(house: House) -> None:
    inquiry = await house.inquiry()

    assert await house.assign(inquiry, house.by_turn()) is not None
    assert await house.assign(inquiry, house.by_turn()) is None
    assert await house.assignments(inquiry) == [("anna", "turn", "")]


async def test_what_a_person_handed_over_or_decided_is_left_alone(house: House) -> None:
    handed, declined = await house.inquiry(), await house.inquiry()
    await hand_over(house.database, handed, house.people["vera"], BOSS)
    await decline(house.database, declined, "spam", "", BOSS)

    assert await house.assign(handed, house.by_turn()) is None
    assert await house.assign(declined, house.by_turn()) is None
    assert await house.whose(handed) == "vera"


@pytest.mark.parametrize(
    "why",
    [
        {"presence": Presence.BREAK},
        {"presence": Presence.DO_NOT_DISTURB},
        {"active": False},
    ],
)
async def test_who_is_not_at_work_is_left_out_of_the_turn(house: House, why: dict[str, object]) -> None:
    await house.change_person("anna", **why)

    assert [await house.given(house.by_turn()) for _ in range(3)] == [
        "boris: turn", "vera: turn", "boris: turn",
    ]  # fmt: skip


async def test_who_is_paused_or_has_enough_is_left_out_and_not_flooded_afterwards(house: House) -> None:
    await house.change_seat("anna", paused=True)
    await house.change_seat("boris", most_open=2)

    had = [await house.given(house.by_turn()) for _ in range(8)]
    await house.change_seat("anna", paused=False)
    later = [await house.given(house.by_turn()) for _ in range(4)]

    assert [had.count(f"{who}: turn") for who in ("anna", "boris", "vera")] == [0, 2, 6]
    assert [later.count(f"{who}: turn") for who in ("anna", "boris", "vera")] == [2, 0, 2]


async def test_by_load_who_has_least_undecided_for_their_weight_is_next(house: House) -> None:
    await house.change_seat("vera", weight=3)
    for login, count in {"anna": 1, "boris": 2, "vera": 2}.items():
        for _ in range(count):
            await house.inquiry(responsible_id=house.people[login])
    await house.inquiry(responsible_id=house.people["anna"], state=InquiryState.ACCEPTED)

    had = [await house.given(house.by_turn(by="load")) for _ in range(3)]

    assert had == ["vera: load", "anna: load", "vera: load"]


async def test_the_absent_are_left_out_on_their_own_day(house: House) -> None:
    await house.change_person("anna", timezone="Asia/Vladivostok")
    await store(house.database, Absence(user_id=house.people["anna"], **ALL_DAY))
    her_first, her_last = datetime(2026, 5, 31, 14, 30, tzinfo=UTC), datetime(2026, 6, 1, 13, 30, tzinfo=UTC)
    named = Responsible((Way.USER,), user_id=house.people["anna"])

    async with house.database.transaction() as session:
        await change_settings(session, BOSS, calendar_id=None)
    had = [await house.given(named, at) for at in (
        her_first - timedelta(hours=1), her_first, her_last, her_last + timedelta(hours=1),
    )]  # fmt: skip

    assert had == ["anna: named", "", "", "anna: named"]


async def test_a_substitute_gets_it_and_substitutes_of_substitutes(house: House) -> None:
    anna, boris, vera = (house.people[one] for one in ("anna", "boris", "vera"))
    await store(
        house.database,
        Absence(user_id=anna, substitute_id=boris, **ALL_DAY),
        Absence(user_id=boris, substitute_id=vera, **ALL_DAY),
        Absence(user_id=boris, **ALL_DAY),
    )

    assert await house.given(Responsible((Way.USER,), user_id=anna)) == "vera: substitute"
    assert await house.given(house.by_turn()) == "vera: turn"


async def test_substitutes_who_stand_in_for_each_other_end_in_an_alarm(house: House) -> None:
    anna, boris = house.people["anna"], house.people["boris"]
    await store(
        house.database,
        Absence(user_id=anna, substitute_id=boris, **ALL_DAY),
        Absence(user_id=boris, substitute_id=anna, **ALL_DAY),
    )

    assert await house.given(Responsible((Way.USER,), user_id=anna)) == ""
    assert [kind for kind, _, _ in await house.alarms()] == ["nobody-there"]


async def test_a_team_that_is_all_away_is_stood_in_for(house: House) -> None:
    for login in ("anna", "boris"):
        await store(house.database, Absence(user_id=house.people[login], **ALL_DAY))
    await store(
        house.database,
        Absence(user_id=house.people["vera"], substitute_id=house.people["gleb"], **ALL_DAY),
    )

    assert await house.given(house.by_turn()) == "gleb: substitute"


async def test_when_nobody_is_there_it_is_everybodys_and_one_alarm_counts(house: House) -> None:
    for login in ("anna", "boris", "vera"):
        await house.change_person(login, presence=Presence.BREAK)
    inquiry = await house.inquiry(responsible_id=house.people["anna"])

    assert await house.assign(inquiry, house.by_turn()) is None
    assert await house.given(house.by_turn()) == ""
    assert await house.whose(inquiry) == ""
    assert await house.alarms() == [("nobody-there", 2, {"team": "Продажи"})]


async def test_outside_working_time_it_is_given_and_its_minutes_count_from_the_opening(
    house: House,
) -> None:
    for login in ("anna", "boris", "vera"):
        await house.change_person(login, presence=Presence.BREAK)  # they have gone home
    inquiry = await house.inquiry()

    assigned = await house.assign(inquiry, house.by_turn(minutes=15), SATURDAY)

    assert assigned is not None
    assert assigned.take_by == datetime(2026, 6, 8, 6, 15, tzinfo=UTC)
    async with house.database.reading() as session:
        (job,) = (await session.exec(select(Job).where(Job.kind == "escalate"))).all()
    assert job.due_at == assigned.take_by


async def test_on_saturday_it_is_given_to_somebody_who_will_be_there_on_monday(house: House) -> None:
    monday: dict[str, Any] = {"first": date(2026, 6, 8), "last": date(2026, 6, 8)}
    await store(house.database, Absence(user_id=house.people["anna"], **monday))

    assert await house.given(house.by_turn(), SATURDAY) == "boris: turn"


async def test_why_it_is_theirs_is_told_and_signed_by_the_rule(house: House) -> None:
    (rule_id,) = await store(house.database, AutoRule(name="Заявки", version=3))
    inquiry = await house.inquiry()

    await house.assign(inquiry, house.by_turn(minutes=30), rule=Rule(rule_id, 3, "Заявки"))

    async with house.database.reading() as session:
        told = (await given_to(session, [inquiry]))[inquiry]
        (action,) = (await session.exec(select(Action).where(Action.kind == "assign"))).all()
        counted = await count_given(session, MONDAY)
    assert (told.person, told.because, told.team) == ("Anna", Because.TURN, "Продажи")
    assert told.take_by == MONDAY + timedelta(minutes=30)
    assert (action.user_id, action.details["rule"], action.inquiry_id) == (None, f"{rule_id}.3", inquiry)
    assert counted == {(house.team, house.people["anna"]): 1}


async def test_a_decision_ends_it_and_undo_brings_it_back(house: House) -> None:
    inquiry = await house.inquiry()
    await house.assign(inquiry, house.by_turn())
    who = await house.actor("anna")

    action = await decline(house.database, inquiry, "spam", "", who)
    ended = await house.assignments(inquiry)
    await undo(house.database, action, who)

    assert ended == [("anna", "turn", "declined")]
    assert await house.assignments(inquiry) == [("anna", "turn", "")]
    async with house.database.reading() as session:
        assert (await session.get_one(Inquiry, inquiry)).state is InquiryState.NEW


async def test_who_gets_it_and_those_who_lead_are_told_once(house: House) -> None:
    await house.change_person("gleb", role=Role.MANAGER)
    for login in ("boris", "vera"):
        await house.change_seat(login, paused=True)
    await house.change_seat("anna", most_open=1)

    for _ in range(3):
        await house.given(house.by_turn())

    async with house.database.reading() as session:
        told = [(house.login(one.user_id), one.kind) for one in await session.exec(select(Notification))]
    assert told == [("anna", "assigned"), ("gleb", "alarm")]
