"""The wizard walked with plain forms, as a browser without scripts would: from a call to an interest."""

import re

import pytest

from storage.tables.history import Action
from storage.tables.inquiries import Inquiry, InquiryState
from storage.tables.interests import Interest
from storage.tables.parties import Account, Contact, Lead, Point, PointKind
from storage.tables.people import Scope, User
from storage.tables.work import Consent, Task
from tests.site import Site
from tests.storage.wizard_world import MARINA, STRANGER, SWITCHBOARD, World, populate
from tests.web.wizard_forms import Walk
from web import looked

pytestmark = pytest.mark.slow


@pytest.fixture
async def world(site: Site) -> World:
    return await populate(site.database)


async def walk(site: Site, inquiry: int | None, login: str = "anna", **values: object) -> Walk:
    start = f"/inquiries/{inquiry}/wizard" if inquiry else "/wizard"
    return await Walk(await site.sign_in(login, **values), start).search()


async def test_a_known_caller_stands_searched_and_chosen(site, world):
    page = await walk(site, await world.inquiry(MARINA))
    assert page.form.fields["phone"] == MARINA
    assert page.form.fields["contact"] == str(world.marina)
    assert page.form.fields["client"] == f"account:{world.account}"
    assert "<mark>7 916 123-45-67</mark>" in page.html
    assert ">phone</span>" in page.html  # why


async def test_from_a_known_caller_to_an_interest_on_the_right_client(site, world):
    inquiry = await world.inquiry(MARINA)
    page = await (await walk(site, inquiry)).go_on()
    assert page.form.fields["last_name"] == "Ковалёва"
    await page.accept(wanted="Аварийное освещение", amount="125 000,50", step="call", note="Просила срочно")
    assert page.status == 303
    interest = (await world.all(Interest))[-1]
    assert (interest.account_id, interest.contact_id) == (world.account, world.marina)
    assert interest.title == "Аварийное освещение — Ковалёва М. С."
    assert str(interest.amount) == "125000.50"
    assert interest.responsible_id == world.alice.user_id  # whose client it is
    kept = await world.get(Inquiry, inquiry)
    assert (kept.state, kept.interest_id, kept.note) == (InquiryState.ACCEPTED, interest.id, "Просила срочно")
    assert [task.kind for task in await world.all(Task)] == ["call"]


async def test_an_inquiry_is_linked_to_an_interest_that_exists(site, world):
    inquiry = await world.inquiry(MARINA)
    page = await (await walk(site, inquiry)).go_on(interest=str(world.interest))
    assert page.form.fields["interest"] == str(world.interest)
    await page.accept()
    kept = await world.get(Inquiry, inquiry)
    assert (kept.state, kept.interest_id) == (InquiryState.LINKED, world.interest)
    assert len(await world.all(Interest)) == 1


async def test_a_stranger_becomes_what_the_setting_says_unless_the_page_says_otherwise(site, world):
    page = await (await (await walk(site, await world.inquiry())).search(name="Зайцев Пётр")).go_on()
    assert page.form.fields["new"] == "account"  # the administrator's setting
    assert page.form.fields["contact_phone"] == "+7 495 111-22-33"
    assert (page.form.fields["last_name"], page.form.fields["first_name"]) == ("Зайцев", "Пётр")
    await page.accept(new="lead")
    lead = (await world.all(Lead))[-1]
    assert (lead.last_name, lead.first_name) == ("Зайцев", "Пётр")
    assert STRANGER in [point.value for point in await world.all(Point) if point.lead_id == lead.id]


async def test_a_company_with_its_form_and_a_person_are_told_apart(site, world):
    page = await (await (await walk(site, await world.inquiry())).search(name="ООО Ромашка")).go_on(
        new="account"
    )
    assert page.form.fields["org"] == "ООО «Ромашка»"
    await page.accept(last_name="Ландыш", org_inn="7707083893")
    account, contact = (await world.all(Account))[-1], (await world.all(Contact))[-1]
    assert (account.name, account.legal_form, account.inn) == ("Ромашка", "ООО", "7707083893")
    assert (contact.last_name, contact.account_id) == ("Ландыш", account.id)


