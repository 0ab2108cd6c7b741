"""A colleague merges whom somebody has chosen: their wizard goes on with the card that is left."""

import pytest

from intake.duplicates.choosing import Merging
from intake.duplicates.merge import merge
from intake.model.wizard import PartyKind
from storage.tables.interests import Interest
from tests.site import Site
from tests.storage.doubles import laden
from tests.storage.wizard_world import MARINA, World, populate
from tests.web.wizard_forms import Walk

pytestmark = pytest.mark.slow


@pytest.fixture
async def world(site: Site) -> World:
    return await populate(site.database)


async def merge_away(world: World, gone: int) -> None:
    kind = PartyKind.CONTACT
    await merge(world.database, Merging(kind, world.marina, gone, survivor_id=world.marina), world.boss)


async def test_from_page_1_to_an_interest_across_a_merge(site: Site, world: World) -> None:
    gone = await laden(world, PartyKind.CONTACT)
    page = await Walk(await site.sign_in(), f"/inquiries/{await world.inquiry(MARINA)}/wizard").search()
    await merge_away(world, gone)

    await page.go_on(contact=str(gone), client="")

    assert page.status == 200
    assert page.form.fields["last_name"] == "Ковалёва"
    await page.accept(wanted="Лампы")
    assert page.status == 303
    assert (await world.all(Interest))[-1].contact_id == world.marina


async def test_page_1_of_a_link_to_a_card_merged_away_has_the_survivor_chosen(
    site: Site, world: World
) -> None:
    gone = await laden(world, PartyKind.CONTACT)
    await merge_away(world, gone)

    page = await Walk(await site.sign_in(), f"/wizard?contact={gone}").search()

    assert page.form.fields["contact"] == str(world.marina)


@pytest.mark.parametrize("path", ["contacts/{}", "contacts/{}/timeline"])
async def test_the_old_address_of_a_card_leads_to_the_one_that_is_left(
    site: Site, world: World, path: str
) -> None:
    gone = await laden(world, PartyKind.CONTACT)
    await merge_away(world, gone)

    answer = await (await site.sign_in()).get("/" + path.format(gone))

    assert (answer.status, answer.url.path) == (200, f"/contacts/{world.marina}")


async def test_a_form_for_a_new_interest_names_the_survivor(site: Site, world: World) -> None:
    gone = await laden(world, PartyKind.CONTACT)
    await merge_away(world, gone)

    html = await (await (await site.sign_in()).get(f"/interests/new?contact={gone}")).text()

    assert f'value="{world.marina}"' in html
