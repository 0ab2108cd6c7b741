from datetime import UTC, datetime
from decimal import Decimal

import pytest

from intake.errors import Rejected
from intake.model.wizard import (
    Choice,
    ConsentGiven,
    CreateInterest,
    Criteria,
    Existing,
    FieldDecision,
    LinkInterest,
    Newcomer,
    NewPerson,
    NewPoint,
    NextStep,
    PartyKind,
    PointDecision,
)
from intake.wizard.accept import accept
from storage.tables.inquiries import Inquiry, InquiryState
from storage.tables.interests import Interest, InterestLabel, InterestMember, Label
from storage.tables.parties import Account, AccountKind, Contact, Lead, Point, PointKind
from storage.tables.work import Consent, Task
from tests.storage.wizard_world import MARINA, STRANGER, World, known


async def points(world: World) -> set[str]:
    return {point.value for point in await world.all(Point)}


async def test_an_accepted_call_leaves_an_interest_on_the_client(world: World) -> None:
    inquiry_id = await world.inquiry(MARINA, holder_id=world.alice.user_id, draft={"name": "мар"})

    accepted = await accept(world.database, inquiry_id, known(world, note="Просила быстро"), world.alice)

    interest = await world.get(Interest, accepted.interest_id)
    assert (interest.account_id, interest.contact_id) == (world.account, world.marina)
    assert interest.title == "Аварийное освещение склада — Ковалёва М. С."
    assert (interest.status_id, interest.responsible_id) == (world.status, world.alice.user_id)
    inquiry = await world.get(Inquiry, inquiry_id)
    assert inquiry.state is InquiryState.ACCEPTED
    assert (inquiry.interest_id, inquiry.contact_id) == (interest.id, world.marina)
    assert (inquiry.holder_id, inquiry.draft, inquiry.note) == (None, {}, "Просила быстро")


async def test_everything_of_page_two_is_kept(world: World) -> None:
    due = datetime(2026, 11, 24, 7, tzinfo=UTC)
    acceptance = known(
        world,
        interest=CreateInterest(
            title="Освещение", source="Отдел продаж", utm=(("source", "yandex"),), amount=Decimal("1240000"),
            responsible_id=world.bob.user_id, due=due, members=(world.alice.user_id or 0,),
        ),
        labels=("Склад", "освещение", "СКЛАД"),
        consent=ConsentGiven(world.consent),
        next_step=NextStep("call", due=due),
    )  # fmt: skip

    accepted = await accept(world.database, await world.inquiry(MARINA), acceptance, world.alice)

    interest = await world.get(Interest, accepted.interest_id)
    assert (interest.source, interest.utm) == ("Отдел продаж", {"source": "yandex"})
    assert (interest.amount, interest.due) == (Decimal("1240000.00"), due)
    assert [member.user_id for member in await world.all(InterestMember)] == [world.alice.user_id]
    assert sorted(label.name for label in await world.all(Label)) == ["СКЛАД", "освещение"]
    assert len(await world.all(InterestLabel)) == 2
    [task] = await world.all(Task)
    assert (task.kind, task.due, task.responsible_id) == ("call", due, world.bob.user_id)
    assert (task.interest_id, task.title) == (interest.id, "Освещение")
    [consent] = await world.all(Consent)
    assert (consent.text_id, consent.contact_id) == (world.consent, world.marina)
    assert consent.recorded_by == world.alice.user_id


async def test_a_newcomer_becomes_what_the_administrator_has_set(world: World) -> None:
    newcomer = Newcomer(
        name='ООО "Ромашка"', inn="7707083893", points=(NewPoint("site", "romashka.example"),)
    )
    person = NewPerson("Иванов", "Иван", points=(NewPoint("phone", "8 (495) 111-22-33 доб. 139"),))
    acceptance = known(world, party=newcomer, contact=person, interest=CreateInterest(wanted="Цветы"))

    accepted = await accept(world.database, await world.inquiry(), acceptance, world.charlie)

    account = await world.get(Account, accepted.account_id or 0)
    assert (account.name, account.legal_form, account.inn) == ("Ромашка", "ООО", "7707083893")
    assert (account.folded, account.responsible_id) == ("ромашка", world.charlie.user_id)
    contact = await world.get(Contact, accepted.contact_id or 0)
    assert (contact.last_name, contact.account_id) == ("Иванов", account.id)
    [phone] = [point for point in await world.all(Point) if point.contact_id == contact.id]
    assert (phone.value, phone.extension, phone.main) == (STRANGER, "139", True)
    assert (await world.get(Interest, accepted.interest_id)).title == "Цветы — Иванов И."


async def test_a_newcomer_becomes_a_potential_client_when_the_page_says_so(world: World) -> None:
    newcomer = Newcomer(PartyKind.LEAD, name="Ромашка")
    acceptance = known(world, party=newcomer, contact=NewPerson("Иванов", "Иван"))

    accepted = await accept(world.database, await world.inquiry(), acceptance, world.charlie)

    lead = await world.get(Lead, accepted.lead_id or 0)
    assert (lead.organisation, lead.last_name, accepted.account_id) == ("Ромашка", "Иванов", None)
    assert STRANGER in await points(world)


