import asyncio
import hashlib
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from aiohttp import ClientResponse

from storage.access import actor_of
from storage.columns import now
from storage.sessions import USED_EVERY
from storage.tables.history import Action
from storage.tables.inquiries import Channel, Inquiry
from storage.tables.interests import Interest
from storage.tables.letters import LetterRecord, LetterWay, Sending
from storage.tables.people import ApiToken, Role, User
from tests.site import Site
from tests.storage.wizard_world import MARINA, STRANGER, World, populate
from web.afterwards import AFTERWARDS
from web.api import ENDPOINTS, endpoint

pytestmark = pytest.mark.slow


class Program:
    """Somebody else's program with one person's token."""

    def __init__(self, browser: Any, token: str) -> None:
        self._browser = browser
        self.headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}

    async def get(self, path: str, **query: str) -> ClientResponse:
        return await self._browser.get(f"/api/v1{path}", headers=self.headers, params=query)  # type: ignore[no-any-return]

    async def post(self, path: str, key: str = "", **body: Any) -> ClientResponse:
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        return await self._browser.post(f"/api/v1{path}", headers=headers, json=body)  # type: ignore[no-any-return]


@pytest.fixture
async def world(site: Site) -> World:
    return await populate(site.database)


async def program(site: Site, world: World, user_id: int | None) -> Program:
    token = f"token-of-{user_id}"
    digest = hashlib.sha256(token.encode()).hexdigest()
    await world.keep(ApiToken(user_id=user_id or 0, name="1С", hash=digest))
    return Program(await site.browser(), token)


@pytest.fixture
async def alices(site: Site, world: World) -> Program:
    return await program(site, world, world.alice.user_id)


NEW = {"type": "new", "wanted": "Освещение склада"}


def with_marina(world: World, **values: Any) -> dict[str, Any]:
    return {
        "party": {"type": "stored", "kind": "account", "id": world.account},
        "contact": {"type": "stored", "id": world.marina},
        "interest": NEW,
        **values,
    }


async def error(answer: ClientResponse) -> dict[str, Any]:
    body = await answer.json()
    assert set(body) == {"error"}
    found: dict[str, Any] = body["error"]
    return found


async def test_a_program_finds_whom_it_asks_for(alices: Program, world: World) -> None:
    by_query = await (await alices.get("/search", phone="8 916 123-45-67")).json()
    by_body = await (await alices.post("/search", phone="8 916 123-45-67")).json()

    assert by_query == by_body
    [marina] = by_query["contacts"]
    assert (marina["id"], marina["level"], marina["reasons"][0]["code"]) == (world.marina, "exact", "phone")
    assert by_query["best_client"] == {"kind": "account", "id": world.account}
    assert [interest["title"] for interest in by_query["interests"]] == ["Замена светильников"]


async def test_what_is_chosen_narrows(alices: Program, world: World) -> None:
    found = await (await alices.get("/search", name="сомов", account_id=str(world.account))).json()

    assert [hit["id"] for hit in found["contacts"]] == [world.pyotr, world.marina]


async def test_a_program_accepts_an_inquiry(alices: Program, world: World) -> None:
    inquiry_id = await world.inquiry(MARINA)

    answer = await alices.post(f"/inquiries/{inquiry_id}/accept", **with_marina(world, labels=["склад"]))

    assert answer.status == 200
    accepted = await answer.json()
    interest = await (await alices.get(f"/interests/{accepted['interest_id']}")).json()
    assert interest["title"] == "Освещение склада — Ковалёва М. С."
    assert (interest["contact_id"], interest["responsible_id"]) == (world.marina, world.alice.user_id)
    shown = await (await alices.get(f"/inquiries/{inquiry_id}")).json()
    assert (shown["state"], shown["interest_id"]) == ("accepted", interest["id"])
    [action] = await world.all(Action)
    assert (action.user_id, action.details["via"]) == (world.alice.user_id, "api")


async def test_a_new_client_comes_with_people_and_numbers(alices: Program, world: World) -> None:
    party = {"type": "new", "kind": "account", "name": "ООО Ромашка", "inn": "7707083893"}
    phone = {"kind": "phone", "text": "8 (495) 111-22-33 доб. 12"}
    contact = {"type": "new", "last_name": "Иванов", "points": [phone]}

    answer = await alices.post("/inquiries", accept=with_marina(world, party=party, contact=contact))

    assert answer.status == 201
    found = await (await alices.get("/search", phone=STRANGER, extension="12")).json()
    assert [hit["name"] for hit in found["contacts"]] == ["Иванов"]
    assert [hit["legal_form"] for hit in found["clients"]] == ["ООО"]


