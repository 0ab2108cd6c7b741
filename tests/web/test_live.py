"""Live updates: who hears what, what happens to those who lag, leave or come back."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient

from storage.database import announce
from storage.live import Announcement
from storage.tables.people import Role
from tests.site import Site
from web.access import Viewer
from web.broadcast import BACKLOG, Skip
from web.i18n import gettext
from web.keys import LIVE
from web.times import clock

pytestmark = pytest.mark.slow

Browser = TestClient[Any, Any]
SOON = 20.0  # seconds; a busy machine is slow


class Stream:
    """A browser's end of /live."""

    def __init__(self, answer: ClientResponse) -> None:
        self.answer = answer

    async def next(self) -> dict[str, Any]:
        """The next message, with its id; heart-beats passed over."""
        lines: dict[str, str] = {}
        while True:
            line = (await asyncio.wait_for(self.answer.content.readline(), SOON)).decode().rstrip("\r\n")
            if not line and "data" in lines:
                return {"id": lines.get("id", ""), **json.loads(lines["data"])}
            name, _, value = line.partition(": ")
            lines[name] = value

    async def quiet(self) -> bool:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(self.next(), 0.2)
        return True


@asynccontextmanager
async def listening(browser: Browser, last: str = "") -> AsyncIterator[Stream]:
    headers = {"Last-Event-ID": last} if last else {}
    async with browser.get("/live", headers=headers) as answer:
        assert answer.status == 200
        stream = Stream(answer)
        assert (await stream.next())["topic"] == "hello"
        yield stream


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(SOON):
        while not condition():
            await asyncio.sleep(0.01)


async def publish(site: Site, topic: str, **data: Any) -> None:
    async with site.database.transaction() as session:
        announce(session, topic, **data)


async def test_an_announcement_reaches_everybody_who_listens(site):
    anna, boris = await site.sign_in("anna"), await site.sign_in("boris")
    async with listening(anna) as first, listening(boris) as second:
        await publish(site, "lead", id=5)
        for stream in (first, second):
            message = await stream.next()
            assert (message["topic"], message["data"]) == ("lead", {"id": 5})


async def test_a_renderer_draws_for_each_viewer_in_their_language_and_zone(site):
    async def draw(announcement, viewer):
        noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
        return f"<p id=x>{gettext('Save')} {clock(noon)} {viewer.user.name}</p>"

    site.app[LIVE].register("lead", draw)
    anna = await site.sign_in("anna", locale="ru", timezone="Asia/Yekaterinburg")
    boris = await site.sign_in("boris", locale="en", timezone="UTC")
    async with listening(anna) as first, listening(boris) as second:
        await publish(site, "lead", id=5)
        assert (await first.next())["html"] == "<p id=x>Сохранить 17:00 Anna</p>"
        assert (await second.next())["html"] == "<p id=x>Save 12:00 Boris</p>"


async def test_what_is_nobodys_business_is_not_sent(site):
    async def for_managers(announcement, viewer):
        if not viewer.may(Role.MANAGER):
            raise Skip
        return "<p id=x></p>"

    site.app[LIVE].register("secret", for_managers)
    operator = await site.sign_in("anna")
    manager = await site.sign_in("boris", role=Role.MANAGER)
    async with listening(operator) as first, listening(manager) as second:
        await publish(site, "secret", id=1)
        assert (await second.next())["topic"] == "secret"
        assert await first.quiet()


async def test_a_shared_renderer_is_asked_once_for_viewers_alike(site):
    asked = []

    async def draw(announcement, viewer):
        asked.append(viewer.user.login)
        return "<p id=x></p>"

    site.app[LIVE].register_shared("lead", draw)
    people = [await site.sign_in(login) for login in ("anna", "boris")]
    other = await site.sign_in("olga", locale="ru")
    async with listening(people[0]) as one, listening(people[1]) as two, listening(other) as three:
        await publish(site, "lead")
        for stream in (one, two, three):
            assert (await stream.next())["html"] == "<p id=x></p>"
    assert len(asked) == 2


async def test_one_broken_renderer_does_not_silence_the_rest(site):
    async def broken(announcement, viewer):
        raise ZeroDivisionError

    site.app[LIVE].register("lead", broken)
    browser = await site.sign_in("anna")
    async with listening(browser) as stream:
        await publish(site, "lead")
        await publish(site, "task", id=1)
        assert (await stream.next())["topic"] == "task"


