"""A form is sent: urlencoded, multipart or JSON. It is kept first, whatever is wrong with it, and only then
is anybody thanked.

What has a mistake is stored with its problems and answered with 422: errors beside the fields, everything
typed is still there. Sent again out of the same showing of the form it corrects the first one: reception
joins both to one inquiry.
"""

from aiohttp import web

from intake.channels.forms.tokens import receipt
from intake.errors import Deferred
from intake.model.forms import Taken
from storage.challenges import give_back
from web.i18n import gettext
from web.keys import DATABASE, FILES, RECEPTION
from web.visitors import words
from web.visitors.door import RETRY_AFTER, told, visitors, wants_json
from web.visitors.drawn import Drawn
from web.visitors.judging import Judged, Post, judged, posted, problems_of
from web.visitors.reading import read
from web.visitors.showing import KEY, form_page, signed, token
from web.visitors.turnstile import TURNSTILE

UNREADABLE = frozenset({"bad-json", "unreadable"})

routes = web.RouteTableDef()


@routes.post(f"/f/{KEY}")
@visitors
async def send(request: web.Request, drawn: Drawn) -> web.Response:
    await let_in(request, drawn)
    sent = await read(request, request.app[FILES], drawn.form.most_file_mb)
    if not sent.pairs and not sent.files:
        return told(request, 422, gettext(words.REQUIRED))
    post = posted(request, drawn, sent)
    try:
        taken = await take(request, await judged(request, drawn, post))
    except Deferred:
        return _later(request, drawn, post)
    if problems := problems_of(post):
        return _wrong(request, drawn, post, words.sentences(problems, drawn.form.most_file_mb))
    return _thanked(request, drawn, taken)


async def let_in(request: web.Request, drawn: Drawn) -> None:
    """Before anything is read. Raises HTTPTooManyRequests."""
    form = drawn.form
    if await request.app[TURNSTILE].is_flood(form.id or 0, form.per_hour, request.remote or ""):
        raise web.HTTPTooManyRequests


async def take(request: web.Request, made: Judged) -> Taken:
    """Raises Deferred; then the challenge counts again for the next try."""
    try:
        return await request.app[RECEPTION].receive(made.event)
    except Deferred:
        if made.work is not None:
            async with request.app[DATABASE].transaction() as session:
                await give_back(session, made.work.signature)
        raise


def _thanked(request: web.Request, drawn: Drawn, taken: Taken) -> web.Response:
    """A page is led on to, so that Back and reloading send nothing again."""
    if wants_json(request):
        text = words.thanks(drawn.form.thanks, taken.number)
        number = gettext(words.NUMBER, number=taken.number)
        return web.json_response({"number": taken.number, "thanks": text, "text": number})
    query = {"n": str(taken.number), "s": receipt(drawn.form.secret, taken.number)}
    address = request.app.router["form.thanks"].url_for(key=drawn.form.key).with_query(query)
    return web.Response(status=303, headers={"Location": str(address)})


def _wrong(request: web.Request, drawn: Drawn, post: Post, errors: dict[str, str]) -> web.Response:
    if wants_json(request):
        body = {"errors": errors, "codes": dict(problems_of(post)), "challenge": signed(drawn)["challenge"]}
        broken = not UNREADABLE.isdisjoint(dict(problems_of(post)).values())
        return web.json_response(body, status=400 if broken else 422)
    files = any(field.kind.value == "file" for field in drawn.fields)
    said = errors.get("") or gettext(words.FILES_AGAIN if files else words.AGAIN)
    return _again(request, drawn, post, errors | {"": said}, 422)


def _later(request: web.Request, drawn: Drawn, post: Post) -> web.Response:
    if wants_json(request):
        return told(request, 503)
    response = _again(request, drawn, post, {"": gettext(words.LATER)}, 503)
    response.headers["Retry-After"] = RETRY_AFTER
    return response


def _again(
    request: web.Request, drawn: Drawn, post: Post, errors: dict[str, str], status: int
) -> web.Response:
    """The same showing of the form goes on, when it was one of ours."""
    values: dict[str, list[str]] = {}
    for name, value in post.typed:
        values.setdefault(name, []).append(value)
    came = {"_page": post.came.page, "_referrer": post.came.referrer, **dict(post.came.utm)}
    going_on = post.came.token if post.rendering else token(drawn)
    return form_page(request, drawn, going_on, came, values, errors, status)
