"""Two cards side by side: one of them stays, with what is chosen of each; or they are two."""

from typing import Any

from aiohttp import web

from intake.duplicates.choosing import Merging, Side
from intake.duplicates.look import duplicates_of
from intake.duplicates.marks import say_two, take_mark_back
from intake.duplicates.merge import merge
from intake.errors import Conflict, IntakeError, NotFound, Rejected
from intake.model.hits import Level
from intake.model.wizard import Existing, PartyKind
from intake.wizard.search import search
from storage import duplicates, parties
from storage.cards import note_view
from storage.fields import CardKind
from storage.merging import survivor_of
from web.i18n import gettext
from web.keys import DATABASE, VIEWER
from web.messages import sentence, status
from web.pages.cards import ANY_PARTY, EYEBROWS, PLURAL_OF, PLURALS, actor
from web.pages.duplicates_sides import shown_name, side_by_side, survivor_in
from web.pages.duplicates_words import reasons_of
from web.pages.find import read
from web.pages.wizard_show import chips
from web.preferences import preferences_of
from web.render import fragment, is_partial, page, urls_of
from web.say import say

MOST_HITS = 20
LONGEST = 200

routes = web.RouteTableDef()


@routes.get(f"/{ANY_PARTY}/{{id:\\d+}}/doubles", name="card.doubles")
async def strip(request: web.Request) -> web.Response:
    """A quiet line on the card; as a page it is where one chooses whom to merge with."""
    if not is_partial(request):
        raise web.HTTPSeeOther(urls_of(request.app)("card.merge", **_parts(request)))
    ref = _ref(request)
    await _card(request, ref)
    return fragment(
        request, "duplicates/strip.html", cards=_parts(request)["cards"], ref=ref, **await _around(request)
    )


@routes.get(f"/{ANY_PARTY}/{{id:\\d+}}/merge", name="card.merge")
async def choose(request: web.Request) -> web.Response:
    """Whom with: those that may be the same, and whoever is searched for."""
    ref, text = _ref(request), request.query.get("q", "").strip()[:LONGEST]
    record = await _card(request, ref)
    await note_view(request.app[DATABASE], CardKind(ref.kind.value), ref.id, actor(request))
    context: dict[str, Any] = {
        "ref": ref,
        "name": shown_name(record),
        "text": text,
        "hits": await _hits(request, ref, text),
        "chips": chips,
    }
    context |= {"cards": _parts(request)["cards"], "eyebrow": EYEBROWS[CardKind(ref.kind.value)]}
    context |= await _around(request)
    if is_partial(request) and request.query.get("part") == "rows":
        return fragment(request, "duplicates/hits.html", **context)
    return await page(request, "duplicates/choose.html", **context)


@routes.get(f"/{ANY_PARTY}/{{id:\\d+}}/merge/{{other:\\d+}}", name="card.merge.pair")
async def compare(request: web.Request) -> web.Response:
    """?all=one takes everything of the first card, ?all=other of the second."""
    try:
        return await _compare(request)
    except NotFound:
        elsewhere = await _where_they_went(request)
        if elsewhere is None:
            raise
        raise web.HTTPSeeOther(elsewhere) from None


@routes.post(f"/{ANY_PARTY}/{{id:\\d+}}/merge/{{other:\\d+}}")
async def merge_them(request: web.Request) -> web.Response:
    data = {name: str(value) for name, value in (await request.post()).items()}
    following = await _following(request, data.get("on", ""))
    url = urls_of(request.app)
    try:
        action = await merge(request.app[DATABASE], _merging(request, data), actor(request))
    except Conflict as error:
        if error.code != "already-merged":
            return await _compare(request, data, error)
        say(request, sentence(error), kind="bad")
        raise web.HTTPSeeOther(url(_ref(request).kind.value, id=error.params["into"])) from error
    except Rejected as error:
        return await _compare(request, data, error)
    say(request, gettext("Merged into one card"), undo=url("action.undo", id=action))
    raise web.HTTPSeeOther(following or url(_ref(request).kind.value, id=data.get("survivor", "")))


@routes.post(f"/{ANY_PARTY}/{{id:\\d+}}/merge/{{other:\\d+}}/apart", name="card.apart")
async def say_they_are_two(request: web.Request) -> web.Response:
    """Nobody is asked about this pair again."""
    data = await request.post()
    ref, other = _ref(request), _other(request)
    following = await _following(request, str(data.get("on", "")))
    action = await say_two(request.app[DATABASE], ref.kind, (ref.id, other), actor(request))
    undo = urls_of(request.app)("action.undo", id=action)
    say(request, gettext("Marked as two different cards, for everybody"), undo=undo)
    if is_partial(request):
        return web.Response(status=204)
    raise web.HTTPSeeOther(following or urls_of(request.app)(ref.kind.value, id=ref.id))


