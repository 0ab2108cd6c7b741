"""Tasks: what is to be done, mine or everybody's; ticked off with a way back."""

from typing import Any

from aiohttp import web

from intake.errors import IntakeError, NotFound
from intake.matching.companies import display_company
from storage.cards import record_of
from storage.choices import workers
from storage.columns import now
from storage.fields import CardKind
from storage.tables.work import TaskKind
from storage.tasks import TaskRow, add_task, set_done, tasks
from web.i18n import gettext, mark
from web.keys import DATABASE, VIEWER
from web.messages import sentence, status
from web.pages.cards import actor
from web.pages.cards_edit import card_id
from web.pages.cards_timeline import TASK_ICONS
from web.render import is_partial, page, urls_of
from web.say import say, tell_page
from web.show import full_name
from web.times import from_input, here

ABOUT = ("interest", "contact", "lead", "account")
KINDS = {
    TaskKind.CALL: mark("Call them"),
    TaskKind.LETTER: mark("Write to them"),
    TaskKind.TASK: mark("Something else"),
}

routes = web.RouteTableDef()


@routes.get("/tasks", name="tasks")
async def task_list(request: web.Request) -> web.Response:
    """?whose=all for everybody's that the viewer may see, ?done=yes for what is done."""
    everybody, done = request.query.get("whose") == "all", request.query.get("done") == "yes"
    async with request.app[DATABASE].reading() as session:
        rows = await tasks(session, actor(request), mine=not everybody, done=done)
    return await page(
        request, "tasks/list.html", rows=rows, everybody=everybody, done=done,
        parts=[] if done else _parts(rows), about=about_of, icons=TASK_ICONS,
    )  # fmt: skip


@routes.post("/tasks/{id:\\d+}/done", name="task.done")
async def toggle(request: web.Request) -> web.Response:
    done = (await request.post()).get("done") == "yes"
    async with request.app[DATABASE].transaction() as session:
        action = await set_done(session, card_id(request), done, actor(request))
    if action is not None:
        text = gettext("Done") if done else gettext("To be done again")
        say(request, text, undo=urls_of(request.app)("action.undo", id=action))
    if not is_partial(request):
        raise web.HTTPSeeOther("/tasks")
    return web.Response(status=204)


@routes.get("/tasks/new", name="tasks.new")
async def form(request: web.Request) -> web.Response:
    said = {name: str(value)[:300] for name, value in request.query.items()}
    return await _form(request, {"responsible": str(request[VIEWER].id)} | said)


@routes.post("/tasks/new")
async def create(request: web.Request) -> web.Response:
    said = {name: str(value) for name, value in (await request.post()).items()}
    responsible = said.get("responsible", "")
    try:
        async with request.app[DATABASE].transaction() as session:
            await add_task(
                session, actor(request), said.get("title", ""), said.get("kind", TaskKind.TASK),
                from_input(said.get("due", "")), int(responsible) if responsible.isdecimal() else None,
                _about(said),
            )  # fmt: skip
    except IntakeError as error:
        if status(error) not in (409, 422):
            raise
        return await _form(request, said, error)
    say(request, gettext("The task is created"))
    if not is_partial(request):
        raise web.HTTPSeeOther("/tasks")
    tell_page(request, "panel-done")
    return web.Response(status=204)


def _about(said: dict[str, str]) -> tuple[str, int] | None:
    for kind in ABOUT:
        if said.get(kind, "").isdecimal() and len(said[kind]) < 10:
            return kind, int(said[kind])
    return None


async def _form(request: web.Request, said: dict[str, str], error: IntakeError | None = None) -> web.Response:
    about, name = _about(said), ""
    async with request.app[DATABASE].reading() as session:
        people = await workers(session)
        if about is not None:
            try:
                name = _name(await record_of(session, CardKind(about[0]), about[1], actor(request)))
            except NotFound:
                about = None
    return await page(
        request, "tasks/new.html", status=status(error) if error else 200, said=said, about=about, name=name,
        users=[(str(user.id), user.name) for user in people],
        kinds=[(kind.value, gettext(word)) for kind, word in KINDS.items()],
        errors={str(error.params.get("field", "")): sentence(error)} if error else {},
    )  # fmt: skip


def about_of(row: TaskRow) -> list[tuple[str, int, str]]:
    """(route, id, name) of what a task is about, the nearest first."""
    found: list[tuple[str, Any]] = [
        ("interest", row.interest), ("contact", row.contact), ("lead", row.lead), ("account", row.account),
    ]  # fmt: skip
    return [(route, record.id, _name(record)) for route, record in found if record is not None][:2]


def _name(record: Any) -> str:
    if hasattr(record, "title"):
        return str(record.title)
    if hasattr(record, "legal_form"):
        return display_company(record.name, record.legal_form)
    return full_name(record) or getattr(record, "organisation", "") or gettext("Without a name")


def _parts(rows: list[TaskRow]) -> list[tuple[str, str, list[TaskRow]]]:
    """Overdue, today, later, some time: (class, title, rows), the empty ones left out."""
    moment, today = now(), here(now()).date()
    parts: dict[str, list[TaskRow]] = {"late": [], "today": [], "later": [], "some": []}
    for row in rows:
        due = row.task.due
        if due is None:
            parts["some"].append(row)
        elif due < moment:
            parts["late"].append(row)
        else:
            parts["today" if here(due).date() == today else "later"].append(row)
    titles = {
        "late": gettext("Overdue"), "today": gettext("Today"), "later": gettext("Later"),
        "some": gettext("Without a date"),
    }  # fmt: skip
    return [(part, titles[part], found) for part, found in parts.items() if found]