async def test_a_new_client_called_by_one_word_is_a_company_and_names_its_interest(site, world):
    page = await (await walk(site, await world.inquiry())).search(name="Теплосеть")
    await page.go_on(new="account")
    assert (page.form.fields["org"], page.form.fields["last_name"]) == ("Теплосеть", "")
    await page.accept(wanted="Насосы")
    assert (await world.all(Account))[-1].name == "Теплосеть"
    assert (await world.all(Interest))[-1].title == "Насосы — Теплосеть"


async def test_several_people_on_one_number_are_listed_and_none_is_chosen(site, world):
    for person in (world.marina, world.pyotr):
        point = Point(kind=PointKind.PHONE, value="+78120000000", tail="0000000", contact_id=person, raw="")
        await world.keep(point)
    page = await walk(site, await world.inquiry("+78120000000"))
    assert "A shared number: 2 people" in page.html
    assert {str(world.marina), str(world.pyotr)} <= set(page.form.offered["contact"])
    assert "contact" not in page.form.fields


async def test_a_name_alone_chooses_nobody(site, world):
    page = await (await walk(site, await world.inquiry(None))).search(name="Ковалёва")
    assert str(world.marina) in page.form.offered["contact"]
    assert "contact" not in page.form.fields
    assert "client" not in page.form.fields


async def test_the_loser_sees_who_was_first_and_keeps_what_was_typed(site, world):
    inquiry = await world.inquiry(MARINA)
    anna = await (await walk(site, inquiry, "anna", name="Анна Первая")).go_on()
    bella = await (await walk(site, inquiry, "bella")).go_on()
    await anna.accept()
    await bella.accept(wanted="То же самое", note="Моя заметка")
    assert bella.status == 409
    assert "Анна Первая was first and accepted it" in bella.html
    assert bella.form.fields["wanted"] == "То же самое"
    assert bella.form.fields["note"] == "Моя заметка"
    assert len(await world.all(Interest)) == 2  # the stored one and Anna's


async def test_the_same_form_sent_twice_makes_one_interest(site, world):
    page = await (await walk(site, await world.inquiry(MARINA))).go_on()
    await page.accept()
    await page.accept()
    assert page.status == 303
    assert len(await world.all(Interest)) == 2


async def test_a_colleague_who_has_it_open_is_named_and_may_be_taken_over(site, world):
    inquiry = await world.inquiry(MARINA)
    await (await walk(site, inquiry, "anna", name="Анна Первая")).press("take")
    bella = await walk(site, inquiry, "bella")
    assert "Анна Первая has it open" in bella.html
    await bella.press("take")
    assert "Анна Первая has it open" in bella.html  # nobody is robbed without a word
    await bella.press("over")
    assert "has it open" not in bella.html
    people = {user.id: user.login for user in await world.all(User)}
    assert people[(await world.get(Inquiry, inquiry)).holder_id] == "bella"


async def test_looking_changes_nothing(site, world, monkeypatch):
    monkeypatch.setattr(looked, "TOGETHER", 600.0)  # whose numbers were shown is noted when all is over
    inquiry = await world.inquiry(MARINA)
    browser = await site.sign_in("anna")
    before, log = await world.dump(), len(await world.all(Action))
    chosen = f"?contact={world.pyotr}"
    for address in ("", chosen, "/head", "/accept", f"/accept{chosen}"):
        for headers in ({}, {"HX-Request": "true"}):
            answer = await browser.get(f"/inquiries/{inquiry}/wizard{address}", headers=headers)
            assert answer.status == 200
    after = await world.dump()
    assert {table for table in before if before[table] != after[table] and table != "session"} == set()
    assert len(await world.all(Action)) == log


async def test_who_only_looks_is_told_so_and_may_take_it(site, world):
    inquiry = await world.inquiry(MARINA)
    page = await walk(site, inquiry)
    assert "You only look" in page.html
    await page.press("take", name="Ковалёва")
    assert "You only look" not in page.html
    assert page.form.fields["name"] == "Ковалёва"  # nothing that was typed is lost
    kept = await world.get(Inquiry, inquiry)
    assert (kept.state, kept.holder_id is not None) == (InquiryState.IN_WORK, True)


