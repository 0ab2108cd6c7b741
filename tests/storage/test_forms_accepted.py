"""What an accepted form leaves behind: consents, custom values, UTM, every way to reach them; and undo."""

import pytest

from intake.errors import Conflict, NotFound, Rejected
from intake.model.wizard import (
    Acceptance,
    CreateInterest,
    LinkInterest,
    Newcomer,
    NewPerson,
    PartyKind,
)
from intake.wizard.accept import accept
from intake.wizard.undo import undo
from storage.consents import consents_about, withdraw
from storage.custom_values import add_value, change_value, custom_values
from storage.fields import CardKind
from storage.merging import both_to_change, merge
from storage.reversal import undo as take_back
from storage.tables.automation import CustomValue
from storage.tables.inquiries import Inquiry
from storage.tables.interests import Interest
from storage.tables.parties import Point
from storage.tables.work import Consent
from tests.storage.submitting import OLGA, SAID, a_form, agreed, submitted
from tests.storage.wizard_world import World, known

pytestmark = pytest.mark.slow


async def waiting(world: World, **said: str) -> tuple[int, int]:
    """An inquiry of a form, and the consent that was ticked in it."""
    submission = await submitted(world, await a_form(world), said=said or SAID)
    consent = await agreed(world, submission)
    return (await world.all(Inquiry))[-1].id, consent


def newcomer(kind: PartyKind = PartyKind.ACCOUNT) -> Acceptance:
    return Acceptance(
        Newcomer(kind, "ООО Клён"), CreateInterest(wanted="Монтаж"), NewPerson("Зайцева", "Ольга")
    )


async def of_card(world: World, kind: CardKind, row_id: int) -> list[tuple[str, str]]:
    async with world.database.reading() as session:
        return [(one.label, one.value) for one in await custom_values(session, kind, row_id)]


async def test_custom_values_go_to_the_cards_they_were_said_of(world: World) -> None:
    inquiry_id, _ = await waiting(world)
    made = await accept(world.database, inquiry_id, newcomer(), world.alice)
    assert await of_card(world, CardKind.INTEREST, made.interest_id) == [("Сколько комнат", "три")]
    assert await of_card(world, CardKind.ACCOUNT, made.account_id or 0) == [("Площадь магазина", "140 м²")]
    assert await of_card(world, CardKind.CONTACT, made.contact_id or 0) == [("День рождения", "1 мая")]


async def test_a_lead_is_its_own_company_and_person(world: World) -> None:
    inquiry_id, _ = await waiting(world)
    made = await accept(world.database, inquiry_id, newcomer(PartyKind.LEAD), world.alice)
    assert await of_card(world, CardKind.LEAD, made.lead_id or 0) == [
        ("Площадь магазина", "140 м²"), ("День рождения", "1 мая"),
    ]  # fmt: skip


async def test_every_phone_and_address_of_the_form_is_kept_on_a_known_card(world: World) -> None:
    inquiry_id, _ = await waiting(world, phone=OLGA, email="kovaleva@sevsvet.example")
    await accept(world.database, inquiry_id, known(world), world.alice)
    points = {point.value for point in await world.all(Point) if point.contact_id == world.marina}
    assert OLGA in points


async def test_a_consent_of_the_form_becomes_the_partys_and_the_interests(world: World) -> None:
    inquiry_id, consent_id = await waiting(world)
    made = await accept(world.database, inquiry_id, known(world), world.alice)
    consent = await world.get(Consent, consent_id)
    assert (consent.account_id, consent.contact_id) == (world.account, world.marina)
    assert (consent.interest_id, consent.address) == (made.interest_id, "203.0.113.9")


async def test_where_they_came_from_stands_on_a_new_interest_only(world: World) -> None:
    inquiry_id, _ = await waiting(world)
    made = await accept(world.database, inquiry_id, known(world), world.alice)
    assert (await world.get(Interest, made.interest_id)).utm == {"utm_source": "yandex"}
    await submitted(world, 1)
    linked = known(world, interest=LinkInterest(world.interest))
    await accept(world.database, (await world.all(Inquiry))[-1].id, linked, world.alice)
    assert (await world.get(Interest, world.interest)).utm == {}


