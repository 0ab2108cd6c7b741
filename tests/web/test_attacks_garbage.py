"""Garbage at every address, in every field: always an answer in words, never a fault of ours."""

import gzip
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from io import BytesIO
from pathlib import Path
from random import Random

import pytest
from aiohttp import ServerDisconnectedError
from sqlmodel import update
from yarl import URL

from storage.database import Database
from storage.tables.people import User
from tests.site import Site
from tests.storage.wizard_world import populate
from tests.web.attacked import Attacked, Route, attacked, routes
from tests.web.garbage import TEXTS, spoilt_bodies, spoilt_forms
from web.app import LARGEST_FORM

pytestmark = pytest.mark.slow

__all__ = ["attacked"]

STREAMS = {"/live"}
LEFT_OUT = STREAMS | {"/signout", "/me/password", "/static/{digest}/{name}"}
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
async def both(database: Database, tmp_path: Path) -> AsyncIterator[Attacked]:
    """The same on either engine: what SQLite keeps, PostgreSQL may refuse."""
    async with AsyncExitStack() as stack:
        site = Site(database, stack, tmp_path)
        await site.start()
        made = Attacked(site, await populate(database))
        await made.settle()
        async with database.transaction() as session:
            await session.exec(update(User).values(extension="102"))
        yield made


def walked(attacked: Attacked) -> list[Route]:
    return [route for route in routes(attacked.site.app) if route.path not in LEFT_OUT]


async def throw(both: Attacked, seed: int, times: int) -> list[str]:
    """What was answered with a fault; a site that fails at one is asked on."""
    root, random, faults = await both.site.enter("root"), Random(seed), []
    for route in walked(both):
        if route.path.startswith("/api/"):
            continue
        address = route.at(**both.parts(route.path, 1))
        for form in spoilt_forms(both.form(), random, times):
            if route.method == "GET":
                query = dict(random.sample(sorted(form.items()), min(12, len(form))))
                query = {name: value[:150] for name, value in query.items()}
                answer = await root.get(address, params=query, allow_redirects=False)
            else:
                answer = await root.post(address, data=form, allow_redirects=False)
            if answer.status >= 500:
                faults.append(
                    f"{route.method} {address} {answer.status} {form if len(form) < 40 else form['q'][:60]!r}"
                )
        if (await root.get("/me", allow_redirects=False)).status != 200:  # it changed itself away
            root = await both.site.enter("root")
    return faults


@pytest.mark.timeout(300)
async def test_garbage_in_forms_and_addresses_is_refused_in_words(both: Attacked):
    """Other garbage for either engine: the pages are the same, and PostgreSQL refuses more."""
    seed, times = (1, 1) if both.site.database.is_sqlite else (2, 3)
    assert await throw(both, seed, times) == []


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"Content-Type": FORM}, b"\xff\xfe=\xff"),
        ({"Content-Type": FORM + "; charset=no-such"}, b"a=b"),
        ({"Content-Type": FORM + "; charset=unicode_escape"}, b"value=\\ud800&text=\\ud800"),
        ({"Content-Type": FORM + "; charset=utf-16"}, b"a=b"),
        ({"Content-Type": FORM}, b"value=%00&text=a%00b&login=%00"),
        ({"Content-Type": FORM}, b"&&&==&=&"),
        ({"Content-Type": FORM}, b"value=%ED%A0%80&text=%ED%A0%80"),
        ({"Content-Type": FORM}, b"&".join(b"a%d=1" % number for number in range(5000))),
        ({"Content-Type": "multipart/form-data"}, b"a=b"),
        ({"Content-Type": "multipart/form-data; boundary=x"}, b"--x\r\nnonsense"),
        (
            {"Content-Type": "multipart/form-data; boundary=x"},
            b'--x\r\nContent-Disposition: form-data; name="value"; filename="a"\r\n\r\nfile\r\n--x--\r\n',
        ),
        ({"Content-Type": "multipart/form-data; boundary=x"}, b"--x\r\n\r\nno name\r\n--x--\r\n"),
        ({"Content-Type": "application/json"}, b"[" * 100_000),
        ({"Content-Type": "text/plain"}, b"hello"),
        ({"Content-Type": "/;=,"}, b"hello"),
        ({}, b""),
        ({"Content-Type": FORM, "Content-Encoding": "gzip"}, b"not gzip"),
        ({"Content-Type": FORM, "Content-Encoding": "gzip"}, gzip.compress(b"a=" + b"0" * 5_000_000)),
    ],
)
async def test_a_body_that_is_no_form_is_refused_in_words(attacked: Attacked, headers, body):
    root = await attacked.site.enter("root")
    headers = headers | {"Connection": "close"}
    card = f"/accounts/{attacked.world.account}"
    for address in (
        "/signin",
        "/me",
        f"{card}/comments",
        f"{card}/points",
        "/wizard/accept",
        "/api/v1/search",
    ):
        try:
            answer = await root.post(
                address, data=body, headers=headers, allow_redirects=False, skip_auto_headers=["Content-Type"]
            )
        except ServerDisconnectedError:  # what cannot be unpacked may end the connection at once
            assert "Content-Encoding" in headers
        else:
            assert answer.status < 500, f"{address} {headers}"
    assert (await root.get("/healthz")).status == 200


