"""What is done with requests that are held: they are inquiries after all, or spam. One or several; all of it
can be undone."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from intake.errors import Conflict, NotFound, Rejected
from intake.matching.ignoring import EXACT
from intake.reception.held_forms import take_up
from intake.wizard.forms_kept import points_of
from storage.access import Actor
from storage.database import Database
from storage.history import journal
from storage.ignoring import Wanted, put_on_list
from storage.submissions import LOOKED, dismiss, put_back
from storage.submitted import submission, submission_seen_by
from storage.tables.history import Action
from storage.tables.inquiries import Channel
from web.i18n import gettext, ngettext
from web.keys import DATABASE
from web.pages.cards import actor
from web.pages.cards_edit import card_id
from web.pages.inquiries_bulk import numbers_of
from web.render import is_partial, urls_of
from web.say import say, tell_page

MOST = 100  # requests at once
IGNORED = "ignore-form"  # the action by which a sender came on the ignore list from here

routes = web.RouteTableDef()


@dataclass(frozen=True, slots=True)
class Done:
    """`left` are those that somebody was quicker with."""

    actions: tuple[int, ...]
    done: tuple[int, ...]
    left: int = 0


@routes.post("/submissions/{id:\\d+}/release", name="submission.release")
async def release(request: web.Request) -> web.Response:
    """Afterwards the inquiry is open, to be accepted."""
    await _see(request)
    inquiry, action = await take_up(request.app[DATABASE], card_id(request), actor(request))
    say(request, gettext("It waits among the inquiries now"), undo=_undo(request, [action]))
    url = urls_of(request.app)("inquiry", id=inquiry)
    if not is_partial(request):
        raise web.HTTPSeeOther(url)
    return web.Response(status=204, headers={"HX-Redirect": url})


@routes.post("/submissions/{id:\\d+}/dismiss", name="submission.dismiss")
async def dismiss_it(request: web.Request) -> web.Response:
    """`never`: whoever sent it goes on the ignore list of forms."""
    await _see(request)
    never = bool((await request.post()).get("never"))
    database, who = request.app[DATABASE], actor(request)
    actions = [await dismiss(database, [card_id(request)], who)]
    if never:
        actions.append(await _ignore(database, card_id(request), who))
    text = gettext("Spam; nothing more of theirs comes by forms") if never else gettext("Spam")
    say(request, text, undo=_undo(request, actions))
    tell_page(request, "inquiry-decided", id=f"submission-{card_id(request)}")
    return _answered(request)


@routes.post("/submissions/several", name="submissions.several")
async def several(request: web.Request) -> web.Response:
    """`do`: release or dismiss; `id`, many times."""
    data = await request.post()
    ids, do = numbers_of(data, "id"), str(data.get("do", ""))
    if not ids or do not in ("release", "dismiss"):
        raise Rejected("no-such-choice", field="do" if ids else "id")
    if len(ids) > MOST:
        raise Rejected("too-many", limit=MOST)
    came = await (_release if do == "release" else _dismiss)(request.app[DATABASE], ids, actor(request))
    if came.actions:
        say(request, _words(do, len(came.done)), undo=_undo(request, came.actions))
    if came.left:
        say(request, gettext("Somebody was quicker with some of them."), kind="bad")
    tell_page(request, "inquiries-decided", ids=[f"submission-{one}" for one in came.done])
    return _answered(request)


@routes.post("/submissions/undo", name="submissions.undo")
async def take_back(request: web.Request) -> web.Response:
    """Of ?actions=5,6 those that can be undone, the last first."""
    said = request.query.get("actions", "").split(",")[:MOST]
    actions = [int(one) for one in said if one.isascii() and one.isdecimal() and len(one) < 10]
    for action in reversed(actions):
        await put_back_one(request.app[DATABASE], action, actor(request))
    say(request, gettext("Undone"))
    return _answered(request)


async def put_back_one(database: Database, action_id: int, who: Actor) -> None:
    """Raises NotFound for an action that is none of these."""
    async with database.reading() as session:
        action = await session.get(Action, action_id)
    if action is None or action.kind not in LOOKED | {IGNORED}:
        raise NotFound("no-such-action", id=action_id)
    await put_back(database, action_id, who)


async def _release(database: Database, ids: Sequence[int], who: Actor) -> Done:
    actions, done = [], []
    for id_ in dict.fromkeys(ids):
        try:
            _inquiry, action = await take_up(database, id_, who)
        except (Conflict, NotFound):
            continue
        actions.append(action)
        done.append(id_)
    return Done(tuple(actions), tuple(done), len(set(ids)) - len(done))


async def _dismiss(database: Database, ids: Sequence[int], who: Actor) -> Done:
    return Done((await dismiss(database, ids, who),), tuple(dict.fromkeys(ids)))


async def _ignore(database: Database, submission_id: int, who: Actor) -> int:
    """By every number and address that they left; only of forms, for these may be somebody else's."""
    async with database.transaction() as session:
        sent = await submission(session, submission_id)
        note = gettext("Spam by a form, request № %(number)s", number=submission_id)
        async with journal(session, IGNORED, who, submission=submission_id) as j:
            for point in points_of(sent.said):
                wanted = Wanted(EXACT, point.text, (Channel.FORM.value,), note, by=who.user_id)
                await put_on_list(session, j, wanted)
        return j.action_id


async def _see(request: web.Request) -> None:
    """Raises NotFound for what is of an inquiry that they may not see."""
    async with request.app[DATABASE].reading() as session:
        await submission_seen_by(session, actor(request), card_id(request))


def _words(do: str, number: int) -> str:
    if do == "release":
        return ngettext("%(num)s request is an inquiry now", "%(num)s requests are inquiries now", number)
    return ngettext("%(num)s request was spam", "%(num)s requests were spam", number)


def _undo(request: web.Request, actions: Sequence[int]) -> str:
    return urls_of(request.app)("submissions.undo", {"actions": ",".join(map(str, actions))})


def _answered(request: web.Request) -> web.Response:
    if not is_partial(request):
        raise web.HTTPSeeOther(urls_of(request.app)("submissions"))
    return web.Response(status=204)