async def test_undo_takes_all_of_it_back(world: World) -> None:
    inquiry_id, _ = await waiting(world)
    before = await world.dump()
    made = await accept(world.database, inquiry_id, newcomer(), world.alice)
    assert await world.all(CustomValue) != []
    await undo(world.database, made.action_id, world.alice)
    assert await world.dump() == before


async def test_the_same_answer_twice_stands_once(world: World) -> None:
    form_id = await a_form(world)
    for _ in range(2):
        await submitted(world, form_id)
        inquiry_id = (await world.all(Inquiry))[-1].id
        await accept(world.database, inquiry_id, known(world), world.alice)
    assert await of_card(world, CardKind.ACCOUNT, world.account) == [("Площадь магазина", "140 м²")]


async def test_a_withdrawn_consent_keeps_its_evidence_and_can_be_restored(world: World) -> None:
    inquiry_id, consent_id = await waiting(world)
    await accept(world.database, inquiry_id, known(world), world.alice)
    action = await withdraw(world.database, consent_id, "call", "попросила по телефону", world.alice)
    async with world.database.reading() as session:
        (told,) = await consents_about(session, "account", world.account)
    assert (told.stands, told.withdrawn_by, told.form) == (False, "Алиса Орлова", "Заявка с сайта")
    assert (told.consent.withdrawn_note, told.consent.agent) == ("попросила по телефону", "Firefox")
    with pytest.raises(Conflict, match="already-withdrawn"):
        await withdraw(world.database, consent_id, "call", "", world.alice)
    async with world.database.transaction() as session:
        await take_back(session, action, world.alice)
    assert (await world.get(Consent, consent_id)).withdrawn_at is None


async def test_a_consent_of_whom_one_may_not_see_is_not_there(world: World) -> None:
    inquiry_id, consent_id = await waiting(world)
    await accept(world.database, inquiry_id, known(world), world.alice)
    with pytest.raises(NotFound, match="no-such-consent"):
        await withdraw(world.database, consent_id, "call", "", world.charlie)


async def test_a_custom_value_is_written_changed_and_taken_away_by_hand(world: World) -> None:
    owner = (CardKind.CONTACT, world.marina)
    await add_value(world.database, *owner, "Размер", "42", world.alice)
    value_id = (await world.all(CustomValue))[0].id
    await change_value(world.database, *owner, value_id, "43", world.alice)
    assert await of_card(world, *owner) == [("Размер", "43")]
    with pytest.raises(NotFound, match="no-such-party"):
        await change_value(world.database, *owner, value_id, "44", world.charlie)
    with pytest.raises(Rejected, match="required"):
        await add_value(world.database, *owner, "Размер", " ", world.alice)
    action = await change_value(world.database, *owner, value_id, "", world.alice)
    assert await of_card(world, *owner) == []
    async with world.database.transaction() as session:
        await take_back(session, action, world.alice)
    assert await of_card(world, *owner) == [("Размер", "43")]


async def test_of_two_cards_that_are_merged_both_say_what_was_asked(world: World) -> None:
    one, other = world.marina, world.pyotr
    for contact, label, value in ((one, "Размер", "42"), (other, "Размер", "42"), (other, "Цвет", "синий")):
        await add_value(world.database, CardKind.CONTACT, contact, label, value, world.boss)
    async with world.database.transaction() as session:
        kept, gone = await both_to_change(session, PartyKind.CONTACT, (one, other), world.boss)
        await merge(session, PartyKind.CONTACT, kept, gone, {}, world.boss)
    assert await of_card(world, CardKind.CONTACT, one) == [("Размер", "42"), ("Цвет", "синий")]
    assert await of_card(world, CardKind.CONTACT, other) == []
