"""What rules do, they do as a person would with the wizard: the same traces, signed, and to be undone."""

from pathlib import Path

import pytest
from sqlmodel import select

from intake.model.rules import About, Condition, Did, Do, Op, Said
from intake.wizard.accept import accept
from intake.wizard.undo import undo
from storage.columns import now
from storage.tables.automation import RuleDecision
from storage.tables.inquiries import InquiryState
from storage.tables.interests import Interest, InterestLabel
from storage.tables.parties import Account, Contact, Lead, Point, PointKind
from storage.tables.work import Task
from tests.storage.ruling import Ruled, drawn, ruled
from tests.storage.wizard_world import MARINA, World, known

pytestmark = pytest.mark.slow

MAIL = "kovaleva@sevsvet.example"


@pytest.fixture
async def house(world: World, tmp_path: Path) -> Ruled:
    return await ruled(world, tmp_path)


async def test_a_stranger_becomes_a_client_with_an_interest_all_signed_by_the_rule(house: Ruled) -> None:
    rule_id = await house.rule(drawn(Do.CREATE, labels=("сайт",), source="Реклама", title="{wanted}: {name}"))

    inquiry_id = await house.send(
        name="Зубов Тихон", company="ООО «Клён»", phone="8 495 100-20-30", wanted="Столы"
    )

    inquiry, interest = await house.inquiry(inquiry_id), await house.interest_of(inquiry_id)
    assert inquiry.state is InquiryState.ACCEPTED
    assert (interest.title, interest.source) == ("Столы: Зубов Т.", "Реклама")
    account = await house.world.get(Account, interest.account_id or 0)
    contact = await house.world.get(Contact, interest.contact_id or 0)
    assert (account.name, contact.last_name, contact.first_name) == ("Клён", "Зубов", "Тихон")
    decision = await house.decision(inquiry_id)
    assert (decision.outcome, decision.rule_id, decision.rule_version) == (Did.CREATED, rule_id, 1)
    accepted = (await house.actions(inquiry_id))[-1]
    assert (accepted.id, accepted.kind, accepted.user_id) == (decision.action_id, "accept", None)
    assert (accepted.details["rule"], accepted.details["via"]) == (f"{rule_id}.1", "rule")
    assert len(await house.world.all(InterestLabel)) == 1


async def test_a_known_phone_with_an_open_interest_is_linked_to_it(house: Ruled) -> None:
    await house.rule(drawn(Do.LINK_OR_CREATE))

    inquiry_id = await house.send(name="Марина", phone=MARINA, email="new@sevsvet.example")

    inquiry = await house.inquiry(inquiry_id)
    assert (inquiry.state, inquiry.interest_id) == (InquiryState.LINKED, house.world.interest)
    async with house.database.reading() as session:
        query = select(Point.contact_id).where(Point.value == "new@sevsvet.example")
        assert list(await session.exec(query)) == [house.world.marina]  # with the known phone it is kept


async def test_of_two_open_interests_a_person_chooses(house: Ruled) -> None:
    await house.rule(drawn(Do.LINK_OR_CREATE))
    world = house.world
    await world.keep(Interest(title="Ещё", status_id=world.status, account_id=world.account))

    inquiry_id = await house.send(phone=MARINA)

    decision = await house.decision(inquiry_id)
    assert decision.outcome == Did.WAITS
    assert decision.verdicts[0]["why"] == "several-open-interests"
    assert (await house.inquiry(inquiry_id)).state is InquiryState.NEW


async def test_a_phone_of_one_and_an_address_of_another_wait_with_both_as_candidates(house: Ruled) -> None:
    await house.rule(drawn(Do.CREATE))
    lead = await house.world.keep(Lead(last_name="Чужой", first_name="Яков"))
    await house.world.keep(Point(kind=PointKind.EMAIL, value="y@alien.example", lead_id=lead))

    inquiry_id = await house.send(phone=MARINA, email="y@alien.example")

    decision = await house.decision(inquiry_id)
    assert (decision.outcome, decision.verdicts[0]["why"]) == (Did.WAITS, "several-parties")
    assert {("contact", house.world.marina), ("lead", lead)} <= {
        (one["kind"], one["id"]) for one in decision.candidates
    }


async def test_whoever_is_only_like_somebody_waits_with_the_candidates(house: Ruled) -> None:
    await house.rule(drawn(Do.CREATE))

    inquiry_id = await house.send(name="Ковалева Марина", phone="8 495 100-20-30")

    decision = await house.decision(inquiry_id)
    assert (decision.outcome, decision.verdicts[0]["why"]) == (Did.WAITS, "alike")
    assert ("contact", house.world.marina) in {(one["kind"], one["id"]) for one in decision.candidates}
    assert all(one["reasons"] for one in decision.candidates)
    assert (await house.inquiry(inquiry_id)).state is InquiryState.NEW


async def test_a_first_name_alone_identifies_nobody(house: Ruled) -> None:
    await house.rule(drawn(Do.CREATE))
    inquiry_id = await house.send(name="Марина", phone="8 495 100-20-30")
    assert (await house.decision(inquiry_id)).outcome == Did.CREATED


