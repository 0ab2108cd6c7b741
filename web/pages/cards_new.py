"""The short forms behind «Create»: a client, a contact, a lead, an interest; in a drawer or on a page."""

from dataclasses import dataclass
from typing import Any

from aiohttp import web
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import IntakeError, NotFound
from intake.model.wizard import Existing, NewPoint, PartyKind
from storage import parties
from storage.choices import pipelines, sources, workers
from storage.fields import CardKind
from storage.merging import card_now
from storage.newcomers import Made, Newborn, make
from web.i18n import gettext, mark
from web.keys import DATABASE, VIEWER
from web.messages import sentence, status
from web.pages import cards_fields as fields
from web.pages.cards import PLURAL_OF, actor
from web.pages.cards_edit import saved
from web.render import is_partial, page, urls_of

OWNERS = ("contact", "account", "lead")  # the nearest first

routes = web.RouteTableDef()


@dataclass(frozen=True, slots=True)
class Shape:
    """What the form of a kind asks: fields of the record, and kinds of points."""

    title: str
    made: str
    fields: tuple[str, ...]
    points: tuple[str, ...] = ("phone", "email")


SHAPES = {
    CardKind.ACCOUNT: Shape(
        mark("New client"), mark("The client is created"),
        ("name", "kind", "inn", "kpp", "city", "responsible_id"),
        ("phone", "email", "site"),
    ),
    CardKind.CONTACT: Shape(
        mark("New contact"), mark("The contact is created"),
        ("last_name", "first_name", "middle_name", "position", "responsible_id"),
    ),
    CardKind.LEAD: Shape(
        mark("New lead"), mark("The lead is created"),
        ("last_name", "first_name", "middle_name", "organisation", "source", "city", "responsible_id"),
    ),
    CardKind.INTEREST: Shape(
        mark("New interest"), mark("The interest is created"),
        ("title", "wanted", "amount", "due", "source", "responsible_id"), (),
    ),
}  # fmt: skip


@routes.get("/accounts/new", name="accounts.new")
@routes.get("/contacts/new", name="contacts.new")
@routes.get("/leads/new", name="leads.new")
@routes.get("/interests/new", name="interests.new")
async def form(request: web.Request) -> web.Response:
    said = {name: str(value)[:320] for name, value in request.query.items()}
    return await _form(request, _kind(request), {"responsible_id": str(request[VIEWER].id)} | said)


@routes.post("/accounts/new")
@routes.post("/contacts/new")
@routes.post("/leads/new")
@routes.post("/interests/new")
async def create(request: web.Request) -> web.Response:
    kind = _kind(request)
    said = {name: str(value) for name, value in (await request.post()).items()}
    try:
        async with request.app[DATABASE].transaction() as session:
            made = await make(session, _newborn(kind, said), actor(request))
    except IntakeError as error:
        if status(error) not in (409, 422):
            raise
        return await _form(request, kind, said, error)
    return _made(request, made)


def _made(request: web.Request, made: Made) -> web.Response:
    """To the new card; the toast with «Undo» waits for it there."""
    address = urls_of(request.app)(made.kind.value, id=made.id)
    if not is_partial(request):
        saved(request, gettext(SHAPES[made.kind].made), made.action_id)
        raise web.HTTPSeeOther(address)
    response = web.Response(headers={"HX-Redirect": address})
    saved(request, gettext(SHAPES[made.kind].made), made.action_id)
    return response


def _kind(request: web.Request) -> CardKind:
    plural = request.path.split("/")[1]
    return next(kind for kind, name in PLURAL_OF.items() if name == plural)


def _newborn(kind: CardKind, said: dict[str, str]) -> Newborn:
    shape = SHAPES[kind]
    texts = {}
    for name in shape.fields:
        field = fields.field_of(kind, name)
        texts[name] = fields.sent(field, said.get(name, "")) if field else ""
    points = tuple(NewPoint(point, said[point]) for point in shape.points if said.get(point, "").strip())
    status_id = said.get("status_id", "")
    return Newborn(kind, texts, points, _owners(said), int(status_id) if status_id.isdecimal() else None)


def _owners(said: dict[str, str]) -> tuple[Existing, ...]:
    return tuple(
        Existing(PartyKind(owner), int(said[owner]))
        for owner in OWNERS
        if said.get(owner, "").isdecimal() and len(said[owner]) < 10
    )


async def _form(
    request: web.Request, kind: CardKind, said: dict[str, str], error: IntakeError | None = None
) -> web.Response:
    async with request.app[DATABASE].reading() as session:
        people = await workers(session)
        context: dict[str, Any] = {
            "owners": await _named(session, request, said),
            "sources": await sources(session),
            "paths": await pipelines(session) if kind is CardKind.INTEREST else [],
        }
    shape = SHAPES[kind]
    wrong = str(error.params.get("field") or error.params.get("kind") or "") if error else ""
    asked = [field for name in shape.fields if (field := fields.field_of(kind, name))]
    users = [(str(user.id), user.name) for user in people]
    return await page(
        request, "cards/new.html", status=status(error) if error else 200,
        shape=shape, kind=kind.value, plural=PLURAL_OF[kind], fields=asked, said=said, users=users,
        account_kinds=[(value, gettext(word)) for value, word in fields.ACCOUNT_KINDS.items()],
        errors={wrong: sentence(error)} if error else {}, **context,
    )  # fmt: skip


async def _named(session: AsyncSession, request: web.Request, said: dict[str, str]) -> list[dict[str, Any]]:
    """Whom it is for, as a line of the form; what the viewer may not see is left out."""
    found = []
    for owner in _owners(said):
        try:
            card = await card_now(session, owner, actor(request))
        except NotFound:
            continue
        found.append({"kind": owner.kind.value, "id": card.id, "name": parties.name_of(card)})
    return found
