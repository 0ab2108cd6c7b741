"""A form's request in the wizard, walked with plain forms: searched and filled by what was sent."""

import pytest

from storage.tables.automation import CustomValue
from storage.tables.inquiries import Inquiry, InquiryState
from storage.tables.interests import Interest
from storage.tables.parties import Account, Point
from storage.tables.work import Consent
from tests.site import Site
from tests.storage.submitting import OLGA, SAID, a_form, agreed, submitted
from tests.storage.wizard_world import MARINA, World, populate
from tests.web.wizard_forms import Walk

pytestmark = pytest.mark.slow


@pytest.fixture
async def world(site: Site) -> World:
    return await populate(site.database)


async def sent(world: World, **said: str) -> int:
    """An inquiry that a form opened."""
    await agreed(world, await submitted(world, await a_form(world), said=SAID | said))
    inquiry: int = (await world.all(Inquiry))[-1].id
    return inquiry


async def walk(site: Site, inquiry: int) -> Walk:
    return await Walk(await site.sign_in(), f"/inquiries/{inquiry}/wizard").search()


async def test_page_one_begins_with_what_was_sent(site: Site, world: World) -> None:
    page = await walk(site, await sent(world))
    fields = page.form.fields
    assert (fields["name"], fields["phone"]) == ("Ольга Зайцева", OLGA)
    assert (fields["email"], fields["inn"]) == ("Olga@klyon.example", "7707083893/770701001")
    assert 'id="wizard-letter"' in page.html, "what was sent stands beside"


async def test_page_two_is_filled_with_the_rest(site: Site, world: World) -> None:
    page = await (await walk(site, await sent(world))).go_on()
    fields = page.form.fields
    assert (fields["last_name"], fields["first_name"], fields["position"]) == ("Зайцева", "Ольга", "Завхоз")
    assert (fields["org"], fields["org_inn"], fields["kpp"]) == ("ООО «Клён»", "7707083893", "770701001")
    assert (fields["city"], fields["amount"], fields["source"]) == ("Тверь", "120000", "Заявка с сайта")
    assert fields["title"] == "Нужен монтаж света — Зайцева О."
    assert "Сколько комнат:" in page.html
    assert "yandex" in page.html


async def test_a_consent_of_the_form_is_shown_as_given_and_not_asked_for_again(
    site: Site, world: World
) -> None:
    page = await (await walk(site, await sent(world))).go_on()
    assert 'class="agreed"' in page.html
    assert 'name="consent"' not in page.html


async def test_a_newcomer_is_accepted_with_everything_that_was_sent(site: Site, world: World) -> None:
    inquiry = await sent(world)
    await (await (await walk(site, inquiry)).go_on()).accept()
    account = (await world.all(Account))[-1]
    interest = (await world.all(Interest))[-1]
    assert (account.name, account.inn, account.kpp) == ("Клён", "7707083893", "770701001")
    assert (interest.account_id, interest.utm) == (account.id, {"utm_source": "yandex"})
    assert {one.label for one in await world.all(CustomValue)} == {
        "Сколько комнат", "Площадь магазина", "День рождения",
    }  # fmt: skip
    (consent,) = await world.all(Consent)
    assert (consent.account_id, consent.interest_id) == (account.id, interest.id)
    assert (await world.get(Inquiry, inquiry)).state is InquiryState.ACCEPTED


async def test_a_known_sender_is_chosen_and_keeps_a_new_address(site: Site, world: World) -> None:
    inquiry = await sent(world, phone=MARINA, name="Марина Ковалёва", inn="")
    page = await walk(site, inquiry)
    assert page.form.fields["contact"] == str(world.marina)
    await page.accept(go="quick")
    assert (await world.get(Inquiry, inquiry)).contact_id == world.marina
    points = {point.value for point in await world.all(Point) if point.contact_id == world.marina}
    assert "olga@klyon.example" in points
