"""Lists as files."""

from aiohttp import web

from intake.model.wizard import PartyKind
from storage.access import Actor
from storage.database import Database
from storage.exports import COLUMNS, begin_export, exported
from storage.fields import CardKind
from storage.lists import Wanted, how_many
from storage.tables.people import Role
from web.access import allow
from web.keys import DATABASE
from web.pages import imports_words as words
from web.pages.cards import actor
from web.pages.lists import wanted_of
from web.table_files import Rows, send_csv, send_workbook

KINDS = {plural: kind for kind, plural in words.PLURALS.items()}

routes = web.RouteTableDef()


@routes.get("/accounts/export.csv", name="accounts.csv")
@routes.get("/contacts/export.csv", name="contacts.csv")
@routes.get("/leads/export.csv", name="leads.csv")
@allow(Role.MANAGER)
async def as_csv(request: web.Request) -> web.StreamResponse:
    return await send_csv(request, *await _begun(request, "csv"))


@routes.get("/accounts/export.xlsx", name="accounts.xlsx")
@routes.get("/contacts/export.xlsx", name="contacts.xlsx")
@routes.get("/leads/export.xlsx", name="leads.xlsx")
@allow(Role.MANAGER)
async def as_workbook(request: web.Request) -> web.StreamResponse:
    return await send_workbook(request, *await _begun(request, "xlsx"))


async def table(database: Database, kind: PartyKind, who: Actor, wanted: Wanted) -> Rows:
    """Headings and records, within what `who` may see."""
    yield [words.headings(kind, COLUMNS[kind])]
    async for some in exported(database, kind, who, wanted):
        yield some


async def _begun(request: web.Request, format_: str) -> tuple[str, Rows]:
    """The file's name and rows, once it is written down that somebody takes them."""
    plural = request.path.split("/")[1]
    kind, wanted, who, database = KINDS[plural], wanted_of(request), actor(request), request.app[DATABASE]
    async with database.reading() as session:
        number = await how_many(session, CardKind(kind.value), who, wanted)
    async with database.transaction() as session:
        await begin_export(session, kind.value, who, format_, number, wanted.text)
    return f"{plural}.{format_}", table(database, kind, who, wanted)
