"""Visitors fill forms in: kept first, then thanked; what is wrong is said beside its field."""

import io
import re
from typing import Any

import aiohttp
import pytest

from storage.tables.forms import SubmissionState
from tests.site import Site
from tests.web.visiting import FIELDS, KEY, TYPED, draw, facts, files, opened, sent, token_in

pytestmark = pytest.mark.slow

JSON = {"Accept": "application/json"}


async def test_a_visitor_fills_the_page_in_and_is_thanked_with_the_number(site: Site) -> None:
    await draw(site, thanks="Your number is {number}, thank you.")
    visitor = await site.browser()
    page = await (await visitor.get(f"/f/{KEY}?utm_source=ya", headers={"Referer": "https://ya.ru/"})).text()

    answer = await visitor.post(f"/f/{KEY}", data=TYPED | {"_token": token_in(page)}, allow_redirects=False)

    (one,) = await sent(site)
    assert answer.status == 303
    assert answer.headers["Location"].startswith(f"/f/{KEY}/thanks?n={one.id}&s=")
    thanks = await (await visitor.get(answer.headers["Location"])).text()
    assert f"Your number is {one.id}, thank you." in thanks
    assert one.said == {"name": "Анна", "phone": "+7 916 123-45-67", "wanted": "Две двери"}
    assert one.state == SubmissionState.TAKEN
    (inquiry,) = await opened(site)
    assert inquiry.sender == "+79161234567"


async def test_the_page_says_where_the_visitor_came_from(site: Site) -> None:
    await draw(site)
    visitor = await site.browser()
    address = f"/f/{KEY}?utm_source=ya&yclid=7"
    page = await (await visitor.get(address, headers={"Referer": "https://ya.ru/"})).text()
    hidden = dict(re.findall(r'<input type="hidden" name="(_\w+)" value="([^"]*)"', page))

    await visitor.post(
        f"/f/{KEY}", data=TYPED | {name: text.replace("&amp;", "&") for name, text in hidden.items()}
    )

    (one,) = await sent(site)
    assert one.page.endswith(address)
    assert one.referrer == "https://ya.ru/"
    assert one.utm == {"utm_source": "ya", "yclid": "7"}


async def test_ticks_are_never_set_beforehand_and_hidden_things_are_not_read_aloud(site: Site) -> None:
    await draw(site)
    page = await (await (await site.browser()).get(f"/f/{KEY}")).text()

    assert " checked" not in page
    assert 'value="text-1"' in page
    assert re.search(r'<div class="vf-trap" aria-hidden="true">.*tabindex="-1"', page)


async def test_a_mistake_is_said_beside_its_field_and_everything_typed_is_kept(site: Site) -> None:
    await draw(site)
    visitor = await site.browser()
    page = await (await visitor.get(f"/f/{KEY}")).text()
    typed = {"name": "", "phone": "позвоните", "text": "<b>Две</b> двери", "_token": token_in(page)}

    answer = await visitor.post(f"/f/{KEY}", data=typed)

    again = await answer.text()
    assert answer.status == 422
    assert again.count('aria-invalid="true"') == 3
    assert "Please fill this in." in again
    assert "&lt;b&gt;Две&lt;/b&gt; двери" in again
    assert 'value="позвоните"' in again
    assert token_in(again) == token_in(page)
    assert "choose the files anew" in again
    (one,) = await sent(site)
    assert one.problems == {"name": "required", "phone": "bad-phone", "agree": "consent-required"}


async def test_what_is_corrected_joins_what_had_mistakes(site: Site) -> None:
    await draw(site)
    visitor = await site.browser()
    token = token_in(await (await visitor.get(f"/f/{KEY}")).text())
    await visitor.post(f"/f/{KEY}", data=TYPED | {"phone": "8916", "_token": token})

    await visitor.post(f"/f/{KEY}", data=TYPED | {"_token": token})

    first, second = await sent(site)
    assert first.inquiry_id == second.inquiry_id
    assert len(await opened(site)) == 1


