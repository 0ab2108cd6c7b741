"""Hostile text in every column of every table: no page may take it for anything but text."""

import json
import re
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote

import pytest
from sqlalchemy import JSON, Enum, String, Table, update
from sqlalchemy import select as rows

from storage.columns import Sealed
from storage.database import announce
from storage.tables import metadata
from storage.tables.history import Setting
from storage.tables.parties import Point, PointKind
from tests.web.attacked import NOT_DATA, Attacked, attacked, routes
from tests.web.test_live import listening

pytestmark = pytest.mark.slow

__all__ = ["attacked"]

TAG, ATTRIBUTE = "evil-tag", "evil-attribute"
MARKUP = (
    f'"\'`></script></textarea></title>--><{TAG} {ATTRIBUTE}=1><a href=javascript:alert(1)>" {ATTRIBUTE}="1'
)
TEXTS = {
    "markup": MARKUP,
    "address": "javascript:alert(1)//https://x.example",
    "direction": "\u202e\u2066Петров\u200f\u0000".replace("\0", ""),
    "formula": "=HYPERLINK(\"http://evil.example\",\"x\")",
    "template": "{{ 7*7 }}{% raw %}%(name)s%s%d${x}",
    "long": "Ы" * 10_000,
    "control": "\x01\x1b[31m\r\n\t\x7f\x85\u2028",
    "nothing": "",
    "space": " \u00a0\u3000",
    "accents": "Z" + "\u0336" * 500,
}  # fmt: skip
OURS = {"login", "password_hash", "locale", "timezone", "key", "hash"}  # read by programs, or unique
SPOILT_LISTS = {"rang", "talking", "answered_by", "trunks"}
DRAFT = ("name", "phone", "email", "inn", "other", "title", "wanted", "note", "org", "last_name", "labels")
SLOW = pytest.mark.slow
PARTS = {"HX-Request": "true"}
Way = tuple[str, dict[str, str]]  # query and headers
EDITED, POINTED = "?edit=name&point=new&view=closed&q=x&whose=all", "?point={point}"
EVERY_WAY: list[Way] = [(query, headers) for query in ("", EDITED, POINTED) for headers in ({}, PARTS)]
EACH_ONCE: list[Way] = [("", {}), (EDITED, PARTS), (POINTED, PARTS)]
URLS = {"href", "src", "action", "formaction", "hx-get", "hx-post", "data-wizard", "data-undo"}


class Reader(HTMLParser):
    """Notes every element and attribute that text could only have made by breaking out."""

    def __init__(self) -> None:
        super().__init__()
        self.broken: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == TAG or any(name == ATTRIBUTE or name.startswith("on") for name, _ in attrs):
            self.broken.append(f"<{tag} {attrs}>"[:200])
        for name, value in attrs:
            scheme = re.sub(r"[\x00-\x20]", "", unquote(value or "")).casefold()
            if name in URLS and scheme.startswith(("javascript:", "data:", "vbscript:")):
                self.broken.append(f"<{tag} {name}={value}>"[:200])


def broken_in(html: str) -> list[str]:
    reader = Reader()
    reader.feed(html)
    return reader.broken


def spoilt(table: Table, text: str) -> dict[str, Any]:
    """Values for every column that holds free text."""
    texts = [
        column.name for column in table.columns
        if isinstance(column.type, String) and not isinstance(column.type, Enum | Sealed)
        and not column.primary_key and column.name not in OURS
    ]  # fmt: skip
    lists = [
        column.name for column in table.columns
        if column.name in SPOILT_LISTS and isinstance(column.type, JSON)
    ]  # fmt: skip
    return dict.fromkeys(texts, text) | {name: [text] for name in lists}