async def test_a_body_of_five_megabytes_is_refused_in_words(attacked: Attacked):
    root = await attacked.site.enter("root")
    big = b"x" * 5_000_000
    assert len(big) > LARGEST_FORM
    for address in ("/signin", "/wizard/accept", f"/accounts/{attacked.world.account}/comments"):
        body = BytesIO(b"text=" + big)
        answer = await root.post(address, data=body, headers={"Content-Type": FORM})
        assert answer.status == 413
        assert "Shorten it" in await answer.text()
    answer = await root.post("/api/v1/search", data=BytesIO(b'{"name": "' + big + b'"}'))
    assert answer.status == 413
    assert (await answer.json())["error"]["code"] == "too-large"


@pytest.mark.parametrize("name", ["Cookie", "Authorization", "User-Agent", "Accept-Language", "Origin",
                                  "X-Request-Id", "Idempotency-Key", "Last-Event-ID", "HX-Request",
                                  "HX-Current-URL", "X-Forwarded-For", "Range", "If-None-Match",
                                  "Sec-Fetch-Site", "Accept-Encoding"])  # fmt: skip
async def test_garbage_in_headers_is_refused_in_words(attacked: Attacked, name):
    root = await attacked.site.enter("root")
    stranger = await attacked.site.browser()
    for value in (
        "\udcff\udcfe",
        "intake=\udcff",
        "Bearer \udcff",
        "http://[",
        "x" * 4000,
        "й" * 100,
        "²",
        ";=,;",
    ):
        for browser in (root, stranger):
            for address in ("/", "/api/v1/inquiries", "/live/ping"):
                assert (await browser.get(address, headers={name: value})).status < 500, value
            form = {"login": "nobody", "password": "x", "text": "y"}
            for address in ("/signin", f"/accounts/{attacked.world.account}/comments", "/api/v1/search"):
                answer = await browser.post(address, data=form, headers={name: value})
                assert answer.status < 500, f"{name}: {value[:20]!r} at {address}"


@pytest.mark.parametrize("address", ["/wizard/back", "/wizard/choose"])
async def test_a_long_note_makes_no_address_that_servers_refuse(attacked: Attacked, address):
    root = await attacked.site.enter("root")
    form = {"name": "Пётр", "note": "Ы" * 9_000, "wanted": "Ы" * 3_000, "title": "Ы" * 300}
    moved = await root.post(address, data=form, allow_redirects=False)
    place = moved.headers["Location"]
    assert len(place) < 8_000
    assert "%D0%9F%D1%91%D1%82%D1%80" in place or "Пётр" in place
    assert (await root.get(URL(place, encoded=True))).status == 200


async def test_nul_and_half_characters_in_an_address_are_refused_in_words(attacked: Attacked):
    root = await attacked.site.enter("root")
    for address in ("/find?q=%00", "/find?q=a%00b", "/%00", "/accounts/%00", "/inquiries?line=%00",
                    "/me/sessions/%00/end",
                    "/find?q=%ED%A0%80", "/find?q=%FF", "/find?%00=1", "/static/x/%00", "/static/x/%ED%A0%80",
                    "/find?q=%", "/find?q[]=1&q[]=2", "/find?q=1&q=2", "/find?" + "q" * 7000,
                    "//evil", "/./.", "/%2e%2e/"):  # fmt: skip
        url = URL(f"http://{root.host}:{root.port}{address}", encoded=True)
        answer = await root.session.get(url, allow_redirects=False)
        assert answer.status < 500, address