async def test_a_newcomer_without_a_company_is_a_private_person(world: World) -> None:
    acceptance = known(world, party=Newcomer(), contact=NewPerson("Иванов", "Иван"))

    accepted = await accept(world.database, await world.inquiry(), acceptance, world.alice)

    account = await world.get(Account, accepted.account_id or 0)
    assert (account.name, account.kind) == ("Иванов Иван", AccountKind.PERSON)


async def test_a_known_address_with_a_new_phone_keeps_the_new_phone_too(world: World) -> None:
    criteria = Criteria(email="kovaleva@sevsvet.example", phone=STRANGER)

    await accept(world.database, await world.inquiry(STRANGER), known(world, criteria=criteria), world.alice)

    [new] = [point for point in await world.all(Point) if point.value == STRANGER]
    assert (new.contact_id, new.tail, new.main) == (world.marina, "1112233", False)


async def test_a_new_phone_is_left_out_when_the_form_says_so(world: World) -> None:
    keep = PointDecision(PartyKind.CONTACT, NewPoint("phone", STRANGER), Choice.KEEP)

    await accept(world.database, await world.inquiry(STRANGER), known(world, points=(keep,)), world.alice)

    assert STRANGER not in await points(world)


async def test_a_number_of_somebody_else_is_not_given_to_whoever_called_from_it(world: World) -> None:
    pyotr = known(world, contact=Existing(PartyKind.CONTACT, world.pyotr))

    await accept(world.database, await world.inquiry(MARINA), pyotr, world.alice)

    assert [point.contact_id for point in await world.all(Point) if point.value == MARINA] == [world.marina]


async def test_differences_are_settled_as_decided(world: World) -> None:
    [email] = [point for point in await world.all(Point) if point.kind is PointKind.EMAIL]
    new = NewPoint("email", "m.kovaleva@sevsvet.example")
    acceptance = known(
        world,
        points=(PointDecision(PartyKind.CONTACT, new, Choice.REPLACE, email.id),),
        fields=(
            FieldDecision(PartyKind.CONTACT, "position", "главный инженер", Choice.ADD),
            FieldDecision(PartyKind.CONTACT, "first_name", "Мария", Choice.KEEP),
            FieldDecision(PartyKind.ACCOUNT, "inn", "7801234560", Choice.REPLACE),
        ),
    )

    accepted = await accept(world.database, await world.inquiry(MARINA), acceptance, world.alice)

    assert (await world.get(Point, email.id)).value == "m.kovaleva@sevsvet.example"
    marina = await world.get(Contact, world.marina)
    assert (marina.position, marina.first_name) == ("главный инженер", "Марина")
    assert (await world.get(Account, world.account)).inn == "7801234560"
    assert accepted.warnings == ("bad-inn",)


@pytest.mark.parametrize(
    ("party", "code"),
    [
        (Newcomer(name="Ромашка", inn="7777777777"), "bad-inn"),
        (Newcomer(name="Ромашка", inn="12345"), "bad-inn"),
        (Newcomer(name="Р" * 301), "too-long"),
        (Newcomer(name="Ромашка", account_kind="гильдия"), "no-such-choice"),
        (Newcomer(name="Ромашка", points=(NewPoint("phone", "нет"),)), "bad-point"),
        (Newcomer(name="Ромашка", points=(NewPoint("голубь", "1"),)), "no-such-choice"),
        (None, "nobody-chosen"),
    ],
)
async def test_what_is_wrong_is_refused_and_nothing_is_kept(
    world: World, party: Newcomer | None, code: str
) -> None:
    inquiry_id = await world.inquiry()
    before = await world.dump()

    with pytest.raises(Rejected) as refused:
        await accept(world.database, inquiry_id, known(world, party=party, contact=None), world.alice)

    assert refused.value.code == code
    assert await world.dump() == before


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [("name", " ", "name-missing"), ("password_hash", "x", "no-such-field"), ("city", "г" * 121, "too-long")],
)
async def test_a_card_is_not_spoilt_by_a_decision(world: World, field: str, value: str, code: str) -> None:
    decision = FieldDecision(PartyKind.ACCOUNT, field, value, Choice.REPLACE)

    with pytest.raises(Rejected) as refused:
        await accept(world.database, await world.inquiry(), known(world, fields=(decision,)), world.alice)

    assert refused.value.code == code


async def test_an_inquiry_is_linked_to_an_interest_that_existed(world: World) -> None:
    inquiry_id = await world.inquiry(MARINA)
    acceptance = known(world, interest=LinkInterest(world.interest), labels=("повтор",))

    accepted = await accept(world.database, inquiry_id, acceptance, world.alice)

    assert (accepted.created, accepted.interest_id) == (False, world.interest)
    assert (await world.get(Inquiry, inquiry_id)).state is InquiryState.LINKED
    assert len(await world.all(Interest)) == 1


async def test_an_inquiry_is_not_linked_to_another_clients_interest(world: World) -> None:
    acceptance = known(
        world, party=Existing(PartyKind.LEAD, world.lead), contact=None, interest=LinkInterest(world.interest)
    )

    with pytest.raises(Rejected) as refused:
        await accept(world.database, await world.inquiry(), acceptance, world.alice)

    assert refused.value.code == "interest-of-another"