async def test_whoever_is_second_is_told_who_was_first(site: Site, alices: Program, world: World) -> None:
    boss = await program(site, world, world.boss.user_id)
    inquiry_id = await world.inquiry(MARINA)
    await alices.post(f"/inquiries/{inquiry_id}/accept", **with_marina(world))

    answer = await boss.post(f"/inquiries/{inquiry_id}/accept", **with_marina(world))

    assert answer.status == 409
    told = await error(answer)
    assert (told["code"], told["fields"]["who"]) == ("already-accepted", "Алиса Орлова")
    assert told["fields"]["interest"] == 2


async def test_the_same_key_again_is_answered_as_the_first_time(alices: Program, world: World) -> None:
    inquiry_id = await world.inquiry(MARINA)
    path = f"/inquiries/{inquiry_id}/accept"

    answers = await asyncio.gather(*(alices.post(path, "key-1", **with_marina(world)) for _ in range(5)))

    bodies = [await answer.json() for answer in answers]
    assert {answer.status for answer in answers} == {200}
    assert len({body["action_id"] for body in bodies}) == 1
    assert len(await world.all(Interest)) == 2


async def test_an_inquiry_is_written_down_once_for_a_key_and_waits(alices: Program, world: World) -> None:
    said = {"name": "Иванов", "phone": "8 495 111-22-33"}

    answers = await asyncio.gather(
        *(alices.post("/inquiries", "key-2", said=said, subject="Заказ с сайта") for _ in range(4))
    )

    assert [answer.status for answer in answers] == [201] * 4
    [inquiry] = await world.all(Inquiry)
    assert (inquiry.state, inquiry.channel, inquiry.sender) == ("new", "manual", STRANGER)
    assert (inquiry.sender_name, inquiry.subject) == ("Иванов", "Заказ с сайта")
    accepted = await alices.post("/inquiries", "key-2", accept=with_marina(world))
    assert (await accepted.json())["inquiry_id"] == inquiry.id


async def test_inquiries_are_listed_by_pages(alices: Program, world: World) -> None:
    ids = [await world.inquiry(f"+7495111{number:04}") for number in range(55)]

    first = await (await alices.get("/inquiries")).json()
    second = await (await alices.get("/inquiries", after=first["next"])).json()

    assert [one["id"] for one in first["inquiries"] + second["inquiries"]] == ids[::-1]
    assert second["next"] is None
    assert (await (await alices.get("/inquiries", state="decided")).json())["inquiries"] == []
    assert (await alices.get("/inquiries", after="вчера")).status == 422


async def test_a_decision_is_undone(alices: Program, world: World) -> None:
    inquiry_id = await world.inquiry(STRANGER)
    declined = await alices.post(f"/inquiries/{inquiry_id}/decline", reason="spam", note="робот")
    assert declined.status == 200

    undone = await alices.post(f"/inquiries/{inquiry_id}/undo")

    assert (undone.status, await undone.json()) == (200, {"inquiry_id": inquiry_id})
    assert (await world.get(Inquiry, inquiry_id)).state == "new"
    assert (await error(await alices.post(f"/inquiries/{inquiry_id}/undo")))["code"] == "nothing-to-undo"


async def test_a_reply_that_needs_no_answer_waits_no_more(alices: Program, world: World) -> None:
    inquiry_id = await world.keep(Inquiry(channel=Channel.LETTER, sender="marina@sevsvet.example"))
    refused = await alices.post(f"/inquiries/{inquiry_id}/no-answer")
    assert (refused.status, (await error(refused))["code"]) == (409, "nothing-waits")

    await world.keep(
        LetterRecord(inquiry_id=inquiry_id, way=LetterWay.OUT, fingerprint="ours", sending=Sending.SENT)
    )
    passed = await alices.post(f"/inquiries/{inquiry_id}/no-answer")

    assert (passed.status, (await passed.json())["inquiry_id"]) == (200, inquiry_id)
    assert (await world.get(Inquiry, inquiry_id)).state == "closed"


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer nobodys"}, {"Authorization": "Basic YTpi"}]
)
async def test_a_stranger_gets_nothing(site: Site, headers: dict[str, str]) -> None:
    browser = await site.browser()

    for one in ENDPOINTS:
        path = one.path.replace(r"{id:\d+}", "1")
        answer = await browser.request(one.method, path, headers=headers, json={})
        assert answer.status == 401, path
        assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_a_revoked_token_opens_nothing(alices: Program, world: World) -> None:
    async with world.database.transaction() as session:
        (await session.get_one(ApiToken, 1)).revoked_at = now()

    assert (await alices.get("/inquiries")).status == 401