NEW = {"type": "new", "title": "t", "wanted": "w", "source": "s", "utm": {"a": "b"}, "amount": "1.50",
       "responsible_id": 1, "due": "2026-11-21T10:00:00Z", "members": [1], "status_id": 1}  # fmt: skip
POINT = {"kind": "phone", "text": "+79990000000", "extension": "1", "note": "n", "shared": False}
SAID = {"name": "n", "inn": "7", "phone": "8", "extension": "1", "email": "e", "other": "o"}
ACCEPT = {
    "party": {"type": "new", "kind": "lead", "name": "n", "inn": "7707083893", "points": [POINT],
              "city": "c"},
    "contact": {"type": "new", "last_name": "l", "points": [POINT]},
    "interest": NEW,
    "points": [{"of": "contact", "point": POINT, "choice": "add", "replaces": 1}],
    "fields": [{"of": "contact", "field": "position", "value": "v", "choice": "replace"}],
    "note": "n", "labels": ["l"], "consent": {"text_id": 1, "given": "oral"},
    "next_step": {"kind": "call", "title": "t", "due": "2026-11-21T10:00:00Z", "responsible_id": 1},
    "said": SAID,
}  # fmt: skip
BODIES = {
    "/search": SAID | {"mode": "part", "interests": "all", "area_code": "495", "limit": 5, "account_id": 1},
    "/inquiries": {"said": SAID, "subject": "s", "note": "n", "accept": ACCEPT},
    "/inquiries/1/accept": ACCEPT,
    "/inquiries/1/decline": {"reason": "spam", "note": "n"},
}


@pytest.mark.parametrize("path", BODIES)
async def test_a_program_that_sends_garbage_is_told_which_field(both: Attacked, path):
    root, random = await both.site.enter("root"), Random(7)
    bodies = spoilt_bodies(BODIES[path])
    for body in random.sample(bodies, min(150, len(bodies))):
        answer = await root.post(f"/api/v1{path}", json=body)
        assert answer.status < 500, json.dumps(body, ensure_ascii=True)[:400]
        if answer.status >= 400 and answer.status != 429:
            assert (await answer.json())["error"]["message"]


@pytest.mark.parametrize(
    "body",
    [b"{", b"[" * 100_000, b'{"a":' * 50_000, b"1" * 5000, b'{"limit": ' + b"9" * 5000 + b"}", b"\xff",
     b'"\\ud800"',
     b'{"name": "\\ud800"}', b'{"name": "\\u0000"}', b"NaN", b"", b"null", b'{"name": 1, "name": 2}'],
)  # fmt: skip
async def test_a_body_that_is_no_json_of_ours_is_refused_in_words(both: Attacked, body):
    root = await both.site.enter("root")
    for path in BODIES:
        answer = await root.post(f"/api/v1{path}", data=body, headers={"Content-Type": "application/json"})
        assert answer.status < 500, path
    answer = await root.post(
        "/api/v1/search", data=b"{}", headers={"Content-Type": "application/json; charset=x"}
    )
    assert answer.status < 500


async def test_a_program_that_asks_garbage_is_told_which_field(both: Attacked):
    root = await both.site.enter("root")
    for text in TEXTS[5:40:3]:
        for name in (
            "after",
            "limit",
            "name",
            "phone",
            "inn",
            "email",
            "other",
            "area_code",
            "state",
            "channel",
            "mine",
        ):
            for path in ("/search", "/inquiries"):
                answer = await root.get(f"/api/v1{path}", params={name: text[:600]})
                assert answer.status < 500, f"{path}?{name}={text[:60]!r}"


async def test_the_same_key_with_garbage_in_it_is_refused_or_kept(both: Attacked):
    root = await both.site.enter("root")
    for key in ("x" * 161, "й" * 160, "a\tb", "'", "%00"):
        answer = await root.post("/api/v1/inquiries", json={}, headers={"Idempotency-Key": key})
        assert answer.status < 500, key
