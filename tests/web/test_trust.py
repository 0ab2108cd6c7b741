"""What is refused as coming from elsewhere, and what every answer tells the browser to forbid."""

import re

import pytest

pytestmark = pytest.mark.slow

PAGES = ("/signin", "/", "/me", "/me/sessions", "/no-such-page", "/healthz")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 204),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 204),  # no browser at all: it holds no cookie of a person by accident
        ({"Sec-Fetch-Site": "cross-site", "Origin": "{own}"}, 403),
        ({"Origin": "{own}"}, 204),
    ],
)
async def test_only_our_own_pages_may_change_something(site, headers, status):
    browser = await site.sign_in("anna")
    own = site.url("").rstrip("/")
    headers = {name: value.format(own=own) for name, value in headers.items()}
    answer = await browser.post(
        "/me/presence", data={"state": "break"}, headers={**headers, "HX-Request": "true"}
    )
    assert (answer.status == 403) == (status == 403)


async def test_looking_is_allowed_from_anywhere(site):
    browser = await site.sign_in("anna")
    answer = await browser.get("/me", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status == 200


@pytest.mark.parametrize("path", PAGES)
async def test_every_answer_forbids_foreign_scripts_frames_and_sniffing(site, path):
    browser = await site.sign_in("anna")
    answer = await browser.get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Request-Id"]


@pytest.mark.parametrize("path", PAGES)
async def test_no_page_has_scripts_or_styles_of_its_own(site, path):
    browser = await site.sign_in("anna")
    text = await (await browser.get(path)).text()
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:", text)


async def test_a_hostile_name_is_only_text(site):
    browser = await site.sign_in("anna", name='<img src=x onerror="alert(1)">')
    text = await (await browser.get("/")).text()
    assert "<img" not in text
    assert "&lt;img src=x" in text


async def test_static_files_are_kept_for_ever_under_an_address_of_their_content(site):
    browser = await site.browser()
    text = await (await browser.get("/signin")).text()
    (address,) = re.findall(r'href="(/static/\w+/css/tokens.css)"', text)
    answer = await browser.get(address, headers={"Accept-Encoding": "gzip"})
    assert answer.status == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.content_type == "text/css"


@pytest.mark.parametrize("name", ["../app.py", "%2e%2e/app.py", "css/../../app.py", "nothing.css", ""])
async def test_nothing_but_static_files_is_served_as_static(site, name):
    browser = await site.browser()
    answer = await browser.get(f"/static/any/{name}")
    assert answer.status == 404


async def test_a_proxy_is_believed_only_from_where_it_may_be(site):
    await site.start(trusted_proxies=["10.0.0.0/8"])
    browser = await site.browser()
    answer = await browser.get("/signin", headers={"X-Forwarded-For": "1.2.3.4"})
    assert answer.status == 400
    assert (await browser.get("/healthz")).status == 200, "probes come from beside us"


async def test_the_clients_address_is_taken_from_a_trusted_proxy(site):
    await site.start(trusted_proxies=["127.0.0.0/8"])
    await site.user("anna")
    browser = await site.browser()
    forwarded = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "http"}
    await browser.post("/signin", data={"login": "anna", "password": "correct horse"}, headers=forwarded)
    page = await (await browser.get("/me/sessions", headers=forwarded)).text()
    assert "203.0.113.7" in page
