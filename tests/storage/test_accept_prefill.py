import pytest

from intake.errors import NotFound
from intake.model.calls import Direction
from intake.model.wizard import Choice, Chosen, Criteria, Existing, PartyKind
from intake.wizard.prefill import prefill
from storage.columns import now
from storage.tables.calls import CallRecord, Pbx, PhoneLine
from storage.tables.parties import Account, Lead
from storage.tables.people import User
from tests.storage.wizard_world import MARINA, STRANGER, World


def marina(world: World) -> Chosen:
    return Chosen(Existing(PartyKind.ACCOUNT, world.account), world.marina)


async def test_a_known_caller_needs_nothing_typed(world: World) -> None:
    inquiry_id = await world.inquiry(MARINA)

    page = await prefill(world.database, inquiry_id, marina(world), Criteria(phone=MARINA), world.alice)

    assert page.client.fields["name"] == "Северный свет"
    assert page.client.fields["inn"] == "7801234567"
    assert page.contact.fields["last_name"] == "Ковалёва"
    assert page.contact.phones == (MARINA,)
    assert (page.person, page.title, page.differences, page.duplicates) == (
        "Ковалёва М. С.",
        "Ковалёва М. С.",
        (),
        (),
    )
    assert [hit.id for hit in page.interests] == [world.interest]
    assert (page.status_id, page.consent_text_id) == (world.status, world.consent)


async def test_what_was_said_and_what_is_stored_stand_side_by_side(world: World) -> None:
    said = Criteria(
        name="Петрова Марина", inn="7707083893", phone=STRANGER, email="m.kovaleva@sevsvet.example"
    )

    page = await prefill(world.database, await world.inquiry(), marina(world), said, world.alice)

    shown = {
        one.field: (one.said, [stored.text for stored in one.stored], one.suggested)
        for one in page.differences
    }
    assert shown == {
        "last_name": ("Петрова", ["Ковалёва"], Choice.KEEP),
        "inn": ("7707083893", ["7801234567"], Choice.KEEP),
        "phone": (STRANGER, [MARINA, "+78126401102"], Choice.ADD),
        "email": ("m.kovaleva@sevsvet.example", ["kovaleva@sevsvet.example"], Choice.ADD),
    }


@pytest.mark.parametrize("name", ["ковал", "Ковалева Марина", "северный свет ковалева", "ООО Северный свет"])
async def test_what_only_begins_a_stored_name_is_no_difference(world: World, name: str) -> None:
    page = await prefill(
        world.database, await world.inquiry(), marina(world), Criteria(name=name), world.alice
    )

    assert page.differences == ()


async def test_a_newcomers_name_is_taken_apart(world: World) -> None:
    person = await prefill(world.database, None, Chosen(), Criteria(name="Иванов Иван Петрович"), world.alice)
    company = await prefill(world.database, None, Chosen(), Criteria(name="ООО «Ромашка»"), world.alice)

    assert person.contact.fields == {
        "last_name": "Иванов",
        "first_name": "Иван",
        "middle_name": "Петрович",
    }
    assert company.client.fields == {"name": "Ромашка", "legal_form": "ООО"}
    assert (company.newcomer, company.person) == (PartyKind.ACCOUNT, "Ромашка")


async def test_a_newcomer_who_may_be_stored_already_is_pointed_out(world: World) -> None:
    await world.keep(Account(name="Тайная", inn="7707083893", responsible_id=world.charlie.user_id))
    await world.keep(Lead(organisation="Ромашка", inn="7707083893"))
    said = Criteria(inn="7707083893", phone=MARINA)

    page = await prefill(world.database, None, Chosen(), said, world.alice)

    assert {(one.reason, one.name) for one in page.duplicates} == {
        ("inn", None),  # somebody has it, and Alice may not see who
        ("inn", "Ромашка"),
        ("phone", "Ковалёва Марина Сергеевна"),
    }


async def test_another_branch_is_no_duplicate(world: World) -> None:
    said = Criteria(inn="7801234567/780201001")

    assert (await prefill(world.database, None, Chosen(), said, world.alice)).duplicates == ()


async def test_the_responsible_is_the_clients_own_then_who_talked_last_then_me(world: World) -> None:
    lead = Chosen(Existing(PartyKind.LEAD, world.lead))
    own = await prefill(world.database, None, marina(world), Criteria(), world.bob)
    mine = await prefill(world.database, None, lead, Criteria(), world.bob)
    async with world.database.transaction() as session:
        (await session.get_one(User, world.boss.user_id)).extension = "104"
    inquiry_id = await world.inquiry(lead_id=world.lead)
    call = CallRecord(channel="asterisk:1", linkedid="1", direction=Direction.IN, inquiry_id=inquiry_id)
    call.answered_at, call.answered_by = now(), ["104"]
    await world.keep(call)
    last = await prefill(world.database, None, lead, Criteria(), world.bob)

    assert (own.responsible, own.because) == ("Алиса Орлова", "own")
    assert (mine.responsible, mine.because) == ("Борис Ильин", "me")
    assert (last.responsible, last.because) == ("Вера Павловна", "last")


async def test_somebody_who_has_left_is_not_suggested(world: World) -> None:
    async with world.database.transaction() as session:
        (await session.get_one(User, world.alice.user_id)).active = False

    page = await prefill(world.database, None, marina(world), Criteria(), world.bob)

    assert (page.responsible, page.because) == ("Борис Ильин", "me")


async def test_the_source_is_what_the_line_brings(world: World) -> None:
    pbx = await world.keep(Pbx(name="АТС", host="h", username="u", secret="s"))
    await world.keep(PhoneLine(pbx_id=pbx, did="4951000101", name="Отдел продаж", source="Яндекс.Директ"))
    inquiry_id = await world.inquiry(line="4951000101")

    page = await prefill(world.database, inquiry_id, Chosen(), Criteria(), world.alice)

    assert page.source == "Яндекс.Директ"


async def test_charlie_is_shown_nothing_of_alices(world: World) -> None:
    inquiry_id = await world.inquiry(MARINA, responsible_id=world.alice.user_id)

    with pytest.raises(NotFound):
        await prefill(world.database, inquiry_id, Chosen(), Criteria(), world.charlie)
    with pytest.raises(NotFound):
        await prefill(world.database, None, marina(world), Criteria(), world.charlie)
