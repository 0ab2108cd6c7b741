"""Moving a client base in: a file is sent, its columns are looked at, it runs, and can be taken back."""

import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from aiohttp import web

from intake.errors import Conflict, Rejected
from intake.importing.columns import guess_columns
from intake.importing.files import Inspected
from intake.importing.limits import MOST_BYTES
from intake.importing.reader import inspect_file
from intake.model.imports import Reading
from intake.model.wizard import PartyKind
from storage import imports
from storage.tables.imports import Import, ImportState
from storage.tables.people import Role
from web.access import allow
from web.i18n import gettext
from web.keys import DATABASE
from web.messages import sentence, status
from web.pages import imports_words as words
from web.pages.cards import actor
from web.pages.imports_draft import draft_context, read_choices
from web.pages.imports_upload import receive
from web.readable import reads_itself
from web.render import fragment, is_partial, page
from web.say import say
from web.table_files import send_csv

KEPT_ROWS, KEPT_CELL = 20, 500  # of the file's beginning, for the preview
BAD_SHOWN = 10

routes = web.RouteTableDef()


@routes.get("/imports", name="imports")
@allow(Role.MANAGER)
async def overview(request: web.Request) -> web.Response:
    return await _overview(request)


@routes.post("/imports", name="imports.upload")
@reads_itself
@allow(Role.MANAGER)
async def upload(request: web.Request) -> web.Response:
    with tempfile.TemporaryDirectory(prefix="intake-upload-") as folder:
        path = Path(folder) / "file"
        try:
            received = await receive(request, path)
            kind = _kind(received.fields.get("kind", ""))
            found = await inspect_file(path)
        except Rejected as error:
            return await _overview(request, status(error), sentence(error))
        new = Import(kind=kind, file_name=received.name, size=path.stat().st_size, **_seen(kind, found))
        import_id = await imports.keep_file(request.app[DATABASE], new, path, actor(request))
    raise web.HTTPSeeOther(f"/imports/{import_id}")


@routes.get("/imports/{id:\\d+}", name="imports.one")
@allow(Role.MANAGER)
async def show(request: web.Request) -> web.Response:
    async with request.app[DATABASE].reading() as session:
        found = await imports.import_of(session, _id(request), actor(request))
        bad = await imports.first_bad(session, _id(request), BAD_SHOWN)
        context = await draft_context(session, found) if found.state is ImportState.DRAFT else {}
    context |= {"one": found, "words": words, "bad": bad, "states": ImportState}
    if is_partial(request) and request.query.get("part") == "progress":
        return fragment(request, "imports/progress.html", **context)
    template = "imports/draft.html" if found.state is ImportState.DRAFT else "imports/run.html"
    return await page(request, template, **context)


@routes.post("/imports/{id:\\d+}", name="imports.change")
@allow(Role.MANAGER)
async def change(request: web.Request) -> web.Response:
    """What the form says is kept; then it is shown anew, or the import begins."""
    form = dict(await request.post())
    typed = {name: str(value) for name, value in form.items()}
    async with request.app[DATABASE].reading() as session:
        found = await imports.import_of(session, _id(request), actor(request))
    if found.state is not ImportState.DRAFT:
        raise Conflict("import-runs")
    reading, columns, options = read_choices(found, typed)
    error = ""
    try:
        if asdict(reading) != found.reading:
            await _look_again(request, found, reading)
        else:
            async with request.app[DATABASE].transaction() as session:
                await imports.correct(session, _id(request), actor(request), columns, options)
                if typed.get("go") == "start":
                    await imports.start(session, _id(request), actor(request))
    except Rejected as refused:
        error = sentence(refused)
    if typed.get("go") == "start" and not error:
        raise web.HTTPSeeOther(f"/imports/{_id(request)}")
    return await _draft_again(request, error)


@routes.post("/imports/{id:\\d+}/cancel", name="imports.cancel")
@allow(Role.MANAGER)
async def cancel(request: web.Request) -> web.Response:
    async with request.app[DATABASE].transaction() as session:
        await imports.cancel(session, _id(request), actor(request))
    say(request, gettext("Stopped. What has been written stays and can be undone."))
    raise web.HTTPSeeOther(f"/imports/{_id(request)}")


@routes.post("/imports/{id:\\d+}/undo", name="imports.undo")
@allow(Role.MANAGER)
async def undo(request: web.Request) -> web.Response:
    async with request.app[DATABASE].transaction() as session:
        await imports.start_undo(session, _id(request), actor(request))
    raise web.HTTPSeeOther(f"/imports/{_id(request)}")


@routes.get("/imports/{id:\\d+}/bad.csv", name="imports.bad")
@allow(Role.MANAGER)
async def bad_rows(request: web.Request) -> web.StreamResponse:
    """The rows that were left out, as they were, each with its reason: to be corrected and sent again."""
    async with request.app[DATABASE].reading() as session:
        found = await imports.import_of(session, _id(request), actor(request))
    return await send_csv(request, f"import-{found.id}-bad.csv", words.left_out(request.app[DATABASE], found))


async def _look_again(request: web.Request, found: Import, reading: Reading) -> None:
    """Another encoding, delimiter or sheet changes the columns as well."""
    with tempfile.TemporaryDirectory(prefix="intake-upload-") as folder:
        path = Path(folder) / "file"
        await imports.restore_file(request.app[DATABASE], found.id or 0, path)
        seen = _seen(found.kind, await inspect_file(path, reading))
    async with request.app[DATABASE].transaction() as session:
        await imports.read_anew(session, found.id or 0, actor(request), **seen)


async def _draft_again(request: web.Request, error: str) -> web.Response:
    async with request.app[DATABASE].reading() as session:
        found = await imports.import_of(session, _id(request), actor(request))
        context = await draft_context(session, found)
    context |= {"one": found, "words": words, "states": ImportState, "error": error}
    return await page(request, "imports/draft.html", status=422 if error else 200, **context)


async def _overview(request: web.Request, status: int = 200, error: str = "") -> web.Response:
    async with request.app[DATABASE].reading() as session:
        found = await imports.recent_imports(session, actor(request))
    kind = request.query.get("kind", "")
    chosen = kind if kind in set(PartyKind) else PartyKind.ACCOUNT
    context = {
        "found": found,
        "words": words,
        "chosen": chosen,
        "error": error,
        "most": MOST_BYTES // 1024 // 1024,
    }
    return await page(request, "imports/list.html", status=status, **context)


def _seen(kind: PartyKind, found: Inspected) -> dict[str, Any]:
    """What is kept of a look at a file."""
    return {
        "reading": asdict(found.reading),
        "headings": found.headings,
        "columns": guess_columns(kind, found.headings, found.sample),
        "sample": [[cell[:KEPT_CELL] for cell in row] for row in found.sample[:KEPT_ROWS]],
        "total": found.total,
        "sheets": [name[:100] for name in found.sheets[:100]],
    }


def _kind(word: str) -> PartyKind:
    try:
        return PartyKind(word)
    except ValueError:
        raise Rejected("no-such-choice", field="kind", value=word[:40]) from None


def _id(request: web.Request) -> int:
    return int(request.match_info["id"])