@routes.post(f"/{ANY_PARTY}/{{id:\\d+}}/merge/{{other:\\d+}}/again", name="card.again")
async def offer_again(request: web.Request) -> web.Response:
    ref = _ref(request)
    action = await take_mark_back(request.app[DATABASE], ref.kind, (ref.id, _other(request)), actor(request))
    say(request, gettext("They may be offered again"), undo=urls_of(request.app)("action.undo", id=action))
    if is_partial(request):
        return web.Response(status=204)
    raise web.HTTPSeeOther(urls_of(request.app)("duplicates", {"kind": ref.kind.value, "show": "marked"}))


async def _compare(
    request: web.Request, data: dict[str, str] | None = None, error: IntakeError | None = None
) -> web.Response:
    ref, data = _ref(request), data or {}
    on = data.get("on", request.query.get("on", ""))[:10]
    context = await side_by_side(request, ref.kind, (ref.id, _other(request)), data)
    context |= {
        "on": on,
        "following": await _following(request, on),
        "error": sentence(error) if error else "",
    }
    return await page(request, "duplicates/pair.html", status=status(error) if error else 200, **context)


def _merging(request: web.Request, data: dict[str, str]) -> Merging:
    ref = _ref(request)
    choices = {}
    for name, sent in data.items():
        if name.startswith("of-"):
            if sent not in set(Side):
                raise Rejected("no-such-choice", field=name[:40], value=sent[:40])
            choices[name.removeprefix("of-")] = Side(sent)
    ids = (ref.id, _other(request))
    return Merging(ref.kind, *ids, survivor_in(data, 0, ids), choices, data.get("seen", "")[:100])


async def _around(request: web.Request) -> dict[str, Any]:
    """Cards that may be this one's duplicates, with why."""
    ref, who = _ref(request), actor(request)
    found = await duplicates_of(request.app[DATABASE], ref, who)
    others = {one.other_id if one.one_id == ref.id else one.one_id: one for one in found}
    async with request.app[DATABASE].reading() as session:
        cards = [await parties.card(session, Existing(ref.kind, id_), who) for id_ in others]
    why = {id_: reasons_of(one, only_for=True) for id_, one in others.items()}
    return {"doubles": cards, "why": why, "name_of": shown_name}


async def _hits(request: web.Request, ref: Existing, text: str) -> list[Any]:
    if len(text) < 2:
        return []
    mode = preferences_of(request[VIEWER].user.preferences).search_mode
    found = await search(request.app[DATABASE], read(text, mode, MOST_HITS), actor(request))
    hits = found.contacts if ref.kind is PartyKind.CONTACT else found.clients
    return [
        hit
        for hit in hits
        if hit.level is not Level.RELATED and hit.ref.kind is ref.kind and hit.id != ref.id
    ]


async def _following(request: web.Request, on: str) -> str:
    """Where a review of the list goes on; "" when one came from a card."""
    if on != "list":
        return ""
    ref, other = _ref(request), _other(request)
    pair = (ref.kind, min(ref.id, other), max(ref.id, other))
    async with request.app[DATABASE].reading() as session:
        found = await duplicates.next_pair(session, ref.kind, actor(request), pair)
    url = urls_of(request.app)
    if found is None:
        return url("duplicates", {"kind": ref.kind.value})
    return url("card.merge.pair", {"on": "list"}, cards=_parts(request)["cards"], id=found[1], other=found[2])


async def _where_they_went(request: web.Request) -> str | None:
    """The pair that these two are now, or the one card; None when they are not there at all."""
    ref, now = _ref(request), []
    async with request.app[DATABASE].reading() as session:
        for id_ in (ref.id, _other(request)):
            there = await survivor_of(session, Existing(ref.kind, id_), actor(request))
            now.append(there.id if there else id_)
    if now == [ref.id, _other(request)]:
        return None
    url, query = urls_of(request.app), {"on": "list"} if request.query.get("on") == "list" else None
    if now[0] != now[1]:
        return url("card.merge.pair", query, cards=_parts(request)["cards"], id=now[0], other=now[1])
    return url("duplicates", {"kind": ref.kind.value}) if query else url(ref.kind.value, id=now[0])


async def _card(request: web.Request, ref: Existing) -> Any:
    async with request.app[DATABASE].reading() as session:
        return await parties.card(session, ref, actor(request))


def _ref(request: web.Request) -> Existing:
    kind = PLURALS[request.match_info["cards"]]
    return Existing(PartyKind(kind.value if kind else ""), int(request.match_info["id"]))


def _other(request: web.Request) -> int:
    return int(request.match_info["other"])


def _parts(request: web.Request) -> dict[str, Any]:
    return {"cards": PLURAL_OF[CardKind(_ref(request).kind.value)], "id": _ref(request).id}
