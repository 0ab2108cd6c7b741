"""The body of a letter in its frame, and its files: what the browser is told to forbid."""

import base64
import re

import pytest

from storage.tables.people import Role
from tests.unit.test_letter_html import HOSTILE, harmless
from tests.web.mail import PDF, PNG, attach, inquiry_by_letter, letter
from tests.web.records import HTMX, text

pytestmark = pytest.mark.slow

OUTSIDE = '<p>Look <img src="https://tracker.example/pixel.gif" width="1"></p>'


def policy(answer) -> dict[str, str]:
    """The Content-Security-Policy, by directive."""
    said = [part.strip().partition(" ") for part in answer.headers["Content-Security-Policy"].split(";")]
    return {name: value for name, _, value in said}


async def test_the_frame_can_do_nothing(site):
    browser = await site.sign_in()
    _, one = await inquiry_by_letter(site, html="<p>Hello</p>")
    answer = await browser.get(f"/letters/{one}/body")
    assert policy(answer) == {
        "default-src": "'none'",
        "img-src": "data:",
        "style-src": "'unsafe-inline'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'self'",
        "sandbox": "allow-popups allow-popups-to-escape-sandbox",
    }
    for name, value in {
        "X-Frame-Options": "SAMEORIGIN",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }.items():
        assert answer.headers[name] == value
    assert "<p>Hello</p>" in await answer.text()


async def test_the_page_puts_it_into_a_sandbox_as_well(site):
    browser = await site.sign_in()
    inquiry, _ = await inquiry_by_letter(site, html="<p>Hello</p>", text="", reply_text="")
    pane = await text(await browser.get(f"/inquiries/{inquiry}", headers=HTMX))
    frame = re.findall(r"<iframe[^>]*>", pane)
    assert len(frame) == 1
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in frame[0]
    assert 'referrerpolicy="no-referrer"' in frame[0]
    assert "srcdoc" not in frame[0]
    assert "<p>Hello</p>" not in pane, "a letter's HTML never stands in a page of ours"


async def test_nothing_hostile_is_in_the_frame(site):
    browser = await site.sign_in()
    _, one = await inquiry_by_letter(site, html="\n".join(HOSTILE).replace("\0", ""))
    shown = await text(await browser.get(f"/letters/{one}/body"))
    body = shown.partition("<body>")[2].partition("</body>")[0]
    assert harmless(body) == []
    assert "evil.example" not in "".join(re.findall(r"<[^>]*>", body))


