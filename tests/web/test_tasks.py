"""Tasks: mine by urgency, ticked off with a way back, made from anything."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from storage.tables.people import Scope
from storage.tables.work import Task, TaskKind
from tests.web.records import HTMX, keep, settle, text, undo_of

pytestmark = pytest.mark.slow


def shown(html: str) -> list[int]:
    return [int(task) for task in re.findall(r'class="taskrow[^"]*" id="task-(\d+)"', html)]


async def stored(site, task_id: int) -> Task:
    async with site.database.reading() as session:
        found: Task = await session.get_one(Task, task_id)
        return found


async def test_mine_stand_by_urgency_and_those_without_a_date_last(site):
    boris = await site.user("boris")
    browser = await site.sign_in()
    now = datetime.now(UTC)
    some, later, late = await keep(
        site,
        Task(title="Some time", responsible_id=2),
        Task(title="Later", responsible_id=2, due=now + timedelta(days=3)),
        Task(title="Late", responsible_id=2, due=now - timedelta(days=1)),
    )
    (theirs,) = await keep(site, Task(title="Theirs", responsible_id=boris.id))
    html = await text(await browser.get("/tasks"))
    assert shown(html) == [late, later, some]
    assert "Overdue" in html
    assert "Without a date" in html
    assert theirs in shown(await text(await browser.get("/tasks?whose=all")))


async def test_a_task_is_ticked_off_and_back(site):
    browser = await site.sign_in()
    (task,) = await keep(site, Task(title="Call Marina", responsible_id=1))
    answer = await browser.post(f"/tasks/{task}/done", data={"done": "yes"}, headers=HTMX)
    assert answer.status == 204
    assert (await stored(site, task)).done_at is not None
    assert shown(await text(await browser.get("/tasks"))) == []
    assert shown(await text(await browser.get("/tasks?done=yes"))) == [task]
    undo = undo_of(answer)
    assert (await browser.post(undo, headers=HTMX)).status == 204
    assert (await stored(site, task)).done_at is None
    again = await browser.post(f"/tasks/{task}/done", data={"done": ""}, headers=HTMX)
    assert "HX-Trigger" not in again.headers, "it was not done"


async def test_a_task_leads_to_what_it_is_about(site):
    browser = await site.sign_in()
    town = await settle(site)
    await keep(
        site, Task(title="Offer", responsible_id=1, interest_id=town.interest, account_id=town.account)
    )
    html = await text(await browser.get("/tasks"))
    assert f'href="/interests/{town.interest}"' in html
    assert f'href="/accounts/{town.account}"' in html


@pytest.mark.parametrize("about", ["account", "contact", "lead", "interest"])
async def test_a_task_is_made_from_a_card(site, about):
    browser = await site.sign_in()
    town = await settle(site)
    row_id = getattr(town, about)
    form = await text(await browser.get(f"/tasks/new?{about}={row_id}", headers=HTMX))
    assert f'name="{about}" value="{row_id}"' in form
    data = {
        "title": "Ring at noon",
        "kind": "call",
        "due": "2031-01-02T12:00",
        "responsible": "1",
        about: str(row_id),
    }
    answer = await browser.post("/tasks/new", data=data, headers=HTMX)
    assert answer.status == 204
    assert "panel-done" in answer.headers["HX-Trigger"]
    task = await stored(site, 1)
    assert (task.kind, getattr(task, f"{about}_id"), task.responsible_id) == (TaskKind.CALL, row_id, 1)
    assert task.due == datetime(2031, 1, 2, 9, tzinfo=UTC), "noon in Moscow"
    assert "Ring at noon" in await text(await browser.get(f"/{about}s/{row_id}"))


async def test_a_task_with_a_mistake_is_not_made(site):
    browser = await site.sign_in()
    for data in [
        {"title": " "},
        {"title": "x", "kind": "dance"},
        {"title": "x", "responsible": "999"},
        {"title": "x" * 301},
    ]:
        answer = await browser.post("/tasks/new", data=data, headers=HTMX)
        assert answer.status == 422
        assert "<form" in await answer.text()


async def test_what_is_not_theirs_is_neither_ticked_nor_written_upon(site):
    boris = await site.user("boris")
    browser = await site.sign_in("anna", scope=Scope.OWN)
    town = await settle(site, responsible_id=boris.id)
    (task,) = await keep(site, Task(title="Theirs", responsible_id=boris.id))
    assert (await browser.post(f"/tasks/{task}/done", data={"done": "yes"}, headers=HTMX)).status == 404
    answer = await browser.post("/tasks/new", data={"title": "x", "account": str(town.account)}, headers=HTMX)
    assert answer.status == 404
    assert shown(await text(await browser.get("/tasks?whose=all"))) == []
