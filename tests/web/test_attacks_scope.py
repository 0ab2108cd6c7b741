"""Charlie may see his own records only; he asks for Alice's at every address there is."""

import re
from collections import Counter
from typing import Any

import pytest
from sqlmodel import col, update

from intake.errors import Rejected
from storage.tables.people import Role, Scope, User
from tests.web.attacked import NOBODYS, Attacked, Route, attacked, routes, with_id
from web.access import is_public
from web.security import is_for_visitors

pytestmark = pytest.mark.slow

__all__ = ["attacked"]

# Only what was sent is looked at, or what one may see anyway; the inquiry itself is not.
NOT_ABOUT_IT = {"/inquiries/{id}/wizard/results", "/inquiries/{id}/wizard/check"}
# Open to everybody who is signed in, by decision: what was not heard concerns all who answer telephones.
EVERYBODYS = {"/desk/gaps/{id}/seen"}
# Settings that managers see or change, by decision
OF_MANAGERS = ("/settings/routing", "/settings/rules", "/settings/ignored")
PUBLIC = {
    "/static/{digest}/{name}", "/signin", "/live/ping", "/healthz", "/readyz", "/metrics",
    "/api/v1/openapi.json",
}  # fmt: skip
# Open to other sites' pages, by decision: they know no session, so that nothing is done in anybody's name.
VISITORS = {
    "/f/{key}", "/f/{key}/form.json", "/f/{key}/tilda", "/f/{key}/thanks", "/embed.js",
    "/hooks/{platform}/{key}",
}  # fmt: skip


async def ask(browser: Any, route: Route, address: str, form: dict[str, str]) -> Any:
    if route.method == "GET":
        answer = await browser.get(address, allow_redirects=False)
        if answer.status != 303 or answer.headers["Location"].startswith("/signin"):
            return answer
        return await browser.get(address, headers={"HX-Request": "true"}, allow_redirects=False)  # a piece
    if address.startswith("/api/"):
        return await browser.post(address, json={}, allow_redirects=False)
    return await browser.post(address, data=form, allow_redirects=False)


async def test_nobody_gets_at_another_teams_record_by_its_number(attacked: Attacked):
    action = await attacked.alices_action()
    charlie = await attacked.site.enter("charlie")
    before = await attacked.dump()
    let_in = []
    for route in with_id(attacked.site.app):
        if route.path in EVERYBODYS | NOT_ABOUT_IT:
            continue
        address = route.at(**attacked.parts(route.path, action))
        answer = await ask(charlie, route, address, attacked.form())
        text = await answer.text()
        refused = answer.status in (403, 404) or (address.startswith("/api/") and answer.status == 422)
        if not refused or "Северный свет" in text or "Дело Алисы" in text:
            let_in.append(f"{route.method} {address}: {answer.status}")
    assert not let_in
    assert await attacked.dump() == before


async def test_alice_herself_gets_in_at_nearly_all_of_them(attacked: Attacked):
    """Else the test above would hold for a site that answers nobody."""
    alice = await attacked.site.enter("alice")
    statuses: Counter[int] = Counter()
    for route in with_id(attacked.site.app):
        if route.method == "GET" and getattr(route.handler, "least", None) is not Role.ADMINISTRATOR:
            answer = await ask(alice, route, route.at(**attacked.parts(route.path, 1)), {})
            statuses[answer.status] += 1
    assert set(statuses) == {200, 303}  # a notification leads to what it is about
    assert statuses[200] > 10


async def test_the_number_of_nothing_is_not_found_anywhere(attacked: Attacked):
    boss = await attacked.site.enter("root")
    wrong = []
    for number in (0, NOBODYS, 2**31, 2**63, 10**30):
        for route in routes(attacked.site.app):
            if "{id}" not in route.path and "{action}" not in route.path:
                continue
            parts = attacked.parts(route.path) | {"id": number, "action": number}
            answer = await ask(boss, route, route.at(**parts), attacked.form())
            form_first = route.path.startswith(("/api/", "/settings/")) and answer.status == 422
            seen = route.path in EVERYBODYS | NOT_ABOUT_IT and answer.status in (200, 303)
            if answer.status != 404 and not form_first and not seen:
                wrong.append(f"{route.method} {route.at(**parts)}: {answer.status}")
    assert not wrong