async def spoil(attacked: Attacked, text: str) -> None:
    async with attacked.world.database.transaction() as session:
        connection = await session.connection()
        for table in metadata.sorted_tables:
            values = spoilt(table, text) if table.name not in NOT_DATA - {"action"} else {}
            values.pop("kind" if table.name in ("action", "inquiry_event") else "", None)
            unique = {column.name for column in table.columns if _unique(column)} & values.keys()
            if not values:
                continue
            key = next(iter(table.primary_key))
            for (row,) in (await connection.execute(rows(key))).all():
                own = {name: f"{values[name]}{row}"[-300:] for name in unique}
                await connection.execute(update(table).where(key == row).values(values | own))
        inquiry = metadata.tables["inquiry"]
        await connection.execute(update(inquiry).values(draft=dict.fromkeys(DRAFT, text)))
        await connection.execute(update(metadata.tables["user_account"]).values(extension="101"))
        await connection.execute(
            update(metadata.tables["call"]).values(ringing=["101"], channel="asterisk:1")
        )
        session.add(Setting(key="recording-url", value=text + "{file}"))


def _unique(column: Any) -> bool:
    table = column.table
    return bool(column.unique) or any(
        column.name in constraint.columns for constraint in table.constraints
        if type(constraint).__name__ == "UniqueConstraint"
    )  # fmt: skip


async def looked_at(attacked: Attacked, browser: Any, ways: Sequence[Way]) -> list[tuple[str, str]]:
    """Every page, asked for in these ways, with what it says."""
    seen = []
    for route in routes(attacked.site.app):
        if route.method != "GET" or route.path in ("/live", "/static/{digest}/{name}"):
            continue
        parts = attacked.parts(route.path, 1)
        address = route.at(**parts)
        for query, headers in ways:
            asked = address + query.format(**attacked.ids)
            answer = await browser.get(asked, headers=headers)
            assert answer.status < 500, asked
            if "html" in answer.content_type:
                seen.append((asked, await answer.text()))
    return seen


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=SLOW if kind != "markup" else ()) for kind in TEXTS]
)
async def test_what_is_stored_is_shown_as_text_and_breaks_no_page(attacked: Attacked, kind: str):
    await attacked.alices_action()
    root = await attacked.site.enter("root")
    await root.post(f"/accounts/{attacked.world.account}/comments", data={"text": "x"})
    async with attacked.world.database.transaction() as session:
        for point in PointKind:
            session.add(Point(kind=point, value="v", raw="v", account_id=attacked.world.account))
    await spoil(attacked, TEXTS[kind])
    await attacked.site.start()
    root = await attacked.site.enter("root")
    seen = await looked_at(attacked, root, EVERY_WAY if kind == "markup" else EACH_ONCE)
    assert len(seen) > 60
    if kind == "markup":
        assert sum(f"&lt;{TAG}" in html for _, html in seen) > 40, "it is on most pages, as text"
    assert [(address, found) for address, html in seen if (found := broken_in(html))] == []


async def test_the_reader_above_sees_what_breaks_out():
    assert broken_in(f'<p title="{MARKUP}">')
    assert broken_in('<a href=" java\nscript:alert(1)">')
    assert not broken_in("<p title='x'>&lt;evil-tag&gt;</p>")