async def test_sending_the_same_again_changes_nothing(site: Site) -> None:
    await draw(site)
    visitor = await site.browser()
    token = token_in(await (await visitor.get(f"/f/{KEY}")).text())

    answers = [
        await visitor.post(f"/f/{KEY}", data=TYPED | {"_token": token}, allow_redirects=False)
        for _ in range(3)
    ]

    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert len(await sent(site)) == 1


async def test_files_are_kept_and_named_harmlessly(site: Site) -> None:
    await draw(site)
    visitor = await site.browser()
    form = aiohttp.FormData(TYPED)
    form.add_field("plan", b"%PDF-1.7", filename="..\\..\\план.pdf", content_type="application/pdf")
    form.add_field("plan", b"", filename="", content_type="application/octet-stream")

    await visitor.post(f"/f/{KEY}", data=form)

    (file,) = await files(site)
    assert (file.filename, file.content_type, file.size, file.field) == (
        "план.pdf",
        "application/pdf",
        8,
        "plan",
    )
    assert (
        site.folder / "files" / file.digest[:2] / file.digest[2:4] / file.digest
    ).read_bytes() == b"%PDF-1.7"


async def test_a_file_too_large_is_said_and_the_rest_is_kept(site: Site) -> None:
    await draw(site, most_file_mb=1)
    visitor = await site.browser()
    form = aiohttp.FormData()
    form.add_field("plan", io.BytesIO(b"x" * 1_100_000), filename="big.bin")
    form.add_field("plan", b"small", filename="small.txt", content_type="text/plain")
    for name, value in TYPED.items():
        form.add_field(name, value)

    answer = await visitor.post(f"/f/{KEY}", data=form, headers=JSON)

    assert answer.status == 422
    assert (await answer.json())["codes"] == {"plan": "file-too-large"}
    (one,) = await sent(site)
    assert one.said["name"] == "Анна"
    assert [file.filename for file in await files(site)] == ["small.txt"]
    assert not [path for path in (site.folder / "files").iterdir() if path.is_file()], "no drafts are left"


async def test_json_is_answered_in_json(site: Site) -> None:
    await draw(site)
    visitor = await site.browser()

    right = await visitor.post(f"/f/{KEY}", json={"name": "Анна", "phone": "+79161234567", "agree": True})
    wrong = await visitor.post(f"/f/{KEY}", json={"name": "Анна", "email": "anna@"})
    broken = await visitor.post(f"/f/{KEY}", data="{", headers={"Content-Type": "application/json"})

    assert (right.status, (await right.json())["number"]) == (200, 1)
    assert (wrong.status, (await wrong.json())["codes"]) == (
        422,
        {"email": "bad-email", "agree": "consent-required"},
    )
    assert (broken.status, (await broken.json())["codes"][""]) == (400, "bad-json")
    assert len(await sent(site)) == 3, "nothing is lost"


async def test_the_same_key_is_the_same_request_and_other_content_is_another(site: Site) -> None:
    await draw(site)
    visitor = await site.browser()
    key = {"Idempotency-Key": "order-7"}

    numbers = [
        (await (await visitor.post(f"/f/{KEY}", json=TYPED | more, headers=key)).json())["number"]
        for more in ({}, {}, {"text": "Три двери"})
    ]

    assert numbers == [1, 1, 2]


async def test_without_a_key_the_same_content_is_the_same_within_the_window(site: Site) -> None:
    await draw(site)
    visitor = await site.browser()

    numbers = [(await (await visitor.post(f"/f/{KEY}", json=TYPED)).json())["number"] for _ in range(2)]

    assert numbers == [1, 1]