async def test_a_tokens_last_use_is_written_down_once_a_minute_and_shown(
    site: Site, alices: Program, world: World
) -> None:
    async def used() -> datetime | None:
        await site.app[AFTERWARDS].finish()
        token: ApiToken = await world.get(ApiToken, 1)
        return token.used_at

    assert await used() is None
    await asyncio.gather(*(alices.get("/inquiries") for _ in range(5)))
    first = await used()
    assert first is not None
    await alices.get("/inquiries")
    assert await used() == first
    with time_machine.travel(first + USED_EVERY + timedelta(seconds=1)):
        await alices.get("/inquiries")
        later = await used()
    assert later is not None
    assert later > first
    boss = await site.sign_in("root", role=Role.ADMINISTRATOR)
    page = await (await boss.get("/settings/access")).text()
    assert "never used" not in page
    assert "used today" in page


async def test_charlie_sees_and_accepts_nothing_of_alices(site: Site, world: World) -> None:
    charlies = await program(site, world, world.charlie.user_id)
    inquiry_id = await world.inquiry(MARINA, responsible_id=world.alice.user_id)

    assert (await charlies.get(f"/inquiries/{inquiry_id}")).status == 404
    assert (await charlies.get(f"/interests/{world.interest}")).status == 404
    assert (await (await charlies.get("/inquiries")).json())["inquiries"] == []
    assert (await (await charlies.get("/search", phone=MARINA)).json())["contacts"] == []
    for way, body in (("accept", with_marina(world)), ("decline", {"reason": "spam"}), ("undo", {})):
        answer = await charlies.post(f"/inquiries/{inquiry_id}/{way}", **body)
        assert answer.status in (404, 409), way
    assert len(await world.all(Interest)) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"interest": {"type": "gift"}}, "interest"),
        ({"interest": NEW, "speed": "fast"}, "speed"),
        ({"interest": {**NEW, "due": "2026-11-24T10:00:00"}}, "interest.new.due"),
        ({"interest": {**NEW, "amount": "много"}}, "interest.new.amount"),
        ({"interest": NEW, "party": {"type": "stored", "kind": "account", "id": 0}}, "party.stored.id"),
        ({"interest": NEW, "note": "я" * 20_001}, "note"),
    ],
)
async def test_wrong_fields_are_named(
    alices: Program, world: World, body: dict[str, Any], field: str
) -> None:
    inquiry_id = await world.inquiry()

    answer = await alices.post(f"/inquiries/{inquiry_id}/accept", **body)

    assert answer.status == 422
    assert field in (await error(answer))["fields"]


@pytest.mark.parametrize("sent", [b"{", b"[]", b"\xff\xfe", b"[" * 100_000, b'{"interest": "\\u0000"}'])
async def test_a_body_that_is_no_json_of_ours_is_refused(alices: Program, world: World, sent: bytes) -> None:
    answer = await alices._browser.post("/api/v1/inquiries/1/accept", headers=alices.headers, data=sent)

    assert answer.status == 422


async def test_errors_speak_the_language_asked_for(alices: Program, world: World) -> None:
    english = await error(await alices.get("/inquiries/999"))
    alices.headers["Accept-Language"] = "ru-RU"
    russian = await error(await alices.get("/inquiries/999"))

    assert english["code"] == russian["code"] == "no-such-inquiry"
    assert english["message"].isascii()
    assert not russian["message"].isascii()


async def test_a_program_that_asks_too_often_waits(alices: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "PER_PROGRAM", type(endpoint.PER_PROGRAM)(3))

    answers = [await alices.get("/inquiries") for _ in range(4)]

    assert [answer.status for answer in answers] == [200, 200, 200, 429]
    assert answers[-1].headers["Retry-After"] == "60"


async def test_an_idempotency_key_of_any_length_is_no_fault(alices: Program, world: World) -> None:
    inquiry_id = await world.inquiry()

    answer = await alices.post(f"/inquiries/{inquiry_id}/accept", "k" * 500, **with_marina(world))

    assert (await error(answer))["code"] == "too-long"


async def test_the_one_who_signs_in_may_use_it_from_the_browser(site: Site) -> None:
    browser = await site.sign_in("anna")

    assert (await browser.get("/api/v1/inquiries")).status == 200
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert (await browser.post("/api/v1/inquiries", json={}, headers=foreign)).status == 403


def test_a_user_as_an_actor_keeps_their_scope() -> None:
    user = User(id=7, login="x", name="Икс", password_hash="-", team_id=3)

    assert (actor_of(user).user_id, actor_of(user).team_id) == (7, 3)