async def test_what_is_typed_comes_back_as_text(attacked: Attacked):
    root = await attacked.site.enter("root")
    world = attacked.world
    inquiry = await world.inquiry()
    everything = dict.fromkeys(attacked.form(), MARKUP) | {"new": "account", "go": "accept"}
    broken = []
    for address in (
        "/wizard/results", "/wizard/accept", "/wizard/check", f"/inquiries/{inquiry}/wizard/results",
        f"/inquiries/{inquiry}/wizard/accept", f"/inquiries/{inquiry}/wizard/decline", "/signin",
        "/leads/new", "/accounts/new", "/contacts/new", "/interests/new", "/tasks/new",
        f"/accounts/{world.account}/points", f"/accounts/{world.account}/fields/employees",
        f"/accounts/{world.account}/fields/city", f"/accounts/{world.account}/comments",
        "/settings/user/new", "/settings/pbx/new", "/settings/line/new", "/settings/general", "/me/password",
        f"/interests/{world.interest}/labels", "/dial",
    ):  # fmt: skip
        for headers in ({}, PARTS):
            form = everything | dict.fromkeys(
                ("name", "org", "phone", "email", "inn", "login", "next", "parent"), MARKUP
            )
            answer = await root.post(address, data=form, headers=headers)
            assert answer.status < 500, address
            broken += [(address, one) for one in broken_in(await answer.text())]
    for address in ("/find", "/wizard", "/inquiries", "/accounts", "/tasks/new", "/leads/new", "/signin",
                    f"/inquiries/{inquiry}/link", f"/inquiries/{inquiry}/wizard",
                    "/settings/line/new"):  # fmt: skip
        names = (
            "q",
            "name",
            "phone",
            "email",
            "line",
            "sort",
            "next",
            "title",
            "parent",
            "last_name",
            "after",
        )
        for headers in ({}, PARTS):
            answer = await root.get(address, params=dict.fromkeys(names, MARKUP), headers=headers)
            assert answer.status < 500, address
            broken += [(address, one) for one in broken_in(await answer.text())]
    assert broken == []


async def test_a_toast_keeps_hostile_names_in_a_header_that_stays_one(attacked: Attacked):
    root = await attacked.site.enter("root")
    name = f"x\r\nSet-Cookie: a=b{MARKUP}\u2028"
    answer = await root.post(
        f"/interests/{attacked.world.interest}/labels", data={"label": name[:60]}, headers=PARTS
    )
    assert "a=b" not in str(answer.headers.getall("Set-Cookie", []))
    assert json.loads(answer.headers["HX-Trigger"])["toasts"]["list"]


@pytest.mark.parametrize("kind", ["markup", "template", "nothing"])
async def test_what_is_pushed_to_screens_is_text_too(attacked: Attacked, kind: str):
    await spoil(attacked, TEXTS[kind])
    await attacked.site.start()
    root = await attacked.site.enter("root")
    ids = attacked.ids
    async with listening(root) as stream:
        async with attacked.world.database.transaction() as session:
            announce(
                session,
                "call",
                call=ids["call"],
                inquiry=ids["inquiry"],
                step="rings",
                ringing=["101"],
                talking=[],
            )
            announce(session, "inquiry", inquiry=ids["inquiry"], state="new")
            announce(session, "channel", channel="asterisk:1")
            announce(session, "task", id=ids["task"])
            announce(session, "record", kind="account", id=ids["account"])
            announce(
                session,
                "call",
                call=ids["call"],
                inquiry=ids["inquiry"],
                step="answered",
                ringing=[],
                talking=["7"],
            )
        heard = [await stream.next() for _ in range(6)]
    assert any('class="pop ringing"' in one.get("html", "") for one in heard)
    assert [one["topic"] for one in heard if broken_in(one.get("html", ""))] == []


@pytest.mark.parametrize(
    "said", ["javascript:alert(1)", "data:text/html,x", 'https://ok.example/" onx=1', "//evil"]
)
async def test_a_site_and_a_recording_lead_only_to_the_web(attacked: Attacked, said: str):
    root = await attacked.site.enter("root")
    world = attacked.world
    await root.post(f"/accounts/{world.account}/points", data={"kind": "site", "text": said})
    await root.post("/settings/general", data={"recording_url": said})
    async with world.database.transaction() as session:
        connection = await session.connection()
        point = metadata.tables["contact_point"]
        await connection.execute(update(point).where(point.c.kind == "site").values(value=said))
        await connection.execute(update(metadata.tables["call"]).values(recording=said))
    for address in (f"/accounts/{world.account}", f"/inquiries/{attacked.ids['inquiry']}"):
        html = await (await root.get(address)).text()
        links = re.findall(r'href="([^"]*)"', html)
        assert broken_in(html) == []
        assert [link for link in links if not re.match(r"https?://|/|\?|#", link)] == []