async def test_outside_pictures_come_only_when_asked_for_and_are_never_remembered(site):
    browser = await site.sign_in()
    _, one = await inquiry_by_letter(site, html=OUTSIDE)
    part = await text(await browser.get(f"/letters/{one}/shown?as=html", headers=HTMX))
    assert "Show 1 picture from outside" in part
    assert f'src="/letters/{one}/body"' in part
    assert "tracker.example" not in await text(await browser.get(f"/letters/{one}/body"))
    asked = await text(await browser.get(f"/letters/{one}/shown?as=html&pictures=outside", headers=HTMX))
    assert f'src="/letters/{one}/body?pictures=outside"' in asked
    answer = await browser.get(
        f"/letters/{one}/body?pictures=outside", headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert "https://tracker.example/pixel.gif" in await answer.text()
    assert policy(answer)["img-src"] == "data: https:"
    again = await browser.get(f"/letters/{one}/body")
    assert policy(again)["img-src"] == "data:"
    assert "tracker.example" not in await again.text()


@pytest.mark.parametrize("site_of", ["cross-site", "same-site"])
async def test_a_link_in_a_letter_does_not_fetch_its_own_pictures(site, site_of):
    browser = await site.sign_in()
    _, one = await inquiry_by_letter(site, html=OUTSIDE)
    answer = await browser.get(f"/letters/{one}/body?pictures=outside", headers={"Sec-Fetch-Site": site_of})
    assert policy(answer)["img-src"] == "data:"
    assert "tracker.example" not in await answer.text()


async def test_pictures_within_the_text_are_the_letters_own_and_only_real_pictures(site):
    browser = await site.sign_in()
    html = '<img src="cid:a@x"><img src="cid:svg@x"><img src="cid:gone@x"><img src="cid:theirs@x">'
    _, one = await inquiry_by_letter(site, html=html)
    await attach(site, one, content_id="a@x", inline=True, content_type="text/html")
    await attach(
        site, one, b"<svg xmlns='http://www.w3.org/2000/svg'/>", content_id="svg@x", content_type="image/png"
    )
    await attach(site, one, content_id="gone@x", digest="0" * 64)
    _, other = await inquiry_by_letter(site)
    await attach(site, other, content_id="theirs@x")
    shown = await text(await browser.get(f"/letters/{one}/body"))
    assert re.findall(r'src="([^"]+)"', shown) == [f"data:image/png;base64,{base64.b64encode(PNG).decode()}"]


async def test_a_letter_with_colours_is_on_white_paper_and_any_other_follows_the_page(site):
    browser = await site.sign_in(preferences={"theme": "dark"})
    _, painted = await inquiry_by_letter(site, html='<p style="color:#222">x</p>')
    _, plain = await inquiry_by_letter(site, html="<p>x</p>")
    assert "color-scheme: light;" in (await text(await browser.get(f"/letters/{painted}/body"))).replace(
        " }", ";"
    )
    assert re.search(r"color-scheme: dark\b", await text(await browser.get(f"/letters/{plain}/body")))


async def test_without_scripts_the_letter_as_sent_is_a_page(site):
    browser = await site.sign_in()
    _, one = await inquiry_by_letter(site, html=OUTSIDE)
    page = await text(await browser.get(f"/letters/{one}/large"))
    assert f'src="/letters/{one}/body"' in page
    assert f'href="/letters/{one}/large?pictures=outside"' in page
    aside = await letter(site, html=OUTSIDE)
    assert (await browser.get(f"/letters/{aside}/shown?as=html", allow_redirects=False)).status == 303


# Files


@pytest.mark.parametrize(
    ("name", "kind", "content"),
    [
        ("photo.png", "image/png", PNG),
        ("page.html", "text/html", b"<script>alert(1)</script>"),
        ("drawing.svg", "image/svg+xml", b"<svg onload='alert(1)'/>"),
        ("договор.pdf", "application/pdf", PDF),
    ],
)
async def test_a_file_is_only_ever_saved(site, name, kind, content):
    browser = await site.sign_in()
    _, one = await inquiry_by_letter(site)
    file = await attach(site, one, content, filename=name, content_type=kind)
    answer = await browser.get(f"/letters/{one}/files/{file}")
    assert await answer.read() == content
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert policy(answer) == {"default-src": "'none'", "sandbox": ""}


async def test_a_files_name_breaks_out_of_nothing(site):
    browser = await site.sign_in()
    _, one = await inquiry_by_letter(site)
    file = await attach(site, one, filename='../"; x="\u202egnp.exe')
    said = (await browser.get(f"/letters/{one}/files/{file}")).headers["Content-Disposition"]
    assert said.isascii()
    assert said.count('"') == 2
    assert "/" not in said
    assert "%E2%80%AE" not in said


@pytest.mark.parametrize(("content", "kind"), [(PNG, "image/png"), (PDF, "application/pdf")])
async def test_pictures_and_pdfs_are_shown_as_what_they_are(site, content, kind):
    browser = await site.sign_in()
    _, one = await inquiry_by_letter(site)
    file = await attach(site, one, content, content_type="text/html")
    answer = await browser.get(f"/letters/{one}/files/{file}/shown")
    assert (answer.status, answer.headers["Content-Type"]) == (200, kind)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert policy(answer)["default-src"] == "'none'"
    assert "script-src" not in policy(answer)


@pytest.mark.parametrize(
    "content",
    [b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", b"<html><script>", b"GIF8", b""],
)
async def test_what_only_says_that_it_is_a_picture_is_not_shown(site, content):
    browser = await site.sign_in()
    _, one = await inquiry_by_letter(site)
    file = await attach(site, one, content, content_type="image/png")
    answer = await browser.get(f"/letters/{one}/files/{file}/shown")
    assert answer.status == 422
    look = await text(await browser.get(f"/letters/{one}/files/{file}/look"))
    assert "This file is not what it says" in look
    assert "<img" not in look


async def test_files_are_looked_at_one_after_another(site):
    browser = await site.sign_in()
    _, one = await inquiry_by_letter(site)
    first = await attach(site, one)
    await attach(site, one, b"PK", filename="x.zip", content_type="application/zip", position=1)
    second = await attach(site, one, PDF, filename="a.pdf", content_type="application/pdf", position=2)
    look = await text(await browser.get(f"/letters/{one}/files/{first}/look"))
    assert "1 of 2" in look
    assert f'href="/letters/{one}/files/{second}/look"' in look
    assert "<iframe" in await text(await browser.get(f"/letters/{one}/files/{second}/look"))


async def test_a_letter_larger_than_anything_is_still_shown(site):
    browser = await site.sign_in(role=Role.ADMINISTRATOR)
    words = "word " * 100_000
    inquiry, one = await inquiry_by_letter(
        site, text=words, reply_text=words, html="<div>" * 100_000, raw=b"x" * 3_000_000
    )
    pane = await text(await browser.get(f"/inquiries/{inquiry}", headers=HTMX))
    assert len(pane) < 100_000
    assert "too long to be shown" in pane
    assert "too long to be shown" in await text(await browser.get(f"/letters/{one}/body"))
    assert "the rest is in the file" in await text(await browser.get(f"/letters/{one}/source"))