async def test_a_nameless_stranger_becomes_a_potential_client(house: Ruled) -> None:
    await house.rule(drawn(Do.CREATE, newcomer="account"))
    interest = await house.interest_of(await house.send(phone="8 495 100-20-30"))
    assert interest.lead_id is not None


async def test_what_is_declined_can_be_undone_and_stays_undone(house: Ruled) -> None:
    about_ads = Condition(About.BODY, Op.CONTAINS, "продвижение сайтов")
    await house.rule(drawn(Do.DECLINE, about_ads, reason="spam", note="реклама"))
    inquiry_id = await house.send(phone="8 495 100-20-30", wanted="Предлагаем ПРОДВИЖЕНИЕ сайтов!")
    declined = await house.inquiry(inquiry_id)
    assert (declined.state, declined.decline_reason, declined.note) == ("declined", "spam", "реклама")

    await undo(house.database, (await house.decision(inquiry_id)).action_id or 0, house.world.boss)
    await house.work()

    assert (await house.inquiry(inquiry_id)).state is InquiryState.NEW
    assert (await house.decision(inquiry_id)).outcome == Did.DECLINED


async def test_an_undone_acceptance_takes_back_all_that_the_rule_made(house: Ruled) -> None:
    before = await house.world.dump()
    await house.rule(drawn(Do.CREATE, labels=("сайт",), task_title="Перезвонить"))
    inquiry_id = await house.send(name="Зубов Тихон", phone="8 495 100-20-30")
    await undo(house.database, (await house.decision(inquiry_id)).action_id or 0, house.world.boss)
    after = await house.world.dump()
    for table in ("account", "contact", "interest", "interest_label", "task", "contact_point"):
        assert after[table] == before[table]


async def test_what_a_person_took_back_is_not_done_again_when_they_write_once_more(house: Ruled) -> None:
    await house.rule(drawn(Do.CREATE))
    inquiry_id = await house.send(name="Зубов Тихон", phone="8 495 100-20-30")
    await undo(house.database, (await house.decision(inquiry_id)).action_id or 0, house.world.boss)

    assert await house.send(phone="8 495 100-20-30", wanted="Ещё раз") == inquiry_id

    outcomes = [one.outcome for one in await house.world.all(RuleDecision)]
    assert outcomes == [Did.CREATED, Did.LATE]
    assert (await house.inquiry(inquiry_id)).state is InquiryState.NEW


async def test_a_task_leaves_it_open_and_gives_somebody_something_to_do(house: Ruled) -> None:
    await house.rule(drawn(Do.TASK, task_title="Перезвонить", task_minutes=30, labels=("срочно",)))
    inquiry_id = await house.send(phone=MARINA)
    (task,) = await house.world.all(Task)
    assert (task.title, task.inquiry_id, task.responsible_id) == (
        "Перезвонить",
        inquiry_id,
        house.world.alice.user_id,  # the client's own
    )
    inquiry = await house.inquiry(inquiry_id)
    assert (inquiry.state, inquiry.draft) == (InquiryState.NEW, {"labels": "срочно"})
    assert (await house.decision(inquiry_id)).outcome == Did.TASK


async def test_what_somebody_has_open_is_left_alone(house: Ruled) -> None:
    await house.rule(drawn(Do.CREATE))
    taken = await house.visitors.send()
    async with house.database.transaction() as session:
        inquiry = await session.get_one(type(await house.inquiry(1)), taken.inquiry_id)
        inquiry.holder_id, inquiry.held_at = house.world.bob.user_id, now()
        inquiry.state = InquiryState.IN_WORK
    await house.work()
    assert (await house.decision(taken.inquiry_id or 0)).outcome == Did.LATE


async def test_a_person_who_was_quicker_wins(house: Ruled) -> None:
    await house.rule(drawn(Do.DECLINE, reason="spam"))
    taken = await house.visitors.send()
    await accept(house.database, taken.inquiry_id, known(house.world), house.world.alice)
    await house.work()
    assert (await house.decision(taken.inquiry_id or 0)).outcome == Did.LATE
    assert (await house.inquiry(taken.inquiry_id or 0)).state is InquiryState.ACCEPTED


async def test_a_status_that_is_gone_leaves_it_to_a_person_with_the_reason(house: Ruled) -> None:
    await house.rule(drawn(Do.CREATE, status_id=999))
    decision = await house.decision(await house.send(name="Зубов Тихон", phone="8 495 100-20-30"))
    assert decision.outcome == Did.WAITS
    assert decision.verdicts[0]["why"]
    assert decision.verdicts[0]["said"] == Said.YES


async def test_without_rules_nothing_is_written_about_them(house: Ruled) -> None:
    inquiry_id = await house.send(phone=MARINA)
    assert await house.world.all(RuleDecision) == []
    assert (await house.inquiry(inquiry_id)).responsible_id == house.world.alice.user_id