async def test_a_button_elsewhere_takes_it_and_gets_the_page_in_one_answer(site, world):
    inquiry = await world.inquiry(MARINA)
    browser = await site.sign_in("anna")
    answer = await browser.post(f"/inquiries/{inquiry}/wizard/take", headers={"HX-Request": "true"})
    html = await answer.text()
    assert "<wizard-search" in html
    assert "You only look" not in html
    assert (await world.get(Inquiry, inquiry)).holder_id is not None


async def test_whoever_types_has_it_and_a_page_that_is_only_open_keeps_nothing(site, world):
    inquiry = await world.inquiry(MARINA)
    page = await walk(site, inquiry)
    await page.press("keep")
    assert (await world.get(Inquiry, inquiry)).holder_id is None
    await page.press("draft", name="Ков")
    first = await world.get(Inquiry, inquiry)
    await page.press("keep")
    assert first.holder_id is not None
    assert (await world.get(Inquiry, inquiry)).held_at > first.held_at


async def test_accept_and_next_takes_the_next_one(site, world):
    first, second = await world.inquiry(MARINA), await world.inquiry()
    page = await (await walk(site, first)).go_on()
    await page.accept(go="next")
    assert page.status == 303
    assert (await world.get(Inquiry, second)).state is InquiryState.IN_WORK


async def test_later_keeps_the_draft_and_gives_the_inquiry_back(site, world):
    inquiry = await world.inquiry()
    page = await walk(site, inquiry)
    await page.press("later", name="Зайцев", email="z@zaitsev.example")
    assert (await world.get(Inquiry, inquiry)).holder_id is None
    await page.search()
    assert (page.form.fields["name"], page.form.fields["email"]) == ("Зайцев", "z@zaitsev.example")


async def test_who_was_chosen_is_remembered_for_this_call(site, world):
    inquiry = await world.inquiry()
    page = await (await walk(site, inquiry)).search(name="Сомов")
    await page.go_on(contact=str(world.pyotr))
    kept = await world.get(Inquiry, inquiry)
    assert (kept.account_id, kept.contact_id) == (world.account, world.pyotr)


async def test_going_back_from_page_two_loses_nothing(site, world):
    page = await (await walk(site, await world.inquiry(MARINA))).go_on()
    await page.press("back", wanted="Прожектор", note="Позвонит ещё")
    assert 'aria-current="step"><b>1</b>' in page.html
    await page.go_on()
    assert (page.form.fields["wanted"], page.form.fields["note"]) == ("Прожектор", "Позвонит ещё")


async def test_a_sum_that_is_none_is_said_beside_its_field(site, world):
    page = await (await walk(site, await world.inquiry(MARINA))).go_on()
    await page.accept(amount="сто рублей", wanted="Прожектор")
    assert page.status == 422
    assert re.search(r'name="amount"[^>]*aria-invalid="true"', page.html)
    assert (page.form.fields["amount"], page.form.fields["wanted"]) == ("сто рублей", "Прожектор")


async def test_a_number_nobody_can_have_is_refused_and_wrong_check_digits_only_warn(site, world):
    page = await (await walk(site, await world.inquiry())).go_on()
    await page.accept(org="ООО Ромашка", org_inn="1111111111")
    assert page.status == 422
    assert page.form.fields["org_inn"] == "1111111111"
    await page.press("check", org_inn="7707083894")
    assert "The check digits do not agree" in page.html
    page = await (await page.search()).go_on()
    await page.accept(org="ООО Ромашка", org_inn="7707083894")
    assert page.status == 303


async def test_another_address_than_the_stored_one_is_added_unless_left(site, world):
    for choice, kept in (("keep", False), ("add", True)):
        said = f"{choice}@sevsvet.example"
        page = await walk(site, await world.inquiry(MARINA), choice)
        page = await (await page.search(email=said)).go_on()
        name = f"diff-contact-email-{said}"
        assert page.form.offered[name] == ["keep", "add", "replace"]
        assert page.form.fields[name] == "add"
        assert "kovaleva@sevsvet.example" in page.html
        await page.accept(**{name: choice})
        assert (said in [point.value for point in await world.all(Point)]) is kept