@pytest.mark.parametrize(
    ("typed", "form", "reason"),
    [
        ({"_website": "http://spam.example"}, {}, "honeypot"),
        ({"_token": "made.up.0000"}, {}, "unsigned"),
        ({}, {"origins": ["https://shop.example"]}, "unsigned"),
        ({}, {"challenge": True}, "no-challenge"),
        ({"text": "http://a http://b http://c http://d"}, {}, "links"),
    ],
)
async def test_what_is_suspicious_is_held_and_thanked_just_so(
    site: Site, typed: dict[str, str], form: dict[str, Any], reason: str
) -> None:
    await draw(site, **form)
    visitor = await site.browser()

    answer = await visitor.post(f"/f/{KEY}", data=TYPED | typed, headers=JSON)

    assert (answer.status, (await answer.json())["number"]) == (200, 1)
    (one,) = await sent(site)
    assert (one.state, one.held) == (SubmissionState.HELD, [reason])
    assert await opened(site) == []


async def test_whoever_is_too_quick_is_held(site: Site) -> None:
    await draw(site, least_seconds=5)
    visitor = await site.browser()
    token = token_in(await (await visitor.get(f"/f/{KEY}")).text())

    await visitor.post(f"/f/{KEY}", data=TYPED | {"_token": token})

    assert (await sent(site))[0].held == ["too-quick"]


async def test_a_form_that_is_closed_or_unknown_says_so(site: Site) -> None:
    await draw(site, enabled=False)
    visitor = await site.browser()

    closed, unknown = await visitor.get(f"/f/{KEY}"), await visitor.get("/f/nobody")
    program = await visitor.post("/f/nobody", json=TYPED)

    assert (closed.status, unknown.status, program.status) == (410, 404, 404)
    assert "This form is closed." in await closed.text()
    assert (await program.json())["errors"][""]


async def test_an_old_page_in_cp1251_is_read(site: Site) -> None:
    await draw(site)
    body = b"name=%C0%ED%ED%E0&agree=on"
    kind = {"Content-Type": "application/x-www-form-urlencoded", "Referer": "https://shop.example/"}

    await (await site.browser()).post(f"/f/{KEY}", data=body, headers=kind)

    (one,) = await sent(site)
    assert (one.said["name"], one.page) == ("Анна", "https://shop.example/")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=name\r\n\r\nAnna"),
        ("multipart/form-data", b"nothing"),
        ("multipart/form-data; boundary=x", b"\xff\x00"),
        ("application/x-www-form-urlencoded", b"%ff%00=%ed%a0%80&%"),
        ("application/json", b'{"a": "\\ud800\\u0000"}'),
        ("text/plain", b"name=Anna"),
        ("image/png; charset=nope", b"\x89PNG"),
    ],
)
async def test_bytes_of_nonsense_are_answered_and_kept(site: Site, kind: str, body: bytes) -> None:
    await draw(site)

    answer = await (await site.browser()).post(f"/f/{KEY}", data=body, headers={"Content-Type": kind})

    assert answer.status in (400, 422)
    assert len(await sent(site)) in (0, 1)


async def test_a_body_that_nobody_types_is_refused(site: Site) -> None:
    await draw(site)

    answer = await (await site.browser()).post(f"/f/{KEY}", data={"text": "x" * 600_000})

    assert answer.status == 413


async def test_a_stranger_sees_no_thanks_of_others(site: Site) -> None:
    await draw(site)

    assert (await (await site.browser()).get(f"/f/{KEY}/thanks?n=1&s=0")).status == 404


async def test_sessions_are_neither_asked_nor_made(site: Site) -> None:
    await draw(site)
    browser = await site.sign_in("anna")

    page, posted = await browser.get(f"/f/{KEY}"), await browser.post(f"/f/{KEY}", json=TYPED)

    assert "Set-Cookie" not in page.headers
    assert "Set-Cookie" not in posted.headers


async def test_what_came_is_kept_as_it_came(site: Site) -> None:
    await draw(site)

    await (await site.browser()).post(f"/f/{KEY}", data=TYPED)

    (fact,) = await facts(site)
    assert fact.channel == "form:1"
    assert "name=" in (fact.raw or "")
    assert {field.name for field in FIELDS} >= {"name", "agree"}