async def test_what_belongs_to_a_card_is_reached_only_through_its_own(attacked: Attacked):
    """Alice's point under Charlie's own card is not his to drop."""
    charlie = await attacked.site.enter("charlie")
    await charlie.post("/leads/new", data={"last_name": "Свой", "phone": "+79990000000"})
    before = await attacked.dump()
    mine = attacked.others["leads"] + 1
    point = attacked.ids["point"]
    for address in (f"/leads/{mine}/points/{point}/drop", f"/leads/{mine}/points/{point}/main"):
        assert (await charlie.post(address)).status == 404
    changed = await charlie.post(
        f"/leads/{mine}/points", data={"point": str(point), "kind": "phone", "text": "+79990000001"}
    )
    assert changed.status == 404
    assert await attacked.dump() == before


async def test_numbers_in_queries_and_forms_open_nothing_either(attacked: Attacked):
    charlie = await attacked.site.enter("charlie")
    world, ids = attacked.world, attacked.ids
    for address in (
        f"/wizard?account={world.account}", f"/wizard?contact={world.marina}", f"/wizard?lead={world.lead}",
        f"/wizard?call={ids['call']}", f"/wizard?client=account:{world.account}",
        f"/wizard?interest={world.interest}", f"/inquiries/fresh?ids={ids['inquiry']}",
        f"/interests/new?account={world.account}&contact={world.marina}&lead={world.lead}",
        f"/tasks/new?account={world.account}&interest={world.interest}", "/tasks?whose=all",
        f"/wizard/accept?client=account:{world.account}", "/find?q=Северный", "/find?q=%2B74951112233",
        "/accounts", "/contacts", "/leads", "/interests?state=all", "/inquiries?view=accepted",
    ):  # fmt: skip
        text = await (await charlie.get(address)).text()
        for secret in ("Северный свет", "Ковалёва", "Ветров", "Замена светильников", "Дело Алисы"):
            assert secret not in text, f"{secret} at {address}"
        digits = re.sub(r"\D", "", text)
        assert "4951112233" in address or "4951112233" not in digits, f"a caller's number at {address}"


async def test_nothing_is_hung_on_another_teams_record(attacked: Attacked):
    charlie = await attacked.site.enter("charlie")
    world = attacked.world
    before = await attacked.dump()
    for address, form in (
        ("/tasks/new", {"title": "x", "kind": "task", "account": str(world.account)}),
        ("/tasks/new", {"title": "x", "kind": "task", "interest": str(world.interest)}),
        ("/interests/new", {"title": "x", "account": str(world.account)}),
        ("/interests/new", {"title": "x", "contact": str(world.marina)}),
        ("/wizard/accept", {"client": f"account:{world.account}", "interest": "new", "wanted": "x"}),
        ("/wizard/accept", {"interest": str(world.interest), "org": "x", "new": "account"}),
        ("/wizard/accept", {"call": str(attacked.ids["call"]), "org": "x", "new": "account"}),
    ):
        answer = await charlie.post(address, data=form, allow_redirects=False)
        assert answer.status in (403, 404, 409, 422), f"{address} {form}: {answer.status}"
    assert await attacked.dump() == before


async def test_an_inquiry_of_everybodys_tells_nothing_of_another_teams_client(attacked: Attacked):
    """Nobody is responsible for the call yet; for the client it came from, Alice is."""
    charlie = await attacked.site.enter("charlie")
    world = attacked.world
    await (await attacked.site.enter("alice")).post(
        f"/accounts/{world.account}/comments", data={"text": "Секрет Алисы"}
    )
    inquiry = await world.inquiry(account_id=world.account, interest_id=world.interest)
    text = await (await charlie.get(f"/inquiries/{inquiry}")).text()
    assert "Секрет Алисы" not in text
    assert "Замена светильников" not in text


async def test_every_page_asks_a_stranger_to_sign_in_unless_it_is_public_by_decision(attacked: Attacked):
    stranger = await attacked.site.browser()
    for route in routes(attacked.site.app):
        assert is_for_visitors(route.handler) == (route.path in VISITORS), route.path
        if route.path in PUBLIC | VISITORS:
            assert is_public(route.handler), route.path
            continue
        answer = await ask(stranger, route, route.at(**attacked.parts(route.path)), {})
        api = route.path.startswith("/api/") or route.path.startswith("/live")
        assert answer.status == (401 if api else 303), route
        assert api or answer.headers["Location"].startswith("/signin"), route


