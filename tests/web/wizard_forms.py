"""A browser without scripts: what a form would send, read off the page."""

from html.parser import HTMLParser
from typing import Any

from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient

SILENT = {"submit", "button", "reset", "image", "file"}


class Form(HTMLParser):
    """The fields of the page's first form inside #wizard, with what stands in them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.offered: dict[str, list[str]] = {}  # radios and options: what may be chosen
        self._text: str | None = None
        self._select: str | None = None
        self._inside = False
        self.feed(html[html.index('id="wizard"') :])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        name = values.get("name", "")
        if tag == "form" and not self.fields:
            self._inside = True
        if not self._inside:
            return
        if tag == "input" and name:
            self._input(name, values)
        elif tag == "textarea":
            self._text, self.fields[name] = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            self.offered.setdefault(self._select, []).append(values["value"])
            if "selected" in values or self._select not in self.fields:
                self.fields[self._select] = values["value"]

    def _input(self, name: str, values: dict[str, str]) -> None:
        kind = values.get("type", "text")
        if kind in ("radio", "checkbox"):
            self.offered.setdefault(name, []).append(values["value"])
            if "checked" not in values:
                return
        if kind not in SILENT:
            self.fields[name] = values.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._text:
            self.fields[self._text] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._text = None
        elif tag == "select":
            self._select = None
        elif tag == "form" and self._inside:
            self._inside = False


class Walk:
    """Somebody who walks the wizard with plain forms."""

    def __init__(self, browser: TestClient[Any, Any], start: str) -> None:
        self.browser, self.start = browser, start
        self.form: Form
        self.html = ""
        self.status = 0

    async def _show(self, answer: ClientResponse) -> "Walk":
        self.html, self.status = await answer.text(), answer.status
        if 'id="wizard"' in self.html:
            self.form = Form(self.html)
        return self

    async def search(self, **typed: str) -> "Walk":
        """Page 1; with something typed and «Find» pressed."""
        fields = {**self.form.fields, **typed} if typed else {}
        return await self._show(await self.browser.get(self.start, params=fields))

    async def go_on(self, **chosen: str) -> "Walk":
        """Page 2, with what is chosen."""
        return await self.press("on", **chosen)

    async def accept(self, **typed: str) -> "Walk":
        """Press «Accept»."""
        fields = {**self.form.fields, "go": "accept", **typed}
        answer = await self.browser.post(f"{self.start}/accept", data=fields, allow_redirects=False)
        return await self._show(answer)

    async def press(self, part: str, **typed: str) -> "Walk":
        """Any other button: what it sends and where it leads."""
        fields = {**self.form.fields, **typed}
        return await self._show(await self.browser.post(f"{self.start}/{part}", data=fields))