@pytest.mark.parametrize("how", ["register", "register_shared", "register_settled"])
@pytest.mark.parametrize("fault", [ZeroDivisionError, Skip])
async def test_a_renderer_that_fails_for_one_viewer_serves_the_rest(site, how, fault):
    async def draw(announcement, viewer):
        if viewer.language == "ru":
            raise fault
        return "<p id=x></p>"

    getattr(site.app[LIVE], how)("lead", draw)
    russian, english = await site.sign_in("olga", locale="ru"), await site.sign_in("anna")
    abroad = await site.sign_in("boris", timezone="Europe/Berlin")
    async with listening(russian), listening(english) as second, listening(abroad) as third:
        await publish(site, "lead", id=5)
        for stream in (second, third):
            while "html" not in (message := await stream.next()):
                assert message["topic"] == "lead"  # what is settled is drawn a little later
            assert message["html"] == "<p id=x></p>"


async def test_a_browser_that_left_is_no_longer_counted(site):
    browser = await site.sign_in("anna")
    async with listening(browser):
        assert site.app[LIVE].clients == 1
    for _ in range(2):  # the first write after a break may still seem to work
        await publish(site, "lead")
        await asyncio.sleep(0.05)
    await until(lambda: site.app[LIVE].clients == 0)


async def test_a_browser_that_comes_back_hears_what_it_missed_in_order(site):
    browser = await site.sign_in("anna")
    async with listening(browser) as stream:
        await publish(site, "lead", id=1)
        last = (await stream.next())["id"]
    for number in (2, 3):
        await publish(site, "lead", id=number)
    async with listening(browser, last) as stream:
        assert [(await stream.next())["data"]["id"] for _ in range(2)] == [2, 3]
        await publish(site, "lead", id=4)
        assert (await stream.next())["data"]["id"] == 4


@pytest.mark.parametrize("last", ["abcdef01-7", "nonsense", "-", "%00", "-1"])
async def test_one_who_missed_too_much_is_told_to_look_afresh(site, last):
    browser = await site.sign_in("anna")
    async with listening(browser, last) as stream:
        assert (await stream.next())["topic"] == "stale"


async def test_after_a_break_between_processes_everybody_looks_afresh(site):
    browser = await site.sign_in("anna")
    async with listening(browser) as stream:
        await publish(site, "lead", id=1)
        before = (await stream.next())["id"]
        site.database.hub.hand_out(Announcement("resync"))
        assert (await stream.next())["topic"] == "stale"
    async with listening(browser, before) as stream:
        assert (await stream.next())["topic"] == "stale"


async def test_one_who_lags_too_far_behind_is_told_to_look_afresh(site):
    await site.sign_in("anna")
    live = site.app[LIVE]
    user = await site.user("slow")
    with live.listening(Viewer(user)) as client:
        for number in range(BACKLOG + 1):
            await live.tell(Announcement("lead", {"id": number}))
        messages = [json.loads(client.queue.get_nowait().text) for _ in range(client.queue.qsize())]
    assert messages == [{"topic": "stale"}]


async def test_a_session_that_is_ended_ends_its_stream(site):
    here, there = await site.sign_in("anna"), await site.enter("anna")
    async with listening(there) as stream:
        await there.post("/signout")
        assert await asyncio.wait_for(stream.answer.content.read(), SOON) is not None
        assert stream.answer.content.at_eof()
    assert (await here.get("/me")).url.path == "/me"


async def test_a_changed_user_comes_back_with_the_new_rights(site):
    browser = await site.sign_in("anna")
    async with listening(browser) as stream:
        await publish(site, "user", id=1)
        await asyncio.wait_for(stream.answer.content.read(), SOON)
        assert stream.answer.content.at_eof()


async def test_shutting_down_does_not_wait_for_those_who_listen(site):
    browser = await site.sign_in("anna")
    async with listening(browser) as stream:
        async with asyncio.timeout(SOON):
            await site.server.close()
            await stream.answer.content.read()


async def test_my_state_changes_on_all_my_screens_and_nobody_elses(site):
    anna, boris = await site.sign_in("anna"), await site.sign_in("boris")
    async with listening(anna) as mine, listening(boris) as others:
        await anna.post("/me/presence", data={"state": "break"})
        assert "On a break" in (await mine.next())["html"]
        assert "html" not in await others.next()