async def test_the_newcomer_who_is_known_already_can_be_chosen_instead(site, world):
    page = await (await walk(site, await world.inquiry())).go_on(new="account")
    await page.press("check", org_inn="7801234567")
    assert "Северный свет" in page.html
    await page.press("choose", choose=f"account:{world.account}", org_inn="7801234567")
    assert page.form.fields["client"] == f"account:{world.account}"
    assert "ООО «Северный свет»" in page.html


async def test_a_declined_inquiry_is_put_back_by_undo(site, world):
    inquiry = await world.inquiry()
    page = await walk(site, inquiry)
    await page.press("decline", reason="spam", note="Реклама")
    assert (await world.get(Inquiry, inquiry)).state is InquiryState.DECLINED
    action = [one for one in await world.all(Action) if one.kind == "decline"][-1]
    await page.browser.post(f"/wizard/undo/{action.id}")
    assert (await world.get(Inquiry, inquiry)).state in (InquiryState.NEW, InquiryState.IN_WORK)


async def test_an_accepted_inquiry_is_put_back_by_undo_with_all_it_made(site, world):
    before = await world.dump()
    inquiry = await world.inquiry()
    page = await (await walk(site, inquiry)).go_on()
    await page.accept(org="ООО Ромашка", step="task", labels="срочно, склад", consent=str(world.consent))
    assert len(await world.all(Consent)) == 1
    action = [one for one in await world.all(Action) if one.kind == "accept"][-1]
    await page.browser.post(f"/wizard/undo/{action.id}", allow_redirects=False)
    after = await world.dump()
    gone = ("account", "contact", "contact_point", "interest", "task", "consent", "label", "interest_label")
    assert {table: after[table] for table in gone} == {table: before[table] for table in gone}
    assert (await world.get(Inquiry, inquiry)).state is InquiryState.IN_WORK


async def test_by_hand_from_a_clients_card_the_client_stands_chosen(site, world):
    browser = await site.sign_in("anna")
    page = await Walk(browser, "/wizard").search()
    await page._show(await browser.get(f"/wizard?contact={world.marina}"))
    assert page.form.fields["client"] == f"account:{world.account}"
    assert page.form.fields["contact"] == str(world.marina)
    await (await page.go_on()).accept(wanted="Спросили на выставке")
    inquiry = (await world.all(Inquiry))[-1]
    assert (inquiry.channel, inquiry.state) == ("manual", InquiryState.ACCEPTED)
    assert inquiry.contact_id == world.marina


async def test_the_way_of_searching_is_remembered(site, world):
    page = await walk(site, await world.inquiry())
    assert page.form.fields["mode"] == "inexact"
    await page.browser.post(f"{page.start}/results", data={**page.form.fields, "mode": "beginning"})
    await page.search()
    assert page.form.fields["mode"] == "beginning"


async def test_what_one_may_not_see_is_not_there(site, world):
    inquiry = await world.inquiry(MARINA, responsible_id=world.alice.user_id)
    browser = await site.sign_in("stranger", scope=Scope.OWN)
    assert (await browser.get(f"/inquiries/{inquiry}/wizard")).status == 404
    answer = await browser.post("/wizard/results", data={"phone": MARINA})
    assert "Ковалёва" not in await answer.text()


async def test_hostile_names_are_only_text(site, world):
    evil = '"><script>alert(1)</script>'
    await world.keep(Contact(last_name=evil, first_name="Ева"))
    page = await (await walk(site, await world.inquiry())).search(name="script")
    assert "<script>alert" not in page.html
    await page.search(name=evil)
    assert "<script>alert" not in page.html
    await page.go_on(new="lead")
    assert "<script>alert" not in page.html


@pytest.mark.parametrize("number", [SWITCHBOARD, None])
async def test_odd_callers_open_a_page_all_the_same(site, world, number):
    page = await walk(site, await world.inquiry(number))
    assert page.status == 200
    await page.go_on()
    assert page.status == 200