async def test_only_administrators_see_and_change_settings(attacked: Attacked):
    manager = await attacked.site.sign_in("mary", role=Role.MANAGER)
    before = await attacked.dump()
    settings = [route for route in routes(attacked.site.app) if route.path.startswith("/settings")]
    theirs = [route for route in settings if getattr(route.handler, "least", None) is not Role.ADMINISTRATOR]
    assert all(route.path.startswith(OF_MANAGERS) for route in theirs), theirs
    assert len(settings) - len(theirs) > 10
    for route in settings:
        if route in theirs:
            continue
        answer = await ask(manager, route, route.at(**attacked.parts(route.path)), attacked.form())
        assert answer.status == 403, route
    assert await attacked.dump() == before


async def test_no_change_is_taken_from_another_site_at_any_address(attacked: Attacked):
    root = await attacked.site.enter("root")
    before = await attacked.dump()
    walked = 0
    for route in routes(attacked.site.app):
        if route.method == "GET" or route.path in VISITORS:
            continue
        address = route.at(**attacked.parts(route.path, 1))
        for headers in (
            {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"},
            {"Sec-Fetch-Site": "same-site"},
        ):  # fmt: skip
            answer = await root.post(address, data=attacked.form(), headers=headers, allow_redirects=False)
            assert answer.status == 403, f"{address} {headers}"
        walked += 1
    assert walked > 50
    assert await attacked.dump() == before


async def test_methods_that_nobody_offered_are_refused(attacked: Attacked):
    root = await attacked.site.enter("root")
    for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
        answer = await root.request(method, f"/accounts/{attacked.world.account}")
        assert answer.status in (404, 405), method


async def test_a_caller_is_passed_on_only_by_those_on_the_call_or_who_may_see_it(attacked: Attacked):
    moved = []

    class Phones:
        async def call(self, *values):
            raise Rejected("dial-number")

        async def transfer(self, *values):
            moved.append(values)

        async def try_out(self, pbx):
            return 0

    await attacked.site.start(telephony=Phones())
    bob = await attacked.site.enter("bob")
    charlie = await attacked.site.enter("charlie")
    call = attacked.ids["call"]
    assert (await charlie.post(f"/calls/{call}/transfer")).status == 404
    assert moved == []
    async with attacked.world.database.transaction() as session:
        await session.exec(update(User).where(col(User.login) == "charlie").values(extension="101"))
    assert (await charlie.post(f"/calls/{call}/transfer", allow_redirects=False)).status == 303
    assert (await bob.post(f"/calls/{call}/transfer", allow_redirects=False)).status == 303
    assert len(moved) == 2


async def test_nobody_takes_back_what_the_administrator_decided(attacked: Attacked):
    """Not by its number either: else a manager could give out again what was revoked."""
    root = await attacked.site.enter("root")
    bob = attacked.world.bob.user_id
    person = {"name": "Боб", "login": "bob", "role": "operator", "scope": "own", "active": "yes"}
    await root.post(f"/settings/user/{bob}", data=person)
    await root.post(f"/settings/tokens/{attacked.ids['token']}/revoke")
    await root.post("/settings/general", data={"letter_answer_minutes": "7"})
    before = await attacked.dump()
    boss = await attacked.site.enter("boss")
    mine = [
        one.id for one in await attacked.actions() if one.kind.startswith(("set-up", "revoke", "change-set"))
    ]
    assert len(mine) == 3
    for browser in (boss, root):
        for action in mine:
            for address in (f"/actions/{action}/undo", f"/wizard/undo/{action}"):
                assert (await browser.post(address)).status == 404
    assert await attacked.dump() == before


async def test_a_manager_undoes_what_others_did_only_within_their_scope(attacked: Attacked):
    action = await attacked.alices_action()
    for login, scope, team, status in (
        ("own", Scope.OWN, attacked.world.alice.team_id, 403),
        ("stranger", Scope.TEAM, attacked.world.charlie.team_id, 403),
        ("nobody", Scope.TEAM, None, 403),
        ("head", Scope.TEAM, attacked.world.alice.team_id, 303),
    ):
        manager = await attacked.site.sign_in(login, role=Role.MANAGER, scope=scope, team_id=team)
        answer = await manager.post(f"/actions/{action}/undo", allow_redirects=False)
        assert answer.status == status, login
