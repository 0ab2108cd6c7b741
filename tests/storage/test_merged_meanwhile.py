"""Whoever was chosen and merged since is the card that they live on in: a merge stops no wizard."""

import pytest

from intake.duplicates.choosing import Merging
from intake.duplicates.merge import merge
from intake.errors import NotFound
from intake.model.wizard import Chosen, CreateInterest, Criteria, Existing, LinkInterest, PartyKind
from intake.wizard.accept import accept
from intake.wizard.holding import choose
from intake.wizard.prefill import prefill
from intake.wizard.search import search
from storage.fields import CardKind
from storage.newcomers import Newborn, make
from storage.tables.inquiries import Inquiry
from storage.tables.interests import Interest
from tests.storage.doubles import first_of, laden
from tests.storage.wizard_world import World, known

pytestmark = pytest.mark.slow

KINDS = list(PartyKind)


async def merged(world: World, kind: PartyKind) -> tuple[Existing, Existing]:
    """The card that is gone, and the one it lives on in."""
    kept, gone = first_of(world, kind), await laden(world, kind)
    await merge(world.database, Merging(kind, kept, gone, survivor_id=kept), world.boss)
    return Existing(kind, gone), Existing(kind, kept)


def chosen(ref: Existing) -> Chosen:
    return Chosen(None, ref.id) if ref.kind is PartyKind.CONTACT else Chosen(ref)


@pytest.mark.parametrize("kind", KINDS)
async def test_page_2_is_about_the_survivor(world: World, kind: PartyKind) -> None:
    gone, kept = await merged(world, kind)

    page = await prefill(world.database, None, chosen(gone), Criteria(), world.boss)

    assert kept in (page.client.ref, page.contact.ref)


@pytest.mark.parametrize("kind", KINDS)
async def test_an_acceptance_of_a_card_merged_away_is_the_survivors(world: World, kind: PartyKind) -> None:
    inquiry, (gone, kept) = await world.inquiry(), await merged(world, kind)
    contact = gone if kind is PartyKind.CONTACT else None
    acceptance = known(
        world, party=None if contact else gone, contact=contact, interest=CreateInterest("Лампы")
    )

    accepted = await accept(world.database, inquiry, acceptance, world.boss)

    interest = await world.get(Interest, accepted.interest_id)
    assert getattr(interest, f"{kind.value}_id") == kept.id


async def test_an_interest_of_the_card_merged_away_can_be_linked_as_it_was_chosen(world: World) -> None:
    inquiry, (gone, _) = await world.inquiry(), await merged(world, PartyKind.ACCOUNT)
    moved = (await world.all(Interest))[-1]
    acceptance = known(world, party=gone, contact=None, interest=LinkInterest(moved.id))

    accepted = await accept(world.database, inquiry, acceptance, world.boss)

    assert (accepted.interest_id, accepted.created) == (moved.id, False)


@pytest.mark.parametrize("kind", KINDS)
async def test_the_panes_narrow_to_the_survivor(world: World, kind: PartyKind) -> None:
    gone, kept = await merged(world, kind)

    found = await search(world.database, Criteria(name="кто-то"), world.boss, chosen(gone))

    assert found.chosen == chosen(kept)
    assert kept in {hit.ref for hit in found.clients} | {hit.ref for hit in found.contacts}


@pytest.mark.parametrize("kind", KINDS)
async def test_whom_the_call_is_said_to_be_of_is_the_survivor(world: World, kind: PartyKind) -> None:
    inquiry, (gone, kept) = await world.inquiry(), await merged(world, kind)

    await choose(world.database, inquiry, chosen(gone), world.boss)

    assert getattr(await world.get(Inquiry, inquiry), f"{kind.value}_id") == kept.id


async def test_a_new_interest_for_a_card_merged_away_is_the_survivors(world: World) -> None:
    gone, kept = await merged(world, PartyKind.CONTACT)
    new = Newborn(CardKind.INTEREST, {"title": "Лампы"}, owners=(gone,))

    async with world.database.transaction() as session:
        made = await make(session, new, world.boss)

    assert (await world.get(Interest, made.id)).contact_id == kept.id


async def test_a_survivor_that_is_anothers_is_no_more_seen_than_any_other_card(world: World) -> None:
    gone, _ = await merged(world, PartyKind.ACCOUNT)

    with pytest.raises(NotFound, match="no-such-party"):
        await prefill(world.database, None, Chosen(gone), Criteria(), world.charlie)


async def test_a_chain_of_merges_leads_to_its_end(world: World) -> None:
    kind = PartyKind.CONTACT
    first, second = await laden(world, kind), await laden(world, kind)
    await merge(world.database, Merging(kind, first, second, survivor_id=second), world.boss)
    await merge(world.database, Merging(kind, second, world.marina, survivor_id=world.marina), world.boss)

    page = await prefill(world.database, None, Chosen(None, first), Criteria(), world.boss)

    assert page.contact.ref == Existing(kind, world.marina)
