"""Cards changed in place: a field, a way to reach somebody, a comment; each with «Undo»."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.duplicates.marks import undo_mark
from intake.duplicates.merge import undo_merge
from intake.errors import IntakeError, Rejected
from intake.model.wizard import Existing, NewPoint, PartyKind
from intake.wizard.undo import UNDONE, undo
from storage import edits, merging, submissions
from storage.access import Actor
from storage.cards import note_view, record_of
from storage.choices import workers
from storage.duplicate_marks import MARKS
from storage.fields import CardKind
from storage.names import names
from storage.tables.history import Action
from web.i18n import gettext
from web.keys import DATABASE
from web.messages import sentence, status
from web.pages import cards_fields as fields
from web.pages.cards import (
    ANY_CARD,
    ANY_PARTY,
    PLURALS,
    actor,
    card_context,
    party_context,
    timeline_of,
)
from web.render import fragment, is_partial, urls_of
from web.say import say

PointChange = Callable[[AsyncSession, Existing, int, Actor], Awaitable[int]]

routes = web.RouteTableDef()


@routes.get(f"/{ANY_CARD}/{{id:\\d+}}/fields/{{field}}", name="card.field")
async def field_form(request: web.Request) -> web.Response:
    """The field as an input; ?as=shown gives it back as text."""
    kind, field = _field(request)
    card_without_scripts(request, "edit", field.name)
    editing = "" if request.query.get("as") == "shown" else field.name
    return await _fact(request, kind, field, editing=editing)


@routes.post(f"/{ANY_CARD}/{{id:\\d+}}/fields/{{field}}")
async def save_field(request: web.Request) -> web.Response:
    kind, field = _field(request)
    text = str((await request.post()).get("value", ""))
    try:
        async with request.app[DATABASE].transaction() as session:
            action = await edits.change_field(
                session, kind, card_id(request), field.name, fields.sent(field, text), actor(request)
            )
    except Rejected as error:
        errors = {field.name: sentence(error)}
        return await _fact(request, kind, field, editing=field.name, errors=errors, text=text, code=422)
    saved(request, gettext("%(field)s: saved", field=gettext(field.label)), action)
    back_without_scripts(request)
    return await _fact(request, kind, field)


@routes.get(f"/{ANY_PARTY}/{{id:\\d+}}/points", name="card.points")
async def points(request: web.Request) -> web.Response:
    """The list; ?point=5 with one of them as a form, ?point=new with a form for another."""
    card_without_scripts(request, "point", request.query.get("point", ""))
    return await _points(request)


@routes.post(f"/{ANY_PARTY}/{{id:\\d+}}/points")
async def keep_point(request: web.Request) -> web.Response:
    data = await request.post()
    said = {
        name: str(data.get(name, "")) for name in ("point", "kind", "text", "extension", "note", "shared")
    }
    given = NewPoint(said["kind"], said["text"], said["extension"], said["note"], said["shared"] == "yes")
    point_id = int(said["point"]) if said["point"].isdecimal() else None
    try:
        async with request.app[DATABASE].transaction() as session:
            action = await edits.keep_point(session, _owner(request), given, actor(request), point_id)
    except IntakeError as error:
        if status(error) not in (409, 422):
            raise
        return await _points(request, said["point"] or "new", said, sentence(error), status(error))
    saved(request, gettext("Saved"), action)
    back_without_scripts(request)
    return await _points(request, "")


@routes.post(f"/{ANY_PARTY}/{{id:\\d+}}/points/{{point:\\d+}}/drop", name="card.point.drop")
async def drop_point(request: web.Request) -> web.Response:
    return await _point_changed(request, edits.drop_point, gettext("Removed"))


@routes.post(f"/{ANY_PARTY}/{{id:\\d+}}/points/{{point:\\d+}}/main", name="card.point.main")
async def main_point(request: web.Request) -> web.Response:
    return await _point_changed(request, edits.make_main, gettext("Saved"))


async def _point_changed(request: web.Request, change: PointChange, said: str) -> web.Response:
    async with request.app[DATABASE].transaction() as session:
        point = int(request.match_info["point"])
        action = await change(session, _owner(request), point, actor(request))
    saved(request, said, action)
    back_without_scripts(request)
    return await _points(request, "")


@routes.post("/{cards:accounts|contacts|leads|interests|inquiries}/{id:\\d+}/comments", name="card.comment")
async def comment(request: web.Request) -> web.Response:
    text = str((await request.post()).get("text", ""))
    kind = PLURALS[request.match_info["cards"]]
    async with request.app[DATABASE].transaction() as session:
        about = kind.value if kind else "inquiry"
        action = await edits.add_comment(session, about, card_id(request), text, actor(request))
    saved(request, gettext("Comment added"), action)
    back_without_scripts(request)
    return fragment(request, "cards/timeline.html", **await timeline_of(request))


@routes.post("/actions/{id:\\d+}/undo", name="action.undo")
async def undo_action(request: web.Request) -> web.Response:
    """What every «Undo» of cards and lists asks for; a decision on an inquiry is taken back whole."""
    action_id, who = card_id(request), actor(request)
    database = request.app[DATABASE]
    async with database.reading() as session:
        action = await session.get(Action, action_id)
    if action is not None and action.kind in UNDONE:
        await undo(database, action_id, who)
    elif action is not None and action.kind in merging.ACTIONS:
        await undo_merge(database, action_id, who)
    elif action is not None and action.kind in MARKS:
        await undo_mark(database, action_id, who)
    elif action is not None and action.kind in submissions.LOOKED:
        await submissions.put_back(database, action_id, who)
    else:
        async with database.transaction() as session:
            await edits.take_back(session, action_id, who)
    say(request, gettext("Undone"))
    back_without_scripts(request)
    return web.Response(status=204)


def saved(request: web.Request, text: str, action_id: int | None) -> None:
    """Nothing is said when nothing differed."""
    if action_id is not None:
        say(request, text, undo=urls_of(request.app)("action.undo", id=action_id))


def back_without_scripts(request: web.Request) -> None:
    """To the card; htmx gets the piece it asked for instead."""
    if not is_partial(request):
        cards = request.match_info.get("cards")
        raise web.HTTPSeeOther(f"/{cards}/{request.match_info['id']}" if cards else "/")


def card_without_scripts(request: web.Request, name: str, value: str) -> None:
    """A piece that was asked for as a page: the card with it open."""
    if not is_partial(request):
        url = urls_of(request.app)
        kind = PLURALS[request.match_info["cards"]]
        raise web.HTTPSeeOther(url(kind.value if kind else "inquiry", {name: value}, id=card_id(request)))


def card_id(request: web.Request) -> int:
    return int(request.match_info["id"])


def _field(request: web.Request) -> tuple[CardKind, fields.Field]:
    kind = PLURALS[request.match_info["cards"]]
    field = fields.field_of(kind, request.match_info["field"]) if kind else None
    if kind is None or field is None:
        raise Rejected("no-such-field", field=request.match_info["field"][:40])
    return kind, field


async def _fact(
    request: web.Request, kind: CardKind, field: fields.Field, *, editing: str = "",
    errors: dict[str, str] | None = None, text: str | None = None, code: int = 200,
) -> web.Response:  # fmt: skip
    async with request.app[DATABASE].reading() as session:
        record = await record_of(session, kind, card_id(request), actor(request))
    await note_view(request.app[DATABASE], kind, card_id(request), actor(request))
    async with request.app[DATABASE].reading() as session:
        context = card_context(request, kind, record, await names(session), await workers(session))
    context |= {"editing": editing, "errors": errors or {}, "field": field}
    if text is not None:
        context["typed"] = lambda _field: text
    return fragment(request, "cards/fact.html", status=code, **context)


def _owner(request: web.Request) -> Existing:
    kind = PLURALS[request.match_info["cards"]]
    return Existing(PartyKind(kind.value if kind else ""), card_id(request))


async def _points(
    request: web.Request, point: str | None = None, said: dict[str, str] | None = None, error: str = "",
    code: int = 200,
) -> web.Response:  # fmt: skip
    owner = _owner(request)
    context: dict[str, Any] = await party_context(request, CardKind(owner.kind.value), owner.id)
    context |= {"said": said or {}, "point_error": error}
    if point is not None:
        context["point_form"] = point
    return fragment(request, "cards/points.html", status=code, **context)
